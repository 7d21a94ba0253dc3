"""Bulk look-up, compiled. Loaded only through ``core/lazy`` because numba is heavy.

The arithmetic is that of ``exact.py``. Where the filter cannot tell the side of a segment, products are
taken exactly as pairs of doubles, which settles every point whose differences to the ends are doubles
themselves (all geographic coordinates of one district); what is left is handed back as unsettled.
"""
# mypy: disallow-untyped-decorators=False

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridward.core.locate.tables import Tables

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

UNSETTLED = -2
ERROR_BOUND = 1e-15
SPLITTER = 134217729.0  # 2**27 + 1 (Dekker 1971)
UNKNOWN_SIDE = 2
OUTSIDE, UNKNOWN_PLACE = 0, 3


@njit(cache=True, nogil=True, inline="always")
def _tail_of_difference(a: float, b: float, difference: float) -> float:
    """What ``a - b`` lost to rounding (Knuth)."""
    b_virtual = a - difference
    a_virtual = difference + b_virtual
    return (a - a_virtual) + (b_virtual - b)


@njit(cache=True, nogil=True, inline="always")
def _tail_of_product(a: float, b: float, product: float) -> float:
    """What ``a * b`` lost to rounding (Dekker, Veltkamp)."""
    big = SPLITTER * a
    a_high = big - (big - a)
    a_low = a - a_high
    big = SPLITTER * b
    b_high = big - (big - b)
    b_low = b - b_high
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


