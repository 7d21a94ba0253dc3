"""Reads of shifts, and of calendars with what the roster leaves open."""

from calendar import Calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import pgettext

from gridward.accounts.models import Body
from gridward.core.calendar.working import gaps
from gridward.districts.models import CalendarDay, District, WorkingCalendar
from gridward.districts.queries import days_of
from gridward.duties.models import Shift


def shifts_of(body: Body, day: date) -> list[Shift]:
    """A body's shifts that hold on a day or later."""
    rows = Shift.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day), district_id=body.district_id, body=body, retired_at__isnull=True
    )
    return list(rows.order_by("-is_duty_roster", "starts_at", "pk"))


def weekdays_of(shift: Shift) -> list[str]:
    """Short names of a shift's weekdays, in the reader's language."""
    return [sign for sign, works in zip(weekday_signs(), shift.weekdays, strict=True) if works == "1"]


def weekday_signs() -> list[str]:
    """Monday to Sunday, short."""
    return [
        pgettext("weekday, one letter", "M"),
        pgettext("weekday, one letter", "T"),
        pgettext("weekday, one letter", "W"),
        pgettext("weekday, one letter", "Th"),
        pgettext("weekday, one letter", "F"),
        pgettext("weekday, one letter", "S"),
        pgettext("weekday, one letter", "Su"),
    ]


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day of the year's page: open or not, and why when it differs from its weekday."""

    day: date
    is_open: bool
    exception: CalendarDay | None


def year_of(calendar: WorkingCalendar, year: int) -> list[tuple[date, list[list[ShownDay | None]]]]:
    """Twelve months as weeks from Monday; ``None`` where a week begins or ends in another month."""
    exceptions = {row.day: row for row in days_of(calendar, year)}

    def shown(day: date) -> ShownDay:
        row = exceptions.get(day)
        usual = bool(calendar.week[day.weekday()])
        return ShownDay(day, usual if row is None else row.kind == CalendarDay.Kind.WORKDAY, row)

    weeks = Calendar(firstweekday=0)
    return [
        (
            date(year, month, 1),
            [[shown(day) if day.month == month else None for day in week]
             for week in weeks.monthdatescalendar(year, month)],
        )
        for month in range(1, 13)
    ]  # fmt: skip


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
