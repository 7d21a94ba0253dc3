"""Deadlines against a table worked out by hand and against a calendar that counts single minutes."""

import csv
import json
import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridward.core.calendar.due import (
    Unit,
    amount_seconds,
    days_since,
    due_at,
    elapsed_s,
    late_from,
    lines_from_json,
    next_opening,
)
from gridward.core.calendar.holidays import chinese_days
from gridward.core.calendar.working import OFFICE_DAY, ShiftCalendar, WorkingCalendar, gaps, week_from_json
from gridward.core.errors import RuleBroken
from gridward.core.workflow.clocks import extend, open_clock, pause, resume
from gridward.core.workflow.table import ClockKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingCalendar()
CALENDARS = {
    "office": OFFICE,
    "night": WorkingCalendar("night", week=week_from_json([[["20:00", "08:00"]]] * 7), days={}),
    "long_day": WorkingCalendar("long_day", week=week_from_json([[["08:00", "20:00"]]] * 7), days={}),
}
ROWS = list(csv.DictReader(Path(__file__).with_name("deadlines_by_hand.csv").open(encoding="utf-8")))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["n"])
def test_the_deadline_is_the_one_worked_out_by_hand(row):
    calendar, start = CALENDARS[row["calendar"]], local(row["start"]).astimezone(UTC)
    seconds = amount_seconds(int(row["value"]), row["unit"])
    clock = open_clock(ClockKind.HANDLE, seconds, row["unit"], start, calendar)
    if row["pause_from"]:
        clock = resume(pause(clock, local(row["pause_from"])), local(row["pause_to"]), calendar)
    for _ in range(int(row["extensions"])):
        clock = extend(clock, start, calendar)
    assert clock.due_at.astimezone(SHANGHAI) == local(row["due"]), row["how"]
    assert clock.is_provisional == (row["provisional"] == "yes")
    assert clock.due_at.tzinfo is UTC


def test_the_table_by_hand_has_what_it_should_have():
    assert len(ROWS) >= 40
    assert {row["unit"] for row in ROWS} == set(Unit)


class MinuteCalendar:
    """The oracle: one flag per minute of 2025 and 2026, written without the code under test."""

    def __init__(self) -> None:
        self.first = datetime(2025, 1, 1)  # noqa: DTZ001 - wall clock, on purpose
        days = (date(2027, 1, 1) - date(2025, 1, 1)).days
        self.open = [self._is_open(self.first + timedelta(minutes=m)) for m in range(days * 1440)]

    def _is_open(self, at: datetime) -> bool:
        row = chinese_days().get(at.date())
        works = row.kind == "workday" if row else at.weekday() < 5
        return works and (8 <= at.hour < 12 or 14 <= at.hour < 18)

    def due(self, start: datetime, minutes: int) -> datetime:
        m = int((start - self.first).total_seconds()) // 60
        while minutes:
            minutes -= self.open[m]
            m += 1
        return self.first + timedelta(minutes=m)


ORACLE = MinuteCalendar()
minutes_of_two_years = st.integers(0, 600 * 1440)


@given(minutes_of_two_years, st.integers(1, 30 * 480))
@example(0, 1)
def test_the_deadline_is_the_one_of_a_calendar_that_counts_minutes(offset, amount):
    start = ORACLE.first + timedelta(minutes=offset)
    expected = ORACLE.due(start, amount).replace(tzinfo=SHANGHAI)
    assert due_at(start.replace(tzinfo=SHANGHAI), amount * 60, "work_hour", OFFICE).due_at == expected


@given(minutes_of_two_years, st.integers(1, 40 * 480 * 60))
def test_exactly_the_amount_lies_between_start_and_deadline_and_no_second_less_would_do(offset, seconds):
    start = (ORACLE.first + timedelta(minutes=offset)).replace(tzinfo=SHANGHAI)
    due = due_at(start, seconds, "work_hour", OFFICE).due_at
    assert elapsed_s(start, due, "work_hour", OFFICE) == seconds
    assert elapsed_s(start, due - timedelta(seconds=1), "work_hour", OFFICE) == seconds - 1


@given(minutes_of_two_years, st.integers(1, 50_000), st.integers(1, 50_000))
def test_two_limits_one_after_the_other_end_where_their_sum_ends(offset, one, two):
    start = (ORACLE.first + timedelta(minutes=offset)).replace(tzinfo=SHANGHAI)
    middle = due_at(start, one, "work_hour", OFFICE).due_at
    assert due_at(middle, two, "work_hour", OFFICE).due_at == due_at(start, one + two, "work_hour", OFFICE).due_at


def test_a_working_day_is_eight_hours_whatever_the_opening_hours():
    calendar = CALENDARS["long_day"]
    due = due_at(local("2026-03-04 08:00"), amount_seconds(1, "work_day"), "work_day", calendar).due_at
    assert due == local("2026-03-04 16:00")


def test_summer_time_neither_adds_nor_takes_an_hour():
    berlin = WorkingCalendar("b", zone="Europe/Berlin", week=week_from_json([[["22:00", "06:00"]]] * 7), days={})
    zone = ZoneInfo("Europe/Berlin")
    spring = datetime(2026, 3, 28, 22, tzinfo=zone)  # this night has seven hours
    assert due_at(spring, 7 * 3600, "work_hour", berlin).due_at == datetime(2026, 3, 29, 6, tzinfo=zone)
    autumn = datetime(2026, 10, 24, 22, tzinfo=zone)  # this one nine
    assert due_at(autumn, 9 * 3600, "work_hour", berlin).due_at == datetime(2026, 10, 25, 6, tzinfo=zone)


