"""Geometries that find disagreement: edges and corners shared, holes, parts, empties, and random ones."""

import random
from itertools import product

from django.contrib.gis.geos import GEOSGeometry

BOXES = [(x, y, x + 2, y + 2) for x, y in product((0, 1, 2, 4), (0, 2, 3))]
WHOLE = [
    "POLYGON ((0 0, 6 0, 6 6, 0 6, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2))",
    "POLYGON ((0 0, 6 0, 6 6, 0 6, 0 0))",
    "POLYGON ((2 2, 4 2, 4 4, 2 4, 2 2))",
    "POLYGON ((0 0, 3 0, 3 1, 1 1, 1 3, 0 3, 0 0))",
    "MULTIPOLYGON (((0 0, 2 0, 2 2, 0 2, 0 0)), ((2 2, 4 2, 4 4, 2 4, 2 2)))",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((5 5, 6 5, 6 6, 5 6, 5 5)))",
    "LINESTRING (0 0, 6 6)",
    "LINESTRING (0 2, 6 2)",
    "LINESTRING (2 2, 4 2)",
    "LINESTRING (2 2, 4 2, 4 4, 2 4, 2 2)",
    "LINESTRING (1 1, 1 1.5)",
    "MULTILINESTRING ((0 0, 2 0), (4 4, 6 4))",
    "MULTIPOINT (0 0, 2 2, 3 3)",
    "MULTIPOINT (1 1, 3 1)",
]
EMPTY = ["POINT EMPTY", "LINESTRING EMPTY", "POLYGON EMPTY", "MULTIPOLYGON EMPTY", "MULTIPOINT EMPTY"]


def edge_cases() -> list[GEOSGeometry]:
    """Shapes on a small lattice, where every relation occurs exactly."""
    boxes = ["POLYGON (({0} {1}, {2} {1}, {2} {3}, {0} {3}, {0} {1}))".format(*box) for box in BOXES]
    points = [f"POINT ({x} {y})" for x, y in product((0, 1, 2, 3, 5, 6), (0, 1, 2, 4))]
    return [GEOSGeometry(text, srid=4326) for text in [*boxes, *WHOLE, *points, *EMPTY]]


def random_shapes(rng: random.Random, count: int) -> list[GEOSGeometry]:
    """Polygons at a district's latitude that share whole edges, and points on those edges."""
    shapes: list[GEOSGeometry] = []
    while len(shapes) < count:
        cx, cy = rng.uniform(112.9, 113.1), rng.uniform(28.1, 28.3)
        shapes += _fan(rng, cx, cy)
    return shapes[:count]


def _fan(rng: random.Random, cx: float, cy: float) -> list[GEOSGeometry]:
    """Triangles around one point that share edges as neighbouring grids do, and points on and near them."""
    ring = [(cx + rng.uniform(0.01, 0.05) * dx, cy + rng.uniform(0.01, 0.05) * dy) for dx, dy in _DIRECTIONS]
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    triangles = [f"POLYGON (({_at(cx, cy)}, {_at(*a)}, {_at(*b)}, {_at(cx, cy)}))" for a, b in pairs]
    whole = f"POLYGON (({', '.join(_at(*corner) for corner in [*ring, ring[0]])}))"
    parts = "MULTIPOLYGON ({})".format(", ".join(text.removeprefix("POLYGON ") for text in triangles[::2]))
    on_edge = [f"POINT ({_at((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)})" for a, b in pairs]
    corners = [f"POINT ({_at(*corner)})" for corner in [(cx, cy), *ring[:3]]]
    line = f"LINESTRING ({_at(cx, cy)}, {_at(*ring[0])}, {_at(*ring[1])})"
    return [GEOSGeometry(text, srid=4326) for text in [*triangles, whole, parts, *on_edge, *corners, line]]


_DIRECTIONS = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]


def _at(x: float, y: float) -> str:
    return f"{x!r} {y!r}"
