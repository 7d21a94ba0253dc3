"""Files that were read in: tried, kept with their report, taken back.

A trial really makes what the lines say and rolls it back, so that it refuses what the import would refuse.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.work import clock
from gridward.work.actions.entries import leave_entry, subject_key
from gridward.work.locks import lock
from gridward.work.models import ImportBatch


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens, or happened, with one line; ``key`` is what the line is known by: a user name, a code."""

    line: int
    key: str
    name: str
    what: str = ""
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Imported:
    """All lines, and after an import its batch; a trial has none."""

    outcomes: list[Outcome] = field(default_factory=list)
    batch: ImportBatch | None = None

    @property
    def wrong(self) -> int:
        """How many lines cannot be imported as they are."""
        return sum(bool(one.problems) for one in self.outcomes)

    @property
    def is_clean(self) -> bool:
        return not self.wrong


def do_lines(done: Imported, read: list[Outcome], make: Callable[[], list[Outcome]]) -> bool:
    """Do the lines of one subject in a transaction of its own, and answer whether they were done.

    Lines that were read with problems are only told; a refusal becomes the problem of all of them.
    """
    if any(one.problems for one in read):
        done.outcomes += read
        return False
    try:
        with transaction.atomic():
            made = make()
            transaction.set_rollback(done.batch is None)
    except RuleBroken as refused:
        said = (refused.sentence(get_language() or "zh"),)
        done.outcomes += [replace(one, problems=said) for one in read]
        return False
    done.outcomes += made
    return True


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


def applied_batch(pk: int) -> ImportBatch:
    """A batch as it stands now.

    Raises RuleBroken ``work.batch_undone`` when it was taken back already.
    """
    batch = ImportBatch.objects.get(pk=pk)
    if batch.state == ImportBatch.State.UNDONE:
        raise RuleBroken("work.batch_undone")
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
