"""Walls and gates, doors, bus stops and the places people name when they say where something is."""

import math

import numpy as np
import shapely

from gridward.demo.town.building import Built
from gridward.demo.town.land import WIDTH_M, Land
from gridward.demo.town.model import Road, RoadKind, Style, Use

WALL_M = 1.5
DOOR_STEP_M = 1.2
GATE_REACH_M = 34.0
# A main gate opens on a quiet street rather than on a main road.
GATE_RANK = {
    RoadKind.MINOR: 4,
    RoadKind.SECONDARY: 3,
    RoadKind.LANE: 2,
    RoadKind.ARTERIAL: 1,
    RoadKind.EXPRESSWAY: 0,
}


def walls(land: Land) -> dict[int, shapely.Polygon]:
    """The wall of every block that is a compound."""
    out = {}
    shapes = shapely.simplify(shapely.buffer(land.inner, -WALL_M, join_style="mitre"), 0.7)
    for n, shape in enumerate(shapes):
        walled = land.uses[n] is Use.RESIDENTIAL and land.styles[n] in (Style.SLABS, Style.TOWERS)
        piece = max(shapely.get_parts(shape), key=lambda p: p.area, default=None)
        if walled and piece is not None and piece.area > 5_000 and piece.geom_type == "Polygon":
            out[n] = piece
    return out


def gates(wall: shapely.Polygon, tree: shapely.STRtree, roads: tuple[Road, ...]) -> list[shapely.Point]:
    """Main gate first; all on the wall, each in a side that a road runs along."""
    xy = shapely.get_coordinates(wall.exterior)
    length = np.hypot(*np.diff(xy, axis=0).T)
    sides = np.nonzero(length > 14)[0]
    middles = shapely.points((xy[sides] + xy[sides + 1]) / 2)
    which, road = tree.query(middles, predicate="dwithin", distance=GATE_REACH_M)
    rank: dict[int, tuple[int, float]] = {}
    for side, r in sorted(zip(which.tolist(), road.tolist(), strict=True)):
        better = (GATE_RANK[roads[r].kind], float(length[sides[side]]))
        rank[side] = max(rank.get(side, (-1, 0.0)), better)
    if not rank:
        return []
    main = max(rank, key=lambda side: (rank[side], -side))
    others = [s for s in rank if s != main and middles[s].distance(middles[main]) > 70 and rank[s][0] > 0]
    chosen = [main]
    if others and wall.area > 14_000:
        chosen.append(max(others, key=lambda side: (middles[side].distance(middles[main]), -side)))
    return [middles[s] for s in chosen]


def doors(built: Built, targets: np.ndarray) -> np.ndarray:
    """A step outside a long wall, on the side that looks to the building's target (gate or road).

    Where a neighbour stands in the way the next best side is taken.
    """
    sides = [_door_steps(shape, target) for shape, target in zip(built.shapes, targets, strict=True)]
    tree = shapely.STRtree(built.shapes)
    chosen = np.array([steps[0] for steps in sides])
    blocked = np.unique(tree.query(shapely.points(chosen), predicate="intersects")[0])
    for n in blocked.tolist():
        free = [step for step in sides[n] if not len(tree.query(shapely.Point(step), predicate="intersects"))]
        chosen[n] = (free or sides[n])[0]
    return chosen


def _door_steps(shape: shapely.Polygon, target: np.ndarray) -> np.ndarray:
    """Points before the middles of the walls, best first: long walls, then those near the target."""
    xy = shapely.get_coordinates(shape.exterior)
    if shapely.is_ccw(shape.exterior):
        xy = xy[::-1]
    edge = np.diff(xy, axis=0)
    length = np.hypot(edge[:, 0], edge[:, 1])
    normal = np.column_stack([-edge[:, 1], edge[:, 0]]) / length[:, None]
    step = (xy[:-1] + xy[1:]) / 2 + normal * DOOR_STEP_M
    wide = length >= min(9.0, float(length.max()) - 0.01)
    gap = np.hypot(*(step - target).T) + np.where(wide, 0, 1e6)
    return np.round(step[np.argsort(gap, kind="stable")], 2)


def bus_stops(
    roads: tuple[Road, ...], water: shapely.Geometry, rng: np.random.Generator
) -> list[tuple[int, shapely.Point]]:
    """Pairs of stops on both sides of the larger roads, every five to seven hundred metres."""
    out = []
    for road in roads:
        if road.kind not in (RoadKind.ARTERIAL, RoadKind.SECONDARY) or road.line.length < 420:
            continue
        at = float(rng.uniform(120, 320))
        while at < road.line.length - 90:
            for side, shift in ((1, 0.0), (-1, 45.0)):
                point = beside(road, at + shift, side)
                if not water.intersects(point):
                    out.append((road.index, point))
            at += float(rng.uniform(520, 760))
    return out


def beside(road: Road, at: float, side: int) -> shapely.Point:
    """On the kerb of a road, `side` 1 left and -1 right of its direction."""
    a = road.line.interpolate(at)
    b = road.line.interpolate(min(at + 2, road.line.length))
    angle = math.atan2(b.y - a.y, b.x - a.x) + side * math.pi / 2
    off = WIDTH_M[road.kind] / 2 - 1.5
    return shapely.Point(round(a.x + off * math.cos(angle), 2), round(a.y + off * math.sin(angle), 2))


def road_bands(
    roads: tuple[Road, ...], outline: shapely.Polygon, number: int, rng: np.random.Generator
) -> list[tuple[int, shapely.Polygon]]:
    """Stretches of main roads, kerb to kerb and a little more, none over another."""
    stretches: list[tuple[int, shapely.LineString]] = []
    for road in roads:
        if road.kind not in (RoadKind.ARTERIAL, RoadKind.SECONDARY) or road.line.length < 900:
            continue
        parts = max(1, round(road.line.length / rng.uniform(950, 1_500)))
        cuts = np.linspace(0, road.line.length, parts + 1)
        for a, b in zip(cuts[:-1], cuts[1:], strict=True):
            stretches.append((road.index, _stretch(road.line, float(a) + 20, float(b) - 20)))
    middle = np.array([shapely.get_coordinates(line.centroid)[0] for _, line in stretches])
    main = [roads[r].kind is RoadKind.ARTERIAL for r, _ in stretches]
    rank = np.array([rng.random() + 0.5 * is_main for is_main in main]) - np.where(middle[:, 0] > 600, 0.75, 0)
    taken: list[shapely.Polygon] = []
    out: list[tuple[int, shapely.Polygon]] = []
    for n in np.argsort(-rank, kind="stable").tolist():
        index, line = stretches[n]
        band = line.buffer(WIDTH_M[roads[index].kind] / 2 + 3, cap_style="flat", quad_segs=2).intersection(outline)
        if taken:
            band = band.difference(shapely.union_all(taken).buffer(0.5))
        piece = max(shapely.get_parts(band), key=lambda p: p.area).simplify(0.8)
        if piece.geom_type != "Polygon" or piece.area < 14_000:
            continue
        taken.append(piece)
        out.append((index, piece))
        if len(out) == number:
            break
    return out


def _stretch(line: shapely.LineString, start: float, end: float) -> shapely.LineString:
    xy = shapely.get_coordinates(line)
    at = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    inside = xy[(at > start + 1) & (at < end - 1)]
    ends = [shapely.get_coordinates(line.interpolate(t)) for t in (start, end)]
    return shapely.LineString(np.vstack([ends[0], inside, ends[1]]))
