"""Plans are drawn up as drafts: nothing in force changes until one is adopted."""

from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.areas.models import Division
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.grids.models import Grid, GridPlan, GridShape
from gridward.grids.queries.days import in_force, own_end
from gridward.grids.queries.plans import grids_under, shapes_of
from gridward.grids.queries.rights import require_drafter
from gridward.grids.shapes import stored_area, whole_m2
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

CHUNK = 200


@transaction.atomic
def draft_plan(
    *, division: Division, name_zh: str, name_en: str = "", copies_grids_in_force: bool = True,
    by: Actor, at: datetime,
) -> GridPlan:  # fmt: skip
    """Begin a plan for a division, usually with the grids in force today.

    Raises RuleBroken ``grids.not_planner``.
    """
    require_drafter(by, division, at)
    plan = GridPlan(
        district_id=division.district_id, division=division, name_zh=name_zh, name_en=name_en or name_zh,
        by_id=by.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    plan.save(force_insert=True)
    copied = _copy_grids_in_force(plan, at) if copies_grids_in_force else 0
    _leave(plan, "grids.draft_plan", by, at, {"division": division.code, "name": name_zh, "copied": copied})
    return plan


def _copy_grids_in_force(plan: GridPlan, at: datetime) -> int:
    today = local_day(plan.district, at)
    held = GridShape.objects.filter(
        grids_under(plan.division, "grid__"), in_force(today), district_id=plan.district_id
    ).order_by("pk")
    awaited = GridPlan.objects.filter(district_id=plan.district_id, is_awaited=True)
    closing = set(awaited.values_list("adopted_from", flat=True))  # ends for another plan, not by itself
    copies = [
        GridShape(
            district_id=plan.district_id, plan=plan, grid_id=shape.grid_id, shape=shape.shape,
            area_m2=shape.area_m2, households=shape.households, scope=shape.scope, recorded_at=plan.recorded_at,
            valid_to=own_end(shape) if shape.valid_to in closing else shape.valid_to,
        )
        for shape in held
    ]  # fmt: skip
    GridShape.objects.bulk_create(copies, batch_size=CHUNK)
    return len(copies)


def lock_draft(plan: GridPlan, by: Actor, at: datetime) -> GridPlan:
    """The plan under its lock, when the actor may draw in it and it is still a draft."""
    locked = lock(GridPlan, plan.pk)
    require_drafter(by, locked.division, at)
    if locked.state != GridPlan.State.DRAFT:
        raise RuleBroken("grids.plan_not_draft", name_zh=locked.name_zh, name_en=locked.name_en)
    return locked


@transaction.atomic
def put_shape(
    *, plan: GridPlan, grid: Grid, shape: Any, households: int | None = None, by: Actor, at: datetime
) -> GridShape:
    """Draw one grid into a draft, instead of what the draft had for it.

    ``shape`` is a shapely or GeoDjango area in longitude and latitude. Raises RuleBroken
    ``grids.plan_not_draft``, ``grids.grid_elsewhere``, ``geometry.not_an_area``, ``grids.not_planner``.
    """
    plan = lock_draft(plan, by, at)
    if not Grid.objects.filter(grids_under(plan.division), pk=grid.pk, district_id=plan.district_id).exists():
        raise RuleBroken("grids.grid_elsewhere", code=grid.code, name_zh=plan.division.name_zh,
                         name_en=plan.division.name_en)  # fmt: skip
    before = shapes_of(plan).filter(grid=grid).first()
    drawn = draw(plan, grid.pk, shape, households if households is not None or not before else before.households)
    if before:
        keep_scope(drawn, before)
        GridShape.objects.filter(pk=before.pk).update(retired_at=drawn.recorded_at)
    drawn.save(force_insert=True)
    _leave(plan, "grids.put_shape", by, at, {"grid": grid.code, "area_m2": drawn.area_m2})
    return drawn


def draw(plan: GridPlan, grid_id: int, shape: Any, households: int | None) -> GridShape:
    """The unsaved row of one grid in a draft, cleaned and measured."""
    stored = stored_area(shape)
    return GridShape(
        district_id=plan.district_id, plan=plan, grid_id=grid_id, shape=stored,
        area_m2=whole_m2(stored, plan.district), households=households, recorded_at=clock.now(),
    )  # fmt: skip


def keep_scope(drawn: GridShape, before: GridShape) -> None:
    """A grid that is drawn anew stays what it is: its marks, its host, the day on which it ends by itself."""
    drawn.scope, drawn.valid_to = before.scope, before.valid_to


@transaction.atomic
def remove_shape(*, plan: GridPlan, grid: Grid, by: Actor, at: datetime) -> None:
    """Leave a grid out of a draft: from the day of adoption it has no ground."""
    plan = lock_draft(plan, by, at)
    if not shapes_of(plan).filter(grid=grid).update(retired_at=clock.now()):
        raise RuleBroken("grids.not_in_plan", code=grid.code)
    _leave(plan, "grids.remove_shape", by, at, {"grid": grid.code})


def _leave(plan: GridPlan, verb: str, by: Actor, at: datetime, body: dict[str, Any]) -> None:
    leave_entry(district_id=plan.district_id, subject=subject_key(plan), verb=verb, by=by, at=at, body=body)
