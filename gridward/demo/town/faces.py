"""One common set of faces: every border of every layer is made of their edges, so borders agree to the bit."""

import dataclasses
import enum

import numpy as np
import shapely

from gridward.demo.town.model import RoadKind
from gridward.demo.town.splitting import Cut, Splitter
from gridward.demo.town.terrain import Terrain
from gridward.demo.town.trunk import Trunk
from gridward.demo.town.zones import ZonePlan

PRECISION_M = 0.1
OVERSHOOT_M = 0.6


class Edge(enum.IntEnum):
    """What lies between two faces, from what is crossed easily to what hardly ever is."""

    CELL = 0
    LANE = 1
    MINOR = 2
    SECONDARY = 3
    ARTERIAL = 4
    EXPRESSWAY = 5
    RAIL = 6
    BANK = 7
    MIDSTREAM = 8
    OUTLINE = 9


OF_ROAD = {kind: Edge[kind.name] for kind in RoadKind}


@dataclasses.dataclass(frozen=True)
class Faces:
    """`pairs` (n, 2) are neighbouring faces, `shared_m` the length between them, `edges` its kind."""

    shapes: np.ndarray
    pairs: np.ndarray
    shared_m: np.ndarray
    edges: np.ndarray
    roads: tuple[tuple[RoadKind, shapely.LineString], ...]


def divide_ground(terrain: Terrain, trunk: Trunk, plan: ZonePlan, rng: np.random.Generator) -> Faces:
    given = _base_lines(terrain, trunk)
    superblocks, base = _superblocks(given)
    splitter = Splitter(plan, rng)
    no_streets = terrain.river.union(terrain.island).buffer(20).union(terrain.lake_park)
    for block in superblocks:
        ring = shapely.get_coordinates(block.exterior)[:-1]
        splitter.split(ring, streets=not no_streets.covers(block.representative_point()))
    opened = [(RoadKind.SECONDARY, line) for _, line in base[len(given) :]]
    return _faces([*trunk.roads, *opened], base, splitter.cuts)


Line = tuple[Edge, shapely.LineString]


def _base_lines(terrain: Terrain, trunk: Trunk) -> list[Line]:
    lines: list[Line] = [(Edge.OUTLINE, shapely.LineString(terrain.outline.exterior.coords))]
    lines += [(OF_ROAD[kind], line) for kind, line in trunk.roads]
    lines.append((Edge.RAIL, trunk.railway))
    bed = terrain.river.union(terrain.island)
    banks = bed.exterior.intersection(terrain.outline.buffer(-0.5))
    # The banks were cut short of the border, which they may meet at a slant.
    lines += [(Edge.BANK, _reaching(part, 4.0)) for part in shapely.get_parts(shapely.line_merge(banks))]
    lines.append((Edge.BANK, shapely.LineString(terrain.island.exterior.coords)))
    midstream = terrain.river_line.intersection(terrain.outline)
    lines += [(Edge.MIDSTREAM, part) for part in shapely.get_parts(midstream)]
    y = terrain.island.centroid.y
    x = terrain.river_x(y)
    for dy in (-160.0, 190.0):
        lines.append((Edge.CELL, shapely.LineString([(x - 330, y + dy), (x + 1, y + dy - 20)]).intersection(bed)))
    creek = terrain.creek.difference(terrain.lake_park)
    lines += [(Edge.BANK, part) for part in shapely.get_parts(creek)]
    return [(edge, line if line.is_ring else _reaching(line)) for edge, line in lines]


def _reaching(line: shapely.LineString, by: float = OVERSHOOT_M) -> shapely.LineString:
    return shapely.LineString(overshot(shapely.get_coordinates(line), by))


def _superblocks(lines: list[Line]) -> tuple[list[shapely.Polygon], list[Line]]:
    """The faces of the base lines; a face with a hole is opened by a street to the hole."""
    for _ in range(4):
        faces = _polygonized([line for _, line in lines])
        holed = [face for face in faces if len(face.interiors)]
        if not holed:
            return faces, lines
        for face in holed:
            for hole in face.interiors:
                lines = [*lines, *_openings(face, hole)]
    raise ValueError("a block keeps a hole")


