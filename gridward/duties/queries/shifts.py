"""Reads of shifts, and of calendars with what the roster leaves open."""

from calendar import Calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import pgettext

from gridward.accounts.models import Body, Grant, User
from gridward.accounts.queries.grants import in_force
from gridward.core.calendar.working import gaps
from gridward.districts.models import CalendarDay, District, WorkingCalendar
from gridward.districts.queries import days_of, local_day
from gridward.duties.models import Shift
from gridward.duties.queries.absences import back_on

OFFICE = "office"


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
                yield _on(shift, day, zone)
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


def next_duty(*, user: User, at: datetime) -> datetime:
    """This moment when a body that the person serves has a shift now, or has none at all; else the next start.

    Within the next two weeks; somebody without any shift in them is taken to be there.
    """
    return next_duties([user], user.district, at)[user.pk] if user.district else at


def next_duties(users: Iterable[User], district: District, at: datetime) -> dict[int, datetime]:
    """The same for several people of a district, by id; three or four statements however many there are."""
    ids = [user.pk for user in users]
    grants = Grant.objects.filter(in_force(local_day(district, at)), user_id__in=ids)
    served = list(grants.values_list("user_id", "body_id").distinct())
    rows = Shift.objects.filter(district=district, body__in={body for _, body in served}, retired_at__isnull=True)
    starts: dict[int, datetime] = {}
    for shift, start, end in held(list(rows), district, at, days=14):
        if end > at:
            starts[shift.body_id] = min(starts.get(shift.body_id, max(start, at)), max(start, at))
    back = back_on(district.pk, local_day(district, at))
    return {user_id: _next_of(user_id, served, starts, back, district, at) for user_id in ids}


def _next_of(
    user_id: int, served: list[tuple[int, int]], starts: dict[int, datetime], back: dict[int, date], district: District,
    at: datetime,
) -> datetime:  # fmt: skip
    """The next start of the bodies served; not before somebody who is away is back."""
    soonest = min((starts[body] for user, body in served if user == user_id and body in starts), default=at)
    if user_id not in back:
        return soonest
    return max(soonest, datetime.combine(back[user_id], datetime.min.time(), ZoneInfo(district.time_zone)))


def held(
    shifts: list[Shift], district: District, at: datetime, *, days: int
) -> Iterator[tuple[Shift, datetime, datetime]]:
    """Each shift with its start and end, from yesterday to so many days ahead, as the calendar lets them."""
    today = local_day(district, at)
    first, last = today - timedelta(days=1), today + timedelta(days=days)
    off, extra = _exceptions(district, first, last) if any(row.follows_calendar for row in shifts) else (set(), set())
    zone = ZoneInfo(district.time_zone)
    for shift in shifts:
        made_up = [day for day in extra if shift.follows_calendar and _is_idle(shift, day)]
        for start, end in (*occurrences([shift], first, last, zone), *(_on(shift, day, zone) for day in made_up)):
            if not (shift.follows_calendar and start.date() in off):
                yield shift, start, end


def _is_idle(shift: Shift, day: date) -> bool:
    """Whether it is a shift of working days that the weekday alone would leave out."""
    works = "1" in shift.weekdays[:5] and shift.weekdays[day.weekday()] == "0"
    return works and shift.valid_from <= day and (shift.valid_to is None or day < shift.valid_to)


def _on(shift: Shift, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    end_day = day if shift.ends_at > shift.starts_at else day + timedelta(days=1)
    return datetime.combine(day, shift.starts_at, zone), datetime.combine(end_day, shift.ends_at, zone)


def _exceptions(district: District, first: date, last: date) -> tuple[set[date], set[date]]:
    """Holidays and make-up days of the office calendar."""
    rows = CalendarDay.objects.filter(
        district=district, calendar__code=OFFICE, day__range=(first, last), retired_at__isnull=True
    ).values_list("day", "kind")  # fmt: skip
    off = {day for day, kind in rows if kind == CalendarDay.Kind.HOLIDAY}
    return off, {day for day, kind in rows if kind == CalendarDay.Kind.WORKDAY}
