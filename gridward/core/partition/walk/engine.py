"""Shortest walks along a graph, compiled (Dijkstra 1959 with a binary heap)."""
# mypy: disallow-untyped-decorators=False, disable-error-code="no-any-return"

from heapq import heappop, heappush

import numpy as np
from numba import njit

from gridward.core.partition.plan.engine import Floats, Integers, Labels


@njit(cache=True, nogil=True)
def walks(begin: Labels, to: Labels, length_m: Floats, grid: Integers, bases: Integers) -> Floats:
    """Metres (n,) from each atom to the base of its grid by the shortest way, through any grid; inf where none."""
    walk, reached, stamp = np.full(len(grid), np.inf), np.full(len(grid), np.inf), np.full(len(grid), -1, np.int64)
    members = np.bincount(grid, minlength=len(bases))
    for g in range(len(bases)):
        start, left = bases[g], members[g]
        queue = [(0.0, start)]
        reached[start], stamp[start] = 0.0, g
        while queue and left > 0:
            metres, v = heappop(queue)
            if metres > reached[v]:
                continue
            if grid[v] == g:
                walk[v] = metres
                left -= 1
            for e in range(begin[v], begin[v + 1]):
                u = to[e]
                farther = metres + length_m[e]
                if stamp[u] != g or farther < reached[u]:
                    reached[u], stamp[u] = farther, g
                    heappush(queue, (farther, np.int64(u)))
    return walk
