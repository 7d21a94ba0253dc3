"""Files that were read in: what, when, by whom, with which report."""

from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.core.actor import Actor
from gridward.work import clock
from gridward.work.actions.entries import leave_entry, subject_key
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
