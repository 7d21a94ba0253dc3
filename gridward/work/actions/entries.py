"""Deliveries beside steps, and entries with their deliveries."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from django.db import transaction

from gridward.audit.actions import record_entry
from gridward.audit.models import Entry, Step
from gridward.core.actor import Actor
from gridward.gpkg.many import new_row
from gridward.work import clock
from gridward.work.collected import handler_name, jobs
from gridward.work.models import Delivery

NEWS_FOR = timedelta(days=1)
H = TypeVar("H", bound=Callable[..., Any])


def only_news(handler: H) -> H:
    """Mark a handler that tells people: history that is brought over is no news and asks for none."""
    handler.is_only_news = True  # type: ignore[attr-defined]
    return handler


def deliveries_of(step: Any, *, due_at: datetime, done: Collection[str] = ()) -> list[Delivery]:
    """The unsaved deliveries that a saved step, or another row with a ``verb``, asks for; ``done`` names handlers
    whose work was done already.
    """
    return [
        new_row(
            Delivery, district_id=step.district_id, table=step._meta.label, step_id=step.id,
            handler=name, due_at=due_at,
        )
        for name in _asked_by(step, done)
    ]  # fmt: skip


def _asked_by(step: Any, done: Collection[str]) -> list[str]:
    asked = [said for said in map(_said, jobs().get(step.verb, ())) if said[0] not in done]
    is_old = any(is_news for _, is_news in asked) and step.recorded_at < clock.now() - NEWS_FOR
    return [name for name, is_news in asked if not (is_news and is_old)]


@lru_cache(maxsize=1024)
def _said(handler: Callable[..., Any]) -> tuple[str, bool]:
    """A handler's name, and whether it only tells people."""
    return handler_name(handler), getattr(handler, "is_only_news", False)


def deliver_rows(rows: Sequence[Any]) -> None:
    """Write, in the rows' own transaction, what must follow each: its ``verb`` says what, its ``due_at`` when."""
    Delivery.objects.bulk_create(each for row in rows for each in deliveries_of(row, due_at=row.due_at))


@transaction.atomic
def deliver_again(row: Any, *, at: datetime) -> None:
    """Do anew what follows a row, whatever became of it; the delivery keeps its id while it is kept."""
    known = Delivery.objects.filter(table=row._meta.label, step_id=row.pk)
    if not known.update(state=Delivery.State.WAITING, attempts=0, due_at=at, lease_until=None):
        Delivery.objects.bulk_create(deliveries_of(row, due_at=at))


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
