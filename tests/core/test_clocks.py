"""Clocks of a case: a pause, an extension, a return, a new calendar, and lateness that nothing undoes."""

import contextlib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.calendar.holidays import DayException, DayKind, chinese_days, parse_days
from gridward.core.calendar.working import WorkingCalendar, week_from_json
from gridward.core.errors import RuleBroken
from gridward.core.workflow.clocks import (
    ClockState,
    Light,
    discard,
    extend,
    light,
    open_clock,
    pause,
    reached_at,
    recompute,
    resume,
    share_used,
    stop,
    total_limit_s,
)
from gridward.core.workflow.clockwork import Limit, apply_changes
from gridward.core.workflow.moves import clock_changes
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import ClockKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingCalendar()
DAY = 8 * 3600
CALENDARS = dict.fromkeys(ClockKind, OFFICE)
LIMITS = {
    ClockKind.STAGE: Limit(900, "shift_minute"),
    ClockKind.HANDLE: Limit(2 * DAY, "work_day"),
    ClockKind.MAKE_SAFE: Limit(2 * 3600, "urgent_hour"),
    ClockKind.TOTAL: Limit(4 * DAY, "work_hour"),
}


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def two_days():
    return open_clock(ClockKind.HANDLE, 2 * DAY, "work_day", local("2026-03-02 08:00"), OFFICE)


def refusal(call, *args) -> str:
    with pytest.raises(RuleBroken) as caught:
        call(*args)
    assert caught.value.sentence("zh") and caught.value.sentence("en")
    return caught.value.code


def test_a_limit_is_met_up_to_its_deadline_and_not_a_second_longer():
    clock = two_days()
    assert clock.due_at == local("2026-03-03 18:00")
    assert stop(clock, clock.due_at).state is ClockState.MET
    assert stop(clock, clock.due_at + timedelta(seconds=1)).state is ClockState.LATE


def test_there_is_no_extension_after_lateness():
    clock = two_days()
    assert extend(clock, clock.due_at, OFFICE).due_at == local("2026-03-05 18:00")
    assert refusal(extend, clock, clock.due_at + timedelta(seconds=1), OFFICE) == "case.extension_after_late"


def test_a_return_discards_the_clock_unless_it_is_late_already():
    assert discard(two_days(), local("2026-03-02 10:00")).state is ClockState.DISCARDED
    assert discard(two_days(), local("2026-03-05 10:00")).state is ClockState.LATE


def test_a_late_clock_is_neither_paused_nor_saved_by_a_new_calendar():
    clock, after = two_days(), local("2026-03-04 09:00")
    assert refusal(pause, clock, after) == "clock.pause_after_late"
    holiday = {**chinese_days(), date(2026, 3, 3): DayException(DayKind.HOLIDAY, "停工", "Closed")}
    again = recompute(clock, after, WorkingCalendar(version=2, days=holiday))
    assert again.due_at == clock.due_at and again.is_late(after) and again.calendar_version == 2


def test_a_new_holiday_moves_an_open_clock_and_an_ended_one_never():
    holiday = {**chinese_days(), date(2026, 3, 3): DayException(DayKind.HOLIDAY, "停工", "Closed")}
    version2, at = WorkingCalendar(version=2, days=holiday), local("2026-03-02 12:00")
    assert recompute(two_days(), at, version2).due_at == local("2026-03-04 18:00")
    assert refusal(recompute, stop(two_days(), at), at, version2) == "clock.not_open"


def test_nobody_becomes_late_by_a_change_of_the_calendar():
    start = local("2026-03-06 08:00")
    clock = open_clock(ClockKind.HANDLE, 2 * DAY, "work_day", start, OFFICE)
    assert clock.due_at == local("2026-03-09 18:00")
    saturday = {**chinese_days(), date(2026, 3, 7): DayException(DayKind.WORKDAY, "补班", "Make-up day")}
    version2 = WorkingCalendar(version=2, days=saturday)
    assert recompute(clock, local("2026-03-06 12:00"), version2).due_at == local("2026-03-07 18:00")
    assert recompute(clock, local("2026-03-08 12:00"), version2).due_at == clock.due_at


