"""Deliveries beside steps, and entries with their deliveries."""

from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.audit.actions import record_entry
from gridward.audit.models import Entry, Step
from gridward.core.actor import Actor
from gridward.work import clock
from gridward.work.collected import handler_name, jobs
from gridward.work.models import Delivery


def deliveries_of(step: Step, *, due_at: datetime) -> list[Delivery]:
    """The unsaved deliveries that a saved step asks for."""
    return [
        Delivery(
            district_id=step.district_id, table=step._meta.label, step_id=step.pk,
            handler=handler_name(handler), due_at=due_at,
        )
        for handler in jobs().get(step.verb, ())
    ]  # fmt: skip


def deliver(step: Step) -> None:
    """Write, in the step's own transaction, what must follow it."""
    Delivery.objects.bulk_create(deliveries_of(step, due_at=step.recorded_at))


@transaction.atomic
def leave_entry(
    *, district_id: int, subject: str, verb: str, by: Actor, at: datetime, body: dict[str, Any] | None = None
) -> Entry:
    """One audit entry with its deliveries: for every action whose subject has no step table of its own."""
    entry = record_entry(
        district_id=district_id, subject=subject, verb=verb, by=by, at=at, recorded_at=clock.now(), body=body
    )
    deliver(entry)
    return entry


def subject_key(row: Any) -> str:
    """``app.Model:id``: how audit names a subject."""
    return f"{row._meta.label}:{row.pk}"
