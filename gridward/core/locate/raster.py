"""The raster under the index: per raster cell, which polygons cover it wholly and which only touch it.

A raster cell that no ring comes near lies wholly inside or outside of a polygon, so its answer is known
beforehand. Cells near a ring keep the polygon as "unsure": only there is exact geometry asked. Marking is
conservative by ``MARGIN`` of a raster cell, far above any rounding of the coordinates.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MARGIN = 1e-6  # raster cells
FLAT = 0.01  # raster rows: a lower segment is marked over its whole width
RASTER_CELLS_PER_POLYGON = 4096
MOST_RASTER_CELLS = 4_000_000

CellSet = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the raster lies: column = (lon - west) * columns_per_degree, row alike."""

    west: float
    south: float
    east: float
    north: float
    columns_per_degree: float
    rows_per_degree: float
    width: int
    height: int

    @classmethod
    def around(cls, bounds: tuple[float, float, float, float], polygons: int) -> "Frame":
        west, south, east, north = bounds
        wide, high = max(east - west, 1e-300), max(north - south, 1e-300)
        cells = min(max(polygons, 4) * RASTER_CELLS_PER_POLYGON, MOST_RASTER_CELLS)
        columns = int(np.clip(np.sqrt(cells * (wide / high)), 1, cells))
        rows = max(cells // columns, 1)
        # One more column and row, for points exactly on the eastern and northern edge.
        return cls(west, south, east, north, columns / wide, rows / high, columns + 1, rows + 1)


@dataclass(frozen=True, slots=True)
class Segments:
    """All ring segments; ``owner`` is the position of their polygon. Ends in degrees."""

    x1: Floats
    y1: Floats
    x2: Floats
    y2: Floats
    owner: Integers


@dataclass(frozen=True, slots=True)
class Rows:
    """Segments by (polygon, raster row): slot = base[polygon] + row, segments start[slot]:start[slot + 1].

    Only rows from ``lowest`` to ``highest`` of the polygon have a slot.
    """

    lowest: Integers
    highest: Integers
    base: Integers
    start: Integers
    segment: Integers


@dataclass(frozen=True, slots=True)
class Raster:
    frame: Frame
    cell_set: NDArray[np.int32]  # flat, row by row: index into ``sets``
    sets: list[CellSet]  # (wholly covering, unsure), positions ascending
    segments: Segments
    rows: Rows


def build_raster(polygons: list[BaseGeometry]) -> Raster:
    """Raster of valid polygons and multipolygons (positions = order of the list)."""
    segments = _segments(polygons)
    frame = Frame.around(_bounds(segments), len(polygons))
    scaled = _scaled(segments, frame)
    segment, row = _rows_of_segments(scaled, frame)
    edge_owner, edge_cell = _edge_cells(scaled, segment, row, frame)
    span_owner, span_start, span_length = _inner_spans(scaled, frame)
    cell_set, sets = _sets(len(polygons), frame, (edge_owner, edge_cell), (span_owner, span_start, span_length))
    return Raster(frame, cell_set, sets, segments, _row_table(len(polygons), segments, segment, row, frame))


def _segments(polygons: list[BaseGeometry]) -> Segments:
    parts, part_owner = shapely.get_parts(np.array(polygons, dtype=object), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    start = np.flatnonzero(ring[:-1] == ring[1:])
    owner = part_owner[ring_part[ring[start]]].astype(np.int64)
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    return Segments(x[start], y[start], x[start + 1], y[start + 1], owner)


def _bounds(segments: Segments) -> tuple[float, float, float, float]:
    if not len(segments.x1):
        return 0.0, 0.0, 0.0, 0.0
    west, east = float(segments.x1.min()), float(segments.x1.max())
    return west, float(segments.y1.min()), east, float(segments.y1.max())


def _scaled(segments: Segments, frame: Frame) -> Segments:
    """The same segments in raster columns and rows."""
    return Segments(
        (segments.x1 - frame.west) * frame.columns_per_degree,
        (segments.y1 - frame.south) * frame.rows_per_degree,
        (segments.x2 - frame.west) * frame.columns_per_degree,
        (segments.y2 - frame.south) * frame.rows_per_degree,
        segments.owner,
    )


def _ranges(start: Integers, length: Integers) -> tuple[Integers, Integers]:
    """All of ``start[i] … start[i] + length[i] - 1``, and the ``i`` of each."""
    source = np.repeat(np.arange(len(start)), length)
    first = np.cumsum(length) - length
    return start[source] + np.arange(len(source)) - first[source], source


def _cells_between(low: Floats, high: Floats, limit: int) -> tuple[Integers, Integers]:
    first = np.clip(np.floor(low - MARGIN), 0, limit - 1).astype(np.int64)
    last = np.clip(np.floor(high + MARGIN), 0, limit - 1).astype(np.int64)
    return first, last - first + 1


def _rows_of_segments(scaled: Segments, frame: Frame) -> tuple[Integers, Integers]:
    low, high = np.minimum(scaled.y1, scaled.y2), np.maximum(scaled.y1, scaled.y2)
    row, segment = _ranges(*_cells_between(low, high, frame.height))
    return segment, row


def _edge_cells(scaled: Segments, segment: Integers, row: Integers, frame: Frame) -> tuple[Integers, Integers]:
    """(owner, raster cell) for every raster cell that a ring comes near, sorted and unique."""
    x1, y1 = scaled.x1[segment], scaled.y1[segment]
    x2, y2 = scaled.x2[segment], scaled.y2[segment]
    low, high = np.minimum(x1, x2), np.maximum(x1, x2)
    rise = y2 - y1
    steep = np.abs(rise) >= FLAT
    slope = (x2 - x1) / np.where(steep, rise, 1.0)
    from_row = np.clip(row - MARGIN, np.minimum(y1, y2), np.maximum(y1, y2))
    to_row = np.clip(row + 1.0 + MARGIN, np.minimum(y1, y2), np.maximum(y1, y2))
    one, other = x1 + (from_row - y1) * slope, x1 + (to_row - y1) * slope
    low = np.where(steep, np.clip(np.minimum(one, other), low, high), low)
    high = np.where(steep, np.clip(np.maximum(one, other), low, high), high)
    column, source = _ranges(*_cells_between(low, high, frame.width))
    cells = frame.width * frame.height
    key = np.unique(scaled.owner[segment[source]] * cells + row[source] * frame.width + column)
    return key // cells, key % cells


def _inner_spans(scaled: Segments, frame: Frame) -> tuple[Integers, Integers, Integers]:
    """(owner, first raster cell, length) of the runs whose centres lie inside, by even-odd crossing."""
    low, high = np.minimum(scaled.y1, scaled.y2), np.maximum(scaled.y1, scaled.y2)
    first, end = np.ceil(low - 0.5).astype(np.int64), np.ceil(high - 0.5).astype(np.int64)
    row, segment = _ranges(first, end - first)
    x1, y1, x2, y2 = (getattr(scaled, name)[segment] for name in ("x1", "y1", "x2", "y2"))
    crossing = x1 + (row + 0.5 - y1) * ((x2 - x1) / (y2 - y1))
    crossing = np.clip(crossing, np.minimum(x1, x2), np.maximum(x1, x2))
    owner = scaled.owner[segment]
    order = np.lexsort((crossing, row, owner))
    enter, leave = order[0::2], order[1::2]
    begin = np.ceil(crossing[enter] - 0.5).astype(np.int64)
    length = np.ceil(crossing[leave] - 0.5).astype(np.int64) - begin
    kept = length > 0
    return owner[enter][kept], (row[enter] * frame.width + begin)[kept], length[kept]


def _sets(
    polygons: int,
    frame: Frame,
    edges: tuple[Integers, Integers],
    spans: tuple[Integers, Integers, Integers],
) -> tuple[NDArray[np.int32], list[CellSet]]:
    """Add the polygons one by one; raster cells with the same polygons share one interned set."""
    cell_set = np.zeros(frame.width * frame.height, dtype=np.int32)
    near_edge = np.zeros(len(cell_set), dtype=np.bool_)
    sets: list[CellSet] = [((), ())]
    known: dict[CellSet, int] = {sets[0]: 0}
    edge_from = np.searchsorted(edges[0], np.arange(polygons + 1))
    span_from = np.searchsorted(spans[0], np.arange(polygons + 1))
    for position in range(polygons):
        edge = edges[1][edge_from[position] : edge_from[position + 1]]
        own = slice(span_from[position], span_from[position + 1])
        inner, _ = _ranges(spans[1][own], spans[2][own])
        near_edge[edge] = True
        inner = inner[~near_edge[inner]]
        near_edge[edge] = False
        for cells, wholly in ((inner, True), (edge, False)):
            _add_to_sets(cell_set, cells, position, wholly, sets, known)
    return cell_set, sets


def _add_to_sets(
    cell_set: NDArray[np.int32],
    cells: Integers,
    position: int,
    wholly: bool,
    sets: list[CellSet],
    known: dict[CellSet, int],
) -> None:
    before, back = np.unique(cell_set[cells], return_inverse=True)
    after = np.empty(len(before), dtype=np.int32)
    for place, old in enumerate(before):
        covering, unsure = sets[old]
        new = ((*covering, position), unsure) if wholly else (covering, (*unsure, position))
        if new not in known:
            known[new] = len(sets)
            sets.append(new)
        after[place] = known[new]
    cell_set[cells] = after[back]


def _row_table(polygons: int, segments: Segments, segment: Integers, row: Integers, frame: Frame) -> Rows:
    owner = segments.owner[segment]
    lowest = np.full(polygons, frame.height, dtype=np.int64)
    highest = np.zeros(polygons, dtype=np.int64)
    np.minimum.at(lowest, owner, row)
    np.maximum.at(highest, owner, row)
    slots = np.maximum(highest - lowest + 1, 0)
    first_slot = np.cumsum(slots) - slots
    base = first_slot - lowest
    slot = base[owner] + row
    start = np.zeros(int(slots.sum()) + 1, dtype=np.int64)
    np.cumsum(np.bincount(slot, minlength=int(slots.sum())), out=start[1:])
    return Rows(lowest, highest, base, start, segment[np.argsort(slot, kind="stable")])