def test_a_paused_clock_stands_and_a_clock_is_not_paused_twice():
    clock = pause(two_days(), local("2026-03-03 10:00"))
    assert not clock.is_late(local("2026-06-01 10:00"))
    assert light(clock, local("2026-06-01 10:00"), OFFICE) is Light.SUSPENDED
    assert refusal(pause, clock, local("2026-03-04 10:00")) == "clock.not_running"
    assert refusal(extend, clock, local("2026-03-03 11:00"), OFFICE) == "clock.not_running"
    assert refusal(resume, two_days(), local("2026-03-03 10:00"), OFFICE) == "clock.not_paused"
    assert stop(clock, local("2026-06-01 10:00")).state is ClockState.MET


def test_time_does_not_run_backwards():
    assert refusal(stop, two_days(), local("2026-03-01 08:00")) == "clock.before_opening"
    paused = pause(two_days(), local("2026-03-03 10:00"))
    assert refusal(resume, paused, local("2026-03-03 09:00"), OFFICE) == "clock.before_opening"


def test_a_limit_set_by_law_is_neither_paused_nor_extended():
    clock = open_clock(ClockKind.HANDLE, 5 * 86400, "legal_workday", local("2026-03-02 08:00"), OFFICE)
    assert refusal(pause, clock, local("2026-03-03 08:00")) == "clock.legal_time_is_fixed"
    assert refusal(extend, clock, local("2026-03-03 08:00"), OFFICE) == "clock.legal_time_is_fixed"


@pytest.mark.parametrize(
    ("at", "colour"),
    [
        ("2026-03-02 09:00", Light.ON_TIME),
        ("2026-03-03 11:11", Light.ON_TIME),
        ("2026-03-03 11:12", Light.DUE_SOON),
        ("2026-03-03 18:00", Light.DUE_SOON),
        ("2026-03-03 18:01", Light.LATE),
    ],
)
def test_the_colour_follows_the_share_of_the_limit_used(at, colour):
    assert light(two_days(), local(at), OFFICE) is colour


def test_reminders_come_at_a_share_of_the_limit():
    clock = two_days()
    at = reached_at(clock, 0.7, OFFICE)
    assert at == local("2026-03-03 11:12")
    assert share_used(clock, at, OFFICE) == pytest.approx(0.7)
    assert reached_at(clock, 1.0, OFFICE) == clock.due_at


def test_the_total_limit_is_the_standard_and_the_stages_and_one_working_day():
    start = local("2026-03-02 08:00")
    assert total_limit_s(start, 2 * DAY, "work_day", [900, 1800], OFFICE) == 3 * DAY + 2700
    over_the_weekend = local("2026-03-06 18:00")
    assert total_limit_s(over_the_weekend, 2 * 86400, "urgent_day", [], OFFICE) == DAY


VERBS = {
    "pause": pause,
    "resume": lambda clock, at: resume(clock, at, OFFICE),
    "extend": lambda clock, at: extend(clock, at, OFFICE),
    "recompute": lambda clock, at: recompute(clock, at, WorkingCalendar(days={})),
    "stop": stop,
    "discard": discard,
}
times = st.integers(0, 60 * 24 * 60).map(lambda m: local("2026-02-10 08:00") + timedelta(minutes=m))


@given(st.lists(st.tuples(st.sampled_from(sorted(VERBS)), times)))
def test_late_can_never_be_undone(events):
    """Whatever is tried in whatever order: a clock that was late at one moment is late ever after."""
    clock = open_clock(ClockKind.HANDLE, 2 * DAY, "work_day", local("2026-02-10 08:00"), OFFICE)
    was_late = False
    for verb, at in sorted(events, key=lambda event: event[1]):
        was_late = was_late or clock.is_late(at)
        with contextlib.suppress(RuleBroken):
            clock = VERBS[verb](clock, at)
        if was_late:
            assert clock.is_late(at)


def applied(clocks, state, move, at):
    done = apply_changes(clocks, clock_changes(load(), state, move), local(at), limits=LIMITS, calendars=CALENDARS)
    left = dict(clocks)
    for changed in done:
        left.pop(changed.after.kind, None)
        if changed.after.is_open:
            left[changed.after.kind] = changed.after
    return left, done


