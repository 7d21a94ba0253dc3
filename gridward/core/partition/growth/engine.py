"""Growing grids from centres, compiled."""
# mypy: disallow-untyped-decorators=False, disable-error-code="no-any-return"

import numpy as np
from numba import njit

from gridward.core.partition.plan.engine import LOAD, Graph, Integers, Labels, X, Y


@njit(cache=True, nogil=True)
def grow(graph: Graph, labels: Labels, centres: Integers) -> None:
    """Free atoms (label -1) go to grids, in place: the lightest grid that can grow takes the nearest at its edge.

    Every grid holds its centre, an atom of its own.
    """
    grids, left = len(centres), 0
    load, is_shut = np.zeros(grids), np.zeros(grids, np.bool_)
    head, following = np.full(grids, -1), np.empty(len(graph.to) + 1, np.int64)
    waiting, count = np.empty(len(graph.to) + 1, np.int64), 0
    for atom in range(len(labels)):
        if labels[atom] < 0:
            left += 1
        else:
            load[labels[atom]] += graph.weight[atom, LOAD]
            count = _push(graph, labels, atom, labels[atom], head, following, waiting, count)
    while left > 0:
        grid = -1
        for other in range(grids):
            if not is_shut[other] and (grid < 0 or load[other] < load[grid]):
                grid = other
        if grid < 0:
            break
        atom = _pull(graph, labels, centres[grid], grid, head, following, waiting)
        if atom < 0:
            is_shut[grid] = True
            continue
        labels[atom] = grid
        load[grid] += graph.weight[atom, LOAD]
        left -= 1
        count = _push(graph, labels, atom, grid, head, following, waiting, count)


@njit(cache=True, nogil=True)
def _push(
    graph: Graph, labels: Labels, atom: int, grid: int, head: Integers, following: Integers, waiting: Integers,
    count: int,
) -> int:  # fmt: skip
    """The atom's free neighbours wait at the edge of its grid."""
    for e in range(graph.begin[atom], graph.begin[atom + 1]):
        if labels[graph.to[e]] < 0:
            waiting[count], following[count], head[grid] = graph.to[e], head[grid], count
            count += 1
    return count


@njit(cache=True, nogil=True)
def _pull(
    graph: Graph, labels: Labels, centre: int, grid: int, head: Integers, following: Integers, waiting: Integers
) -> int:
    """The free atom at the edge that lies nearest to the centre, or -1; those taken meanwhile are dropped."""
    nearest, least, before, at = -1, np.inf, -1, head[grid]
    while at >= 0:
        atom = waiting[at]
        if labels[atom] >= 0:
            if before < 0:
                head[grid] = following[at]
            else:
                following[before] = following[at]
        else:
            away = (graph.weight[atom, X] - graph.weight[centre, X]) ** 2 + (
                graph.weight[atom, Y] - graph.weight[centre, Y]
            ) ** 2
            if away < least:
                nearest, least = atom, away
            before = at
        at = following[at]
    return nearest
