"""What lies on the four sides of an area, as its scope is told in words: 东至…，南至…，西至…，北至…

Everything is in metres; no names are read, only positions in what was given.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridward.core.geometry import polygon_parts

SIDES = ("east", "south", "west", "north")
STEP_M = 20.0
LEAST_SHARE = 0.25  # of a side, to be named
MOST_NAMED = 2


def sides_of(area: BaseGeometry, things: Sequence[BaseGeometry], reach_m: float) -> dict[str, list[int]]:
    """Side → positions in ``things`` of what runs along it within ``reach_m``, the longest first; at most two.

    The outline of the largest part is walked in steps of 20 m; each step belongs to the side that it lies on as seen
    from the middle of its box, and to the nearest thing.
    """
    found: dict[str, list[int]] = {side: [] for side in SIDES}
    parts = polygon_parts(area)
    if not parts or not things:
        return found
    ring = max(parts, key=lambda part: float(part.area)).exterior
    points = shapely.line_interpolate_point(ring, np.arange(0.0, ring.length, STEP_M))
    sides = _sides(points, ring.bounds)
    at, nearest = shapely.STRtree(things).query_nearest(points, max_distance=reach_m, all_matches=False)
    for number, side in enumerate(SIDES):
        along = Counter(nearest[sides[at] == number].tolist())
        least = LEAST_SHARE * np.count_nonzero(sides == number)
        found[side] = [thing for thing, count in along.most_common(MOST_NAMED) if count >= least]
    return found


def _sides(points: NDArray[np.object_], box: tuple[float, float, float, float]) -> NDArray[np.intp]:
    """The number of the side of each point in SIDES: by the diagonals of the box."""
    west, south, east, north = box
    across = (shapely.get_x(points) - (west + east) / 2) / max(east - west, 1.0)
    up = (shapely.get_y(points) - (south + north) / 2) / max(north - south, 1.0)
    return np.where(np.abs(across) >= np.abs(up), np.where(across > 0, 0, 2), np.where(up > 0, 3, 1))
