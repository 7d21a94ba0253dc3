"""Purging what a step said, and sealing anew under the current key."""

from datetime import datetime

from django.db import transaction

from gridward.audit.actions import remove_body
from gridward.audit.models import Entry, Step
from gridward.audit.queries import PURGE_VERB
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.vault.columns import SealedColumn
from gridward.vault.keys import key_ring
from gridward.vault.sealing import key_number, open_sealed, seal
from gridward.work.actions import leave_entry, subject_key

CHUNK = 500


@transaction.atomic
def purge_body(*, step: Step, reason: str, by: Actor, at: datetime) -> Entry:
    """Delete what a step said, for good, as a step of its own; the chain stays whole.

    ``reason`` is a code (retention, request), never prose. The purge log is told by a delivery.
    """
    if not remove_body(table=step._meta.label, step_id=step.pk):
        raise RuleBroken("vault.already_purged")
    return leave_entry(
        district_id=step.district_id, subject=subject_key(step), verb=PURGE_VERB, by=by, at=at,
        body={"reason": reason},
    )  # fmt: skip


def reseal_chunk(*, column: SealedColumn, after: int) -> tuple[int | None, int]:
    """Seal up to CHUNK rows of one column anew; answer the last id looked at (none = finished), and how many.

    A row that somebody writes meanwhile is left to them: they seal with the current key.
    """
    current = key_ring().current
    rows = column.model._default_manager.filter(pk__gt=after).order_by("pk")
    looked = list(rows.values_list("pk", "uid", column.column)[:CHUNK])
    count = 0
    for pk, uid, sealed in looked:
        if sealed and key_number(sealed) != current:
            place = {"table": column.table, "column": column.column, "uid": uid}
            fresh = seal(open_sealed(sealed, **place), **place)
            same = column.model._default_manager.filter(pk=pk, **{column.column: bytes(sealed)})
            count += same.update(**{column.column: fresh})
    return (looked[-1][0] if len(looked) == CHUNK else None), count
