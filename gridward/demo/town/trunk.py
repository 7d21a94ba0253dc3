"""The main roads and the railway: long curves laid over the ground before any block is cut."""

import dataclasses

import numpy as np
import shapely

from gridward.demo.town.model import RoadKind
from gridward.demo.town.terrain import Terrain, smooth

EXPRESSWAY, ARTERIAL, SECONDARY = RoadKind.EXPRESSWAY, RoadKind.ARTERIAL, RoadKind.SECONDARY
EMBANKMENT_M = 58.0


@dataclasses.dataclass(frozen=True)
class Trunk:
    roads: tuple[tuple[RoadKind, shapely.LineString], ...]
    railway: shapely.LineString


class _Warp:
    """A smooth distortion of the plane: straight lines of an old survey become the town's curves."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.phase = rng.uniform(0, 2 * np.pi, 6)
        self.turn = rng.uniform(0.05, 0.10)

    def __call__(self, points: list[tuple[float, float]]) -> np.ndarray:
        u, v = np.array(points, dtype=float).T
        p = self.phase
        turn = self.turn * np.tanh((u + 800) / 1_500)
        x = u + 150 * np.sin(v / 1_700 + p[0]) + 55 * np.sin(v / 640 + p[1]) - turn * v
        y = v + 150 * np.sin(u / 1_900 + p[2]) + 60 * np.sin(u / 720 + p[3]) + 1.4 * turn * u
        return np.column_stack([x, y])


def lay_trunk(terrain: Terrain, rng: np.random.Generator) -> Trunk:
    warp = _Warp(rng)
    reach = terrain.outline
    curves: list[tuple[RoadKind, bool, np.ndarray]] = []

    def across(kind: RoadKind, v: float, u0: float, u1: float, bridged: bool) -> None:
        steps = np.linspace(u0, u1, max(4, int(abs(u1 - u0) / 160)))
        curves.append((kind, bridged, warp([(float(u), v) for u in steps])))

    def along(kind: RoadKind, u: float, v0: float, v1: float) -> None:
        steps = np.linspace(v0, v1, max(4, int(abs(v1 - v0) / 160)))
        curves.append((kind, False, warp([(u, float(v)) for v in steps])))

    def jitter(value: float, by: float = 70) -> float:
        return value + float(rng.uniform(-by, by))

    west, far = -6_000.0, 6_000.0
    north, south = [jitter(v, 110) for v in (2_420, 1_480)], [jitter(v, 110) for v in (-1_380, -2_300)]
    middle = jitter(120)
    across(EXPRESSWAY, middle, west, far, True)
    across(ARTERIAL, north[1], west, far, True)
    across(ARTERIAL, south[0], west, far, True)
    across(ARTERIAL, north[0], west, 2_900, False)
    across(ARTERIAL, south[1], west, far, True)
    across(ARTERIAL, jitter(820), -3_600, -300, False)
    across(ARTERIAL, jitter(-620), west, 900, False)
    columns = [jitter(u) for u in (-3_420, -2_640, -1_560)]
    along(EXPRESSWAY, columns[0], -6_000, 6_000)
    along(ARTERIAL, columns[1], -6_000, 6_000)
    along(ARTERIAL, columns[2], -6_000, 6_000)
    along(ARTERIAL, jitter(480), south[1], 6_000)
    along(ARTERIAL, jitter(1_520), -6_000, north[1])
    curves.append((EXPRESSWAY, False, _ring(rng)))
    curves.append((ARTERIAL, False, _radial(warp, (500, middle), (2_900, 2_900))))
    curves.append((ARTERIAL, False, _radial(warp, (480, south[0]), (2_700, -3_900))))
    curves.append((ARTERIAL, False, _radial(warp, (columns[2], middle), (-3_300, 3_200))))
    _lay_secondary(across, along, jitter, columns, (middle, north, south), rng)

    roads: list[tuple[RoadKind, shapely.LineString]] = []
    for kind, bridged, xy in curves:
        line = shapely.LineString(xy)
        for gap in () if bridged else (terrain.river.buffer(EMBANKMENT_M - 9),):
            line = line.difference(gap)
        line = line.difference(terrain.lake_park)
        roads += [(kind, part) for part in _parts(line.intersection(reach), 150)]
    roads += [(ARTERIAL, part) for part in _embankments(terrain)]
    park_ring = shapely.LineString(terrain.lake_park.exterior.coords)
    roads.append((SECONDARY, park_ring))
    simple = [(kind, line.simplify(1.5)) for kind, line in roads]
    return Trunk(tuple(_without_stubs(simple, terrain)), _railway(warp, terrain, rng))


def _without_stubs(
    roads: list[tuple[RoadKind, shapely.LineString]], terrain: Terrain
) -> list[tuple[RoadKind, shapely.LineString]]:
    """Cut off what runs past the last crossing and ends in a field."""
    lines = [*(line for _, line in roads), terrain.outline.exterior]
    noded = shapely.union_all(np.array(lines), grid_size=0.1)
    stubs = shapely.get_parts(shapely.polygonize_full(shapely.get_parts(noded))[2])
    trimmed = []
    for kind, line in roads:
        band = line.buffer(0.3)
        own = [stub.buffer(0.4, cap_style="flat") for stub in stubs if band.covers(stub)]
        trimmed += [(kind, part) for part in _parts(line.difference(shapely.union_all(own)), 60)]
    return trimmed


def _lay_secondary(across, along, jitter, columns, rows, rng) -> None:  # type: ignore[no-untyped-def]
    """Long secondary streets west of the river that run on across several main roads."""
    middle, north, south = rows
    for v in (1_980, 560, -250, -1_010, -1_830):
        ends = (columns[0], columns[1]), (columns[0], -400.0), (columns[1], -400.0)
        across(SECONDARY, jitter(v, 90), *ends[int(rng.integers(1, 3))], False)
    for u, v0, v1 in ((-3_030, south[0], 3_400), (-2_080, -3_400, north[1]), (-1_150, south[0], north[0])):
        along(SECONDARY, jitter(u, 110), v0, v1)
    for u, v0, v1 in ((1_000, south[1], north[1]), (-3_900, south[1], north[1])):
        along(SECONDARY, jitter(u, 110), v0, v1)
    across(SECONDARY, jitter(850), 300, 1_520, False)
    across(SECONDARY, jitter(-600), 3_000, 6_000, False)


def _ring(rng: np.random.Generator) -> np.ndarray:
    """The eastern arc of the ring expressway, from the northern border round to the southern one."""
    angle = np.linspace(1.25, -1.35, 30)
    radius = 3_250 + 90 * np.sin(angle * 3 + rng.uniform(0, 6))
    return np.column_stack([-150 + radius * np.cos(angle), 1.18 * radius * np.sin(angle)])


def _radial(warp: _Warp, start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    a, b = warp([start, end])
    bow = np.array([-(b - a)[1], (b - a)[0]]) * 0.09
    return smooth(np.array([a, (a + b) / 2 + bow, b]), 4)


def _railway(warp: _Warp, terrain: Terrain, rng: np.random.Generator) -> shapely.LineString:
    """From the northern border south, bending away from the grid as railways do."""
    u = rng.uniform(-2_350, -2_250)
    points = np.array(
        [(u + 560, 4_500), (u + 180, 1_700), (u - 60, 200), (u - 80, -1_000), (u - 800, -2_600), (u - 1_700, -5_000)]
    )
    line = shapely.LineString(smooth(points, 4)).intersection(terrain.outline)
    return max(_parts(line, 0), key=lambda part: part.length).simplify(2)


def _embankments(terrain: Terrain) -> list[shapely.LineString]:
    bed = terrain.river.union(terrain.island)
    edge = bed.buffer(EMBANKMENT_M, join_style="mitre").exterior
    inside = edge.intersection(terrain.outline.buffer(-40))
    merged = shapely.line_merge(inside) if inside.geom_type != "LineString" else inside
    lines = [line.simplify(6) for line in _parts(merged, 2_000)]
    # The ends run on to the border so that no road stops in a field just short of it.
    return [_extended(line, 160).intersection(terrain.outline) for line in lines]


def _extended(line: shapely.LineString, by: float) -> shapely.LineString:
    xy = shapely.get_coordinates(line)
    head, tail = xy[0] - xy[1], xy[-1] - xy[-2]
    first, last = xy[0] + head / np.linalg.norm(head) * by, xy[-1] + tail / np.linalg.norm(tail) * by
    return shapely.LineString(np.vstack([first, xy, last]))


def _parts(shape: shapely.Geometry, shortest: float) -> list[shapely.LineString]:
    return [p for p in shapely.get_parts(shape) if p.geom_type == "LineString" and p.length > shortest]
