"""What must hold together: a new calendar moves due times, leaving hands over, a new plan finds new homes."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from gridward.accounts.actions import leave_organisation
from gridward.cases.models import Case, CaseClock, CaseStep
from gridward.core.calendar.holidays import DayException, DayKind
from gridward.duties.actions import change_calendar_day
from gridward.grids.actions import adopt_plan, draft_plan, put_shape, remove_shape
from gridward.work import clock
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


def test_a_holiday_moves_open_clocks_with_a_step_and_leaves_closed_ones(scene: Scene) -> None:
    case, ended = scene.brought_to("pending_handle", "meal"), scene.brought_to("closed")
    was = list(CaseClock.objects.filter(case=ended).order_by("pk").values())
    close_thursday(scene)
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
