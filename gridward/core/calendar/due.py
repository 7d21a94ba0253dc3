"""Deadlines: the earliest instant at which an amount of time is used up, and how it came about.

Half-open periods: time used within [opening, closing) counts, so that four working hours from 14:00 end at
18:00, not at 08:00 of the next day. A start outside opening time counts from the next opening. A limit is met
if and only if the work is done at or before its deadline. Amounts are seconds.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from gridward.core.calendar.holidays import DayKind
from gridward.core.calendar.working import DAY_S, ONE_DAY, SECOND, Calendar, local_day, to_microseconds, to_utc
from gridward.core.errors import RuleBroken
from gridward.core.moments import spelled

WORK_DAY_S = 8 * 3600
NO_TIME = timedelta(0)


class Unit(StrEnum):
    """Units of limits. Working time counts for the ``work_`` units and the shift minute; the legal units
    count whole days after the day of the start; all others run on without a break."""

    URGENT_HOUR = "urgent_hour"
    URGENT_DAY = "urgent_day"
    WORK_HOUR = "work_hour"
    WORK_DAY = "work_day"
    NATURAL_DAY = "natural_day"
    MINUTE_CONTINUOUS = "minute_continuous"
    SHIFT_MINUTE = "shift_minute"
    LEGAL_DAY = "legal_day"
    LEGAL_WORKDAY = "legal_workday"


UNIT_S: Mapping[Unit, int] = {
    Unit.URGENT_HOUR: 3600,
    Unit.URGENT_DAY: DAY_S,
    Unit.WORK_HOUR: 3600,
    Unit.WORK_DAY: WORK_DAY_S,
    Unit.NATURAL_DAY: DAY_S,
    Unit.MINUTE_CONTINUOUS: 60,
    Unit.SHIFT_MINUTE: 60,
    Unit.LEGAL_DAY: DAY_S,
    Unit.LEGAL_WORKDAY: DAY_S,
}
WORKING = frozenset({Unit.WORK_HOUR, Unit.WORK_DAY, Unit.SHIFT_MINUTE})
LEGAL = frozenset({Unit.LEGAL_DAY, Unit.LEGAL_WORKDAY})
NEED_CALENDAR = WORKING | LEGAL

Value = str | int


class Line(NamedTuple):
    """One line of a derivation: a code and JSON values (times in ISO 8601 UTC, days as local dates)."""

    code: str
    values: Mapping[str, Value]

    def as_json(self) -> dict[str, object]:
        """For storing beside a clock; see :func:`lines_from_json`."""
        return {"code": self.code, "values": dict(self.values)}


class Deadline(NamedTuple):
    """When a limit ends, whether a calendar that it needs is still unknown, and why then."""

    due_at: datetime
    is_provisional: bool
    derivation: tuple[Line, ...]


def lines_from_json(lines: Iterable[Mapping[str, Any]]) -> tuple[Line, ...]:
    """A stored derivation."""
    return tuple(Line(line["code"], line["values"]) for line in lines)


def amount_seconds(value: int, unit: str) -> int:
    """Seconds of ``value`` units; a working day is eight hours of working time whatever the opening hours."""
    return value * UNIT_S[Unit(unit)]


def due_at(start: datetime, amount_s: int, unit: str, calendar: Calendar, *, extra_s: int = 0) -> Deadline:
    """The deadline of a limit.

    Parameters
    ----------
    start
        Aware time at which the limit begins.
    amount_s
        The limit in seconds of its unit (see :func:`amount_seconds`).
    calendar
        Opening periods and zone; continuous units need only its zone.
    extra_s
        Seconds of the same kind added for pauses and extensions.

    Raises
    ------
    RuleBroken
        ``clock.amount_not_positive``.
    ValueError
        For a start without a zone.
    """
    kind, begin = Unit(unit), to_microseconds(start)
    if amount_s <= 0 or extra_s < 0:
        raise RuleBroken("clock.amount_not_positive", seconds=amount_s)
    end = _end(start, begin, amount_s + extra_s, kind, calendar)
    provisional, due = kind in NEED_CALENDAR and calendar.is_provisional(begin, end), to_utc(end)
    opening = _next_open(begin, calendar) if kind in WORKING else begin
    span = local_day(begin, calendar.zone), local_day(end - 1, calendar.zone)
    lines = (
        Line("start", {"at": spelled(start)}),
        *((Line("opens", {"at": spelled(to_utc(opening))}),) if opening != begin else ()),
        *_on_the_way(span, amount_s, kind, calendar, provisional),
        Line("due", {"at": spelled(due)}),
    )
    return Deadline(due, provisional, lines)


def ends_at(start: datetime, seconds: int, unit: str, calendar: Calendar) -> datetime:
    """The deadline alone, without why: for what is planned at every move and told to nobody."""
    return to_utc(_end(start, to_microseconds(start), seconds, Unit(unit), calendar))


def _end(start: datetime, begin: int, seconds: int, unit: Unit, calendar: Calendar) -> int:
    if unit in WORKING:
        return _used_up(begin, seconds * SECOND, calendar)
    if unit in LEGAL:
        return _legal_end(start, seconds // DAY_S, unit, calendar)
    return begin + seconds * SECOND


def elapsed_s(start: datetime, end: datetime, unit: str, calendar: Calendar) -> float:
    """Seconds between two times as the unit counts them: working time or all time."""
    a, b = to_microseconds(start), to_microseconds(end)
    if b <= a:
        return 0.0
    return (_worked(a, b, calendar) if Unit(unit) in WORKING else b - a) / SECOND


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """``at`` when open, otherwise the next opening."""
    return to_utc(_next_open(to_microseconds(at), calendar))


def late_from(due: datetime, calendar: Calendar) -> datetime:
    """From when a missed deadline is called late and announced: never while everybody is off shift.

    The fact of lateness still goes by the deadline itself; only its colour and messages wait for the shift.
    """
    return next_opening(due, calendar)


def _used_up(begin: int, total: int, calendar: Calendar) -> int:
    left = total
    for block in calendar.blocks(begin):
        already = block.used(begin)
        if left <= block.total - already:
            return block.reached(already + left)
        left -= block.total - already
    raise OverflowError("the calendar ends before the limit does")


def _worked(begin: int, end: int, calendar: Calendar) -> int:
    total = 0
    for block in calendar.blocks(begin):
        total += block.used(end) - block.used(begin)
        if block.ends and block.ends[-1] >= end:
            break
    return total


def _next_open(at: int, calendar: Calendar) -> int:
    return next(opening for block in calendar.blocks(at) if (opening := block.next_open(at)) is not None)


def _legal_end(start: datetime, days: int, unit: Unit, calendar: Calendar) -> int:
    """End of the last day: the start day is not counted; calendar days end on a working day."""
    zone = ZoneInfo(calendar.zone)
    day = start.astimezone(zone).date()
    if unit is Unit.LEGAL_DAY:
        day += days * ONE_DAY
        while not calendar.is_workday(day):
            day += ONE_DAY
    else:
        for _ in range(days):
            day += ONE_DAY
            while not calendar.is_workday(day):
                day += ONE_DAY
    return to_microseconds(datetime.combine(day + ONE_DAY, time(), zone))


@lru_cache(maxsize=4096)
def _on_the_way(
    span: tuple[date, date], amount_s: int, unit: Unit, calendar: Calendar, provisional: bool
) -> tuple[Line, ...]:
    """What stands between the start and the deadline: the amount, days that do not count, what is not known yet.

    Most deadlines of a day span the same few days, and a calendar never changes: a new version is a new one.
    """
    first, last = span
    amount = Line("amount", {"seconds": amount_s, "value": amount_s // UNIT_S[unit], "unit": unit.value})
    skipped: tuple[Line, ...] = ()
    if unit in NEED_CALENDAR:
        past = amount_s // DAY_S * ONE_DAY if unit is Unit.LEGAL_DAY else NO_TIME
        skipped = _skipped(first + past, last, calendar)
    unknown = (Line("provisional", {"calendar": calendar.code}),) if provisional else ()
    return (amount, *skipped, *unknown)


def _skipped(first: date, last: date, calendar: Calendar) -> tuple[Line, ...]:
    """Weekends, holidays and make-up days on the way, runs of the same kind as one line."""
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    runs = [(kind, list(run)) for kind, run in groupby(days, lambda day: _kind_of(day, calendar)) if kind[0]]
    return tuple(_run_line(kind, run[0], run[-1]) for kind, run in runs)


def _kind_of(day: date, calendar: Calendar) -> tuple[str, str, str]:
    exception = calendar.day_exception(day)
    if exception and exception.kind is DayKind.HOLIDAY:
        return "holiday", exception.name_zh, exception.name_en
    if exception:
        return "make_up_day", exception.name_zh, exception.name_en
    return ("", "", "") if calendar.is_workday(day) else ("weekend", "", "")


def _run_line(kind: tuple[str, str, str], first: date, last: date) -> Line:
    code, zh, en = kind
    values: dict[str, Value] = {"from": first.isoformat(), "to": last.isoformat()}
    values["days"] = (last - first).days + 1
    return Line(code, values | ({"name_zh": zh, "name_en": en} if zh else {}))


def days_since(told_at: datetime, at: datetime, zone: str) -> int:
    """Whole local days since the resident told us; it takes nothing that a move could change."""
    local = ZoneInfo(zone)
    return max((at.astimezone(local).date() - told_at.astimezone(local).date()).days, 0)


def end_of_day(day: date, zone: str) -> datetime:
    """The instant at which a local date ends, in UTC."""
    return (datetime.combine(day, time(), ZoneInfo(zone)) + timedelta(days=1)).astimezone(UTC)
