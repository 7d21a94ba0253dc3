"""A new plan of grids: open cases go to who serves their place now; history keeps its grid."""

from datetime import datetime
from typing import Any

from gridward.cases.actions.steps import add_step
from gridward.cases.models import Case
from gridward.core.actor import Actor
from gridward.districts.queries import local_day
from gridward.grids.queries import locate
from gridward.work.locks import lock_all

MOST_OPEN = 20_000


def rehome_open_cases(*, plan: Any, by: Actor, at: datetime, **_: Any) -> None:
    """Set ``duty_grid`` of the open cases of the plan's area by place today, each change a step."""
    rows = Case.objects.filter(district_id=plan.district_id, is_open=True, position__isnull=False)
    day = max(local_day(plan.district, at), plan.adopted_from)
    for case in lock_all(Case, rows.values_list("pk", flat=True)[:MOST_OPEN]):
        grid_id = locate(plan.district, case.position.x, case.position.y, day=day).grid_id
        if grid_id == case.duty_grid_id:
            continue
        before, case.duty_grid_id = case.duty_grid_id, grid_id
        add_step(case, move="rehome", state_from=case.state, by=by, at=at, body={"from": before, "to": grid_id})
        case.save(update_fields=["duty_grid", "step_n", "step_hash"])
