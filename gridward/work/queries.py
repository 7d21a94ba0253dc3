"""What an operator sees of the work in the background, within one district."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

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


def parked_deliveries(district_id: int) -> QuerySet[Delivery]:
    """Given up after eight tries, the oldest first."""
    return Delivery.objects.filter(district_id=district_id, state=Delivery.State.PARKED).order_by("due_at", "pk")


def latest_runs(district_id: int) -> QuerySet[Run]:
    return Run.objects.filter(district_id=district_id).select_related("by").order_by("-recorded_at", "-pk")


def duties(at: datetime) -> list[Duty]:
    """Every duty that ever gave a sign of life; those of an hour are silent later than those of a minute."""
    rows = Pulse.objects.order_by("name")
    return [Duty(row.name, row.at, at - row.at > _patience(row.name), row.error) for row in rows]


def _patience(name: str) -> timedelta:
    return timedelta(hours=2) if name == "vault.seal_all" else SILENT


def get_delivery(district_id: int, pk: int) -> Delivery:
    """One of the district's; unseen is 404."""
    return get_object_or_404(Delivery, district_id=district_id, pk=pk)


def get_run(district_id: int, pk: int) -> Run:
    """One of the district's; unseen is 404."""
    return get_object_or_404(Run, district_id=district_id, pk=pk)
