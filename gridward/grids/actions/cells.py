"""Unit cells 单元网格: laid once, stable for codes and statistics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from gridward.areas.models import Division
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.gpkg.bulk import bulk_load
from gridward.grids.models import Cell
from gridward.grids.shapes import stored_area, whole_m2
from gridward.work.actions import leave_entry, subject_key


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell: its code, its area in WGS 84, its community where that is known."""

    code: str
    shape: Any
    community: Division | None = None


@transaction.atomic
def lay_cells(*, district: District, rows: Iterable[CellRow], by: Actor, at: datetime) -> int:
    """Lay the cells of a district that has none yet; answer how many.

    Raises RuleBroken ``grids.cells_exist``: codes of cells stand in statistics and are never given twice.
    """
    if Cell.objects.filter(district=district).exists():
        raise RuleBroken("grids.cells_exist", name_zh=district.name_zh, name_en=district.name_en)
    cells = [_cell(district, row) for row in rows]
    with bulk_load(connection, Cell):
        Cell.objects.bulk_create(cells, batch_size=500)
    leave_entry(
        district_id=district.pk, subject=subject_key(district), verb="grids.lay_cells", by=by, at=at,
        body={"cells": len(cells), "area_m2": sum(cell.area_m2 for cell in cells)},
    )  # fmt: skip
    return len(cells)


def _cell(district: District, row: CellRow) -> Cell:
    shape = stored_area(row.shape)
    return Cell(
        district=district, code=row.code, community=row.community, shape=shape, area_m2=whole_m2(shape, district)
    )
