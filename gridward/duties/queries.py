"""Reads of shifts, and of calendars with what the roster leaves open."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from gridward.accounts.models import Body
from gridward.core.calendar.working import gaps
from gridward.districts.models import District
from gridward.duties.models import Shift


def shifts_of(body: Body, day: date) -> list[Shift]:
    """A body's shifts that hold on a day or later."""
    rows = Shift.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day), district_id=body.district_id, body=body, retired_at__isnull=True
    )
    return list(rows.order_by("-is_duty_roster", "starts_at", "pk"))


def get_shift(district_id: int, pk: int) -> Shift | None:
    """A shift of the district."""
    return Shift.objects.select_related("body").filter(district_id=district_id, pk=pk).first()


def occurrences(
    shifts: Iterable[Shift], first: date, last: date, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of each shift that begins on a day from ``first`` to ``last``, holidays not regarded."""
    for shift in shifts:
        day = max(first, shift.valid_from)
        while day <= last and (shift.valid_to is None or day < shift.valid_to):
            if shift.weekdays[day.weekday()] == "1":
                end_day = day if shift.ends_at > shift.starts_at else day + timedelta(days=1)
                yield (
                    datetime.combine(day, shift.starts_at, zone),
                    datetime.combine(end_day, shift.ends_at, zone),
                )
            day += timedelta(days=1)


def roster_gaps(district: District, day: date) -> list[tuple[datetime, datetime]]:
    """Times of the week from a day on in which nobody of the whole district holds the duty roster.

    Urgent cases go to the roster: it must cover the 24 hours. A shift that follows the calendar is off on
    holidays, so it does not count here.
    """
    rows = Shift.objects.filter(district=district, is_duty_roster=True, follows_calendar=False, retired_at__isnull=True)
    zone = ZoneInfo(district.time_zone)
    start = datetime.combine(day, datetime.min.time(), zone)
    held = list(occurrences(rows, day - timedelta(days=1), day + timedelta(days=7), zone))
    return gaps(held, start, start + timedelta(days=7))
