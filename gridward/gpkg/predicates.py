"""The five spatial predicates over (well-known bytes, box of four numbers), and the extent of many boxes.

Nothing here knows about GeoPackage or SQL. A database that can store bytes and four numbers needs
only a way to call `Predicates` and a `BoxIndex` (see operators.py) to offer the same lookups.
"""

from collections.abc import Callable
from functools import lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]
Stored = tuple[bytes, Box | None]
Possible = Callable[[Box, Box], bool]
Exact = Callable[[BaseGeometry, BaseGeometry], bool]
ExactAt = Callable[[BaseGeometry, float, float], bool]

POINT_BYTES = 21
PREPARED_SHAPES = 1024


def boxes_meet(a: Box, b: Box) -> bool:
    """Whether two boxes share a point, edges included."""
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def box_encloses(a: Box, b: Box) -> bool:
    """Whether box b lies in box a, edges included."""
    return a[0] <= b[0] and a[1] <= b[1] and b[2] <= a[2] and b[3] <= a[3]


class Predicates:
    """Answers predicates exactly, by GEOS, and keeps the shapes it prepared.

    One per connection, never one per process: a prepared shape is built at its first use, and two
    threads that build the same one at once end the process.
    """

    def __init__(self) -> None:
        self._prepared = lru_cache(PREPARED_SHAPES)(_prepare)

    def intersects(self, a: Stored, b: Stored) -> bool:
        """Whether a and b share a point."""
        # The prepared side should be the one that comes again: the larger, a grid rather than a point.
        larger, smaller = (a, b) if len(a[0]) >= len(b[0]) else (b, a)
        return self._answer(boxes_meet, shapely.intersects, shapely.intersects_xy, larger, smaller)

    def contains(self, a: Stored, b: Stored) -> bool:
        """Whether b lies in a and not wholly on its boundary."""
        return self._answer(box_encloses, shapely.contains, shapely.contains_xy, a, b)

    def covers(self, a: Stored, b: Stored) -> bool:
        """Whether no point of b lies outside a; for a single point, whether it touches a at all."""
        return self._answer(box_encloses, shapely.covers, shapely.intersects_xy, a, b)

    def within(self, a: Stored, b: Stored) -> bool:
        """Whether a lies in b and not wholly on its boundary."""
        return self.contains(b, a)

    def coveredby(self, a: Stored, b: Stored) -> bool:
        """Whether no point of a lies outside b."""
        return self.covers(b, a)

    def _answer(self, possible: Possible, exact: Exact, exact_at: ExactAt, a: Stored, b: Stored) -> bool:
        """Ask the boxes, then GEOS. An empty geometry is in no relation to anything, as on PostGIS."""
        if a[1] is None or b[1] is None or not possible(a[1], b[1]):
            return False
        if len(b[0]) == POINT_BYTES:
            return bool(exact_at(self._prepared(a[0]), b[1][0], b[1][1]))
        return bool(exact(self._prepared(a[0]), shapely.from_wkb(b[0])))


def _prepare(wkb: bytes) -> BaseGeometry:
    shape = shapely.from_wkb(wkb)
    shapely.prepare(shape)
    return shape


class Extent:
    """The box around many boxes, as a SQLite aggregate sees it: step by step, then finalize."""

    def __init__(self) -> None:
        self.box: Box | None = None

    def add(self, box: Box | None) -> None:
        """Widen the extent by a box; None (an empty or absent geometry) changes nothing."""
        if box is None:
            return
        have = self.box or box
        self.box = (min(have[0], box[0]), min(have[1], box[1]), max(have[2], box[2]), max(have[3], box[3]))
