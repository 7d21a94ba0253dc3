"""The only writers of calendars. Rights, entries and joins are the business of ``duties.actions``, above."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from gridward.core.calendar.holidays import DayException
from gridward.core.calendar.working import week_from_json
from gridward.core.errors import RuleBroken
from gridward.districts.models import CalendarDay, District, WorkingCalendar

Week = list[list[list[str]]]


def check_week(week: Week) -> None:
    """Seven days of opening periods in order, at least one of them open.

    Raises RuleBroken ``districts.week_wrong``.
    """
    try:
        days = week_from_json(week)
    except (ValueError, TypeError):
        raise RuleBroken("districts.week_wrong") from None
    in_order = all(a < b for day in days for a, b in day) and all(
        before[1] <= after[0] for day in days for before, after in zip(day, day[1:], strict=False)
    )
    if len(days) != 7 or not any(days) or not in_order:
        raise RuleBroken("districts.week_wrong")


@transaction.atomic
def put_calendar(*, district: District, code: str, name_zh: str, name_en: str, week: Week) -> WorkingCalendar:
    """Make a calendar, or give the one of that code another week; a changed week is a new version."""
    check_week(week)
    calendar = WorkingCalendar.objects.select_for_update().filter(district=district, code=code).first()
    if calendar is None:
        return WorkingCalendar.objects.create(district=district, code=code, name_zh=name_zh, name_en=name_en, week=week)
    calendar.version += calendar.week != week
    calendar.name_zh, calendar.name_en, calendar.week = name_zh, name_en, week
    calendar.save(update_fields=["name_zh", "name_en", "week", "version"])
    return calendar


@transaction.atomic
def put_days(
    *, calendar: WorkingCalendar, days: Mapping[date, DayException | None], recorded_at: datetime
) -> tuple[WorkingCalendar, list[date]]:
    """Set dated exceptions (``None`` = a day like its weekday); answers the days that really changed.

    Old rows are retired, never changed. When anything changed the version grows by one.
    """
    calendar = WorkingCalendar.objects.select_for_update().get(pk=calendar.pk)
    rows = CalendarDay.objects.filter(calendar=calendar, day__in=list(days), retired_at__isnull=True)
    before = {row.day: row for row in rows}
    changed = sorted(day for day, wanted in days.items() if _said(before.get(day)) != wanted)
    gone = [before[day].pk for day in changed if day in before]
    CalendarDay.objects.filter(pk__in=gone).update(retired_at=recorded_at)
    CalendarDay.objects.bulk_create(_rows(calendar, changed, days, recorded_at), batch_size=500)
    if changed:
        calendar.version += 1
        calendar.save(update_fields=["version"])
    return calendar, changed


def _said(row: CalendarDay | None) -> DayException | None:
    return DayException(row.kind, row.name_zh, row.name_en) if row is not None else None  # type: ignore[arg-type]


def _rows(
    calendar: WorkingCalendar, changed: list[date], days: Mapping[date, DayException | None], recorded_at: datetime
) -> Iterable[CalendarDay]:
    return [
        CalendarDay(
            district_id=calendar.district_id, calendar=calendar, day=day, kind=wanted.kind, name_zh=wanted.name_zh,
            name_en=wanted.name_en, recorded_at=recorded_at,
        )
        for day in changed
        if (wanted := days[day]) is not None
    ]  # fmt: skip
