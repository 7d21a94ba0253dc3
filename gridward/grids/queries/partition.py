"""The findings of a plan: gaps, overlaps, slivers, parts."""

from collections.abc import Iterable, Mapping

from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from gridward.areas.models import Division
from gridward.core.coverage import Finding, Tolerances, check_partition
from gridward.core.errors import RuleBroken
from gridward.grids.models import Grid, GridPlan, GridShape
from gridward.grids.queries.plans import shapes_of
from gridward.grids.shapes import projection_of, to_shapely

# Drawings of a district are good to about half a metre; narrower than 5 m no gap is meant.
TOLERANCES = Tolerances(least_area_m2=2.0, least_width_m=0.05, sliver_width_m=5.0, touch_m=0.5)


def outline_of(plan: GridPlan) -> BaseGeometry:
    """What the plan's grids must cover. Raises RuleBroken ``grids.outline_needed``."""
    outline = plan.division.outline
    if outline is None and plan.division.level == Division.Level.DISTRICT:
        outline = plan.district.outline
    if outline is None:
        raise RuleBroken("grids.outline_needed")
    return to_shapely(outline)


def partitions(shapes: Iterable[GridShape]) -> Mapping[str, dict[str, BaseGeometry]]:
    """The shapes that together must cover the area once: the community grids.

    Road and premises grids lie over them on purpose and are no partition.
    """
    chosen = {s.grid.code: to_shapely(s.shape) for s in shapes if s.grid.kind == Grid.Kind.COMMUNITY}
    return {Grid.Kind.COMMUNITY.value: chosen} if chosen else {}


def findings_of(plan: GridPlan, doors: ArrayLike = ()) -> list[Finding]:
    """Everything that keeps the community grids of a plan from covering its area once and wholly.

    ``doors``: (longitude, latitude) pairs that must each lie in a grid.
    """
    outline, projection = outline_of(plan), projection_of(plan.district)
    rows = shapes_of(plan).select_related("grid")
    return [
        finding
        for pieces in partitions(rows).values()
        for finding in check_partition(outline, pieces, projection, TOLERANCES, doors)
    ]


def findings_or_none(plan: GridPlan) -> list[Finding] | None:
    """The findings, or None where no outline says what the grids should cover."""
    try:
        return findings_of(plan)
    except RuleBroken as refused:
        if refused.code != "grids.outline_needed":
            raise
        return None
