"""The raster as flat arrays, the form that compiled code reads."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridward.core.locate.raster import Floats, Integers, Raster


class Tables(NamedTuple):
    """Everything a bulk look-up needs; ``rank`` and ``order`` are inverse permutations of the positions."""

    west: float
    south: float
    east: float
    north: float
    across: float
    up: float
    width: int
    cell_set: NDArray[np.int32]
    # By raster cell: the responsible position, -1 for none, or -2 - set where exact geometry may change it.
    direct: NDArray[np.int32]
    best_rank: Integers  # by set: lowest rank among the wholly covering, or the number of polygons
    covering_start: Integers  # by set, into ``covering``
    covering: Integers
    unsure_start: Integers
    unsure: Integers
    rank: Integers
    order: Integers
    base: Integers
    start: Integers
    ends: Floats  # (n, 4): x1, y1, x2, y2 of the segments of each slot, side by side


def tables_of(raster: Raster, rank: list[int], order: list[int]) -> Tables:
    """Flatten a raster and the precedence of its polygons."""
    frame, rows, segments = raster.frame, raster.rows, raster.segments
    covering_start, covering = _flattened([found for found, _ in raster.sets])
    unsure_start, unsure = _flattened([unsure for _, unsure in raster.sets])
    nobody = len(rank)
    best = [min((rank[position] for position in found), default=nobody) for found, _ in raster.sets]
    direct = [_direct(index, *entry, best[index], rank, order) for index, entry in enumerate(raster.sets)]
    return Tables(
        west=frame.west,
        south=frame.south,
        east=frame.east,
        north=frame.north,
        across=frame.columns_per_degree,
        up=frame.rows_per_degree,
        width=frame.width,
        cell_set=raster.cell_set,
        direct=np.array(direct, dtype=np.int32)[raster.cell_set],
        best_rank=np.array(best, dtype=np.int64),
        covering_start=covering_start,
        covering=covering,
        unsure_start=unsure_start,
        unsure=unsure,
        rank=np.array(rank, dtype=np.int64),
        order=np.array(order, dtype=np.int64),
        base=rows.base,
        start=rows.start,
        ends=np.stack((segments.x1, segments.y1, segments.x2, segments.y2), axis=1)[rows.segment],
    )


def _direct(
    index: int, found: tuple[int, ...], unsure: tuple[int, ...], best: int, rank: list[int], order: list[int]
) -> int:
    if any(rank[position] < best for position in unsure):
        return -2 - index
    return order[best] if found else -1


def _flattened(ragged: list[tuple[int, ...]]) -> tuple[Integers, Integers]:
    start = np.zeros(len(ragged) + 1, dtype=np.int64)
    np.cumsum([len(entry) for entry in ragged], out=start[1:])
    return start, np.array([position for entry in ragged for position in entry], dtype=np.int64)
