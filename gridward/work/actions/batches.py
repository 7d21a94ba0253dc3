"""Files that were read in: what, when, by whom, with which report."""

from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.work import clock
from gridward.work.actions.entries import leave_entry, subject_key
from gridward.work.locks import lock
from gridward.work.models import ImportBatch


@transaction.atomic
def keep_batch(
    *, district_id: int, kind: str, file_name: str, sha256: str, report: dict[str, Any], by: Actor, at: datetime
) -> ImportBatch:
    """Leave the row of one import, in the import's own transaction."""
    batch = ImportBatch(
        district_id=district_id, kind=kind, file_name=file_name, sha256=sha256, report=report,
        by_id=by.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    batch.save(force_insert=True)
    leave_entry(
        district_id=district_id, subject=subject_key(batch), verb=kind, by=by, at=at,
        body={"file": file_name, "sha256": sha256, "report": report},
    )  # fmt: skip
    return batch


@transaction.atomic
def note_in_batch(*, batch: ImportBatch, **rows: list[int]) -> ImportBatch:
    """Add ids to the lists of a batch's report, in the transaction that made the rows: undo reads them."""
    batch = lock(ImportBatch, batch.pk)
    for name, ids in rows.items():
        batch.report[name] = [*batch.report.get(name, []), *ids]
    batch.save(update_fields=["report"])
    return batch


@transaction.atomic
def close_batch(*, batch: ImportBatch, verb: str, left: list[int], by: Actor, at: datetime) -> ImportBatch:
    """Mark a batch as undone; ``left`` are the rows that had to stay.

    Raises RuleBroken ``work.batch_undone`` when it was undone already.
    """
    batch = lock(ImportBatch, batch.pk)
    if batch.state == ImportBatch.State.UNDONE:
        raise RuleBroken("work.batch_undone")
    batch.state, batch.undone_at = ImportBatch.State.UNDONE, clock.now()
    batch.save(update_fields=["state", "undone_at"])
    leave_entry(district_id=batch.district_id, subject=subject_key(batch), verb=verb, by=by, at=at, body={"left": left})
    return batch
