"""A district from a prepared folder: divisions, ground, cells, bodies, grids; whole or not at all."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from gridward.accounts.actions import create_body
from gridward.accounts.models import Body
from gridward.areas.actions import load_divisions, load_ground
from gridward.areas.models import Division
from gridward.core.actor import Actor
from gridward.core.codes.divisions import TownshipKind, parse_division
from gridward.districts.actions import open_district
from gridward.districts.models import District
from gridward.districts.queries import get_calendar, local_day
from gridward.grids.actions.adopting import adopt_plan
from gridward.grids.actions.cells import CellRow, lay_cells
from gridward.grids.actions.drafting import draft_plan
from gridward.grids.actions.importing import import_shapes
from gridward.grids.reading.preparing import PreparedDistrict
from gridward.grids.shapes import stored_area
from gridward.work.actions.batches import keep_batch

BAND_M = 100.0
Say = Callable[[str], None]


@transaction.atomic
def build_district(
    *, prepared: PreparedDistrict, folder: str, id: int | None = None, by: Actor, at: datetime,
    say: Say = lambda line: None,
) -> tuple[District, dict[str, Any]]:  # fmt: skip
    """Make the district that a folder describes: no people, no cases, nothing that the folder does not say.

    The report counts what was made. Raises RuleBroken ``grids.district_exists`` and what its parts refuse.
    """
    options = {name: prepared.options[name] for name in ("time_zone", "hotline") if name in prepared.options}
    district = open_district(
        id=id if id is not None else prepared.options.get("id"), code6=prepared.code6, name_zh=prepared.name_zh,
        name_en=prepared.name_en, outline=stored_area(prepared.outline),
        central_meridian=int(prepared.projection.central_meridian), by=by, at=at, **options,
    )  # fmt: skip
    say(f"{district.name_zh} {district.code6} is district {district.pk}")
    in_use = _load_lists(district, prepared, say)
    load_ground(district=district, rows=prepared.ground)
    cells = lay_cells(district=district, rows=_cell_rows(district, prepared), by=by, at=at) if prepared.cells else 0
    bodies = _open_bodies(district, in_use, by, at)
    say(f"{len(prepared.ground)} things of the map, {cells} cells, {bodies} bodies")
    grids = _adopt_grids(district, prepared, in_use, by, at)
    report = {**prepared.report, "divisions": len(in_use), "bodies": bodies, "grids": grids}
    keep_batch(
        district_id=district.pk, kind="grids.import_district", file_name=folder[:255], sha256=prepared.sha256,
        report=report, by=by, at=at,
    )  # fmt: skip
    return district, report


def _load_lists(district: District, prepared: PreparedDistrict, say: Say) -> dict[str, Division]:
    """All editions; the answer is the one that the district works by. The district's own outline is its division's."""
    in_use: dict[str, Division] = {}
    for one in prepared.lists:
        made = load_divisions(
            district=district, scheme=one.scheme, edition=one.edition, rows=one.rows, is_in_use=one.is_in_use
        )
        say(f"{len(made)} divisions of {one.scheme} {one.edition}")
        in_use = made if one.is_in_use else in_use
    return in_use


# --- cells ------------------------------------------------------------------------------------------


def _cell_rows(district: District, prepared: PreparedDistrict) -> list[CellRow]:
    """Cells in the order of the national rule, with a number of our own.

    The national code begins with the community; where no community has an outline, nobody can say it. Then
    cells are numbered ``430102B000001`` …: north to south in bands, in each from west to east.
    """
    points = [cell.shape.representative_point() for cell in prepared.cells]
    xy = prepared.projection.to_metres([(point.x, point.y) for point in points])
    band = np.floor((xy[:, 1].max() - xy[:, 1]) / BAND_M)
    order = np.lexsort((-xy[:, 1], xy[:, 0], band))
    return [
        CellRow(f"{district.code6}B{number:06d}", prepared.cells[position].shape)
        for number, position in enumerate(order.tolist(), start=1)
    ]


# --- bodies -----------------------------------------------------------------------------------------


def _open_bodies(district: District, in_use: dict[str, Division], by: Actor, at: datetime) -> int:
    """The district's centre, and the office of every subdistrict of the list."""
    calendar = get_calendar(district.pk, "office")
    centre = create_body(
        district_id=district.pk, code="centre", kind=Body.Kind.DISTRICT, name_zh=f"{district.name_zh}网格中心",
        name_en=f"{district.name_en} Grid Centre", calendar=calendar, sort_key="0", by=by, at=at,
    )  # fmt: skip
    offices = [division for division in in_use.values() if division.level == Division.Level.SUBDISTRICT]
    for division in offices:
        name_zh, name_en = _office_names(division)
        create_body(
            district_id=district.pk, code=f"office-{division.code[6:9]}", kind=Body.Kind.SUBDISTRICT_OFFICE,
            name_zh=name_zh, name_en=name_en, parent=centre, division=division, calendar=calendar,
            sort_key=f"1{division.code[6:9]}", by=by, at=at,
        )  # fmt: skip
    return 1 + len(offices)


def _office_names(division: Division) -> tuple[str, str]:
    """A subdistrict has an office 办事处; a park in the list is a body by its own name."""
    if parse_division(division.code).township_kind is TownshipKind.SUBDISTRICT:
        return f"{division.name_zh}办事处", f"{division.name_en} Office"
    return division.name_zh, division.name_en


# --- grids ------------------------------------------------------------------------------------------


def _adopt_grids(
    district: District, prepared: PreparedDistrict, in_use: dict[str, Division], by: Actor, at: datetime
) -> int:
    """The grids that the folder brings are in force from today; without any the district has none yet."""
    top = next((division for division in in_use.values() if division.level == Division.Level.DISTRICT), None)
    if not prepared.grids or top is None:
        return 0
    plan = draft_plan(
        division=top, name_zh="导入的网格", name_en="Imported grids", copies_grids_in_force=False, by=by, at=at
    )
    count = import_shapes(plan=plan, rows=prepared.grids, by=by, at=at)
    adopt_plan(plan=plan, from_day=local_day(district, at), by=by, at=at)
    return count
