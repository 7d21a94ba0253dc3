"""Reads of districts and their calendars."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from gridward.core.errors import RuleBroken
from gridward.districts.models import CalendarDay, District, WorkingCalendar


def zone_of(district: District) -> ZoneInfo:
    """The zone in which the district's days begin and end."""
    return ZoneInfo(district.time_zone)


def local_day(district: District, moment: datetime) -> date:
    """The date of a moment in the district's zone."""
    return moment.astimezone(zone_of(district)).date()


def default_district() -> District | None:
    """The district that pages without sign-in speak for: the first of this database."""
    return District.objects.order_by("pk").first()


def chosen_district(code6: str | None) -> District:
    """The district of a six-digit code; without one, the only district of this database.

    Raises RuleBroken ``districts.which`` when there is no such district, or several and none was named.
    """
    found = list((District.objects.filter(code6=code6) if code6 else District.objects.all())[:2])
    if len(found) != 1:
        raise RuleBroken("districts.which")
    return found[0]


def get_calendar(district_id: int, code: str) -> WorkingCalendar | None:
    """A calendar of the district by its code."""
    return WorkingCalendar.objects.filter(district_id=district_id, code=code).first()


def days_of(calendar: WorkingCalendar, year: int | None = None) -> list[CalendarDay]:
    """The dated exceptions in force, of one year or all, in order."""
    days = CalendarDay.objects.filter(district_id=calendar.district_id, calendar=calendar, retired_at__isnull=True)
    return list((days if year is None else days.filter(day__year=year)).order_by("day"))
