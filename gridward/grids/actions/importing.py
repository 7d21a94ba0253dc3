"""Grids from a file, into a draft."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.grids.actions.drafting import CHUNK, draw, keep_scope, lock_draft
from gridward.grids.actions.naming import default_level, home_of
from gridward.grids.models import Grid, GridPlan, GridShape
from gridward.grids.queries.plans import grids_under, shapes_of
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key


@dataclass(frozen=True, slots=True)
class ShapeRow:
    """One grid of a file. ``division_code`` is the 12-digit community or subdistrict it belongs to.

    Without a ``scope`` a grid that the draft has keeps its own, and the day on which it ends by itself.
    """

    code: str
    shape: Any
    name_zh: str = ""
    name_en: str = ""
    kind: str = "community"
    division_code: str = ""
    households: int | None = None
    body: Body | None = None
    scope: dict[str, Any] | None = None
    valid_to: date | None = None


def import_shapes(*, plan: GridPlan, rows: Iterable[ShapeRow], by: Actor, at: datetime) -> int:
    """Put many grids into a draft at once; grids of unknown codes are opened. One entry, all or nothing.

    Raises RuleBroken ``grids.plan_not_draft``, ``grids.code_twice``, ``grids.grid_elsewhere``,
    ``grids.division_unknown``, and what the shapes themselves break.
    """
    given = _by_code(rows)
    drawn = {code: draw(plan, 0, row.shape, row.households) for code, row in given.items()}
    for code, row in given.items():
        drawn[code].scope, drawn[code].valid_to = row.scope or {}, row.valid_to
    with transaction.atomic():
        plan = lock_draft(plan, by, at)
        known = {grid.code: grid for grid in Grid.objects.filter(district_id=plan.district_id, code__in=list(given))}
        _check_area(plan, list(known.values()))
        opened = _open_grids(plan, [row for code, row in given.items() if code not in known])
        for code, grid in (known | opened).items():
            drawn[code].grid = grid
        before = shapes_of(plan).filter(grid__in=known.values())
        for shape in before.defer("shape").select_related("grid"):
            if given[shape.grid.code].scope is None:
                keep_scope(drawn[shape.grid.code], shape)
        before.update(retired_at=clock.now())
        GridShape.objects.bulk_create(drawn.values(), batch_size=CHUNK)
        leave_entry(
            district_id=plan.district_id, subject=subject_key(plan), verb="grids.import_shapes", by=by, at=at,
            body={"shapes": len(drawn), "opened": sorted(opened)},
        )  # fmt: skip
    return len(drawn)


def _by_code(rows: Iterable[ShapeRow]) -> dict[str, ShapeRow]:
    given: dict[str, ShapeRow] = {}
    for row in rows:
        if row.code in given:
            raise RuleBroken("grids.code_twice", code=row.code)
        given[row.code] = row
    return given


def _open_grids(plan: GridPlan, rows: list[ShapeRow]) -> dict[str, Grid]:
    divisions = _divisions(plan, {row.division_code for row in rows})
    made = [_grid(plan, row, divisions.get(row.division_code)) for row in rows]
    Grid.objects.bulk_create(made, batch_size=CHUNK)
    return {grid.code: grid for grid in made}


def _grid(plan: GridPlan, row: ShapeRow, division: Division | None) -> Grid:
    if division is None:
        raise RuleBroken("grids.division_unknown", code=row.division_code or "—", grid=row.code)
    return Grid(
        district_id=plan.district_id, code=row.code, kind=Grid.Kind(row.kind).value,
        level=default_level(row.kind, division.level),
        name_zh=row.name_zh or row.code, name_en=row.name_en or row.name_zh or row.code,
        **home_of(division), body=row.body,
    )  # fmt: skip


def _divisions(plan: GridPlan, codes: set[str]) -> dict[str, Division]:
    """Divisions of the edition in use, inside the plan's own."""
    rows = Division.objects.filter(
        district_id=plan.district_id, is_in_use=True, code__in=codes, path__startswith=plan.division.path
    )
    return {row.code: row for row in rows}


def _check_area(plan: GridPlan, grids: list[Grid]) -> None:
    inside = set(
        Grid.objects.filter(grids_under(plan.division), pk__in=[g.pk for g in grids]).values_list("pk", flat=True)
    )
    stranger = next((grid for grid in grids if grid.pk not in inside), None)
    if stranger is not None:
        raise RuleBroken("grids.grid_elsewhere", code=stranger.code, name_zh=plan.division.name_zh,
                         name_en=plan.division.name_en)  # fmt: skip
