"""The three kinds of grids of a plan: how many, and who answers where they lie over each other."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely

from gridward.core.geometry import to_metres
from gridward.core.locate.index import PRECEDENCE, GridKind
from gridward.grids.models import Grid, GridPlan, GridShape
from gridward.grids.queries.plans import shapes_of
from gridward.grids.shapes import projection_of, to_shapely

LEAST_M2 = 50.0  # less is how outlines were drawn, not what is meant


@dataclass(frozen=True, slots=True)
class Answers:
    """On the ground of ``grid``: what answers there instead of which others, and on how much of it."""

    grid: Grid
    instead_of: tuple[Grid, ...]
    area_m2: int


def kinds_of(plan: GridPlan) -> list[tuple[str, int]]:
    """How many grids of each kind a plan has, the one that goes before all others first."""
    count = Counter(shapes_of(plan).values_list("grid__kind", flat=True))
    return [(kind.value, count[kind.value]) for kind in PRECEDENCE]


def answers_of(plan: GridPlan) -> list[Answers]:
    """Each premises and road grid of a plan that lies over grids that give way, in the order of precedence: premises
    before road before community, between grids of one kind the lower code.
    """
    rows = sorted(shapes_of(plan).select_related("grid"), key=_order)
    if all(row.grid.kind == Grid.Kind.COMMUNITY for row in rows):
        return []
    projection = projection_of(plan.district)
    shapes = np.array([to_metres(to_shapely(row.shape), projection) for row in rows], object)
    tree = shapely.STRtree(shapes)
    found = []
    for at, row in enumerate(rows):
        if row.grid.kind == Grid.Kind.COMMUNITY:
            break
        below = sorted(other for other in tree.query(shapes[at], predicate="intersects").tolist() if other > at)
        met = {other: shapely.intersection(shapes[at], shapes[other]) for other in below}
        over = [other for other in below if met[other].area >= LEAST_M2]
        if over:
            area = round(shapely.union_all([met[other] for other in over]).area)
            found.append(Answers(row.grid, tuple(rows[other].grid for other in over), area))
    return found


def _order(row: GridShape) -> tuple[int, str]:
    return PRECEDENCE.index(GridKind(row.grid.kind)), row.grid.code
