"""The ground before people came: an outline, a river with an island, a lake and a creek."""

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import shapely

AREA_M2 = 42_800_000.0
WEST_SHARE = 0.40
RIVER_REACH_M = 5_200.0


@dataclasses.dataclass(frozen=True)
class Terrain:
    """`river_x` gives the river's centre for a northing; west and east are the two banks' land and water."""

    outline: shapely.Polygon
    river_line: shapely.LineString
    river: shapely.Polygon
    island: shapely.Polygon
    river_x: Callable[[float], float]
    lake: shapely.Polygon
    lake_park: shapely.Polygon
    creek: shapely.LineString

    def west_of_river(self, x: float, y: float) -> bool:
        return x < self.river_x(y)


def grow_terrain(rng: np.random.Generator) -> Terrain:
    outline = _outline(rng)
    profile = _river_profile(rng)
    island_y = float(rng.uniform(700, 1_000))
    offset = _offset_for_west_share(outline, profile, island_y)

    def river_x(y: float) -> float:
        return float(profile(np.array([y]))[0] + offset)

    line = _river_line(profile, offset)
    river = _river_bed(line, island_y)
    island = _island(river_x, island_y)
    lake, lake_park = _lake(rng)
    creek = _creek(rng, lake, river_x)
    return Terrain(
        outline,
        line,
        _largest(river.intersection(outline).difference(island)),
        island,
        river_x,
        lake,
        lake_park,
        creek,
    )


def smooth(points: np.ndarray, rounds: int = 3) -> np.ndarray:
    """Chaikin's corner cutting of an open line: ends stay."""
    for _ in range(rounds):
        a, b = points[:-1], points[1:]
        inner = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], inner[1:-1], points[-1:]])
    return points


def blob(rng: np.random.Generator, x: float, y: float, rx: float, ry: float, roughness: float) -> shapely.Polygon:
    """A round shape with a few gentle bays."""
    angle = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    r = np.ones_like(angle)
    for k in range(2, 6):
        r += roughness / k * rng.uniform(0.4, 1) * np.sin(k * angle + rng.uniform(0, 2 * math.pi))
    return shapely.Polygon(np.column_stack([x + rx * r * np.cos(angle), y + ry * r * np.sin(angle)]))


def _outline(rng: np.random.Generator) -> shapely.Polygon:
    angle = np.linspace(0, 2 * math.pi, 150, endpoint=False)
    power = 3.0
    r = (np.abs(np.cos(angle) / 4_250) ** power + np.abs(np.sin(angle) / 3_150) ** power) ** (-1 / power)
    for k in range(2, 19):
        r *= 1 + 0.10 / k**0.85 * rng.uniform(0.4, 1) * np.sin(k * angle + rng.uniform(0, 2 * math.pi))
    shape = shapely.Polygon(np.column_stack([r * np.cos(angle), r * np.sin(angle)]))
    # Borders run along field edges and ditches: straight pieces with corners, not a drawn curve.
    shape = shape.simplify(34)
    scale = math.sqrt(AREA_M2 / shape.area)
    return shapely.transform(shape, lambda xy: xy * scale)


def _river_profile(rng: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    phase, second = rng.uniform(0.2, 1.1), rng.uniform(0, 2 * math.pi)
    bend, lean = rng.uniform(560, 680), rng.uniform(-0.10, -0.03)

    def profile(y: np.ndarray) -> np.ndarray:
        return bend * np.sin(y / 1_330 + phase) + 120 * np.sin(y / 640 + second) + lean * y

    return profile


def _offset_for_west_share(
    outline: shapely.Polygon, profile: Callable[[np.ndarray], np.ndarray], island_y: float
) -> float:
    """Slide the river east or west until the share of dry land west of it is right."""
    low, high = -2_500.0, 2_500.0
    for _ in range(24):
        middle = (low + high) / 2
        line = _river_line(profile, middle)
        dry = outline.difference(_river_bed(line, island_y))
        west = shapely.Polygon([*line.coords, (-9_000, RIVER_REACH_M), (-9_000, -RIVER_REACH_M)])
        if dry.intersection(west).area / dry.area < WEST_SHARE:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _river_line(profile: Callable[[np.ndarray], np.ndarray], offset: float) -> shapely.LineString:
    y = np.arange(-RIVER_REACH_M, RIVER_REACH_M + 1, 130.0)
    return shapely.LineString(np.column_stack([profile(y) + offset, y]))


def _river_bed(line: shapely.LineString, island_y: float) -> shapely.Polygon:
    xy = shapely.get_coordinates(line)
    tangent = np.gradient(xy, axis=0)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]]) / np.linalg.norm(tangent, axis=1)[:, None]
    y = xy[:, 1]
    swell = 115 * np.exp(-(((y - island_y) / 520) ** 2))
    half = 128 + 16 * np.sin(y / 700) + 9 * np.sin(y / 260 + 1)
    left = xy + normal * (half + swell)[:, None]
    right = xy - normal * half[:, None]
    return shapely.Polygon(np.vstack([left, right[::-1]]))


def _island(river_x: Callable[[float], float], island_y: float) -> shapely.Polygon:
    """A long sandbank on the western side of the stream, pointed at both ends."""
    t = np.linspace(-1, 1, 15)
    y = island_y + 430 * t
    centre = np.array([river_x(float(v)) for v in y]) - 78 - 24 * np.cos(t * 1.4)
    half = 52 * np.sqrt(np.clip(1 - t**2, 0, 1)) * (1 - 0.25 * t) + 2
    return shapely.Polygon(np.vstack([np.column_stack([centre - half, y]), np.column_stack([centre + half, y])[::-1]]))


def _lake(rng: np.random.Generator) -> tuple[shapely.Polygon, shapely.Polygon]:
    x, y = float(rng.uniform(1_950, 2_250)), float(rng.uniform(-700, -450))
    lake = blob(rng, x, y, 330, 300, 0.24)
    park = blob(rng, x - 20, y + 10, 590, 560, 0.12)
    return lake, park.union(lake.buffer(130)).simplify(4)


def _creek(rng: np.random.Generator, lake: shapely.Polygon, river_x: Callable[[float], float]) -> shapely.LineString:
    """From the middle of the lake, winding south-west, to the middle of the river."""
    start = lake.centroid
    end_y = start.y - rng.uniform(1_000, 1_250)
    end_x = river_x(end_y)
    t = np.linspace(0, 1, 9)
    x, y = start.x + (end_x - start.x) * t, start.y + (end_y - start.y) * t**1.15
    sway = np.sin(t * math.pi)
    y = y + sway * (90 * np.sin(t * 11) + rng.uniform(-40, 40, 9)) + 60 * sway
    return shapely.LineString(smooth(np.column_stack([x, y]), 2))


def _largest(shape: shapely.Geometry) -> shapely.Polygon:
    return max(shapely.get_parts(shape), key=lambda part: part.area)
