"""Steps are told: to the desk, the handler, who checks, who gets it back, the reporter, followers, other systems."""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from gridward.accounts.models import Grant
from gridward.audit.models import Entry, Read
from gridward.cases.actions.contacts import Reporter, new_token
from gridward.cases.actions.escalating import climb_ladders
from gridward.cases.actions.reporting import follow_case
from gridward.cases.models import Case, Contact
from gridward.cases.queries.audiences import STAFF
from gridward.cases.queries.messages import EVENTS
from gridward.cases.templatetags.joint import JOINT_STEPS
from gridward.core.workflow.parse import load, names
from gridward.duties.actions import create_shift
from gridward.notify.actions.webhooks import create_webhook
from gridward.notify.models import Message
from gridward.web.logs import PRIVATE
from gridward.work import clock
from gridward.work.actions import deliveries_of
from gridward.work.models import Delivery
from gridward.work.runner import work_off
from tests.apps.cases.scene import RESIDENT, Scene
from tests.apps.cases.test_keep_clocks import local
from tests.apps.notify.conftest import gateway, listed, outside  # noqa: F401
from tests.apps.notify.servers import Counter
from tests.town import BUILT_AT, SINCE

PHONE, OTHER, SILENT = "13800000001", "13800000002", "13800000003"
EVERY = [code for code, _ in EVENTS]


@pytest.fixture(autouse=True)
def site(settings: Any, scene: Scene) -> Iterator[None]:
    settings.GRIDWARD_SITE = "https://grid.example.test"
    with clock.standing_at(scene.now):
        yield


def told() -> list[tuple[str, str]]:
    """(who, kind) of what was told since last asked, oldest first; the deliveries are worked off before."""
    work_off()
    rows = Message.objects.filter(channel="app", read_at__isnull=True).select_related("user").order_by("pk")
    found = [(row.user.username, row.kind.removeprefix("cases.")) for row in rows]
    rows.update(read_at=datetime.fromisoformat("2026-03-04T00:00+08:00"))
    return found


def test_every_verb_that_is_told_is_a_move_or_a_step_of_joint_handling() -> None:
    known = {f"cases.{move}" for table in names() for move in load(table).moves}
    assert {*STAFF, *EVERY} <= known | {f"cases.{step}" for step in JOINT_STEPS}


def test_the_staff_are_told_along_the_road(scene: Scene) -> None:
    case = scene.brought_to("pending_handle")
    assert told() == [("deng", "dispatched")]
    case = scene.make(case, "deng", "return_task")
    assert told() == [("dev", "returned")], "back to who dispatched it"
    case = scene.make(scene.make(case, "dev", "redispatch"), "deng", "accept_task")
    assert told() == [("ben", "assigned")], "what moved on before it was told is not told"
    case = scene.make(case, "zhao", "supervise")
    assert told() == [("deng", "supervised")]
    assert Message.objects.latest("pk").variables == {"number": case.number, "reply_by": scene.day(3).isoformat()}
    case = scene.make(case, "dev", "remind")
    assert told() == [("ben", "reminded")]
    for who, move in (("ben", "finish"), ("deng", "confirm")):
        case = scene.make(case, who, move)
    case = scene.move(case, "cleo", "ask_inspection", inspector=scene.cast["gao"].pk)
    assert told() == [("gao", "inspect_asked")]
    case = scene.make(case, "gao", "inspect_fail")
    assert told() == [("dev", "returned")]
    scene.make(case, "dev", "redo")
    assert told() == [("ben", "rework")]
    assert Message.objects.latest("pk").url == f"/cases/{case.number}/"


