"""The index: build once per set of polygons, ask from any number of threads.

It holds no GEOS object after building, so nothing has to be prepared per thread or connection. Its only
mutable part is a memo of row segments, whose entries are the same whoever writes them.
"""

from collections.abc import Sequence
from enum import StrEnum
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from gridward.core.errors import RuleBroken
from gridward.core.lazy import LazyModule
from gridward.core.locate.exact import OUTSIDE, Segment, place_of
from gridward.core.locate.raster import Raster, build_raster
from gridward.core.locate.tables import Tables, tables_of

_engine: Any = LazyModule("gridward.core.locate.engine")
HAS_ENGINE = find_spec("numba") is not None
# Below this many points loading the compiled engine costs more than it saves; the web process stays below.
ENGINE_FROM_POINTS = 20_000

Positions = NDArray[np.int64]
Floats = NDArray[np.float64]


class GridKind(StrEnum):
    """社区型 · 道路型 · 单位型 网格, in the words of the founding paper."""

    COMMUNITY = "community"
    ROAD = "road"
    PREMISES = "premises"


# Who answers where grids of several kinds cover a place: the most particular first.
PRECEDENCE = (GridKind.PREMISES, GridKind.ROAD, GridKind.COMMUNITY)


class GridIndex:
    """Which grids cover a point, edges and vertices included.

    Parameters
    ----------
    codes, kinds, polygons
        One entry per grid, in any order: its code, its ``GridKind`` and its valid polygon or multipolygon in
        longitude and latitude. Answers are positions in this order.

    Raises
    ------
    RuleBroken
        ``geometry.broken_rings`` for an invalid polygon, ``geometry.not_an_area`` for anything else.
    """

    def __init__(self, codes: Sequence[str], kinds: Sequence[str], polygons: Sequence[BaseGeometry]) -> None:
        _check_polygons(codes, polygons)
        self.codes = tuple(codes)
        self.kinds = tuple(GridKind(kind) for _, kind in zip(codes, kinds, strict=True))
        raster = build_raster(list(polygons))
        self._raster = raster
        self._order = sorted(range(len(self.codes)), key=self._precedence)
        self._rank = [0] * len(self._order)
        for rank, position in enumerate(self._order):
            self._rank[position] = rank
        frame = raster.frame
        self._west, self._south, self._east, self._north = frame.west, frame.south, frame.east, frame.north
        self._across, self._up, self._width = frame.columns_per_degree, frame.rows_per_degree, frame.width
        self._cell_set = raster.cell_set.data
        self._sets = raster.sets
        self._memo: dict[tuple[int, int], tuple[Segment, ...]] = {}
        self._tables: Tables = tables_of(raster, self._rank, self._order)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def raster(self) -> Raster:
        return self._raster

    def _precedence(self, position: int) -> tuple[int, str, int]:
        return PRECEDENCE.index(self.kinds[position]), self.codes[position], position

    def covering(self, lon: float, lat: float) -> tuple[int, ...]:
        """Positions of all grids that cover the point, ascending; empty for NaN or far away."""
        if not (self._west <= lon <= self._east and self._south <= lat <= self._north):
            return ()
        row = int((lat - self._south) * self._up)
        cell = row * self._width + int((lon - self._west) * self._across)
        found, unsure = self._sets[self._cell_set[cell]]
        if not unsure:
            return found
        near = [position for position in unsure if self._place_in_row(position, row, lon, lat) != OUTSIDE]
        return tuple(sorted((*found, *near))) if near else found

    def first(self, lon: float, lat: float) -> int:
        """Position of the responsible grid, -1 for none: by kind, then by the lowest code."""
        found = self.covering(lon, lat)
        if len(found) < 2:
            return found[0] if found else -1
        return min(found, key=self._rank.__getitem__)

    def place(self, position: int, lon: float, lat: float) -> int:
        """``OUTSIDE``, ``INSIDE`` or ``ON_BOUNDARY`` of one grid."""
        if not (self._west <= lon <= self._east and self._south <= lat <= self._north):
            return OUTSIDE
        return self._place_in_row(position, int((lat - self._south) * self._up), lon, lat)

    def rank(self, position: int) -> int:
        """0 for the grid that goes before all others."""
        return self._rank[position]

    def covering_many(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Positions, Positions]:
        """``covering`` for many points, as (offsets, positions).

        The grids of point i are ``positions[offsets[i]:offsets[i + 1]]``.
        """
        x, y = _columns(lon, lat)
        if HAS_ENGINE and len(x) >= ENGINE_FROM_POINTS:
            offsets, positions, unsettled = _engine.covering_many(self._tables, x, y)
            if not len(unsettled):
                return offsets, positions
            answers = [positions[offsets[i] : offsets[i + 1]].tolist() for i in range(len(x))]
            for i in unsettled:
                answers[i] = self.covering(float(x[i]), float(y[i]))
            return _joined(answers)
        return _joined([self.covering(*pair) for pair in zip(x.tolist(), y.tolist(), strict=True)])

    def first_many(self, lon: ArrayLike, lat: ArrayLike) -> Positions:
        """``first`` for many points."""
        x, y = _columns(lon, lat)
        if HAS_ENGINE and len(x) >= ENGINE_FROM_POINTS:
            answer: Positions = _engine.first_many(self._tables, x, y)
            for i in np.flatnonzero(answer == _engine.UNSETTLED):
                answer[i] = self.first(float(x[i]), float(y[i]))
            return answer
        pairs = zip(x.tolist(), y.tolist(), strict=True)
        return np.fromiter((self.first(*pair) for pair in pairs), dtype=np.int64, count=len(x))

    def _place_in_row(self, position: int, row: int, lon: float, lat: float) -> int:
        segments = self._memo.get((position, row))
        if segments is None:
            segments = self._memo[position, row] = self._segments_of(position, row)
        return place_of(lon, lat, segments)

    def _segments_of(self, position: int, row: int) -> tuple[Segment, ...]:
        rows, all_segments = self._raster.rows, self._raster.segments
        if not rows.lowest[position] <= row <= rows.highest[position]:
            return ()
        slot = rows.base[position] + row
        chosen = rows.segment[rows.start[slot] : rows.start[slot + 1]]
        columns = (all_segments.x1, all_segments.y1, all_segments.x2, all_segments.y2)
        return tuple(zip(*(column[chosen].tolist() for column in columns), strict=True))


def _check_polygons(codes: Sequence[str], polygons: Sequence[BaseGeometry]) -> None:
    for code, polygon in zip(codes, polygons, strict=True):
        if polygon.geom_type not in ("Polygon", "MultiPolygon") or polygon.is_empty:
            raise RuleBroken("geometry.not_an_area")
        if not polygon.is_valid:
            raise RuleBroken("geometry.broken_rings", grid=code)


def _columns(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    x = np.ascontiguousarray(np.asarray(lon, dtype=np.float64).ravel())
    y = np.ascontiguousarray(np.asarray(lat, dtype=np.float64).ravel())
    if len(x) != len(y):
        raise ValueError("lon and lat differ in length")
    return x, y


def _joined(answers: Sequence[Sequence[int]]) -> tuple[Positions, Positions]:
    """Ragged answers as (offsets, positions)."""
    offsets = np.zeros(len(answers) + 1, dtype=np.int64)
    np.cumsum([len(answer) for answer in answers], out=offsets[1:])
    positions = [position for answer in answers for position in answer]
    return offsets, np.array(positions, dtype=np.int64)
