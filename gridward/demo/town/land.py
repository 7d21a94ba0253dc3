"""Faces become cells, cells become blocks, and every block gets a use."""

import dataclasses
import math

import numpy as np
import shapely

from gridward.demo.town.faces import Edge, Faces, longest_kind
from gridward.demo.town.model import RoadKind, Style, Use
from gridward.demo.town.terrain import Terrain
from gridward.demo.town.trunk import EMBANKMENT_M, Trunk
from gridward.demo.town.zones import Zone, ZonePlan

WIDTH_M = {
    RoadKind.EXPRESSWAY: 44.0,
    RoadKind.ARTERIAL: 36.0,
    RoadKind.SECONDARY: 24.0,
    RoadKind.MINOR: 14.0,
    RoadKind.LANE: 7.0,
}
RAIL_HALF_M = 16.0
CREEK_HALF_M = 11.0
SMALLEST_CELL_M2 = 3_000.0


@dataclasses.dataclass
class Land:
    """Parallel arrays over cells and over blocks; `pairs`, `shared`, `edges` join cells."""

    cells: np.ndarray
    pairs: np.ndarray
    shared: np.ndarray
    edges: np.ndarray
    west: np.ndarray
    block_of: np.ndarray
    blocks: np.ndarray
    inner: np.ndarray
    zones: list[Zone]
    uses: list[Use]
    styles: list[Style | None]
    greens: list[str | None]


def lay_out_land(faces: Faces, terrain: Terrain, trunk: Trunk, plan: ZonePlan, rng: np.random.Generator) -> Land:
    cells, pairs, shared, edges = _cells(faces)
    middle = shapely.get_coordinates(shapely.point_on_surface(cells))
    west = np.array([terrain.west_of_river(float(x), float(y)) for x, y in middle])
    block_of = _components(len(cells), pairs[edges == Edge.CELL])
    blocks = _united(cells, block_of)
    centres = shapely.get_coordinates(shapely.point_on_surface(blocks))
    zones = [plan.zone(float(x), float(y)) for x, y in centres]
    inner = _inner(blocks, faces, terrain, trunk)
    land = Land(cells, pairs, shared, edges, west, block_of, blocks, inner, zones, [], [], [])
    _assign_uses(land, terrain, centres, rng)
    return land


