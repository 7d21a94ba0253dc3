"""信息采集: whatever the channel, one action takes a report in."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client

from gridward.audit.models import StepBody
from gridward.cases.actions.contacts import Reporter, token_hash
from gridward.cases.actions.reporting import report_case
from gridward.cases.models import Attachment, Case, CaseClock, Contact
from gridward.core.errors import RuleBroken
from tests.apps.cases.scene import OUTSIDE, RESIDENT, XINQIAO, Scene, build_kinds, damage, photo, steps
from tests.cast import build_cast
from tests.sessions import TwoSessions
from tests.town import build_town


def refusal(scene: Scene, kind: str = "lamp", **changes: object) -> str:
    before = Case.objects.count()
    with pytest.raises(RuleBroken) as broken:
        scene.report(kind, **changes)
    assert Case.objects.count() == before
    return broken.value.code


@pytest.mark.parametrize("channel", Case.Channel.values)
def test_every_channel_leads_to_one_numbered_case_with_a_clock(scene: Scene, channel: str) -> None:
    case = scene.report(channel=channel)
    assert (case.state, case.stage, case.channel, case.is_open) == ("reported", 1, channel, True)
    assert case.number == "9001072026030400001" and case.spoken_code
    assert steps(case) == ["submit"]
    [clock] = CaseClock.objects.filter(case=case)
    assert (clock.kind, clock.limit, clock.amount_s) == ("stage", "accept", 900)
    assert case.due_at == clock.due_at == scene.now + timedelta(minutes=15)


def test_numbers_of_a_day_follow_each_other_and_a_new_day_begins_anew(scene: Scene) -> None:
    assert [scene.report().number[-5:] for _ in range(3)] == ["00001", "00002", "00003"]
    scene.later(days=1)
    assert scene.report().number == "9001072026030500001"


def test_the_place_finds_grid_community_and_subdistrict(scene: Scene) -> None:
    case, town = scene.report(), scene.town
    assert case.grid == case.duty_grid == town.grids["liuyin_e"]
    assert (case.community, case.subdistrict) == (town.divisions["liuyin"], town.divisions["liuan"])
    assert scene.report(position=XINQIAO).subdistrict == town.divisions["qiaodong"]


def test_a_report_from_outside_the_district_is_refused_and_nothing_is_written(scene: Scene) -> None:
    assert refusal(scene, position=OUTSIDE) == "case.outside_district"


def test_without_a_position_the_community_is_enough(scene: Scene) -> None:
    liuyin = scene.town.divisions["liuyin"]
    case = scene.report(position=None, place="", community_id=liuyin.pk)
    assert (case.community, case.subdistrict, case.grid) == (liuyin, scene.town.divisions["liuan"], None)
    assert refusal(scene, position=None, place="", community_id=None) == "case.evidence_missing"


def test_a_text_too_short_is_refused(scene: Scene) -> None:
    assert refusal(scene, description="灯") == "case.text_too_short"


def test_the_same_report_sent_twice_is_one_case(scene: Scene) -> None:
    sent = uuid.uuid4()
    first, second = scene.report(client_uuid=sent), scene.report(client_uuid=sent)
    assert first == second and Case.objects.count() == 1 and steps(first) == ["submit"]


def test_the_same_report_sent_twice_at_the_same_moment_is_one_case(two_sessions: TwoSessions, at: object) -> None:
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), at)  # type: ignore[arg-type]
    report = scene.told()

    def send() -> Case:
        return report_case(district=town.district, report=report, by=RESIDENT, at=scene.now)

    first, second = two_sessions.at_once(send, send)
    assert first == second
    assert (Case.objects.count(), Contact.objects.count()) == (1, 1)


def test_reports_at_the_same_moment_get_different_numbers(two_sessions: TwoSessions, at: object) -> None:
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), at)  # type: ignore[arg-type]
    sends = [scene.told() for _ in range(4)]
    cases = two_sessions.at_once(
        *(lambda r=r: report_case(district=town.district, report=r, by=RESIDENT, at=scene.now) for r in sends)
    )
    assert sorted(case.number[-5:] for case in cases) == ["00001", "00002", "00003", "00004"]


def test_a_report_known_in_another_district_is_not_answered_with_its_case(scene: Scene) -> None:
    theirs = scene.report()
    Case.objects.filter(pk=theirs.pk).update(district=scene.town.other)
    with pytest.raises(Exception, match=r"(?i)unique"):
        scene.report(client_uuid=theirs.client_uuid)


def test_a_category_of_another_district_is_refused(scene: Scene) -> None:
    scene.kinds["lamp"].district = scene.town.other
    scene.kinds["lamp"].save()
    assert refusal(scene) == "case.choice_unknown"


def test_a_complaint_names_a_body_but_not_the_centre(scene: Scene) -> None:
    bodies = scene.town.bodies
    assert scene.report("conduct", complained_body_id=bodies["sanitation"].pk).complained_body == bodies["sanitation"]
    assert refusal(scene, "conduct", complained_body_id=bodies["centre"].pk) == "case.complaint_about_the_centre"
    assert refusal(scene, "conduct", complained_body_id=scene.town.other_body.pk) == "case.choice_unknown"


def test_a_body_is_kept_only_where_the_category_is_about_one(scene: Scene) -> None:
    assert scene.report("lamp", complained_body_id=scene.town.bodies["sanitation"].pk).complained_body is None


def test_the_reporter_is_sealed_and_the_link_is_only_a_hash(scene: Scene) -> None:
    case = scene.report(token="a-private-link", reporter=Reporter("安丽华", "138 0000 0001", "ada@example.org"))
    [contact] = Contact.objects.filter(case=case)
    assert bytes(contact.link_hash) == token_hash("a-private-link")
    for sealed, plain in ((contact.name, "安丽华"), (contact.phone, "13800000001"), (contact.email, "ada@")):
        assert plain.encode() not in bytes(sealed)


def test_without_a_reporter_there_is_no_contact(scene: Scene) -> None:
    assert not Contact.objects.filter(case=scene.report(reporter=None)).exists()


def test_photos_hang_on_the_case_and_a_sixth_is_refused(scene: Scene) -> None:
    case = scene.report(photos=tuple(photo(i) for i in range(5)))
    assert Attachment.objects.filter(case=case, kind="report").count() == 5
    assert refusal(scene, photos=tuple(photo(i) for i in range(6))) == "case.too_many_photos"


def test_a_report_above_the_budget_waits_with_the_same_clock(scene: Scene) -> None:
    free, held = scene.report(), scene.report(is_quarantined=True)
    assert held.is_quarantined and held.due_at == free.due_at


def test_days_since_told_begin_when_somebody_was_told_first_and_never_later_than_the_report(scene: Scene) -> None:
    earlier = scene.now - timedelta(days=9)
    assert scene.report(told_at=earlier).told_at == earlier
    assert scene.report(told_at=scene.now + timedelta(days=1)).told_at == scene.now


def test_a_text_keeps_its_letters_and_emoji_without_nul_and_marks_that_turn_it_around(scene: Scene) -> None:
    turned = "灯\0坏了\u202e 👩\u200d🚒 \u2067مرحبا\u2069\u200f"
    case = scene.move(scene.report(description=turned, place="巷\0\u202d口"), "cleo", "refuse", **{
        "reason": "\u202e不归本区管，另有单位", "destination": "邻区\u200e"})  # fmt: skip
    case.refresh_from_db()
    assert (case.description, case.place) == ("灯坏了 👩\u200d🚒 مرحبا", "巷口")
    said = StepBody.objects.filter(table="cases.CaseStep").order_by("-pk")[0].body
    assert "不归本区管" in json.dumps(json.loads(said), ensure_ascii=False) and "u202e" not in ascii(json.loads(said))
    assert damage() == []


def test_a_text_of_a_million_characters_is_refused_by_the_action_too(scene: Scene) -> None:
    assert refusal(scene, description="灯" * 1_000_000) == "case.text_too_long"
    assert refusal(scene, place="巷" * 1_000_000) == "case.text_too_long"


def test_a_form_takes_a_report_in_and_leads_to_the_slip(scene: Scene, client_of: Callable[[str], Client]) -> None:
    client = client_of("cleo")
    page = client.get("/cases/new/")
    sent = {
        "channel": "phone", "category": scene.kinds["lamp"].pk, "description": "巷口的灯不亮了", "place": "柳荫巷",
        "name": "安丽华", "phone": "13800000001", "answer_by": "phone",
        "sealed": page.context["form"]["sealed"].value(),
    }  # fmt: skip
    for mistyped in ("12", "1380000000", "138000000011"):
        assert "位数不对" in client.post("/cases/new/", {**sent, "phone": mistyped}).content.decode()
    answer = client.post("/cases/new/", sent, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain
    case = Case.objects.get()
    text = answer.content.decode()
    assert case.number in text and case.spoken_code in text and "13800000001" not in text
    [link] = re.findall(r"/r/([\w-]{22})/", text)
    assert bytes(Contact.objects.get().link_hash) == token_hash(link)
    assert link not in str(answer.redirect_chain) and answer["Cache-Control"] == "no-store"
    client.force_login(scene.cast["cai"], backend="gridward.accounts.backends.PersonBackend")
    assert link not in client.get(f"/cases/{case.number}/slip/").content.decode(), "the next person at this browser"
    client = client_of("cleo")
    again = client.post("/cases/new/", sent, follow=True)
    assert again.status_code == 200 and Case.objects.count() == 1


@pytest.mark.parametrize(
    "forged",
    [{"category": "999999"}, {"channel": "sensor"}, {"complained_body": "x"}, {"sealed": "no"},
     {"sealed": signing.dumps([str(uuid.uuid4()), "easy"])},
     {"answer_by": "pigeon"}, {"description": "灯" * 1_000_000}, {"description": "灯\0坏了吧"}, {"community": "1"}],
)  # fmt: skip
def test_a_forged_field_is_said_in_the_form_and_nothing_is_written(
    scene: Scene, client_of: Callable[[str], Client], forged: dict[str, str]
) -> None:
    client = client_of("cleo")
    sent = {
        "channel": "phone", "category": scene.kinds["lamp"].pk, "description": "巷口的灯不亮了", "place": "柳荫巷",
        "answer_by": "none", "sealed": client.get("/cases/new/").context["form"]["sealed"].value(), **forged,
    }  # fmt: skip
    answer = client.post("/cases/new/", sent)
    assert answer.status_code in (400, 422) and not Case.objects.exists()


def test_the_form_says_what_is_missing_beside_its_field_and_draws_its_map_in_the_readers_colours(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    client = client_of("cleo")
    client.cookies["gridward_theme"] = "dark"
    page = client.get("/cases/new/").content.decode()
    assert "theme=dark" in page and "theme=light" not in page and "还没有登记" not in page
    answer = client.post("/cases/new/", {"channel": "phone", "answer_by": "phone", "description": "灯"})
    told = answer.content.decode()
    assert answer.status_code == 422 and "还没有登记" in told
    for name in ("category", "description", "place", "phone"):
        assert f'href="#part-{name}"' in told and f'id="id_{name}_error"' in told
    assert 'href="#part-name"' not in told and "请选一项。" in told and "字段" not in told