def test_limits_that_are_near_or_passed_are_told_up_the_ladder(scene: Scene) -> None:
    """Due at 16:00, four working hours from ten."""
    case = scene.brought_to("handling")
    told()
    for moment, expected in (
        (local(4, 14, 48), [("ben", "due_soon")]),
        (local(4, 16), [("ben", "late"), ("deng", "late")]),
        (local(5, 10), [("deng", "late"), ("hui", "late")]),
    ):
        with clock.standing_at(moment):
            climb_ladders(at=moment)
            assert sorted(told()) == expected
    assert Message.objects.latest("pk").variables == {"number": case.number, "due": "03-04 16:00"}
    with clock.standing_at(local(5, 16)):
        climb_ladders(at=local(5, 16))
        scene.now = local(5, 16)
        scene.make(Case.objects.get(), "ben", "finish")
        assert told() == [], "done before it was told"


def test_a_verification_goes_to_the_grid_when_nobody_is_named(scene: Scene) -> None:
    scene.make(scene.report(), "cleo", "ask_verification")
    assert told() == [("eva", "verify_asked")]


def test_what_is_urgent_at_night_is_told_to_the_roster(scene: Scene) -> None:
    """The department works by day; the centre holds the roster round the clock."""
    sun, day = scene.cast.actor("sun"), {"name_zh": "班", "name_en": "Shift", "at": scene.now}
    create_shift(body=scene.town.bodies["maintenance"], weekdays="1111100", starts_at=time(8), ends_at=time(18),
                 by=sun, **day)  # fmt: skip
    create_shift(body=scene.town.bodies["centre"], weekdays="1111111", starts_at=time(0), ends_at=time(0), by=sun,
                 follows_calendar=False, is_duty_roster=True, **day)  # fmt: skip
    scene.brought_to("pending_handle", "pothole")
    assert told() == [("deng", "dispatched")], "by day the desk is there"
    scene.now = local(4, 23)
    with clock.standing_at(scene.now):
        scene.brought_to("pending_handle", "pothole")
        scene.brought_to("pending_handle")
        assert sorted(told()) == [("deng", "dispatched"), ("deng", "dispatched"), ("zhao", "urgent")]


def test_who_made_the_move_is_not_told_and_a_complaint_not_to_its_subject(scene: Scene) -> None:
    both = f"body:{scene.town.bodies['maintenance'].pk}"
    Grant.objects.create(district=scene.town.district, user=scene.cast["dev"], role="department", scope=both,
                         body=scene.town.bodies["maintenance"], valid_from=SINCE, recorded_at=BUILT_AT)  # fmt: skip
    scene.brought_to("pending_handle")
    assert told() == [("deng", "dispatched")], "Dev serves that desk too, and made the move himself"
    complaint = scene.report("conduct", complained_body_id=scene.town.bodies["civil_affairs"].pk)
    for who, move in (("cleo", "accept"), ("cleo", "file"), ("dev", "dispatch")):
        complaint = scene.make(complaint, who, move)
    Case.objects.filter(pk=complaint.pk).update(complained_body=scene.town.bodies["maintenance"])
    assert told() == [], "whoever serves the body that it is about is never told, however it came about"


def test_the_reporter_is_told_by_sms_without_any_content(
    scene: Scene, gateway: Counter  # noqa: F811
) -> None:  # fmt: skip
    case = scene.brought_to("closed")
    work_off()
    row = Message.objects.get(channel="sms")
    assert (row.kind, row.user, row.state) == ("cases.answered", None, Message.State.SENT)
    assert row.variables == {"code": case.spoken_code, "hotline": scene.town.district.hotline or "12345"}
    asked = gateway.asked[0].said
    assert (asked["mobile"], asked["template"]) == (PHONE, "101")
    everything = json.dumps([list(Message.objects.values()), asked], default=str, ensure_ascii=False)
    for content in (case.description, case.place, "灯", "安丽华"):
        assert content not in everything
    assert PHONE not in json.dumps(list(Message.objects.values()), default=str)
    read = Read.objects.get()
    assert (read.by_id, read.role, read.thing) == (None, "system", f"cases.Case:{case.pk}")
    Delivery.objects.update(state="waiting", lease_until=None)
    work_off()
    assert len(gateway.asked) == 1, "worked off twice, told once"


