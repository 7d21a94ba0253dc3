"""Imports of components: the runs of the asker's district, and what became of each file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from gridward.registers.models import Component
from gridward.web.moments import is_chinese
from gridward.work.models import ImportBatch, Run

TRY, IMPORT = "registers.try_components", "registers.import_components"
LIMIT_TOLD = 500
GOES_ON = (Run.State.WAITING, Run.State.RUNNING)


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that stays out, with its reasons in the reader's language."""

    line: int
    code: str
    reasons: tuple[str, ...]


def get_import(district_id: int, pk: int) -> Run:
    """A trial or an import of the district; any other run is not there."""
    run = Run.objects.filter(district_id=district_id, kind__in=(TRY, IMPORT), pk=pk).first()
    if run is None:
        raise Http404
    return run


def refused_of(cursor: Mapping[str, Any]) -> list[Refused]:
    """The lines that a run keeps as refused, at most ``LIMIT_TOLD``."""
    language = "zh" if is_chinese() else "en"
    return [Refused(row["line"], row["code"], tuple(row[language])) for row in cursor.get("told", ())]


def batches_of(district_id: int) -> QuerySet[ImportBatch]:
    """The latest imports."""
    rows = ImportBatch.objects.filter(district_id=district_id, kind=IMPORT)
    return rows.select_related("by").order_by("-recorded_at", "-pk")[:20]


def get_batch(district_id: int, pk: int) -> ImportBatch:
    batch = ImportBatch.objects.filter(district_id=district_id, kind=IMPORT, pk=pk).first()
    if batch is None:
        raise Http404
    return batch


def is_going_on(batch: ImportBatch) -> bool:
    """Whether an import is being taken in right now."""
    runs = Run.objects.filter(district_id=batch.district_id, kind=IMPORT, state__in=GOES_ON)
    return runs.filter(arguments__batch=batch.pk).exists()


def in_register(batch: ImportBatch) -> int:
    """How many components of a batch stand in the register now."""
    return Component.objects.filter(batch=batch, retired_at__isnull=True).count()
