"""The ground of each grid: the lots of its atoms as one."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry


def land(lots: Sequence[BaseGeometry], grid: NDArray[np.int64]) -> dict[int, BaseGeometry]:
    """The polygon of each grid, in metres, by its index in ``grid`` (n,); -1 is no grid.

    ``lots`` (n,) cover an area once with shared corners (``core.partition.lots``). So do their unions: every metre
    belongs to one grid, whose ground holds its atoms, and boundaries are the same line on both sides.
    """
    ground = np.array(lots, object)
    return {int(g): shapely.coverage_union_all(ground[grid == g]) for g in np.unique(grid[grid >= 0])}


def joined(lots: NDArray[np.object_], community: NDArray[np.int64]) -> BaseGeometry:
    """Some lots (n,) as one shape. Inside a community they share their corners; where two communities were drawn
    apart their borders may lie a hair over each other, so communities are joined by what they cover.
    """
    return shapely.union_all([shapely.coverage_union_all(lots[community == at]) for at in np.unique(community)])
