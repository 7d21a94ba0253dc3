"""A road becomes road grids in a draft."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from gridward.core.actor import Actor
from gridward.grids.actions.drafting import lock_draft, remove_shape
from gridward.grids.actions.importing import ShapeRow, import_shapes
from gridward.grids.actions.naming import free_codes
from gridward.grids.models import Grid, GridPlan
from gridward.grids.queries.rights import require_drafter
from gridward.grids.queries.roads import WIDTH_M, Proposal, propose
from gridward.work.actions import leave_entry, subject_key


def put_road(
    *, plan: GridPlan, road: str, stretches: int, each_side: bool = False, width_m: float = WIDTH_M, by: Actor,
    at: datetime,
) -> Proposal:  # fmt: skip
    """Put the best stretches of a road into a draft as road grids; those of the draft along it go on where they
    overlap most, others are left out. The geometry is worked out before the write lock is taken.

    Raises RuleBroken ``grids.not_planner``, ``grids.plan_not_draft`` and what ``propose`` refuses.
    """
    require_drafter(by, plan.division, at)
    proposal = propose(plan, road=road, stretches=stretches, each_side=each_side, width_m=width_m)
    with transaction.atomic():
        lock_draft(plan, by, at)
        for grid in proposal.left_out:
            remove_shape(plan=plan, grid=grid, by=by, at=at)
        rows = list(_rows(proposal))
        import_shapes(plan=plan, rows=rows, by=by, at=at)
        leave_entry(
            district_id=plan.district_id, subject=subject_key(plan), verb="grids.put_road", by=by, at=at,
            body={"road": road, "grids": [row.code for row in rows], "sides": 2 if each_side else 1,
                  "width_m": width_m},
        )  # fmt: skip
    return proposal


def _rows(proposal: Proposal) -> Iterator[ShapeRow]:
    """Grids that go on keep code and name; others get the next free codes of their division."""
    fresh: dict[int, Iterator[str]] = {}
    for one in proposal.grids:
        kind, (zh, en) = Grid.Kind.ROAD.value, one.names
        code = one.code or next(fresh.setdefault(one.division.pk, free_codes(one.division, kind)))
        yield ShapeRow(code, one.shape, zh, en, kind, one.division.code, body=one.body, scope=one.scope)