@njit(cache=True, nogil=True)
def _close_side(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> int:
    dx1, dy2, dy1, dx2 = x1 - x, y2 - y, y1 - y, x2 - x
    if (
        _tail_of_difference(x1, x, dx1) != 0.0
        or _tail_of_difference(y2, y, dy2) != 0.0
        or _tail_of_difference(y1, y, dy1) != 0.0
        or _tail_of_difference(x2, x, dx2) != 0.0
    ):
        return UNKNOWN_SIDE
    left, right = dx1 * dy2, dy1 * dx2
    smallest = min(abs(left), abs(right))
    if smallest < 1e-280 and (dx1 != 0.0 and dy2 != 0.0 and dy1 != 0.0 and dx2 != 0.0):
        return UNKNOWN_SIDE
    if left != right:
        return 1 if left > right else -1
    left, right = _tail_of_product(dx1, dy2, left), _tail_of_product(dy1, dx2, right)
    if left == right:
        return 0
    return 1 if left > right else -1


@njit(cache=True, nogil=True)
def _place(ends: Floats, begin: int, end: int, x: float, y: float) -> int:
    """0 outside, 1 inside, 2 on the boundary, 3 unknown; of the rings in ``ends[begin:end]``."""
    inside = False
    for k in range(begin, end):
        x1, x2 = ends[k, 0], ends[k, 2]
        if x1 < x and x2 < x:
            continue
        y1, y2 = ends[k, 1], ends[k, 3]
        if (y1 > y) != (y2 > y):
            if x1 > x and x2 > x:
                inside = not inside
                continue
            left, right = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
            determinant = left - right
            bound = ERROR_BOUND * (abs(left) + abs(right))
            if determinant > bound:
                turn = 1
            elif determinant < -bound:
                turn = -1
            else:
                turn = _close_side(x1, y1, x2, y2, x, y)
                if turn == UNKNOWN_SIDE:
                    return UNKNOWN_PLACE
            if turn == 0:
                return 2
            if (turn > 0) == (y2 > y1):
                inside = not inside
        elif (
            (x2 == x and y2 == y) or (x1 == x and y1 == y) or (y1 == y and y2 == y and (x1 <= x <= x2 or x2 <= x <= x1))
        ):
            return 2
    return 1 if inside else 0


@njit(cache=True, nogil=True)
def first_many(t: Tables, lon: Floats, lat: Floats) -> Integers:
    """Position of the responsible grid of each point, -1 for none, ``UNSETTLED`` to be asked exactly.

    Two passes: the first only reads the raster, without a branch that cannot be foretold, so that many
    reads are under way at once; the second settles the few points near a ring.
    """
    answer = np.empty(len(lon), dtype=np.int64)
    direct, west, south, across, up, width = t.direct, t.west, t.south, t.across, t.up, t.width
    east, north = t.east, t.north
    for i in range(len(lon)):
        x, y = lon[i], lat[i]
        known = west <= x <= east and south <= y <= north
        cell = np.uint64(int((y - south) * up) * width + int((x - west) * across)) if known else np.uint64(0)
        answer[i] = direct[cell] if known else -1
    unsure, unsure_start, rank, base, start, ends = t.unsure, t.unsure_start, t.rank, t.base, t.start, t.ends
    for i in range(len(lon)):
        if answer[i] >= -1:
            continue
        found = -2 - answer[i]
        row = int((lat[i] - south) * up)
        best = t.best_rank[found]
        unsettled = False
        for k in range(unsure_start[found], unsure_start[found + 1]):
            position = unsure[k]
            if rank[position] < best:
                slot = base[position] + row
                place = _place(ends, start[slot], start[slot + 1], lon[i], lat[i])
                if place == UNKNOWN_PLACE:
                    unsettled = True
                elif place != OUTSIDE:
                    best = rank[position]
        if unsettled:
            answer[i] = UNSETTLED
        else:
            answer[i] = -1 if best == len(rank) else t.order[best]
    return answer


@njit(cache=True, nogil=True)
def _largest_set(covering_start: Integers, unsure_start: Integers) -> int:
    largest = 0
    for found in range(len(covering_start) - 1):
        sure = covering_start[found + 1] - covering_start[found]
        largest = max(largest, sure + unsure_start[found + 1] - unsure_start[found])
    return largest


@njit(cache=True, nogil=True)
def covering_many(t: Tables, lon: Floats, lat: Floats) -> tuple[Integers, Integers, Integers]:
    """(offsets, positions, points to be asked exactly): all covering grids of each point, ascending."""
    west, south, east, north, across, up, width = t.west, t.south, t.east, t.north, t.across, t.up, t.width
    cell_set, covering_start, covering = t.cell_set, t.covering_start, t.covering
    unsure_start, unsure, base, start, ends = t.unsure_start, t.unsure, t.base, t.start, t.ends
    largest = _largest_set(covering_start, unsure_start)
    positions = np.empty(len(lon) + len(lon) // 4 + largest, dtype=np.int64)
    offsets = np.zeros(len(lon) + 1, dtype=np.int64)
    unsettled = np.zeros(len(lon), dtype=np.bool_)
    written = 0
    for i in range(len(lon)):
        x, y = lon[i], lat[i]
        if west <= x <= east and south <= y <= north:
            row = int((y - south) * up)
            found = np.uint64(cell_set[np.uint64(row * width + int((x - west) * across))])
            if written + largest > len(positions):
                positions = np.concatenate((positions, np.empty(len(positions), dtype=np.int64)))
            next_sure, end_sure = covering_start[found], covering_start[found + np.uint64(1)]
            for k in range(unsure_start[found], unsure_start[found + np.uint64(1)]):
                position = unsure[k]
                slot = base[position] + row
                place = _place(ends, start[slot], start[slot + 1], x, y)
                if place == UNKNOWN_PLACE:
                    unsettled[i] = True
                if place == OUTSIDE:
                    continue
                while next_sure < end_sure and covering[next_sure] < position:
                    positions[written] = covering[next_sure]
                    written += 1
                    next_sure += 1
                positions[written] = position
                written += 1
            while next_sure < end_sure:
                positions[written] = covering[next_sure]
                written += 1
                next_sure += 1
        offsets[i + 1] = written
    return offsets, positions[:written].copy(), np.flatnonzero(unsettled)
