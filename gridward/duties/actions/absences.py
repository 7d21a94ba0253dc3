"""不在与替班: somebody is away for some days, and who stands in."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from gridward.accounts.actions.lending import call_in, lend_roles
from gridward.accounts.models import User
from gridward.accounts.queries import HeldRole
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.duties.models import Absence
from gridward.duties.queries.absences import covers_for, people_kept
from gridward.work import clock, collected
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock, lock_all

MOST_DAYS = 400


@transaction.atomic
def enter_absence(
    *, user: User, cover: User | None, first: date, last: date, hands_over: bool, held: HeldRole, at: datetime
) -> Absence:
    """Somebody is away from a day to a day, both included; from then on new work goes to the cover.

    Raises RuleBroken ``absence.not_yours``, ``absence.days_wrong``, ``absence.overlaps``, ``absence.cover_wrong``,
    and ``absence.cover_away`` when one of the two is away or stands in for somebody at the same time.
    """
    lock_all(User, {user.pk} | ({cover.pk} if cover else set()))
    if not people_kept(held, at).filter(pk=user.pk).exists():
        raise RuleBroken("absence.not_yours")
    if cover is not None and cover.pk == held.user_id:  # grids are lent with it
        raise RuleBroken("accounts.not_to_oneself")
    today = local_day(held.body.district, at)
    row = Absence(
        district_id=held.district_id, user=user, cover=cover, valid_from=first, valid_to=date.fromordinal(
            last.toordinal() + 1), hands_over=hands_over, by_id=held.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    _check(row, today, at)
    if cover is not None:
        lent = lend_roles(user=user, cover=cover, valid_from=row.valid_from, valid_to=row.valid_to, by=held.actor)
        row.lent = [grant.pk for grant in lent]
    row.save(force_insert=True)
    _leave(row, "enter_absence", held.actor, at)
    if first <= today:
        _begin(row, held.actor, at)
    return row


def _check(row: Absence, today: date, at: datetime) -> None:
    if row.valid_from < today or row.valid_to <= row.valid_from or (row.valid_to - row.valid_from).days > MOST_DAYS:
        raise RuleBroken("absence.days_wrong", most=MOST_DAYS)
    then = Absence.objects.filter(
        district_id=row.district_id, valid_from__lt=row.valid_to, valid_to__gt=row.valid_from, retired_at__isnull=True
    )
    if then.filter(user_id=row.user_id).exists():
        raise RuleBroken("absence.overlaps")
    if row.cover is None:
        busy = then.filter(cover_id=row.user_id)
    else:
        if not covers_for(row.user, at).filter(pk=row.cover.pk).exists():
            raise RuleBroken("absence.cover_wrong")
        busy = then.filter(Q(user_id=row.cover.pk) | Q(cover_id=row.user_id))
    if busy.exists():
        raise RuleBroken("absence.cover_away")


def _begin(row: Absence, by: Actor, at: datetime) -> None:
    """Its first day: what is in hand goes to the cover where that was wished (``duties.begin_absence`` is joined by the
    apps that hold work of people: ``handler(*, user, cover, by, at)``).
    """
    if row.hands_over and row.cover is not None:
        collected.join("duties.begin_absence", user=row.user, cover=row.cover, by=by, at=at)
    row.begun_at = at
    row.save(update_fields=["begun_at"])


@transaction.atomic
def end_absence(*, absence: Absence, held: HeldRole, at: datetime) -> Absence:
    """Back earlier: from today new work comes to the person again; one that had not begun never does.

    Raises RuleBroken ``absence.not_yours`` and ``absence.over``.
    """
    row = lock(Absence, absence.pk)
    if not people_kept(held, at).filter(pk=row.user_id).exists():
        raise RuleBroken("absence.not_yours")
    today = local_day(held.body.district, at)
    if row.retired_at is not None or row.valid_to <= today:
        raise RuleBroken("absence.over")
    if row.valid_from >= today and row.begun_at is None:
        row.retired_at = at
    row.valid_to = max(today, row.valid_from)
    row.save(update_fields=["valid_to", "retired_at"])
    call_in(grant_ids=row.lent, day=row.valid_to, at=at)
    _leave(row, "end_absence", held.actor, at)
    return row


@transaction.atomic
def _begin_one(pk: int, at: datetime) -> bool:
    row = lock(Absence, pk, related=("user", "cover"))
    if row.begun_at is not None or row.retired_at is not None:
        return False
    _begin(row, Actor(None, Role.SYSTEM, None, row.district_id), at)
    return True


def begin_absences(*, at: datetime) -> int:
    """Those whose first day has come: a sweep of each minute."""
    rows = Absence.objects.filter(begun_at__isnull=True, retired_at__isnull=True)
    days = {district.pk: local_day(district, at) for district in District.objects.all()}
    due = [pk for pk, district_id, first in rows.values_list("pk", "district_id", "valid_from")
           if first <= days[district_id]]  # fmt: skip
    return sum(_begin_one(pk, at) for pk in sorted(due))


def _leave(row: Absence, verb: str, by: Actor, at: datetime) -> None:
    leave_entry(
        district_id=row.district_id, subject=subject_key(row.user), verb=f"duties.{verb}", by=by, at=at,
        body={"absence": row.pk, "cover": row.cover_id, "from": row.valid_from.isoformat(),
              "to": row.valid_to.isoformat(), "lent": list(row.lent)},
    )  # fmt: skip
