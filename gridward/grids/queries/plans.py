"""Plans, their shapes, and what they would change."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from gridward.areas.models import Division
from gridward.core.geometry import area_m2
from gridward.districts.models import District
from gridward.grids.models import DutyPost, Grid, GridPlan, GridShape
from gridward.grids.queries.days import in_force
from gridward.grids.shapes import projection_of, to_shapely


def grids_under(division: Division, prefix: str = "") -> Q:
    """Grids of a division and everything below it; of the district: all. ``prefix`` like ``grid__``."""
    if division.level == Division.Level.DISTRICT:
        return Q()
    return Q(**{f"{prefix}community__path__startswith": division.path}) | Q(
        **{f"{prefix}subdistrict__path__startswith": division.path}
    )


def shapes_of(plan: GridPlan) -> QuerySet[GridShape]:
    """The shapes that a plan holds, without those replaced while it was drafted."""
    return GridShape.objects.filter(district_id=plan.district_id, plan=plan, retired_at__isnull=True)


@dataclass(frozen=True, slots=True)
class GridChange:
    """One grid of a plan beside what holds on a day. ``moved_m2``: ground that only one of both has."""

    grid: Grid
    what: str
    before_m2: int | None
    after_m2: int | None
    moved_m2: int


NOT_MEANT_M2 = 2


def compare(plan: GridPlan, day: date) -> list[GridChange]:
    """What a plan changes against the grids that hold on a day: new, gone, redrawn; same grids are left out."""
    under = grids_under(plan.division, "grid__")
    held = GridShape.objects.filter(under, in_force(day), district_id=plan.district_id).exclude(plan=plan)
    before = {shape.grid_id: shape for shape in held.select_related("grid")}
    after = {shape.grid_id: shape for shape in shapes_of(plan).select_related("grid")}
    changes = [_change(plan, before.get(pk), after.get(pk)) for pk in {**before, **after}]
    return sorted((one for one in changes if one.what != "same"), key=lambda one: one.grid.code)


def _change(plan: GridPlan, before: GridShape | None, after: GridShape | None) -> GridChange:
    if before is None or after is None:
        there = before or after
        assert there is not None
        return GridChange(there.grid, "gone" if after is None else "new", before.area_m2 if before else None,
                          after.area_m2 if after else None, there.area_m2)  # fmt: skip
    one, other = to_shapely(before.shape), to_shapely(after.shape)
    both = projection_of(plan.district)
    moved = 0 if one.equals_exact(other) else round(area_m2(one.symmetric_difference(other), both))
    what = "redrawn" if moved >= NOT_MEANT_M2 else "same"
    return GridChange(after.grid, what, before.area_m2, after.area_m2, moved)


def unserved(plan: GridPlan, day: date) -> int:
    """How many grids of a plan have nobody in their team on a day."""
    served = DutyPost.objects.filter(in_force(day), district_id=plan.district_id).values("grid")
    return shapes_of(plan).exclude(grid__in=served).count()


def plans_of(district: District) -> QuerySet[GridPlan]:
    """All plans of a district in the order in which they were begun: the first is number 1."""
    return GridPlan.objects.filter(district=district).select_related("division", "by", "district").order_by("pk")


def get_plan(district: District, number: int) -> GridPlan:
    """The plan of that number. Plans are never removed, so a number stays."""
    found = list(plans_of(district)[max(number, 1) - 1 : max(number, 1)]) if 0 < number < 2**31 else []
    if not found:
        raise Http404
    return found[0]


def number_of(plan: GridPlan) -> int:
    return GridPlan.objects.filter(district_id=plan.district_id, pk__lte=plan.pk).count()
