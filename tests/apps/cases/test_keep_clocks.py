"""Clocks of cases as rows: due times worked out by hand for Wednesday 4 March 2026, 10:00 in the town.

Offices are open from 08:00 to 12:00 and from 14:00 to 18:00, Monday to Friday; a working day is 8 hours.
"""

from datetime import UTC, datetime, timedelta

import pytest

from gridward.cases import jobs
from gridward.cases.actions.clocks import core_clock
from gridward.cases.models import Case, CaseClock
from gridward.cases.queries.calendars import core_calendar
from gridward.cases.queries.lights import light
from gridward.core.calendar.due import due_at
from gridward.work import clock
from tests.apps.cases.scene import Scene, clocks, running, steps


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 on the town's wall, as UTC."""
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour - 8, minutes=minute)


def due(case: Case, kind: str) -> datetime:
    return running(case, kind).due_at


def test_four_working_hours_from_ten_are_used_up_at_four(scene: Scene) -> None:
    case = scene.brought_to("pending_handle")
    assert due(case, "handle") == case.due_at == local(4, 16)


def test_four_working_hours_from_friday_five_end_on_monday_at_eleven(scene: Scene) -> None:
    scene.now = local(6, 17)
    assert due(scene.brought_to("pending_handle"), "handle") == local(9, 11)


def test_three_working_days_are_twenty_four_open_hours(scene: Scene) -> None:
    assert due(scene.brought_to("pending_handle", "meal"), "handle") == local(9, 10)


def test_two_urgent_hours_from_half_past_eleven_at_night_end_at_half_past_one(scene: Scene) -> None:
    scene.now = local(4, 23, 30)
    case = scene.brought_to("pending_handle", "pothole")
    assert due(case, "handle") == local(5, 1, 30)
    assert due(case, "make_safe") == case.due_at == local(5, 0, 30)


def test_the_total_clock_is_standard_and_stage_limits_and_one_working_day(scene: Scene) -> None:
    case = scene.brought_to("pending_dispatch")
    assert running(case, "total").amount_s == (4 + 8) * 3600 + (15 + 30 + 15 + 30 + 15) * 60
    assert due(case, "total") == case.total_due_at == local(5, 17, 45)


def test_rows_of_clocks_derive_again_from_what_they_keep(scene: Scene) -> None:
    scene.brought_to("handling", "pothole")
    for row in CaseClock.objects.filter(calendar__isnull=False):
        again = due_at(row.opened_at, row.amount_s, row.unit, core_calendar(row.calendar))
        assert (row.due_at, row.is_provisional) == (again.due_at, again.is_provisional)
        assert [line.as_json() for line in again.derivation] == row.derivation


def test_the_clocks_of_a_whole_road_are_opened_and_stopped_in_turn(scene: Scene) -> None:
    case = scene.brought_to("closed")
    assert clocks(case) == {"stage": ["met"] * 5, "handle": ["met"], "total": ["met"]}
    assert (case.due_at, case.clock_from, case.is_late) == (None, None, False)


def test_an_extension_gives_the_limit_once_more_and_the_total_follows(scene: Scene) -> None:
    case = scene.make(scene.brought_to("handling"), "deng", "ask_extension")
    scene.later(hours=1)
    case = scene.make(case, "dev", "grant_extension")
    assert (due(case, "handle"), due(case, "total")) == (local(5, 10), local(6, 11, 45))
    assert (case.extension_count, running(case, "handle").extensions) == (1, 1)


def test_there_are_two_extensions_and_none_after_the_due_time(scene: Scene) -> None:
    case = scene.brought_to("handling")
    for _ in range(2):
        case = scene.make(scene.make(case, "deng", "ask_extension"), "dev", "grant_extension")
    assert scene.refusal(case, "deng", "ask_extension", reason="还差一个零件没有到货") == "case.no_extension_left"
    late = scene.brought_to("handling")
    scene.now = local(4, 16)
    late = scene.make(late, "deng", "ask_extension")
    scene.later(seconds=1)
    assert scene.refusal(late, "dev", "grant_extension") == "case.extension_after_late"