def test_who_wished_another_way_or_left_no_mobile_gets_no_sms(
    scene: Scene, gateway: Counter  # noqa: F811
) -> None:  # fmt: skip
    for reporter in (Reporter("", PHONE, "", "none"), Reporter("", "0731 5551234"), Reporter("", ""), None):
        scene.make(scene.report(reporter=reporter), "cleo", "refuse")
    complaint = scene.report("conduct", complained_body_id=scene.town.bodies["maintenance"].pk)
    scene.make(complaint, "cleo", "refuse")
    spam = scene.report(is_quarantined=True)
    work_off()
    assert [asked.said["template"] for asked in gateway.asked] == ["102"], "a complaint cannot be looked up by code"
    assert not Message.objects.filter(subject=f"cases.Case:{spam.pk}").exists()


def test_a_follower_is_told_only_once_confirmed(scene: Scene, gateway: Counter) -> None:  # noqa: F811
    case = scene.report(reporter=None)
    follow_case(case=case, reporter=Reporter("", OTHER), token=new_token(), by=RESIDENT, at=scene.now)
    work_off()
    [link] = gateway.asked[0].said["params"][1:]
    assert (gateway.asked[0].said["mobile"], gateway.asked[0].said["template"]) == (OTHER, "103")
    assert link not in json.dumps(list(Message.objects.values()), default=str), "the link is never stored"
    address, client = link.removeprefix("https://grid.example.test"), Client()
    assert PRIVATE.sub(r"/\1/…", f"GET {address}") == "GET /r/…/", "no log holds it"
    page = client.get(address)
    assert page.status_code == 200 and case.spoken_code in page.content.decode()
    assert not Contact.objects.get().is_confirmed, "opening a link changes nothing"
    assert client.get(address[:-3] + "AA/").status_code == 404
    client.post(address)
    client.post(address)
    assert Contact.objects.get().is_confirmed
    assert Entry.objects.filter(verb="cases.confirm_follower").count() == 1
    follow_case(case=case, reporter=Reporter("", SILENT), token=new_token(), by=RESIDENT, at=scene.now)
    scene.make(Case.objects.get(), "cleo", "refuse")
    work_off()
    told = [(asked.said["mobile"], asked.said["template"]) for asked in gateway.asked]
    assert sorted(told) == [(OTHER, "101"), (OTHER, "103"), (SILENT, "103")], "who did not confirm is told nothing more"
    client.post(address, {"stop": "1"})
    assert not Contact.objects.filter(is_confirmed=True).exists()


def test_other_systems_are_told_numbers_states_and_times(
    scene: Scene, listed: Counter  # noqa: F811
) -> None:  # fmt: skip
    create_webhook(district_id=7, name="示例", url=f"{listed.url}/", verbs=EVERY, by=scene.cast.actor("sun"),
                   at=scene.now)  # fmt: skip
    case = scene.brought_to("pending_handle")
    scene.report("conduct", complained_body_id=scene.town.bodies["maintenance"].pk)
    work_off()
    events = [asked.said["event"] for asked in listed.asked]
    assert sorted(events) == ["cases.dispatch", "cases.file", "cases.submit"], "a complaint is told to no system"
    body = next(asked.said for asked in listed.asked if asked.said["event"] == "cases.dispatch")
    assert set(body) == {"id", "event", "number", "state", "told_at", "due_at", "closed_at", "at"}
    assert body["number"] == case.number and body["due_at"] == Case.objects.get(pk=case.pk).total_due_at.isoformat()


def test_history_is_no_news(scene: Scene) -> None:
    """What is brought over long after it happened asks for no telling; the index of the search is asked for still."""
    case = scene.report()
    step = case.steps.get()
    asked = [row.handler.rpartition(".")[2] for row in deliveries_of(step, due_at=scene.now)]
    with clock.standing_at(scene.now + timedelta(days=2)):
        later = [row.handler.rpartition(".")[2] for row in deliveries_of(step, due_at=scene.now)]
    assert set(asked) - set(later) == {"tell_of_step"}
