"""Calendars of the core, made from the district's rows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache

from gridward.accounts.models import Body
from gridward.core.calendar.holidays import DayException, DayKind
from gridward.core.calendar.working import DAY_S, DayPeriods, WorkingCalendar, week_from_json
from gridward.districts import models as districts
from gridward.districts.models import District
from gridward.duties.models import Shift
from gridward.gpkg.prepared import Prepared

USUAL = "office"
USUAL_ROWS = Prepared(lambda pk: districts.WorkingCalendar.objects.filter(district_id=pk, code=USUAL))
SHIFTS = Prepared(lambda pk: Shift.objects.filter(body_id=pk, retired_at__isnull=True).order_by("pk"))


@lru_cache(maxsize=64)
def _calendar(pk: int, version: int) -> WorkingCalendar:
    """One version of one calendar; a new version is a new key, so nothing here grows stale."""
    row = districts.WorkingCalendar.objects.select_related("district").get(pk=pk)
    days = {
        day.day: DayException(DayKind(day.kind), day.name_zh, day.name_en)
        for day in districts.CalendarDay.objects.filter(calendar_id=pk, retired_at__isnull=True)
    }
    return WorkingCalendar(
        code=row.code, version=version, zone=row.district.time_zone, week=week_from_json(row.week),
        days=days, years_loaded=frozenset(day.year for day in days),
    )  # fmt: skip


def forget_calendars() -> None:
    """Nothing read so far is kept: a version that is not committed yet must not be remembered."""
    _calendar.cache_clear()
    usual_calendar.cache_clear()


@lru_cache(maxsize=16)
def usual_calendar(district_id: int, minute: int) -> WorkingCalendar:
    """The district's usual calendar for colours on long lists: looked up once a minute, so at most so old."""
    row = districts.WorkingCalendar.objects.get(district_id=district_id, code=USUAL)
    return core_calendar(row)


def calendar_row(district: District, body: Body | None = None) -> districts.WorkingCalendar:
    """The body's own calendar, else the district's usual one."""
    if body is not None and body.calendar_id:
        return body.calendar
    return USUAL_ROWS.rows(district.pk)[0]


def core_calendar(row: districts.WorkingCalendar) -> WorkingCalendar:
    return _calendar(row.pk, row.version)


def _week(shifts: Iterable[Shift]) -> tuple[DayPeriods, ...]:
    """The union of the shifts' periods, per weekday, in seconds from midnight; nights run past 24:00."""
    flat: list[tuple[int, int]] = []
    for shift in shifts:
        start, end = (t.hour * 3600 + t.minute * 60 for t in (shift.starts_at, shift.ends_at))
        end += DAY_S if end <= start else 0
        flat += [(d * DAY_S + start, d * DAY_S + end) for d in range(7) if shift.weekdays[d] == "1"]
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    last = 0
    for start, end in sorted(flat):
        start = max(start, last)
        if start < end:
            week[start // DAY_S].append((start % DAY_S, end - start // DAY_S * DAY_S))
            last = end
    return _without_sunday_overlap(week)


def _without_sunday_overlap(week: list[list[tuple[int, int]]]) -> tuple[DayPeriods, ...]:
    """A Sunday night that meets Monday's first shift ends where that begins."""
    if week[6] and week[0]:
        start, end = week[6][-1]
        latest = DAY_S + week[0][0][0]
        week[6][-1] = (start, min(end, latest))
    return tuple(tuple(day) for day in week)


def shift_calendar(district: District, body: Body | None, at: datetime, *, is_urgent: bool) -> WorkingCalendar:
    """When somebody of the body who may hold a case is on shift; urgent cases use its duty roster.

    Without any recorded shift the usual calendar stands in.
    """
    usual = core_calendar(calendar_row(district, body))
    if body is None:
        return usual
    return calendar_of_shifts(usual, body, held_on(shifts_of(body), at.date(), is_urgent=is_urgent))


def shifts_of(body: Body) -> list[Shift]:
    """Every shift of a body, whenever it holds."""
    return SHIFTS.rows(body.pk)


def held_on(shifts: Sequence[Shift], day: date, *, is_urgent: bool) -> list[Shift]:
    """Those that hold on a day: for an urgent case those of the duty roster, where there is one."""
    held = [row for row in shifts if row.valid_from <= day and (row.valid_to is None or row.valid_to > day)]
    return [row for row in held if row.is_duty_roster and is_urgent] or held


def calendar_of_shifts(usual: WorkingCalendar, body: Body, shifts: Sequence[Shift]) -> WorkingCalendar:
    """The union of shifts as a calendar; the usual one where there are none."""
    if not shifts:
        return usual
    days = usual.days if all(row.follows_calendar for row in shifts) else {}
    return WorkingCalendar(
        code=f"shift:{body.code}", version=usual.version, zone=usual.zone, week=_week(shifts), days=days,
        years_loaded=usual.years_loaded,
    )  # fmt: skip
