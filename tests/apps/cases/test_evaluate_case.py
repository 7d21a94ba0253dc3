"""综合评价: the record of an ended case, written once, added to, and never changed."""

from typing import Any

from gridward.cases.actions.evaluating import ending_verbs, evaluate_after
from gridward.cases.jobs import JOBS
from gridward.cases.models import Case, CaseEvaluation, CaseStep, Standard
from gridward.work import clock
from gridward.work.delivering import deliver_round
from gridward.work.models import Delivery
from tests.apps.cases.scene import RESIDENT, Scene
from tests.apps.cases.test_keep_clocks import local


def delivered(scene: Scene) -> None:
    """What the jobs process does until nothing waits."""
    with clock.standing_at(scene.now):
        while deliver_round():
            pass


def records(scene: Scene, case: Case) -> list[CaseEvaluation]:
    delivered(scene)
    return list(case.evaluations.order_by("step_n"))


def words(row: CaseEvaluation) -> tuple[Any, ...]:
    return row.occasion, row.ending, row.is_solved, row.is_late, row.is_on_time


def test_a_case_that_ended_in_time_is_recorded_with_what_each_stage_took(scene: Scene) -> None:
    case = scene.brought_to("closed")
    (row,) = records(scene, case)
    assert words(row) == ("ended", "solved", True, False, True)
    assert (row.metric_version, row.round, row.step_n, row.ended_at) == (1, 0, case.step_n, case.closed_at)
    assert [part["name"] for part in row.parts] == ["accept", "dispatch", "handle", "closing", "inspection", "closing"]
    assert [line["code"] for line in row.lines] == ["ended_in_time"]


def test_the_same_delivery_again_and_a_later_standard_change_nothing(scene: Scene) -> None:
    case = scene.brought_to("closed")
    records(scene, case)
    before = CaseEvaluation.objects.values().get(case=case)
    Standard.objects.update(limit_value=1)
    evaluate_after(None, CaseStep.objects.get(case=case, n=case.step_n))
    Delivery.objects.update(state=Delivery.State.WAITING, due_at=scene.now)
    delivered(scene)
    assert CaseEvaluation.objects.values().get(case=case) == before


def test_late_excused_rated_and_reopened_are_rows_of_their_own(scene: Scene) -> None:
    case = scene.brought_to("pending_close")
    scene.now = local(12, 9)
    case = scene.make(case, "cai", "close")
    case = scene.make(scene.make(case, "deng", "ask_appeal"), "zhao", "grant_appeal")
    case = scene.move(case, RESIDENT, "rate", solved=False, satisfied=2)
    case = scene.make(case, "cleo", "reopen")
    found = records(scene, case)
    assert [words(row) for row in found] == [
        ("ended", "solved", True, True, False),
        ("excused", "solved", True, True, True),
        ("rated", "solved", True, True, True),
    ]
    assert [row.says_solved for row in found] == [None, None, False] and found[2].stars == 2
    assert {row.round for row in found} == {0} and found[0].lines[0]["code"] == "ended_late"
    for who, move in (("dev", "redo"), ("ben", "finish"), ("deng", "confirm"), ("cleo", "ask_inspection"),
                      ("eva", "inspect_pass"), ("cai", "close")):  # fmt: skip
        case = scene.make(case, who, move)
    last = records(scene, case)[-1]
    assert (*words(last), last.round, last.reopen_count) == ("ended", "solved", True, False, True, 1, 1)
    assert [part["name"] for part in last.parts] == ["dispatch", "handle", "closing", "inspection", "closing"]


def test_unresolved_and_special_ends_are_neither_solved_nor_on_time(scene: Scene) -> None:
    for move, ending in (("close_unresolved", "unresolved"), ("force_close", "special")):
        case = scene.make(scene.brought_to("feedback"), "zhao", move)
        assert words(records(scene, case)[0]) == ("ended", ending, False, False, False)
        case = scene.move(case, RESIDENT, "rate", solved=True)
        assert words(records(scene, case)[1]) == ("rated", ending, False, False, False)
    refused = scene.make(scene.report(), "cleo", "refuse")
    assert words(records(scene, refused)[0]) == ("ended", "not_taken_on", False, False, False)


def test_a_case_that_was_opened_again_before_the_jobs_ran_is_judged_as_it_was(scene: Scene) -> None:
    case = scene.brought_to("closed")
    case = scene.make(case, "cleo", "reopen")
    assert [words(row)[:2] for row in records(scene, case)] == [("ended", "solved")]
    assert records(scene, case)[0].parts[-1]["name"] == "closing"


def test_times_that_arrived_late_count_once_they_are_confirmed(scene: Scene) -> None:
    case = scene.brought_to("pending_close")
    scene.later(days=2)
    case = scene.move(case, "cai", "close", at=local(4, 11), **scene.fields(case, "close"))
    assert words(records(scene, case)[0]) == ("ended", "solved", True, False, False)


def test_every_end_of_every_table_is_followed_and_the_page_shows_the_record(scene: Scene, client_of: Any) -> None:
    assert {"cases.close", "cases.refuse", "cases.merge", "cases.rate", "cases.grant_appeal"} <= set(ending_verbs())
    assert all(evaluate_after in JOBS[verb] for verb in ending_verbs())
    assert "cases.supervise" not in ending_verbs() and "cases.grant_review" not in ending_verbs()
    case = scene.brought_to("closed")
    records(scene, case)
    browser = client_of("cleo")
    browser.cookies["gridward_language"] = "en"
    for page in ("", "print/"):
        html = browser.get(f"/cases/{case.number}/{page}").content.decode()
        assert "Solved by its standard · on time" in html and "metric version 1" in html
