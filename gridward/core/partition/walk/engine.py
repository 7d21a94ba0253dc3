"""Shortest walks along a graph, compiled (Dijkstra 1959 with a binary heap).

``begin``, ``to``, ``length_m`` are the rows of its nodes; ``door`` (n,) is the node of each atom, each its own, and
``atom_at`` of each node the atom whose door it is, or -1.
"""
# mypy: disallow-untyped-decorators=False, disable-error-code="no-any-return"

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np
from numba import njit

from gridward.core.partition.plan.engine import Floats, Integers, Labels, Metres

Queue = list[tuple[float, int]]


class Ways(NamedTuple):
    """A graph of n doors among its nodes."""

    begin: Labels
    to: Labels
    length_m: Floats
    door: Integers
    atom_at: Integers


class Room(NamedTuple):
    """What was reached from the present start: its number stands in ``stamp``."""

    reached: Floats
    stamp: Integers


@njit(cache=True, nogil=True)
def _new_room(ways: Ways) -> Room:
    return Room(np.full(len(ways.atom_at), np.inf), np.full(len(ways.atom_at), -1, np.int64))


@njit(cache=True, nogil=True, inline="always")
def _start(ways: Ways, room: Room, number: int, atom: int) -> Queue:
    room.reached[ways.door[atom]], room.stamp[ways.door[atom]] = 0.0, number
    return [(0.0, ways.door[atom])]


@njit(cache=True, nogil=True, inline="always")
def _go_on(ways: Ways, room: Room, number: int, queue: Queue, metres: float, v: int) -> None:
    """Queue the nodes beside one that was reached."""
    for e in range(ways.begin[v], ways.begin[v + 1]):
        u, farther = ways.to[e], metres + ways.length_m[e]
        if room.stamp[u] != number or farther < room.reached[u]:
            room.reached[u], room.stamp[u] = farther, number
            heappush(queue, (farther, int(np.int64(u))))


@njit(cache=True, nogil=True)
def walks(ways: Ways, grid: Integers, bases: Integers) -> Floats:
    """Metres (n,) from each atom to the base of its grid by the shortest way, through any grid; inf where none."""
    walk, room, members = np.full(len(grid), np.inf), _new_room(ways), np.bincount(grid, minlength=len(bases))
    for g in range(len(bases)):
        queue, left = _start(ways, room, g, bases[g]), members[g]
        while queue and left > 0:
            metres, v = heappop(queue)
            if metres > room.reached[v]:
                continue
            atom = ways.atom_at[v]
            if atom >= 0 and grid[atom] == g:
                walk[atom] = metres
                left -= 1
            _go_on(ways, room, g, queue, metres, v)
    return walk


@njit(cache=True, nogil=True)
def bases_by_walk(ways: Ways, grid: Integers, grids: int) -> Integers:
    """The atom of each grid (k,) from which the walks to all of its doors sum least."""
    room, members = _new_room(ways), np.bincount(grid, minlength=grids)
    bases, least = np.full(grids, -1, np.int64), np.full(grids, np.inf)
    for start in range(len(grid)):
        g, total = grid[start], 0.0
        queue, left = _start(ways, room, start, start), members[g]
        while queue and left > 0 and total < least[g]:
            metres, v = heappop(queue)
            if metres > room.reached[v]:
                continue
            atom = ways.atom_at[v]
            if atom >= 0 and grid[atom] == g:
                total += metres
                left -= 1
            _go_on(ways, room, start, queue, metres, v)
        if bases[g] < 0 or (left == 0 and total < least[g]):
            bases[g], least[g] = start, total if left == 0 else np.inf
    return bases


@njit(cache=True, nogil=True)
def nearest_walks(ways: Ways, most: int) -> Floats:
    """Metres (n, most) from each atom to its nearest doors, itself (0) first; inf where there are fewer."""
    found, room = np.full((len(ways.door), most), np.inf), _new_room(ways)
    for start in range(len(ways.door)):
        queue, count = _start(ways, room, start, start), 0
        while queue and count < most:
            metres, v = heappop(queue)
            if metres > room.reached[v]:
                continue
            if ways.atom_at[v] >= 0:
                found[start, count] = metres
                count += 1
            _go_on(ways, room, start, queue, metres, v)
    return found


@njit(cache=True, nogil=True)
def all_walks(ways: Ways) -> Metres:
    """Metres (n, n) between all doors; inf where there is no way."""
    count = len(ways.door)
    found, room = np.full((count, count), np.inf, np.float32), _new_room(ways)
    for start in range(count):
        queue, left = _start(ways, room, start, start), count - start
        while queue and left > 0:
            metres, v = heappop(queue)
            if metres > room.reached[v]:
                continue
            atom = ways.atom_at[v]
            if atom >= start:
                found[start, atom] = metres
                found[atom, start] = metres
                left -= 1
            _go_on(ways, room, start, queue, metres, v)
    return found
