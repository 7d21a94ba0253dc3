"""A road on the ground, in metres: its pieces joined to a line, its crossings, what stands along it, the ground of
its stretches. ``stretches.cut_road`` decides where to cut; here is what it is told and what comes of it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiLineString, MultiPolygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from gridward.core.geometry import polygon_parts
from gridward.core.partition.stretches import Crossing, Front, Side

JOIN_M = 60.0  # pieces of one road with so small a gap are one
BESIDE_M = 40.0  # a piece as near to a longer one all along is its other carriageway
MERGE_M = 20.0  # crossings nearer to each other are one
REACH_M = 15.0  # a side road that stops so near still meets the road
STRAIGHT = 0.5  # cosine of the most that a road turns in a gap
PATROL_STEP_M = 50.0
GRAIN_M = 0.001  # ground is computed on a grid of millimetres: neighbours share their corners
# Each metre is walked once a working day on each side: 22 days at 1.25 m/s.
PATROL_MINUTES_PER_M = 22 / (60 * 1.25)


@dataclass(frozen=True, slots=True, eq=False)
class Other:
    """A road or railway that may meet the one that is cut."""

    name: str
    is_main: bool
    shape: BaseGeometry


def join_lines(pieces: Sequence[BaseGeometry]) -> list[LineString]:
    """The pieces of a road as lines, the longest first, each from west to east or from north to south.

    Pieces that touch, or go straight on after a gap of at most 60 m, are one; of two carriageways one is kept.
    """
    parts = shapely.get_parts(shapely.line_merge(shapely.union_all([_lines(piece) for piece in pieces])))
    lines = [part for part in parts.tolist() if part.length > 0]
    while (pair := _next_join(lines)) is not None:
        one, other, joined = pair
        lines = [line for at, line in enumerate(lines) if at not in (one, other)] + [joined]
    kept: list[LineString] = []
    for line in sorted(lines, key=lambda line: -float(line.length)):
        if not any(longer.buffer(BESIDE_M).covers(line) for longer in kept):
            kept.append(_oriented(line))
    return kept


def _lines(shape: BaseGeometry) -> BaseGeometry:
    """Only what has a length: clipping leaves points where a road touches an edge."""
    return MultiLineString(
        [part for part in shapely.get_parts(shape) if part.geom_type == "LineString" and part.length]
    )


def _next_join(lines: Sequence[LineString]) -> tuple[int, int, LineString] | None:
    """The two lines with the smallest gap over which one goes straight on as the other."""
    found: list[tuple[float, int, int, LineString]] = []
    for (a, one), (b, other) in combinations(enumerate(lines), 2):
        for first in (one, one.reverse()):
            for then in (other, other.reverse()):
                gap = float(shapely.distance(shapely.get_point(first, -1), shapely.get_point(then, 0)))
                if gap <= JOIN_M and _is_straight(first, then):
                    found.append((gap, a, b, LineString([*first.coords, *then.coords])))
    return min(found, key=lambda join: join[:3])[1:] if found else None


def _is_straight(first: LineString, then: LineString) -> bool:
    (x0, y0), (x1, y1) = first.coords[-2:]
    (x2, y2), (x3, y3) = then.coords[:2]
    along, across = math.hypot(x1 - x0, y1 - y0), math.hypot(x3 - x2, y3 - y2)
    return bool((x1 - x0) * (x3 - x2) + (y1 - y0) * (y3 - y2) >= STRAIGHT * along * across)


def trim(line: LineString, area: BaseGeometry, most_m: float) -> LineString:
    """Without the ends that reach out of an area by no more than so much: there a road only crosses its edge."""
    inside = line.intersection(area)
    if inside.is_empty:
        return line
    at = shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(inside)))
    begin, end = float(at.min()), float(at.max())
    begin, end = begin if begin <= most_m else 0.0, end if line.length - end <= most_m else float(line.length)
    return LineString(substring(line, begin, end))


def _oriented(line: LineString) -> LineString:
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    is_turned = x1 < x0 if _runs_east(line) else y1 > y0
    return line.reverse() if is_turned else line


def _runs_east(line: LineString) -> bool:
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    return bool(abs(x1 - x0) >= abs(y1 - y0))


def ends_of(line: LineString) -> tuple[str, str]:
    """Where a line begins and ends: west and east, or north and south."""
    return ("west", "east") if _runs_east(line) else ("north", "south")


def sides_of_road(line: LineString) -> dict[Side, str]:
    """The point of the compass of each side."""
    left, right = ("north", "south") if _runs_east(line) else ("east", "west")
    return {Side.LEFT: left, Side.RIGHT: right}


def crossings_of(line: LineString, others: Sequence[Other]) -> tuple[list[Crossing], str, str]:
    """The crossings inside a road, and the names of those at its two ends ("" for none).

    Several within 20 m are one, with their names joined by 、; so are the two carriageways of one road.
    """
    met = sorted(
        (float(line.project(point)), other.name, other.is_main) for other in others for point in _touching(line, other)
    )
    groups: list[list[tuple[float, str, bool]]] = []
    for one in met:
        last = groups[-1] if groups else []
        is_same = any(one[0] - at <= (JOIN_M if name == one[1] else MERGE_M) for at, name, _ in last)
        groups.append([one]) if not is_same else last.append(one)
    ends = {"begins": "", "ends": ""}
    inside: list[Crossing] = []
    for group in groups:
        name = "、".join(dict.fromkeys(name for _, name, _ in group))
        if group[0][0] <= MERGE_M:
            ends["begins"] = name
        elif line.length - group[-1][0] <= MERGE_M:
            ends["ends"] = name
        else:
            inside.append(Crossing(group[0][0], name, any(is_main for _, _, is_main in group)))
    return inside, ends["begins"], ends["ends"]


def _touching(line: LineString, other: Other) -> list[BaseGeometry]:
    met = line.intersection(other.shape)
    if not met.is_empty:
        return [part.centroid for part in shapely.get_parts(met)]
    near = shapely.shortest_line(line, other.shape)
    return [shapely.get_point(near, 0)] if near.length <= REACH_M else []


def along(line: LineString, points: NDArray[np.object_]) -> tuple[NDArray[np.float64], list[Side]]:
    """Position (n,) of points along a line, and the side on which each lies."""
    position = shapely.line_locate_point(line, points)
    back, ahead = (
        shapely.line_interpolate_point(line, np.clip(position + step, 0, line.length)) for step in (-1.0, 1.0)
    )
    x, y = (get(points) - get(back) for get in (shapely.get_x, shapely.get_y))
    dx, dy = (get(ahead) - get(back) for get in (shapely.get_x, shapely.get_y))
    return position, [Side.LEFT if turn >= 0 else Side.RIGHT for turn in (dx * y - dy * x).tolist()]


def patrol(length_m: float) -> list[Front]:
    """The walk along both sides as work spread evenly: what a road is, where nothing stands on it."""
    steps = max(1, round(length_m / PATROL_STEP_M))
    step = length_m / steps
    places = (np.arange(steps) + 0.5) * step
    return [Front(at, side, step * PATROL_MINUTES_PER_M) for at in places.tolist() for side in (Side.LEFT, Side.RIGHT)]


def bands(
    line: LineString, spans: Sequence[tuple[float, float]], width_m: float, side: Side
) -> list[BaseGeometry]:  # fmt: skip
    """The ground of each span of a road, ``width_m`` to both sides or one: no gap between them, none twice."""
    left = _band(line, width_m, side)
    pieces: list[BaseGeometry] = []
    for begin, end in spans:
        own = _band(substring(line, begin, end), width_m, side)
        pieces.append(_areas(left.intersection(own, grid_size=GRAIN_M)))
        left = _areas(left.difference(pieces[-1], grid_size=GRAIN_M))
    for wedge in polygon_parts(left):  # where the road bends at a cut
        nearest = int(np.argmin(shapely.distance(np.array(pieces, object), wedge)))
        pieces[nearest] = pieces[nearest].union(wedge, grid_size=GRAIN_M)
    return [_areas(piece) for piece in pieces]


def _areas(shape: BaseGeometry) -> BaseGeometry:
    return MultiPolygon(polygon_parts(shape))


def _band(line: BaseGeometry, width_m: float, side: Side) -> BaseGeometry:
    if side is Side.BOTH:
        return line.buffer(width_m, cap_style="flat")
    return line.buffer(width_m if side is Side.LEFT else -width_m, single_sided=True)