def _cells(faces: Faces) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Slivers join the neighbour they share most with."""
    area = shapely.area(faces.shapes)
    near: list[list[tuple[int, float, int]]] = [[] for _ in area]
    for (a, b), length, edge in zip(faces.pairs.tolist(), faces.shared_m.tolist(), faces.edges.tolist(), strict=True):
        near[a].append((b, length, edge))
        near[b].append((a, length, edge))
    host = list(range(len(area)))

    def root(n: int) -> int:
        while host[n] != n:
            n = host[n]
        return n

    size = area.copy()
    # First within the block, as often as it helps; only what is a whole tiny block joins over a road.
    for strongest in (Edge.CELL, Edge.CELL, Edge.CELL, Edge.BANK):
        for n in np.argsort(area, kind="stable").tolist():
            own = root(n)
            if size[own] >= SMALLEST_CELL_M2:
                continue
            choice = [(length / (1 + edge), m) for m, length, edge in near[n] if root(m) != own and edge <= strongest]
            if choice:
                goal = root(max(choice)[1])
                host[own] = goal
                size[goal] += size[own]
    roots = np.array([root(n) for n in range(len(area))])
    _, cell_of = np.unique(roots, return_inverse=True)
    cells = _united(faces.shapes, cell_of)
    a, b = cell_of[faces.pairs[:, 0]], cell_of[faces.pairs[:, 1]]
    apart = a != b
    pair = np.sort(np.column_stack([a, b])[apart], axis=1)
    pairs, inverse = np.unique(pair, axis=0, return_inverse=True)
    shared = np.bincount(inverse, weights=faces.shared_m[apart])
    edges = longest_kind(inverse, faces.edges[apart], faces.shared_m[apart], len(pairs))
    return cells, pairs, shared, edges


def _components(count: int, pairs: np.ndarray) -> np.ndarray:
    label = np.arange(count)
    while True:
        lower = label.copy()
        np.minimum.at(lower, pairs[:, 0], label[pairs[:, 1]])
        np.minimum.at(lower, pairs[:, 1], label[pairs[:, 0]])
        lower = lower[lower]
        if (lower == label).all():
            return np.unique(label, return_inverse=True)[1]
        label = lower


def united(shapes: np.ndarray, label: np.ndarray) -> np.ndarray:
    """The union of the shapes under each label 0…n-1, made of their edges alone."""
    order = np.argsort(label, kind="stable")
    starts = np.searchsorted(label[order], np.arange(label.max() + 2))
    groups = [shapes[order[a:b]] for a, b in zip(starts[:-1], starts[1:], strict=True)]
    return np.array([g[0] if len(g) == 1 else _one(shapely.coverage_union_all(g)) for g in groups])


_united = united


def _one(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape


def _inner(blocks: np.ndarray, faces: Faces, terrain: Terrain, trunk: Trunk) -> np.ndarray:
    """Blocks without carriageways, rails and water; the largest piece, possibly empty."""
    lines = [(line, WIDTH_M[kind] / 2 + 1) for kind, line in faces.roads]
    lines += [(trunk.railway, RAIL_HALF_M), (terrain.creek, CREEK_HALF_M + 4)]
    bands = shapely.buffer([line for line, _ in lines], [half for _, half in lines], quad_segs=2)
    which_block, which_band = shapely.STRtree(bands).query(blocks)
    inner = blocks.copy()
    starts = np.searchsorted(which_block, np.arange(len(blocks) + 1))
    for n in range(len(blocks)):
        taken = np.sort(which_band[starts[n] : starts[n + 1]])
        if len(taken):
            inner[n] = shapely.difference(blocks[n], shapely.union_all(bands[taken]))
    tidy = shapely.set_precision(shapely.simplify(_largest_parts(inner), 0.8), 0.01)
    return _largest_parts(shapely.intersection(tidy, blocks))


def _largest_parts(shapes: np.ndarray) -> np.ndarray:
    return np.array([max(shapely.get_parts(s), key=lambda p: p.area, default=s) for s in shapes])


MIX: dict[Zone, tuple[tuple[Use, Style | None, float], ...]] = {
    Zone.OLD: (
        (Use.RESIDENTIAL, Style.COURTYARDS, 0.50),
        (Use.RESIDENTIAL, Style.SLABS, 0.26),
        (Use.MIXED, None, 0.11),
        (Use.SHOP, None, 0.05),
        (Use.OFFICE, None, 0.05),
        (Use.GREEN, None, 0.03),
    ),
    Zone.INNER: (
        (Use.RESIDENTIAL, Style.SLABS, 0.48),
        (Use.RESIDENTIAL, Style.TOWERS, 0.33),
        (Use.OFFICE, None, 0.05),
        (Use.MIXED, None, 0.06),
        (Use.SHOP, None, 0.03),
        (Use.GREEN, None, 0.04),
        (Use.INDUSTRIAL, None, 0.02),
    ),
    Zone.NEW: (
        (Use.RESIDENTIAL, Style.TOWERS, 0.40),
        (Use.RESIDENTIAL, Style.SLABS, 0.08),
        (Use.OFFICE, None, 0.13),
        (Use.SHOP, None, 0.05),
        (Use.GREEN, None, 0.16),
        (Use.FIELD, None, 0.18),
    ),
    Zone.INDUSTRIAL: (
        (Use.INDUSTRIAL, None, 0.78),
        (Use.RESIDENTIAL, Style.TOWERS, 0.07),
        (Use.GREEN, None, 0.06),
        (Use.FIELD, None, 0.09),
    ),
    Zone.RURAL: (
        (Use.VILLAGE, Style.COTTAGES, 0.27),
        (Use.FIELD, None, 0.40),
        (Use.GREEN, None, 0.19),
        (Use.INDUSTRIAL, None, 0.06),
        (Use.RESIDENTIAL, Style.TOWERS, 0.05),
        (Use.RESIDENTIAL, Style.SLABS, 0.03),
    ),
}

# use, how many, zones, smallest and largest hectares
SITES: tuple[tuple[Use, int, frozenset[Zone], float, float], ...] = (
    (Use.HOSPITAL, 3, frozenset({Zone.OLD, Zone.INNER, Zone.NEW}), 2.2, 7),
    (Use.MUSEUM, 2, frozenset({Zone.OLD, Zone.NEW}), 1.0, 5),
    (Use.CONSTRUCTION, 5, frozenset({Zone.INNER, Zone.NEW, Zone.INDUSTRIAL}), 1.8, 8),
    (Use.PUBLIC, 4, frozenset({Zone.OLD, Zone.INNER, Zone.NEW}), 0.9, 4),
    (Use.MARKET, 9, frozenset({Zone.OLD, Zone.INNER, Zone.NEW}), 0.6, 2.6),
    (Use.SCHOOL, 34, frozenset({Zone.OLD, Zone.INNER, Zone.NEW}), 1.3, 5.5),
    (Use.SCHOOL, 4, frozenset({Zone.RURAL, Zone.INDUSTRIAL}), 1.3, 12),
    (Use.GREEN, 8, frozenset({Zone.OLD, Zone.INNER}), 2.5, 9),
    (Use.RESIDENTIAL, 4, frozenset({Zone.INDUSTRIAL}), 3, 14),
)


def _assign_uses(land: Land, terrain: Terrain, centres: np.ndarray, rng: np.random.Generator) -> None:
    count = len(land.blocks)
    uses: list[Use | None] = [None] * count
    styles: list[Style | None] = [None] * count
    greens: list[str | None] = [None] * count
    points = shapely.points(centres)
    for n in range(count):
        uses[n], greens[n] = _given_use(points[n], land.inner[n], terrain)
    area = shapely.area(land.inner) / 10_000
    _place_station(land, uses, area)
    for use, number, zones, low, high in SITES:
        free = [n for n in range(count) if uses[n] is None and land.zones[n] in zones and low <= area[n] <= high]
        for n in spread_choice(centres, free, number, rng):
            uses[n] = use
            greens[n] = "park" if use is Use.GREEN else None
            styles[n] = Style.TOWERS if use is Use.RESIDENTIAL else None
    for n in range(count):
        if uses[n] is not None:
            continue
        use, style = _drawn(MIX[land.zones[n]], centres[n], rng)
        uses[n], styles[n] = use, style
        if use is Use.GREEN:
            greens[n] = "wood" if land.zones[n] is Zone.RURAL else "park"
        elif use is Use.FIELD:
            greens[n] = "field"
    land.uses, land.styles, land.greens = [u or Use.FIELD for u in uses], styles, greens


def _given_use(point: shapely.Point, inner: shapely.Polygon, terrain: Terrain) -> tuple[Use | None, str | None]:
    if terrain.river.contains(point):
        return Use.WATER, None
    if terrain.island.contains(point):
        return Use.GREEN, "island"
    if terrain.lake_park.contains(point):
        return Use.GREEN, "park"
    if terrain.river.distance(point) < EMBANKMENT_M:
        return Use.GREEN, "riverside"
    if inner.area < 2_500:
        return Use.GREEN, "verge"
    return None, None


def _place_station(land: Land, uses: list[Use | None], area: np.ndarray) -> None:
    """The station stands where the railway passes the middle of the town."""
    rails = land.pairs[land.edges == Edge.RAIL]
    beside = sorted({int(land.block_of[c]) for c in rails.ravel()})
    fit = [n for n in beside if uses[n] is None and area[n] > 1.6]
    centre = shapely.get_coordinates(shapely.centroid(land.blocks[fit]))
    uses[fit[int(np.argmin(np.abs(centre[:, 1] - 650) - 120 * np.minimum(area[fit], 5)))]] = Use.STATION


def spread_choice(xy: np.ndarray, free: list[int], number: int, rng: np.random.Generator) -> list[int]:
    """Some of the free places, well apart but not evenly so."""
    chosen: list[int] = []
    for _ in range(min(number, len(free))):
        some = [free[i] for i in rng.choice(len(free), min(len(free), 9), replace=False)]
        some = [n for n in some if n not in chosen]
        if not some:
            continue
        if chosen:
            gap = [float(np.hypot(*(xy[chosen] - xy[n]).T).min()) for n in some]
            chosen.append(some[int(np.argmax(gap))])
        else:
            chosen.append(some[0])
    return chosen


def _drawn(
    mix: tuple[tuple[Use, Style | None, float], ...], xy: np.ndarray, rng: np.random.Generator
) -> tuple[Use, Style | None]:
    """A draw that changes slowly over the ground, so that like lies beside like."""
    x, y = float(xy[0]), float(xy[1])
    swell = 0.5 + 0.5 * math.sin(x / 310 + 1.7 * math.sin(y / 420)) * math.cos(y / 280 + 1.3 * math.sin(x / 390))
    pick = (0.55 * float(rng.random()) + 0.9 * swell + rng.random() * 0.55) % 1.0
    for use, style, share in mix:
        if pick < share:
            return use, style
        pick -= share
    return mix[-1][0], mix[-1][1]