def shifts(*pairs):
    return [(local(a), local(b)) for a, b in pairs]


def test_a_limit_runs_on_the_shifts_of_those_who_may_hold_it():
    roster = shifts(("2026-03-04 08:00", "2026-03-04 09:00"), ("2026-03-05 20:00", "2026-03-06 02:00"))
    post = ShiftCalendar(roster, OFFICE)
    assert due_at(local("2026-03-04 08:50"), 900, "shift_minute", post).due_at == local("2026-03-05 20:05")
    assert next_opening(local("2026-03-04 09:00"), post) == local("2026-03-05 20:00")


def test_overlapping_shifts_of_two_people_count_once():
    post = ShiftCalendar(
        shifts(("2026-03-04 08:00", "2026-03-04 12:00"), ("2026-03-04 10:00", "2026-03-04 14:00")), OFFICE
    )
    assert due_at(local("2026-03-04 08:00"), 6 * 3600, "work_hour", post).due_at == local("2026-03-04 14:00")


def test_beyond_the_roster_the_usual_week_goes_on_and_the_result_is_provisional():
    post = ShiftCalendar(shifts(("2026-03-04 08:00", "2026-03-04 10:00")), OFFICE)
    deadline = due_at(local("2026-03-04 08:00"), 3 * 3600, "work_hour", post)
    assert deadline.due_at == local("2026-03-04 11:00") and deadline.is_provisional
    assert not due_at(local("2026-03-04 08:00"), 2 * 3600, "work_hour", post).is_provisional


@given(minutes_of_two_years, st.integers(1, 20_000))
def test_nothing_is_called_late_while_everybody_is_off_shift(offset, seconds):
    start = (ORACLE.first + timedelta(minutes=offset)).replace(tzinfo=SHANGHAI)
    due = due_at(start, seconds, "urgent_hour", OFFICE).due_at
    called = late_from(due, OFFICE)
    assert called >= due
    assert elapsed_s(called, called + timedelta(seconds=1), "work_hour", OFFICE) == 1


def test_a_duty_roster_with_a_hole_is_found():
    day = local("2026-03-04 00:00"), local("2026-03-05 00:00")
    roster = shifts(("2026-03-03 20:00", "2026-03-04 08:00"), ("2026-03-04 08:30", "2026-03-05 08:00"))
    assert gaps(roster, *day) == shifts(("2026-03-04 08:00", "2026-03-04 08:30"))
    assert gaps([*roster, *shifts(("2026-03-04 07:00", "2026-03-04 09:00"))], *day) == []
    assert gaps([], *day) == [day]


def codes(deadline):
    return [line.code for line in deadline.derivation]


def test_a_deadline_says_how_it_came_about_in_codes_and_values():
    deadline = due_at(local("2026-02-12 19:00"), amount_seconds(5, "work_day"), "work_day", OFFICE)
    assert codes(deadline) == ["start", "opens", "amount", "make_up_day", "holiday", "due"]
    holiday = deadline.derivation[4].values
    assert (holiday["from"], holiday["to"], holiday["days"]) == ("2026-02-15", "2026-02-23", 9)
    assert holiday["name_zh"] == "春节"
    assert deadline.derivation[2].values == {"seconds": 144_000, "value": 5, "unit": "work_day"}
    stored = json.dumps([line.as_json() for line in deadline.derivation])
    assert lines_from_json(json.loads(stored)) == deadline.derivation
    over_a_weekend = due_at(local("2026-03-06 17:00"), 4 * 3600, "work_hour", OFFICE)
    assert codes(over_a_weekend) == ["start", "amount", "weekend", "due"]
    assert "provisional" in codes(due_at(local("2027-03-05 17:00"), 3600, "work_hour", OFFICE))


def test_nonsense_is_refused():
    with pytest.raises(RuleBroken) as caught:
        due_at(local("2026-03-04 08:00"), 0, "work_hour", OFFICE)
    assert caught.value.code == "clock.amount_not_positive"
    with pytest.raises(ValueError, match="without a zone"):
        due_at(datetime(2026, 3, 4), 60, "work_hour", OFFICE)  # noqa: DTZ001 - what is refused
    with pytest.raises(ValueError, match="fortnight"):
        amount_seconds(1, "fortnight")


def test_days_since_the_resident_told_us_are_local_days():
    told = datetime(2026, 3, 4, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    assert days_since(told, datetime(2026, 3, 4, 16, 1, tzinfo=UTC), "Asia/Shanghai") == 1
    assert days_since(told, told, "Asia/Shanghai") == 0


def test_a_deadline_takes_less_than_a_fifth_of_a_millisecond():
    start, rounds = local("2026-09-28 10:00"), 2000
    due_at(start, 57_600, "work_day", OFFICE)
    began = stopwatch.perf_counter()
    for _ in range(rounds):
        due_at(start, 57_600, "work_day", OFFICE)
    assert (stopwatch.perf_counter() - began) / rounds < 200e-6


def test_a_make_up_day_opens_like_a_weekday_and_a_holiday_not_at_all():
    assert OFFICE.periods_on(date(2026, 10, 10)) == OFFICE_DAY
    assert OFFICE.periods_on(date(2026, 10, 1)) == ()
    assert due_at(datetime.combine(date(2026, 10, 10), time(8), SHANGHAI), 60, "work_hour", OFFICE).due_at == local(
        "2026-10-10 08:01"
    )