def test_the_clocks_of_a_case_from_report_to_suspension_and_closing():
    clocks, _ = applied({}, "", "submit", "2026-03-02 08:00")
    assert set(clocks) == {ClockKind.STAGE}
    clocks, _ = applied(clocks, "pending_filing", "file", "2026-03-02 08:10")
    assert set(clocks) == {ClockKind.STAGE, ClockKind.TOTAL}
    clocks, done = applied(clocks, "pending_dispatch", "dispatch", "2026-03-02 08:20")
    assert set(clocks) == {ClockKind.HANDLE, ClockKind.MAKE_SAFE, ClockKind.TOTAL}
    assert done[0].after.state is ClockState.MET
    total_due = clocks[ClockKind.TOTAL].due_at
    clocks, _ = applied(clocks, "handling", "grant_extension", "2026-03-02 09:00")
    assert clocks[ClockKind.HANDLE].due_at == local("2026-03-06 08:20")
    assert clocks[ClockKind.TOTAL].due_at == total_due + timedelta(days=4)  # two working days over a weekend
    clocks, _ = applied(clocks, "handling", "grant_suspension", "2026-03-02 10:00")
    assert clocks[ClockKind.MAKE_SAFE].state is ClockState.RUNNING
    assert clocks[ClockKind.HANDLE].state is clocks[ClockKind.TOTAL].state is ClockState.PAUSED
    clocks, _ = applied(clocks, "suspended", "resume", "2026-03-03 10:00")
    assert clocks[ClockKind.HANDLE].due_at == local("2026-03-09 08:20")
    clocks, done = applied(clocks, "handling", "finish", "2026-03-03 11:00")
    assert [c.after.state for c in done] == [ClockState.LATE]
    assert ClockKind.MAKE_SAFE not in clocks
    clocks, _ = applied(clocks, "handled", "confirm", "2026-03-03 12:00")
    clocks, _ = applied(clocks, "feedback", "desk_inspect_pass", "2026-03-03 12:00")
    clocks, _ = applied(clocks, "pending_close", "close", "2026-03-03 14:00")
    assert clocks == {}


def test_a_late_total_clock_lets_the_handling_be_suspended_and_stays_late():
    start = local("2026-03-02 08:00")
    clocks = {
        ClockKind.HANDLE: open_clock(ClockKind.HANDLE, 5 * DAY, "work_day", start, OFFICE),
        ClockKind.TOTAL: open_clock(ClockKind.TOTAL, DAY, "work_hour", start, OFFICE),
    }
    clocks, done = applied(clocks, "handling", "grant_suspension", "2026-03-04 08:00")
    assert [c.after.kind for c in done] == [ClockKind.HANDLE]
    clocks, done = applied(clocks, "suspended", "resume", "2026-03-05 08:00")
    assert clocks[ClockKind.TOTAL].is_late(local("2026-03-05 08:00"))


def test_opening_a_clock_twice_is_a_fault_of_the_caller():
    clocks, _ = applied({}, "pending_dispatch", "dispatch", "2026-03-02 08:20")
    with pytest.raises(ValueError, match="open already"):
        applied(clocks, "pending_dispatch", "dispatch", "2026-03-02 08:30")


def test_holiday_data_with_a_fault_is_refused():
    head = "day,kind,name_zh,name_en\n"
    with pytest.raises(ValueError, match="listed twice"):
        parse_days(head + "2026-01-01,holiday,a,b\n2026-01-01,workday,a,b\n")
    with pytest.raises(ValueError, match="feast"):
        parse_days(head + "2026-01-01,feast,a,b\n")


def test_a_week_with_overlapping_or_no_opening_is_refused():
    with pytest.raises(ValueError, match="overlap"):
        WorkingCalendar(week=week_from_json([[["08:00", "12:00"], ["11:00", "13:00"]], *[[]] * 6]))
    with pytest.raises(ValueError, match="at least one"):
        WorkingCalendar(week=((),) * 7)
    with pytest.raises(ValueError, match="time of day"):
        week_from_json([[["08:00", "25:00"]]])
    with pytest.raises(ValueError, match="overlap"):
        WorkingCalendar(week=week_from_json([[["20:00", "08:00"], ["22:00", "23:00"]], *[[]] * 6]))