def _openings(face: shapely.Polygon, hole: shapely.LinearRing) -> list[Line]:
    middle = shapely.Polygon(hole).centroid
    x0, y0, x1, y1 = face.bounds
    horizontal = shapely.LineString([(x0 - 9, middle.y + 31), (x1 + 9, middle.y - 23)])
    vertical = shapely.LineString([(middle.x - 27, y0 - 9), (middle.x + 22, y1 + 9)])
    parts = [p for line in (horizontal, vertical) for p in shapely.get_parts(line.intersection(face))]
    return [(Edge.SECONDARY, _reaching(part)) for part in parts if part.distance(hole) < 1]


def _polygonized(lines: list[shapely.LineString]) -> list[shapely.Polygon]:
    noded = shapely.union_all(np.array(lines), grid_size=PRECISION_M)
    return list(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def _faces(roads: list[tuple[RoadKind, shapely.LineString]], base: list[Line], cuts: list[Cut]) -> Faces:
    cut_lines = [(Edge.CELL if cut.kind is None else OF_ROAD[cut.kind], shapely.LineString(cut.line)) for cut in cuts]
    lines = base + cut_lines
    # A cut ends within a rounding step of the line it meets: a little more makes sure that they cross.
    reaching = [shapely.LineString(overshot(cut.line)) for cut in cuts]
    shapes = np.array(_polygonized([line for _, line in base] + reaching))
    centres = shapely.get_coordinates(shapely.centroid(shapes))
    order = np.lexsort((centres[:, 0], -np.round(centres[:, 1] / 500)))
    shapes = shapes[order]
    pairs, shared, edges = _neighbours(shapes, lines)
    roads = roads + [(cut.kind, line) for cut, (_, line) in zip(cuts, cut_lines, strict=True) if cut.kind is not None]
    return Faces(shapes, pairs, shared, edges, tuple(roads))


def overshot(xy: np.ndarray, by: float = OVERSHOOT_M) -> np.ndarray:
    """The line with both ends carried on by so many metres."""
    head, tail = xy[0] - xy[1], xy[-1] - xy[-2]
    first = xy[0] + head * (by / np.hypot(head[0], head[1]))
    last = xy[-1] + tail * (by / np.hypot(tail[0], tail[1]))
    return np.vstack([first, xy, last])


def _neighbours(shapes: np.ndarray, lines: list[Line]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Faces that share a segment; the kind of the border is the strongest line lying on it."""
    xy, owner = shapely.get_coordinates(shapely.get_exterior_ring(shapes), return_index=True)
    whole = np.round(xy / PRECISION_M).astype(np.int64)
    keep = owner[:-1] == owner[1:]
    a, b, face = whole[:-1][keep], whole[1:][keep], owner[:-1][keep]
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    a[swap], b[swap] = b[swap], a[swap].copy()
    segments, which = np.unique(np.hstack([a, b]), axis=0, return_inverse=True)
    order = np.argsort(which, kind="stable")
    sorted_which = which[order]
    twice = np.nonzero(sorted_which[:-1] == sorted_which[1:])[0]
    pair = np.sort(np.column_stack([face[order[twice]], face[order[twice + 1]]]), axis=1)
    chosen = segments[sorted_which[twice]] * PRECISION_M
    length = np.hypot(chosen[:, 2] - chosen[:, 0], chosen[:, 3] - chosen[:, 1])
    kind = _kinds((chosen[:, :2] + chosen[:, 2:]) / 2, lines)
    pairs, inverse = np.unique(pair, axis=0, return_inverse=True)
    shared = np.bincount(inverse, weights=length)
    return pairs, shared, longest_kind(inverse, kind, length, len(pairs))


def longest_kind(pair: np.ndarray, kind: np.ndarray, length: np.ndarray, count: int) -> np.ndarray:
    """For each pair of neighbours the kind of line that makes up most of their border."""
    table = np.bincount(pair * len(Edge) + kind, weights=length, minlength=count * len(Edge))
    return table.reshape(count, len(Edge)).argmax(axis=1)


def _kinds(middles: np.ndarray, lines: list[Line]) -> np.ndarray:
    tree = shapely.STRtree([line for _, line in lines])
    classes = np.array([int(edge) for edge, _ in lines])
    points, hits = tree.query(shapely.points(middles), predicate="dwithin", distance=0.6)
    kind = np.zeros(len(middles), dtype=int)
    np.maximum.at(kind, points, classes[hits])
    return kind
