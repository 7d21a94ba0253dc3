"""From a draft of a design to a plan: the units of each grid become ground, codes go on or are given."""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridward.areas.models import Division
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.partition import Instance
from gridward.grids.actions.drafting import draft_plan, remove_shape
from gridward.grids.actions.importing import ShapeRow, import_shapes
from gridward.grids.actions.naming import free_codes
from gridward.grids.models import DesignDraft, Grid, GridPlan
from gridward.grids.queries.counting import HOUSEHOLDS
from gridward.grids.queries.designs import Drawn, drawn, features_of, ground_of_grids, instance_of
from gridward.grids.queries.plans import shapes_of
from gridward.grids.queries.rights import require_drafter
from gridward.work.locks import lock


def plan_from_draft(*, draft: DesignDraft, name_zh: str, name_en: str = "", by: Actor, at: datetime) -> GridPlan:
    """A plan of the draft's grids beside the road and premises grids in force, to be checked, commented and adopted.
    Asked again with the same name before anything changed, it is the plan that was made.

    Raises RuleBroken ``grids.not_planner``, ``grids.draft_leaves_out`` where a unit has no grid, and what the
    parts refuse.
    """
    design, plan = draft.design, drawn(draft)
    require_drafter(by, design.division, at)
    if (plan.grid < 0).any():
        raise RuleBroken("grids.draft_leaves_out", units=int((plan.grid < 0).sum()))
    instance, ground = instance_of(design), ground_of_grids(design, plan)
    homes = np.bincount(plan.grid, features_of(design)[:, HOUSEHOLDS].sum(axis=1), len(plan.names))
    with transaction.atomic():
        row = lock(DesignDraft, draft.pk)
        if row.facts.get("plan", {}).get("version") == row.version and (there := _made_before(row, name_zh)):
            return there
        made = draft_plan(division=design.division, name_zh=name_zh, name_en=name_en, by=by, at=at)
        rows = list(_rows(made, instance, plan, ground, homes))
        import_shapes(plan=made, rows=rows, by=by, at=at)
        gone = shapes_of(made).filter(grid__kind=Grid.Kind.COMMUNITY).exclude(grid__code__in=[row.code for row in rows])
        for shape in gone.select_related("grid"):
            remove_shape(plan=made, grid=shape.grid, by=by, at=at)
        row.facts["plan"] = {"version": row.version, "id": made.pk}
        row.save(update_fields=["facts"])
    return made


def _made_before(row: DesignDraft, name_zh: str) -> GridPlan | None:
    """The plan that was made of this state of the draft, if it still waits under that name."""
    plans = GridPlan.objects.filter(district_id=row.district_id, pk=row.facts["plan"]["id"])
    return plans.filter(state=GridPlan.State.DRAFT, name_zh=name_zh).first()


def _rows(
    made: GridPlan, instance: Instance, plan: Drawn, ground: list[BaseGeometry], homes: NDArray[np.float64]
) -> Iterator[ShapeRow]:
    """Grids of today keep code and name; new ones get the next free codes of their community."""
    known = set(Grid.objects.filter(district_id=made.district_id, code__in=plan.names).values_list("code", flat=True))
    divisions = {row.code: row for row in Division.objects.filter(district_id=made.district_id, is_in_use=True)}
    home = np.empty(len(plan.names), np.int64)
    home[plan.grid] = instance.community
    fresh: dict[str, Iterator[str]] = {}
    for grid, name in enumerate(plan.names):
        division = divisions.get(instance.communities[home[grid]], made.division)
        if name in known:
            code, name_zh, name_en = name, "", ""
        else:
            code = next(fresh.setdefault(division.code, free_codes(division, Grid.Kind.COMMUNITY)))
            name_zh, name_en = (
                f"{division.name_zh}第{code[-2:].lstrip('0')}网格",
                f"{division.name_en} grid {code[-2:]}",
            )
        yield ShapeRow(
            code=code, shape=ground[grid], name_zh=name_zh, name_en=name_en, division_code=division.code,
            households=round(homes[grid]),
        )  # fmt: skip
