"""Findings of a partition check that need no decision, put right in the draft at one stroke."""

from datetime import datetime

from django.db import transaction

from gridward.core.actor import Actor
from gridward.core.coverage import fix_partition
from gridward.core.errors import RuleBroken
from gridward.grids.actions.drafting import CHUNK, draw, lock_draft
from gridward.grids.models import GridPlan, GridShape
from gridward.grids.queries.partition import TOLERANCES, outline_of, partitions
from gridward.grids.queries.plans import shapes_of
from gridward.grids.shapes import projection_of
from gridward.work.actions import leave_entry, subject_key


def fix_draft(*, plan: GridPlan, by: Actor, at: datetime) -> int:
    """Apply all automatic fixes to a draft; answer how many findings were put right.

    The geometry is worked out before the write lock is taken; when the draft changed meanwhile nothing is written.
    Raises RuleBroken ``grids.plan_not_draft``, ``grids.not_planner``, ``grids.outline_needed``,
    ``grids.draft_changed``.
    """
    seen = {shape.pk for shape in shapes_of(plan)}
    fixed, drawn = _repaired(plan)
    with transaction.atomic():
        plan = lock_draft(plan, by, at)
        if seen != set(shapes_of(plan).values_list("pk", flat=True)):
            raise RuleBroken("grids.draft_changed")
        _write(plan, drawn)
        leave_entry(
            district_id=plan.district_id, subject=subject_key(plan), verb="grids.fix_draft", by=by, at=at,
            body={"fixed": fixed, "redrawn": len(drawn)},
        )  # fmt: skip
    return fixed


def _repaired(plan: GridPlan) -> tuple[int, list[GridShape]]:
    """How many findings were put right, and the unsaved shapes of all grids that changed by it."""
    outline, projection = outline_of(plan), projection_of(plan.district)
    rows = {shape.grid.code: shape for shape in shapes_of(plan).select_related("grid")}
    fixed, drawn = 0, []
    for pieces in partitions(rows.values()).values():
        after, done, _left = fix_partition(outline, pieces, projection, TOLERANCES)
        fixed += len(done)
        touched = {code for finding in done for code in (*finding.codes, *finding.fix.values.values()) if code in rows}
        drawn += [draw(plan, rows[code].grid_id, after[code], rows[code].households) for code in sorted(touched)]
    return fixed, drawn


def _write(plan: GridPlan, drawn: list[GridShape]) -> None:
    """New rows in place of the old ones, which are retired."""
    if drawn:
        shapes_of(plan).filter(grid__in=[shape.grid_id for shape in drawn]).update(retired_at=drawn[0].recorded_at)
        GridShape.objects.bulk_create(drawn, batch_size=CHUNK)
