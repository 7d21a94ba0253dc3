"""值班表: who has which shift on which day."""

from datetime import date, datetime, timedelta

from django.db import transaction

from gridward.accounts.models import Body, User
from gridward.accounts.queries import HeldRole
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.duties.models import Shift, Turn
from gridward.duties.queries.absences import away_on
from gridward.duties.queries.roster import WEEK, keeps_roster, monday_of, people_of_roster, running_days, turns_on
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock


@transaction.atomic
def put_turn(*, shift: Shift, day: date, user: User, held: HeldRole, at: datetime) -> Turn:
    """Somebody has a shift of their body on a day; twice is once.

    Raises RuleBroken ``roster.not_yours``, ``roster.not_that_day`` and ``roster.person_wrong``.
    """
    body = lock(Body, shift.body_id)
    _check(body, held)
    runs = running_days([shift], body.district, monday_of(day))
    if day < local_day(body.district, at) or (shift, day) not in runs:
        raise RuleBroken("roster.not_that_day")
    if not _may_serve(body, day, user.pk):
        raise RuleBroken("roster.person_wrong")
    known = Turn.objects.filter(shift=shift, day=day, user=user, retired_at__isnull=True).first()
    return known or _put(body, [(shift, day, user.pk)], held, at)[0]


def _may_serve(body: Body, day: date, user_id: int) -> bool:
    serves = people_of_roster(body, day).filter(pk=user_id).exists()
    return serves and not away_on(body.district_id, day).filter(user_id=user_id).exists()


def _check(body: Body, held: HeldRole) -> None:
    if not keeps_roster(held, body):
        raise RuleBroken("roster.not_yours")


def _put(body: Body, turns: list[tuple[Shift, date, int]], held: HeldRole, at: datetime) -> list[Turn]:
    rows = [
        Turn(district_id=body.district_id, shift=shift, day=day, user_id=user_id, by_id=held.user_id,
             recorded_at=clock.now())
        for shift, day, user_id in turns
    ]  # fmt: skip
    for row in rows:
        row.save(force_insert=True)
    said = {"turns": [[row.shift_id, row.day.isoformat(), row.user_id] for row in rows]}
    leave_entry(
        district_id=body.district_id, subject=subject_key(body), verb="duties.put_turn", by=held.actor, at=at, body=said
    )
    return rows


@transaction.atomic
def take_off_turn(*, turn: Turn, held: HeldRole, at: datetime) -> Turn:
    """Somebody does not have it after all. Raises RuleBroken ``roster.not_yours`` and ``roster.not_that_day``."""
    row = lock(Turn, turn.pk, related=("shift__body",))
    body = row.shift.body
    _check(body, held)
    if row.day < local_day(body.district, at):
        raise RuleBroken("roster.not_that_day")
    if row.retired_at is None:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
        leave_entry(
            district_id=body.district_id, subject=subject_key(body), verb="duties.take_off_turn", by=held.actor, at=at,
            body={"turn": row.pk},
        )  # fmt: skip
    return row


@transaction.atomic
def repeat_week(*, body: Body, first: date, held: HeldRole, at: datetime) -> int:
    """The week from a Monday on gets the turns of the week before, where the shift runs and the person is there;
    what stands there already stays. How many were added. Raises RuleBroken ``roster.not_yours``.
    """
    body = lock(Body, body.pk)
    _check(body, held)
    shifts = list(Shift.objects.filter(body=body, retired_at__isnull=True))
    runs, today = set(running_days(shifts, body.district, first)), local_day(body.district, at)
    there = {(row.shift_id, row.day, row.user_id) for row in turns_on(body.district_id, _days(first))}
    before = turns_on(body.district_id, _days(first - timedelta(days=WEEK))).filter(shift__in=shifts)
    wanted = [(row.shift, row.day + timedelta(days=WEEK), row.user_id) for row in before]
    new = [
        (shift, day, user_id) for shift, day, user_id in wanted
        if day >= today and (shift, day) in runs and (shift.pk, day, user_id) not in there
        and _may_serve(body, day, user_id)
    ]  # fmt: skip
    return len(_put(body, new, held, at)) if new else 0


def _days(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(WEEK)]
