"""交接班: one gives, another takes, each signed in; what was told then is kept as it was."""

from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.accounts.models import Body
from gridward.accounts.queries import HeldRole
from gridward.cases.actions.texts import clean_text
from gridward.cases.models import Handover
from gridward.cases.queries.handover import HANDERS, told_now
from gridward.core.errors import RuleBroken
from gridward.core.scopes import Territory
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

MOST_NOTE = 500


@transaction.atomic
def give_handover(*, held: HeldRole, seen: Territory, notes: str, at: datetime) -> Handover:
    """Sign what stands open now, for the next shift of the same body.

    Raises RuleBroken ``handover.not_yours`` and ``handover.waits_already``.
    """
    if held.role not in HANDERS:
        raise RuleBroken("handover.not_yours")
    lock(Body, held.body.pk)
    mine = Handover.objects.filter(district_id=held.district_id, body=held.body)
    if mine.filter(taken_at__isnull=True, withdrawn_at__isnull=True).exists():
        raise RuleBroken("handover.waits_already")
    row = Handover.objects.create(
        district_id=held.district_id, body=held.body, told=told_now(held, seen, at), notes=clean_text(notes),
        given_by_id=held.user_id, given_role=held.role, given_at=at,
    )  # fmt: skip
    _leave(row, "give_handover", held, at, {"counts": row.told["counts"]})
    return row


@transaction.atomic
def take_handover(*, handover: Handover, held: HeldRole, note: str, at: datetime) -> Handover:
    """The next shift signs too; never the same person.

    Raises RuleBroken ``handover.not_yours``, ``handover.own`` and ``handover.waits_no_more``.
    """
    row = _waiting(handover, held)
    if row.given_by_id == held.user_id:
        raise RuleBroken("handover.own")
    row.taken_by_id, row.taken_role, row.taken_at = held.user_id, held.role, at
    row.taken_note = clean_text(note, MOST_NOTE)
    row.save(update_fields=["taken_by", "taken_role", "taken_at", "taken_note"])
    _leave(row, "take_handover", held, at, {})
    return row


@transaction.atomic
def withdraw_handover(*, handover: Handover, held: HeldRole, at: datetime) -> Handover:
    """Who gave it takes it back before anybody took it, to write it anew; it stays in the list.

    Raises RuleBroken ``handover.not_yours`` and ``handover.waits_no_more``.
    """
    row = _waiting(handover, held)
    if row.given_by_id != held.user_id:
        raise RuleBroken("handover.not_yours")
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    _leave(row, "withdraw_handover", held, at, {})
    return row


def _waiting(handover: Handover, held: HeldRole) -> Handover:
    row = lock(Handover, handover.pk)
    if held.role not in HANDERS or row.body_id != held.body.pk:
        raise RuleBroken("handover.not_yours")
    if row.taken_at is not None or row.withdrawn_at is not None:
        raise RuleBroken("handover.waits_no_more")
    return row


def _leave(row: Handover, verb: str, held: HeldRole, at: datetime, said: dict[str, Any]) -> None:
    leave_entry(
        district_id=row.district_id, subject=subject_key(row), verb=f"cases.{verb}", by=held.actor, at=at, body=said
    )
