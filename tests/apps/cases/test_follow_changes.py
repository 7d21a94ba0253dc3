"""What must hold together: a new calendar moves due times, leaving hands over, a new plan finds new homes."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client

from gridward.accounts.actions import leave_organisation
from gridward.cases.actions import recomputing
from gridward.cases.actions.recomputing import recompute_clocks
from gridward.cases.models import Case, CaseClock, CaseStep
from gridward.cases.queries.public import is_due_by
from gridward.cases.queries.recomputing import KIND, cases_behind
from gridward.core.calendar.holidays import DayException, DayKind
from gridward.duties.actions import change_calendar_day
from gridward.grids.actions import adopt_plan, draft_plan, put_shape, remove_shape
from gridward.work import clock
from gridward.work.actions import ask_stop, claim_run, finish_run
from gridward.work.models import Run
from gridward.work.reporting import Report, StopAsked
from tests.apps.cases.scene import LIUYIN_E, Scene, clocks, damage, running, steps
from tests.apps.cases.test_keep_clocks import local
from tests.town import square

CLOSED = DayException(DayKind.HOLIDAY, "停工", "Closed")
THURSDAY = date(2026, 3, 5)


def close_thursday(scene: Scene) -> None:
    with clock.standing_at(scene.now):
        change_calendar_day(
            calendar=scene.town.calendar, day=THURSDAY, exception=CLOSED, by=scene.cast.actor("sun"), at=scene.now
        )


def afterwards(scene: Scene) -> Run:
    """What the jobs process does next."""
    with clock.standing_at(scene.now):
        run = claim_run(at=scene.now)
        assert run is not None and run.kind == KIND
        recompute_clocks(Report(run))
        finish_run(run_id=run.pk, state="done", at=scene.now)
    run.refresh_from_db()
    return run


def test_a_holiday_moves_open_clocks_with_a_step_and_leaves_closed_ones(scene: Scene) -> None:
    case, ended = scene.brought_to("pending_handle", "meal"), scene.brought_to("closed")
    was = list(CaseClock.objects.filter(case=ended).order_by("pk").values())
    close_thursday(scene)
    run = afterwards(scene)
    assert (run.progress, run.total) == (1, 1)
    case.refresh_from_db()
    assert running(case, "handle").due_at == case.due_at == local(10, 10)
    assert (running(case, "handle").calendar_version, steps(case)[-1]) == (2, "recompute")
    assert list(CaseClock.objects.filter(case=ended).order_by("pk").values()) == was
    assert steps(ended)[-1] == "close" and damage() == []


def test_a_case_whose_due_times_stay_gets_no_step(scene: Scene) -> None:
    case = scene.brought_to("pending_handle", "pothole")
    CaseClock.objects.filter(case=case, kind="total").update(state="discarded")
    close_thursday(scene)
    assert steps(case)[-1] == "dispatch" and running(case, "handle").due_at == scene.now + timedelta(hours=2)


def test_many_cases_are_due_anew_in_chunks_and_a_second_run_changes_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "CHUNK", 1)
    cases = [scene.brought_to("pending_handle", "meal") for _ in range(3)]
    close_thursday(scene)
    run = claim_run(at=scene.now)
    assert run is not None
    ask_stop(run=run, by=scene.cast.actor("sun"), at=scene.now)
    report = Report(run)
    with pytest.raises(StopAsked):
        recompute_clocks(report)
    assert cases_behind(scene.town.district.pk) == [case.pk for case in cases], "stopped before the first"
    Run.objects.update(state="waiting", is_stop_asked=False)
    afterwards(scene)
    assert cases_behind(scene.town.district.pk) == []
    Run.objects.update(state="waiting")
    afterwards(scene)
    assert [steps(case).count("recompute") for case in cases] == [1, 1, 1] and damage() == []


def test_until_then_pages_say_so_and_a_move_is_judged_by_the_new_calendar(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case, other = scene.brought_to("pending_handle", "meal"), scene.brought_to("pending_handle", "meal")
    close_thursday(scene)
    desk, number = client_of("dev"), case.number
    desk.cookies["gridward_language"] = "en"
    assert "the deadlines of 2 cases are being recomputed" in desk.get("/cases/").content.decode()
    assert "are being recomputed: print it again" in desk.get(f"/cases/{number}/print/").content.decode()
    assert is_due_by(case) is None
    scene.later(days=5, hours=1)
    with clock.standing_at(scene.now):
        moved = scene.make(case, "deng", "accept_task")
    assert steps(moved)[-2:] == ["recompute", "accept_task"] and running(moved, "handle").due_at == local(10, 10)
    assert not CaseStep.objects.filter(case=case, is_time_doubtful=True).exists() and damage() == []
    other_due = CaseClock.objects.get(case=other, kind="handle").due_at
    assert scene.now > other_due == local(9, 10), "it would be late by the former calendar"
    assert afterwards(scene).total == 1
    assert running(other, "handle").due_at == local(10, 10) and is_due_by(case) is not None
    assert "being recomputed" not in desk.get("/cases/").content.decode()


def test_moves_after_a_change_use_the_new_calendar(scene: Scene) -> None:
    scene.brought_to("pending_handle", "meal")
    close_thursday(scene)
    assert running(scene.brought_to("pending_handle", "meal"), "handle").due_at == local(10, 10)


def test_a_change_that_was_taken_back_is_not_remembered(scene: Scene) -> None:
    case = scene.brought_to("pending_handle", "meal")
    with pytest.raises(RuntimeError), transaction.atomic():
        close_thursday(scene)
        raise RuntimeError
    assert running(case, "handle").due_at == local(9, 10)
    assert running(scene.brought_to("pending_handle", "meal"), "handle").due_at == local(9, 10)


def leave(scene: Scene, name: str, successor: str | None = None) -> None:
    with clock.standing_at(scene.now):
        leave_organisation(
            user=scene.cast[name], successor=scene.cast[successor] if successor else None,
            by=scene.cast.actor("sun"), at=scene.now,
        )  # fmt: skip


def test_who_leaves_hands_open_work_to_the_desk_or_a_successor(scene: Scene) -> None:
    to_desk, ended = scene.brought_to("handling"), scene.brought_to("closed")
    leave(scene, "ben")
    to_desk.refresh_from_db()
    ended.refresh_from_db()
    assert (to_desk.state, to_desk.handler, steps(to_desk)[-1]) == ("pending_handle", None, "hand_over")
    assert ended.handler == scene.cast["ben"] and clocks(to_desk)["handle"] == ["running"]
    assert damage() == []


def test_a_successor_goes_on_where_it_stood(scene: Scene) -> None:
    case = scene.brought_to("handling")
    scene.person("fitter", "handler", "maintenance", f"body:{scene.town.bodies['maintenance'].pk}")
    leave(scene, "ben", "fitter")
    case.refresh_from_db()
    assert (case.state, case.handler) == ("handling", scene.cast["fitter"])
    assert scene.make(case, "fitter", "finish").state == "handled"


def test_what_somebody_was_asked_to_check_is_open_to_their_colleagues_again(scene: Scene) -> None:
    case = scene.move(scene.brought_to("feedback"), "cleo", "ask_inspection", inspector=scene.cast["eva"].pk)
    leave(scene, "eva")
    case.refresh_from_db()
    assert case.checker is None and steps(case)[-1] == "hand_over"


def test_a_new_plan_gives_open_cases_new_homes_and_keeps_where_they_were_reported(scene: Scene) -> None:
    case, elsewhere = scene.brought_to("handling", position=LIUYIN_E), scene.report(position=(114.0075, 28.205))
    ended = scene.brought_to("closed")
    town, by = scene.town, scene.cast.actor("wen")
    with clock.standing_at(scene.now):
        plan = draft_plan(division=town.divisions["liuyin"], name_zh="柳荫并格", by=by, at=scene.now)
        put_shape(plan=plan, grid=town.grids["liuyin_w"], shape=square(113.99, 28.19), by=by, at=scene.now)
        remove_shape(plan=plan, grid=town.grids["liuyin_e"], by=by, at=scene.now)
        adopt_plan(plan=plan, from_day=date(2026, 3, 4), by=by, at=scene.now)
    for row in (case, elsewhere, ended):
        row.refresh_from_db()
    assert (case.duty_grid, case.grid) == (town.grids["liuyin_w"], town.grids["liuyin_e"])
    assert (steps(case)[-1], steps(elsewhere)) == ("rehome", ["submit"])
    assert (ended.duty_grid, ended.grid) == (None, town.grids["liuyin_e"])
    assert damage() == []


def test_an_added_step_never_lies_before_the_one_before_it(scene: Scene) -> None:
    case = scene.brought_to("handling")
    Case.objects.filter(pk=case.pk).update(is_open=True)
    CaseStep.objects.filter(case=case, n=case.step_n).update(at=scene.now + timedelta(minutes=1))
    leave(scene, "ben")
    last = CaseStep.objects.filter(case=case).order_by("-n").first()
    assert last is not None and last.at == scene.now + timedelta(minutes=1) and last.is_time_doubtful