def suspended(scene: Scene) -> Case:
    """Suspended on the first day at eleven, one of four hours used, until the sixteenth."""
    case = scene.brought_to("handling")
    scene.later(hours=1)
    given = {"reason": "沿线正在施工，暂时不能换灯", "until": local(16, 8).date()}
    return scene.move(scene.move(case, "deng", "ask_suspension", **given), "dev", "grant_suspension", **given)


def sweep(moment: datetime) -> int:
    with clock.standing_at(moment):
        return jobs.resume_suspended(at=moment)


def test_a_suspension_stops_two_clocks_and_the_sweep_takes_the_case_up_on_its_day(scene: Scene) -> None:
    case = suspended(scene)
    assert clocks(case)["handle"] == clocks(case)["total"] == ["paused"] and case.due_at is None
    assert sweep(local(15, 23, 59)) == 0
    assert sweep(local(16, 0, 1)) == 1
    assert sweep(local(16, 0, 2)) == 0
    case.refresh_from_db()
    assert (case.state, case.suspended_until, steps(case)[-1]) == ("handling", None, "resume")
    assert running(case, "handle").paused_s == 61 * 3600
    assert due(case, "handle") == local(16, 11)


def test_the_sweep_reaches_what_is_due_past_any_number_that_is_not(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_AT_ONCE", 1)
    later, first = suspended(scene), suspended(scene)
    Case.objects.filter(pk=later.pk).update(suspended_until=local(28, 8).date())
    assert sweep(local(16, 9)) == 1
    first.refresh_from_db()
    assert first.state == "handling"


def test_one_case_that_cannot_be_resumed_does_not_hold_up_the_others(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = suspended(scene), suspended(scene)
    move = jobs.move_case

    def taken_up_meanwhile(*, case: Case, **rest: object) -> Case:
        if case.pk == broken.pk:
            move(case=case, **{**rest, "action_uuid": None})  # type: ignore[arg-type]
        return move(case=case, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "move_case", taken_up_meanwhile)
    assert sweep(local(16, 9)) == 1
    whole.refresh_from_db()
    assert whole.state == "handling"


def test_a_case_is_suspended_once_in_one_handling(scene: Scene) -> None:
    case = scene.make(suspended(scene), "dev", "resume")
    assert (
        scene.refusal(case, "deng", "ask_suspension", reason="又遇到施工不能进场", until=scene.day(9))
        == "case.suspended_before"
    )


def test_a_total_clock_that_is_late_takes_no_pause_and_does_not_hinder_one(scene: Scene) -> None:
    case = scene.make(scene.brought_to("pending_handle"), "deng", "return_task")
    scene.now = local(9, 9)
    for who, move in (("dev", "redispatch"), ("deng", "accept_task"), ("deng", "ask_suspension")):
        case = scene.make(case, who, move)
    case = scene.make(case, "dev", "grant_suspension")
    assert running(case, "handle").state == "paused"
    assert running(case, "total").state == "running" and core_clock(running(case, "total")).is_late(scene.now)
    case = scene.make(case, "dev", "resume")
    assert running(case, "handle").state == "running"


def test_a_return_in_time_discards_and_a_new_dispatch_begins_anew(scene: Scene) -> None:
    case = scene.make(scene.brought_to("pending_handle"), "deng", "return_task")
    assert clocks(case)["handle"] == ["discarded"]
    scene.later(hours=1)
    case = scene.make(case, "dev", "redispatch")
    assert clocks(case)["handle"] == ["discarded", "running"] and due(case, "handle") == local(4, 17)


def test_a_return_after_the_due_time_stays_late(scene: Scene) -> None:
    case = scene.brought_to("pending_handle")
    scene.now = local(4, 16, 1)
    case = scene.make(case, "deng", "return_task")
    assert clocks(case)["handle"] == ["late"] and case.is_late


def test_met_exactly_at_the_due_time_and_late_a_second_after(scene: Scene) -> None:
    for seconds, state in ((0, "met"), (1, "late")):
        scene.now = local(4, 10)
        case = scene.brought_to("handling")
        scene.now = local(4, 16) + timedelta(seconds=seconds)
        case = scene.make(scene.make(case, "ben", "finish"), "deng", "confirm")
        assert clocks(case)["handle"] == [state]
        assert case.is_late is (state == "late")


def test_rework_opens_a_new_clock_and_does_not_wipe_out_what_was_late(scene: Scene) -> None:
    case = scene.brought_to("handling")
    scene.now = local(5, 9)
    for who, move in (("ben", "finish"), ("deng", "confirm"), ("cleo", "ask_inspection"), ("eva", "inspect_fail"),
                      ("dev", "redo"), ("ben", "finish"), ("deng", "confirm")):  # fmt: skip
        case = scene.make(case, who, move)
    assert clocks(case)["handle"] == ["late", "met"] and case.is_late and case.rework_count == 1


def test_an_appeal_frees_of_the_count_and_leaves_the_fact(scene: Scene) -> None:
    case = scene.brought_to("handling")
    scene.now = local(5, 9)
    for who, move in (("ben", "finish"), ("deng", "confirm"), ("cleo", "ask_inspection"), ("eva", "inspect_pass"),
                      ("cai", "close"), ("deng", "ask_appeal"), ("zhao", "grant_appeal")):  # fmt: skip
        case = scene.make(case, who, move)
    assert case.is_timeout_exempt and case.is_late
    assert scene.refusal(case, "deng", "ask_appeal", reason="再申诉一次可以吗") == "case.appealed_before"


def test_what_is_made_safe_stays_so(scene: Scene) -> None:
    case = scene.make(scene.brought_to("handling", "pothole"), "ben", "make_safe")
    assert clocks(case)["make_safe"] == ["met"]
    assert scene.refusal(case, "ben", "make_safe", result="又围了一次") == "case.nothing_to_make_safe"
    case = scene.make(case, "ben", "handler_return")
    case = scene.make(scene.make(case, "deng", "return_task"), "dev", "redispatch")
    assert clocks(case)["make_safe"] == ["met"]


def test_a_standard_without_such_a_limit_has_no_make_safe_clock(scene: Scene) -> None:
    assert "make_safe" not in clocks(scene.brought_to("handling"))


def test_reopening_begins_a_new_total_clock(scene: Scene) -> None:
    case = scene.make(scene.brought_to("closed"), "cleo", "reopen")
    assert clocks(case)["total"] == ["met", "running"]


def test_no_move_changes_when_the_resident_told_us(scene: Scene) -> None:
    told = scene.now - timedelta(days=3)
    case = scene.report(told_at=told)
    for who, move in (("cleo", "accept"), ("cleo", "file"), ("dev", "dispatch"), ("deng", "return_task")):
        case = scene.make(case, who, move)
    assert case.told_at == told


def test_nothing_is_called_late_while_everybody_is_off_and_the_fact_stands(scene: Scene) -> None:
    scene.now = local(4, 14)
    case = scene.brought_to("pending_handle")
    assert case.due_at == local(4, 18)
    lights = [
        light(case, moment) for moment in (local(4, 18), local(4, 18, 1), local(5, 7, 59), local(5, 8), local(5, 22))
    ]
    assert lights == ["due_soon", "due_soon", "due_soon", "late", "late"]
    assert core_clock(running(case, "handle")).is_late(local(4, 18, 1))


def test_an_urgent_case_is_called_late_at_once(scene: Scene) -> None:
    scene.now = local(4, 23, 30)
    case = scene.brought_to("pending_handle", "pothole")
    assert case.due_at == local(5, 0, 30) and light(case, local(5, 0, 31)) == "late"
