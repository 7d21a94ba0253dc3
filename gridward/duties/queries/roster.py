"""值班表: the week of a body, who has which shift on which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from gridward.accounts.models import Body, Grant, User
from gridward.accounts.queries import HeldRole
from gridward.accounts.queries.grants import in_force
from gridward.accounts.queries.territory import reach
from gridward.core.scopes import rule_of
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.districts.queries import local_day, zone_of
from gridward.duties.models import Shift, Turn
from gridward.duties.queries.absences import KEEPERS, covers_on
from gridward.duties.queries.shifts import held

WEEK = 7


@dataclass(frozen=True, slots=True)
class Cell:
    """One shift on one day; it may be off on that day."""

    day: date
    runs: bool
    turns: Sequence[Turn]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def rostered_bodies(district_id: int, day: date) -> QuerySet[Body]:
    """Bodies that have shifts."""
    rows = _shifts(district_id, day)
    return Body.objects.filter(pk__in=rows.values("body_id"), valid_to__isnull=True).order_by("sort_key", "pk")


def _shifts(district_id: int, day: date) -> QuerySet[Shift]:
    open_ended = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    return Shift.objects.filter(open_ended, district_id=district_id, retired_at__isnull=True)


def week_of(body: Body, first: date) -> list[tuple[Shift, list[Cell]]]:
    """The shifts of a body with their seven days from a Monday on; four statements."""
    days = [first + timedelta(days=n) for n in range(WEEK)]
    shifts = list(_shifts(body.district_id, first).filter(body=body).order_by("-is_duty_roster", "starts_at", "pk"))
    turns: dict[tuple[int, date], list[Turn]] = {}
    for row in turns_on(body.district_id, days).filter(shift__in=shifts):
        turns.setdefault((row.shift_id, row.day), []).append(row)
    runs = {(shift.pk, day) for shift, day in running_days(shifts, body.district, first)}
    return [(shift, [Cell(day, (shift.pk, day) in runs, turns.get((shift.pk, day), ())) for day in days])
            for shift in shifts]  # fmt: skip


def running_days(shifts: list[Shift], district: District, first: date) -> list[tuple[Shift, date]]:
    """On which of seven days each shift begins, as the calendar lets it."""
    at = datetime.combine(first, datetime.min.time(), zone_of(district))
    last = first + timedelta(days=WEEK)
    return [(shift, start.date()) for shift, start, _ in held(shifts, district, at, days=WEEK)
            if first <= start.date() < last]  # fmt: skip


def turns_on(district_id: int, days: Sequence[date]) -> QuerySet[Turn]:
    rows = Turn.objects.filter(district_id=district_id, day__in=days, retired_at__isnull=True)
    return rows.select_related("user", "shift").order_by("user__name", "pk")


def keeps_roster(who: HeldRole, body: Body) -> bool:
    """Whether this person writes the roster of a body."""
    if who.district_id != body.district_id:
        return False
    if who.role == Role.SYSADMIN:
        seen = reach(who)
        return seen.whole_district or body.pk in seen.body_ids
    return who.role in KEEPERS and body.path.startswith(who.body.path)


def people_of_roster(body: Body, day: date) -> QuerySet[User]:
    """Who serves the body on a day."""
    grants = Grant.objects.filter(in_force(day), district_id=body.district_id, body=body)
    return User.objects.filter(pk__in=grants.values("user_id"), is_active=True).order_by("name", "pk")


def on_turn(district: District, shifts: Sequence[tuple[Shift, datetime]], at: datetime) -> dict[int, set[int]]:
    """Of shifts with their starts: shift id → who has it then, or who stands in for them; two statements."""
    starts = {(shift.pk, start.date()) for shift, start in shifts}
    away, found = covers_on(district.pk, local_day(district, at)), dict[int, set[int]]()
    for row in turns_on(district.pk, [day for _, day in starts]) if starts else ():
        person = away.get(row.user_id, row.user_id)
        if (row.shift_id, row.day) in starts and person:
            found.setdefault(row.shift_id, set()).add(person)
    return found


def on_roster(*, district_id: int, at: datetime) -> set[int]:
    """Who is told of what cannot wait: who has a turn of a roster shift that runs now; else the duty chiefs of these
    bodies; where there is none among them, everybody of them who works on cases. For who is away, who stands in.
    """
    district = District.objects.get(pk=district_id)
    rows = Shift.objects.filter(district=district, is_duty_roster=True, retired_at__isnull=True)
    now = [(shift, start) for shift, start, end in held(list(rows), district, at, days=1) if start <= at < end]
    named = on_turn(district, now, at)
    if named:
        return set().union(*named.values())
    day = local_day(district, at)
    bodies = {shift.body_id for shift, _ in now}
    grants = Grant.objects.filter(in_force(day), district=district, body__in=bodies).values_list("role", "user_id")
    away, found = covers_on(district_id, day), list(grants)
    chiefs = {away.get(user_id, user_id) for role, user_id in found if role == Role.DUTY_CHIEF} - {None}
    others = {away.get(user_id, user_id) for role, user_id in found if rule_of(role).sees_business}
    return {user_id for user_id in chiefs or others if user_id}
