"""Claiming deliveries by compare-and-set on their lease, and settling them."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.work import clock
from gridward.work.actions.entries import leave_entry, subject_key
from gridward.work.locks import lock
from gridward.work.models import Delivery

LEASE = timedelta(minutes=2)
MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
KEPT = timedelta(days=30)


def ready(now: datetime) -> QuerySet[Delivery]:
    """Waiting, due, and in nobody's hands."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    return Delivery.objects.filter(free, state=Delivery.State.WAITING, due_at__lte=now)


def claim_deliveries(*, most: int, at: datetime) -> list[Delivery]:
    """Take up to ``most`` ready deliveries for LEASE; two processes never hold the same one.

    The first look needs no lock: on GeoPackage an idle jobs process never touches the one write lock.
    """
    if not ready(at).exists():
        return []
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        rows = list(ready(at).select_for_update(skip_locked=skip).order_by("due_at", "pk")[:most])
        until = at + LEASE
        ready(at).filter(pk__in=[row.pk for row in rows]).update(lease_until=until, attempts=F("attempts") + 1)
    for row in rows:
        row.lease_until, row.attempts = until, row.attempts + 1
    return rows


def finish_deliveries(*, done: list[Delivery]) -> int:
    """Mark done what this process still holds; answer how many."""
    if not done:
        return 0
    held = Q(pk__in=[row.pk for row in done], lease_until=done[0].lease_until, state=Delivery.State.WAITING)
    return Delivery.objects.filter(held).update(state=Delivery.State.DONE, lease_until=None, error="")


def wait_after(tries: int) -> timedelta:
    """Exponential back-off: 5 s, 10 s, 20 s … at most an hour."""
    return min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)


def postpone_delivery(*, delivery: Delivery, error: str, at: datetime, is_final: bool = False) -> Delivery:
    """Give a failed delivery back: later again, or, after MOST_TRIES, to the list that an operator sees."""
    is_parked = is_final or delivery.attempts >= MOST_TRIES
    delivery.state = Delivery.State.PARKED if is_parked else Delivery.State.WAITING
    delivery.due_at = delivery.due_at if is_parked else at + wait_after(delivery.attempts)
    delivery.error = error
    mine = Delivery.objects.filter(pk=delivery.pk, lease_until=delivery.lease_until)
    mine.update(state=delivery.state, due_at=delivery.due_at, error=error, lease_until=None)
    return delivery


@transaction.atomic
def retry_delivery(*, delivery: Delivery, by: Actor, at: datetime) -> Delivery:
    """An operator sends a parked delivery again."""
    row = lock(Delivery, delivery.pk)
    if row.state != Delivery.State.PARKED:
        raise RuleBroken("work.not_parked")
    row.state, row.attempts, row.due_at, row.lease_until = Delivery.State.WAITING, 0, clock.now(), None
    row.save(update_fields=["state", "attempts", "due_at", "lease_until"])
    leave_entry(
        district_id=row.district_id, subject=subject_key(row), verb="work.retry_delivery", by=by, at=at,
        body={"handler": row.handler, "table": row.table, "step": row.step_id},
    )  # fmt: skip
    return row


def forget_done_deliveries(*, at: datetime, most: int = 500) -> int:
    """Delete what was done long ago: the step itself is the lasting record."""
    old = Delivery.objects.filter(state=Delivery.State.DONE, due_at__lt=at - KEPT).order_by("pk")
    count, _ = Delivery.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()
    return count
