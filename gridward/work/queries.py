"""What an operator sees of the work in the background: all of one district, or only what they asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from gridward.core.actor import Actor
from gridward.work.models import Delivery, Pulse, Run

SILENT = timedelta(minutes=3)
MOST_RUNS = 20
MOST_PARKED = 100


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of the background: when it was last done, whether that is too long ago, what went wrong."""

    name: str
    at: datetime
    is_silent: bool
    error: str


def parked_deliveries(district_id: int | None, *, everything: bool) -> QuerySet[Delivery]:
    """Given up after eight tries, the oldest first; follow-ups belong to the whole district."""
    parked = Delivery.objects.filter(district_id=district_id, state=Delivery.State.PARKED)
    return parked.order_by("due_at", "pk") if everything else parked.none()


def _runs(by: Actor, everything: bool) -> QuerySet[Run]:
    runs = Run.objects.filter(district_id=by.district_id)
    return runs if everything else runs.filter(by_id=by.user_id)


def latest_runs(by: Actor, *, everything: bool) -> QuerySet[Run]:
    return _runs(by, everything).select_related("by").order_by("-recorded_at", "-pk")


def duties(at: datetime) -> list[Duty]:
    """Every duty that ever gave a sign of life; those of an hour are silent later than those of a minute."""
    rows = Pulse.objects.order_by("name")
    return [Duty(row.name, row.at, at - row.at > _patience(row.name), row.error) for row in rows]


def _patience(name: str) -> timedelta:
    return timedelta(hours=2) if name == "vault.seal_all" else SILENT


def get_delivery(district_id: int | None, pk: int, *, everything: bool) -> Delivery:
    """One of the district's, for who runs all of it; unseen is 404."""
    rows = Delivery.objects.filter(district_id=district_id)
    return get_object_or_404(rows if everything else rows.none(), pk=pk)


def get_run(by: Actor, pk: int, *, everything: bool) -> Run:
    """One that the reader sees; unseen is 404."""
    return get_object_or_404(_runs(by, everything), pk=pk)
