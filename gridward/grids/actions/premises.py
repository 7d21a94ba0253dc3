"""A premises grid in a draft: an organisation's ground, who is called there, and until when."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from gridward.accounts.models import Body
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.grids.actions.drafting import lock_draft
from gridward.grids.actions.importing import ShapeRow, import_shapes
from gridward.grids.actions.naming import free_codes
from gridward.grids.models import TEMPORARY_USES, Grid, GridPlan, GridShape, PremisesUse
from gridward.grids.queries.plans import shapes_of
from gridward.grids.queries.premises import Place, division_at, ground_at
from gridward.grids.queries.rights import require_drafter

LONGEST = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Premises:
    """What is said of a premises grid. ``last_day`` is the last on which it answers; building sites and grids of
    some days need one. ``host`` is an office or a job, never a person's name.
    """

    use: str
    host: str
    host_phone: str = ""
    gate: str = ""
    last_day: date | None = None

    @property
    def scope(self) -> dict[str, str]:
        last = str(self.last_day) if self.last_day else ""
        said = {"use": PremisesUse(self.use).value, "host": self.host, "host_phone": self.host_phone,
                "gate": self.gate, "last_day": last}  # fmt: skip
        return {key: value for key, value in said.items() if value}

    @property
    def valid_to(self) -> date | None:
        return self.last_day + timedelta(days=1) if self.last_day else None


def put_premises(
    *, plan: GridPlan, premises: Premises, name_zh: str, name_en: str = "", body: Body | None = None, place: Place,
    ground: str = "building", radius_m: float = 0.0, by: Actor, at: datetime,
) -> GridShape:  # fmt: skip
    """Put a new premises grid into a draft, with the next free code of its community.

    Raises RuleBroken ``grids.not_planner``, ``grids.plan_not_draft``, ``grids.end_needed``, ``grids.end_wrong``
    and what ``ground_at`` refuses.
    """
    require_drafter(by, plan.division, at)
    shape, division = ground_at(plan, place, ground, radius_m), division_at(plan, place)
    with transaction.atomic():
        lock_draft(plan, by, at)
        code = next(free_codes(division, Grid.Kind.PREMISES.value))
        row = ShapeRow(code, shape, name_zh, name_en, Grid.Kind.PREMISES.value, division.code, body=body)
        return _put(plan, row, premises, by, at)


@transaction.atomic
def state_premises(
    *, plan: GridPlan, grid: Grid, premises: Premises, place: Place | None = None, ground: str = "building",
    radius_m: float = 0.0, by: Actor, at: datetime,
) -> GridShape:  # fmt: skip
    """State anew what a premises grid of the draft is, and perhaps its ground; its code, name and body stay.

    Raises RuleBroken as ``put_premises``, and ``grids.not_in_plan``.
    """
    plan = lock_draft(plan, by, at)
    held = shapes_of(plan).filter(grid=grid, grid__kind=Grid.Kind.PREMISES).first()
    if held is None:
        raise RuleBroken("grids.not_in_plan", code=grid.code)
    shape = held.shape if place is None else ground_at(plan, place, ground, radius_m)
    return _put(plan, ShapeRow(grid.code, shape, households=held.households), premises, by, at)


def _put(plan: GridPlan, row: ShapeRow, premises: Premises, by: Actor, at: datetime) -> GridShape:
    _check_end(premises, local_day(plan.district, at))
    row = replace(row, scope=premises.scope, valid_to=premises.valid_to)
    import_shapes(plan=plan, rows=[row], by=by, at=at)
    return shapes_of(plan).get(grid__code=row.code)


def _check_end(premises: Premises, today: date) -> None:
    last = premises.last_day
    if last is None:
        if premises.use in TEMPORARY_USES:
            raise RuleBroken("grids.end_needed")
    elif not today <= last <= today + LONGEST:
        raise RuleBroken("grids.end_wrong", day=last, most=today + LONGEST)
