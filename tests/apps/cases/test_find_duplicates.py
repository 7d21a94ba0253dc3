"""Likely duplicates: found with their reasons, joined, and taken back as if it had not been."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gridward.audit.models import StepBody
from gridward.cases import checks
from gridward.cases.actions.contacts import Reporter
from gridward.cases.actions.joining import undo_merge
from gridward.cases.actions.purging import purge_contacts
from gridward.cases.actions.reporting import follow_case
from gridward.cases.actions.searching import index_cases
from gridward.cases.actions.telling import still_to_tell
from gridward.cases.models import Case, CaseClock, CaseRequest, CaseStep
from gridward.cases.queries.duplicates import likely_duplicates, told_by
from gridward.cases.queries.joined import with_joined
from gridward.core.errors import RuleBroken
from gridward.work import clock
from tests.apps.cases.scene import LIUYIN_E, LIUYIN_W, RESIDENT, Scene, build_kinds, clocks, damage, steps
from tests.apps.portal.door import fields_of
from tests.cast import build_cast
from tests.sessions import TwoSessions
from tests.town import build_town

LONG = "看了照片，是两盏灯，不是一件事。"


def undo(scene: Scene, case: Case, name: str = "cleo", reason: str = LONG) -> Case:
    with clock.standing_at(scene.now):
        return undo_merge(case=case, reason=reason, by=scene.cast.actor(name), at=scene.now)


def refused(scene: Scene, case: Case, name: str = "cleo", reason: str = LONG) -> str:
    with pytest.raises(RuleBroken) as told:
        undo(scene, case, name, reason)
    assert told.value.sentence("zh") and told.value.sentence("en")
    return told.value.code


def rows_of(case: Case) -> dict[str, Any]:
    return Case.objects.filter(pk=case.pk).values().get()


def near(case: Case, rows: Any = None) -> list[tuple[Case, list[str]]]:
    found = likely_duplicates(told_by(Case.objects.get(pk=case.pk)), Case.objects.all() if rows is None else rows)
    return [(one.case, [reason.code for reason in one.alike.reasons]) for one in found]


def test_what_is_near_in_place_time_kind_and_words_is_found_with_its_reasons(scene: Scene) -> None:
    first = scene.report(description="柳荫巷口路灯不亮，灯杆也歪了")
    scene.later(days=3)
    twin = scene.report(position=(113.9977, 28.1952), description="柳荫巷口的路灯坏了不亮")
    scene.report(position=LIUYIN_W)
    scene.report("meal")
    scene.report("conduct", complained_body_id=scene.town.bodies["sanitation"].pk)
    kin = scene.report("litter", description="路灯下面堆了垃圾")
    assert near(twin) == [
        (first, ["metres", "same_category", "days", "words"]),
        (kin, ["metres", "kin", "days", "words"]),
    ]
    assert near(first)[0][0] == twin and first.tile is not None
    meal, elsewhere = scene.report("meal"), (LIUYIN_E[0] + 0.0006, LIUYIN_E[1])
    assert meal in [case for case, _ in near(scene.report("meal"))]
    assert meal not in [case for case, _ in near(scene.report("meal", position=elsewhere))]
    told_by_phone = scene.report(position=None, community_id=scene.town.divisions["liuyin"].pk, place="柳荫巷口",
                                 description="路灯不亮，灯杆也歪")  # fmt: skip
    assert (first, ["same_community", "same_category", "days", "words"]) in near(told_by_phone)
    assert near(twin, Case.objects.none()) == [] and near(twin, Case.objects.filter(pk=kin.pk))[0][0] == kin
    Case.objects.filter(pk=first.pk).update(is_open=False, closed_at=scene.now - timedelta(days=15))
    assert first not in [case for case, _ in near(twin)]
    Case.objects.filter(pk=first.pk).update(closed_at=scene.now - timedelta(days=13))
    assert first in [case for case, _ in near(twin)]


def test_the_page_proposes_joins_and_takes_back(scene: Scene, client: Client) -> None:
    first = scene.brought_to("pending_handle")
    second = scene.report(reporter=Reporter("丁大爷", "13800000002", "", "phone"), description="巷口的灯又不亮")
    client.force_login(scene.cast["cleo"])
    with clock.standing_at(scene.now):
        page = client.get(f"/cases/{second.number}/").content.decode()
        assert f'/cases/{second.number}/moves/merge/?into={first.number}"' in page and "丁大爷" not in page
        assert f'/cases/{second.number}/moves/merge/?into={first.number}"' in client.get(
            f"/cases/{first.number}/").content.decode()  # fmt: skip
        form = client.get(f"/cases/{second.number}/moves/merge/?into={first.number}").content.decode()
        assert f'value="{first.pk}" selected' in form
        scene.move(second, "cleo", "merge", merged_into=first.pk)
        page = client.get(f"/cases/{first.number}/").content.decode()
        assert second.number in page and "undo-merge" not in page
        client.force_login(scene.cast["deng"])  # who does the work never saw the other report, and does not now
        page = client.get(f"/cases/{first.number}/").content.decode()
        assert first.number in page and second.number not in page and second.description not in page
        client.force_login(scene.cast["cleo"])
        assert "undo-merge" in client.get(f"/cases/{second.number}/").content.decode()
        address = f"/cases/{second.number}/undo-merge/"
        assert client.post(address, {"reason": "短"}).status_code == 422
        assert client.post(address, {"reason": LONG}).status_code == 302
        assert client.post(address, {"reason": LONG}).status_code == 409
        assert "undo-merge" not in client.get(f"/cases/{second.number}/").content.decode()
        client.force_login(scene.cast["finn"])
        assert client.post(address, {"reason": LONG}).status_code == 404


def test_undoing_leaves_everything_as_if_it_had_not_been(scene: Scene) -> None:
    first, second = scene.report(), scene.make(scene.report(), "cleo", "accept")
    scene.make(second, "hui", "supervise")
    scene.make(second, "cleo", "ask_void")
    with clock.standing_at(scene.now):
        follow_case(case=second, reporter=Reporter(), token="x" * 22, by=RESIDENT, at=scene.now)
        index_cases([second.pk])
    before, words = rows_of(second), Case.objects.values_list("search_text__words").get(pk=second.pk)
    ticking = CaseClock.objects.filter(case=second).values().get(kind="stage")
    scene.later(minutes=5)
    scene.move(second, "cleo", "merge", merged_into=first.pk)
    first.refresh_from_db()
    assert first.follower_count == 2 and list(checks.followers()) == []
    scene.later(minutes=5)
    undo(scene, second)
    after = rows_of(second)
    moved = {name for name in before if before[name] != after[name]}
    assert moved == {"step_n", "step_hash"}
    assert CaseClock.objects.filter(case=second).values().get(kind="stage") == ticking
    assert CaseRequest.objects.get(case=second).state == "asked"
    assert Case.objects.values_list("search_text__words").get(pk=second.pk) == words
    first.refresh_from_db()
    assert first.follower_count == 0 and steps(second)[-2:] == ["merge", "undo_merge"]
    body = StepBody.objects.get(step_id=CaseStep.objects.get(case=second, verb="cases.undo_merge").pk).body
    assert LONG in body and first.number in body
    assert [list(check()) for _, check in checks.CHECKS if _ != "cases.search"] == [[]] * (len(checks.CHECKS) - 1)
    assert damage() == []
    assert scene.make(second, "cleo", "file").state == "pending_dispatch"


def test_a_clock_that_was_late_stays_late_and_the_time_since_the_merger_counts(scene: Scene) -> None:
    first, late, soon = scene.report(), scene.report(), scene.report()
    scene.later(minutes=20)
    scene.move(late, "cleo", "merge", merged_into=first.pk)
    undo(scene, late)
    assert clocks(late) == {"stage": ["late", "running"]} and rows_of(late)["is_late"]
    due = CaseClock.objects.get(case=soon).due_at
    scene.now -= timedelta(minutes=10)
    scene.move(soon, "cleo", "merge", merged_into=first.pk)
    scene.later(minutes=30)
    undo(scene, soon)
    assert clocks(soon) == {"stage": ["running"]} and rows_of(soon)["due_at"] == due < scene.now


def test_who_may_undo_and_until_when(scene: Scene) -> None:
    first, second = scene.report(), scene.report()
    assert refused(scene, second) == "case.not_merged"
    scene.move(second, "cleo", "merge", merged_into=first.pk)
    assert refused(scene, second, "dev") == "workflow.not_your_role"
    assert refused(scene, second, reason=" 短 ") == "case.text_too_short"
    scene.later(days=31)
    assert refused(scene, second) == "case.undo_too_late"
    scene.now -= timedelta(days=31)
    Case.objects.filter(pk=first.pk).update(is_open=False)
    assert refused(scene, second) == "case.undo_after_answer"
    Case.objects.filter(pk=first.pk).update(is_open=True)
    assert undo(scene, second, "zhao").state == "reported"


def test_through_a_third_case_everybody_is_told_its_answer_and_counts_follow(scene: Scene) -> None:
    phone = Reporter("丁大爷", "13800000002", "", "phone")
    last, middle, first = scene.report(reporter=phone), scene.report(), scene.report()
    scene.move(last, "cleo", "merge", merged_into=middle.pk)
    scene.move(middle, "cleo", "merge", merged_into=first.pk)
    first.refresh_from_db()
    assert first.follower_count == 2 and set(with_joined(first)) == {first.pk, middle.pk, last.pk}
    assert still_to_tell(first).count() == 1
    undo(scene, last)
    first.refresh_from_db()
    assert first.follower_count == 1 and still_to_tell(first).count() == 0 and list(checks.followers()) == []
    undo(scene, middle)
    first.refresh_from_db()
    assert first.follower_count == 0
    scene.move(middle, "cleo", "merge", merged_into=first.pk)
    scene.move(middle, RESIDENT, "ask_review", reason=LONG)
    scene.make(middle, "zhao", "grant_review")
    middle.refresh_from_db()
    first.refresh_from_db()
    assert (middle.merged_into_id, middle.is_open, first.follower_count) == (None, True, 0)
    assert list(checks.followers()) == []


def test_who_told_a_joined_case_stays_known_as_long_as_the_answer_is_awaited(scene: Scene) -> None:
    last, middle, first = scene.report(), scene.report(), scene.report()
    scene.move(last, "cleo", "merge", merged_into=middle.pk)
    scene.move(middle, "cleo", "merge", merged_into=first.pk)
    scene.later(days=200)
    with clock.standing_at(scene.now):
        assert purge_contacts(at=scene.now) == 0
        Case.objects.filter(pk=first.pk).update(is_open=False, closed_at=scene.now - timedelta(days=181))
        assert purge_contacts(at=scene.now) == 3


@pytest.mark.full
@pytest.mark.long_transaction("many mergers in one test")
def test_after_any_mergers_and_undos_all_counts_are_right(scene: Scene) -> None:
    rng, cases = random.Random(5), [scene.report() for _ in range(7)]
    for _ in range(120):
        case, other = rng.sample(cases, 2)
        scene.later(minutes=rng.choice([1, 30]))
        try:
            kind = rng.choice(["merge", "undo", "follow"])
            if kind == "merge":
                scene.move(case, "cleo", "merge", merged_into=other.pk)
            elif kind == "undo":
                undo(scene, case)
            else:
                with clock.standing_at(scene.now):
                    follow_case(case=case, reporter=Reporter(), token=str(rng.random()), by=RESIDENT, at=scene.now)
        except RuleBroken as told:
            assert told.code.startswith(("case.", "workflow."))
    assert {name: list(check()) for name, check in checks.CHECKS if name != "cases.search" and list(check())} == {}
    assert damage() == []


def test_a_merger_and_its_undoing_at_the_same_moment(two_sessions: TwoSessions, at: Any) -> None:
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), at)  # type: ignore[arg-type]
    a, b, c = scene.report(), scene.report(), scene.report()
    a = scene.move(a, "cleo", "merge", merged_into=b.pk)
    answers = two_sessions.at_once(
        lambda: undo(scene, a), lambda: scene.move(b, "cai", "merge", merged_into=c.pk)
    )  # fmt: skip
    assert [type(answer).__name__ for answer in answers] == ["Case", "Case"]
    assert list(checks.followers()) == [] and Case.objects.get(pk=c.pk).follower_count == 1


def test_at_the_counter_the_same_is_shown_and_the_person_added_to_it(scene: Scene, client: Client) -> None:
    first = scene.report(description="柳荫巷口路灯不亮", reporter=Reporter("安丽华", "13800000001"))
    client.force_login(scene.cast["cleo"])
    with clock.standing_at(scene.now):
        form = fields_of(client.get("/cases/new/"), "")
        form |= {"channel": "counter", "category": str(scene.kinds["lamp"].pk), "description": "灯不亮，老人摔了一跤",
                 "place": "柳荫巷口", "position": "113.9976,28.1951", "answer_by": "phone", "phone": "13800000002",
                 "name": "丁大爷"}  # fmt: skip
        shown = client.post("/cases/new/known/", form).content.decode()
        assert f'name="same" value="{first.number}"' in shown and "安丽华" not in shown
        assert client.post("/cases/new/known/", form | {"category": ""}).content.decode().strip() == ""
        for _ in range(2):
            answer = client.post("/cases/new/", form | {"same": first.number})
            assert answer.status_code == 302 and answer["Location"] == f"/cases/{first.number}/slip/"
        assert "/r/" in client.get(answer["Location"]).content.decode()
        assert client.post("/cases/new/", form | {"same": "9" * 19}).status_code == 404
    first.refresh_from_db()
    assert Case.objects.count() == 1 and first.follower_count == 1
    assert steps(first) == ["submit", "follow", "supplement"] and still_to_tell(first).count() == 1
