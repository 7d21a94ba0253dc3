"""Sweeps of proposals over a plan at one heat, compiled: single atoms, parts of blocks, pairs of grids.

Every grid stays connected by every move (Metropolis et al. 1953; Kirkpatrick, Gelatt, Vecchi 1983).
"""
# mypy: disallow-untyped-decorators=False, disable-error-code="no-any-return"

import numpy as np
from numba import njit

from gridward.core.partition.plan.engine import (
    ATOMS,
    BLOCK,
    CLOSED,
    COST,
    FREE,
    LEAVING,
    LOAD,
    SEEN,
    SUPERBLOCK,
    TIE,
    TIED,
    TODAY,
    Floats,
    Graph,
    Integers,
    Labels,
    Price,
    Random,
    Scratch,
    Tally,
    X,
    Y,
    accepts,
    below,
    best_bases,
    grid_cost,
    stays_connected,
    step_over,
    unit,
)
from gridward.core.partition.rejoin.engine import Tree, join_and_cut

JOIN_SHARE, BLOCK_SHARE = 0.01, 0.08  # of the proposals; the rest moves single atoms
# In a large piece so many proposals in a row are made among so many near atoms, whose rows the processor still holds.
LARGE, WINDOW, BURST = 16_384, 512, 4096
BASES_EVERY = 2  # proposals an atom: then each post goes to where its walks are shortest


@njit(cache=True, nogil=True)
def sweep(
    graph: Graph, labels: Labels, tally: Tally, price: Price, scratch: Scratch, tree: Tree, proposals: int,
    heat: float, random: Random,
) -> int:  # fmt: skip
    """Make proposals at one heat, in place; how many were taken. Single atoms, nearly all, are weighed here."""
    begin, to, weight, column = graph.begin, graph.to, graph.weight, graph.column
    sums, in_superblock, in_block, base = tally.sums, tally.in_superblock, tally.in_block, tally.base
    stamp, mark, queue, moved = scratch.stamp, scratch.mark, scratch.queue, scratch.moved
    taken, atoms, first = 0, len(labels), 0
    window, often = atoms if atoms < LARGE else WINDOW, BASES_EVERY * atoms
    for number in range(proposals):
        if number % BURST == 0:
            first = below(random, atoms)
        if price.walk > 0.0 and number % often == 0:
            base[:] = best_bases(graph, labels, len(base), price)
        v = (first + below(random, window)) % atoms
        degree = begin[v + 1] - begin[v]
        if degree == 0:
            continue
        a, b = labels[v], labels[to[begin[v] + below(random, degree)]]
        if a == b or column[v, TIE] != FREE or sums[b, TIED] == CLOSED:
            continue
        kind = unit(random)
        if kind < JOIN_SHARE:
            if sums[a, TIED] == FREE and sums[b, TIED] == FREE:
                taken += join_and_cut(graph, labels, tally, price, scratch, tree, v, b, heat, random)
            continue
        if sums[a, ATOMS] < 2.0:
            continue
        if kind < JOIN_SHARE + BLOCK_SHARE:
            taken += _move_block(graph, labels, tally, price, scratch, v, b, heat, random)
            continue
        load, x, y, c, s = weight[v, LOAD], weight[v, X], weight[v, Y], column[v, BLOCK], column[v, SUPERBLOCK]
        of_a = grid_cost(sums[a, LOAD] - load, sums[a, X] - x, sums[a, Y] - y, sums[a, ATOMS] - 1.0, price)
        of_b = grid_cost(sums[b, LOAD] + load, sums[b, X] + x, sums[b, Y] + y, sums[b, ATOMS] + 1.0, price)
        change = of_a + of_b - sums[a, COST] - sums[b, COST]
        change += price.crossing * ((in_superblock[s, b] == 0) - (in_superblock[s, a] == 1))
        change += price.cut * ((in_block[c, b] == 0) - (in_block[c, a] == 1))
        if price.change > 0.0:
            change += price.change * load * ((column[v, TODAY] == a) - (column[v, TODAY] == b))
        heir = -1
        if price.walk > 0.0:
            heir, farther = _walks_after(graph, labels, base, scratch, v, b)
            change += price.walk * farther
        if not accepts(change, heat, random):
            continue
        stamp[0] += 1
        moved[0], mark[v, LEAVING] = v, stamp[0]
        if not stays_connected(begin, to, labels, a, stamp, mark, queue, moved, 1):
            continue
        step_over(weight, column, in_superblock, in_block, price, v, a, b)
        labels[v] = b
        if heir >= 0:
            base[a] = heir
        _count_in(sums, a, -load, -x, -y, -1.0, of_a)
        _count_in(sums, b, load, x, y, 1.0, of_b)
        taken += 1
    return taken


@njit(cache=True, nogil=True, inline="always")
def _count_in(sums: Floats, grid: int, load: float, x: float, y: float, atoms: float, cost: float) -> None:
    sums[grid, LOAD] += load
    sums[grid, X] += x
    sums[grid, Y] += y
    sums[grid, ATOMS] += atoms
    sums[grid, COST] = cost


@njit(cache=True, nogil=True, inline="always")
def _walks_after(graph: Graph, labels: Labels, base: Integers, scratch: Scratch, v: int, b: int) -> tuple[int, float]:
    """How much farther people walk when the atom goes to b, and the next base of its grid, or -1 for the same."""
    a = labels[v]
    farther, heir = graph.walk[v, base[b]] - graph.walk[v, base[a]], -1
    if base[a] == v:
        heir, more = _heir(graph, labels, scratch, v)
        farther += more
    return heir, farther


@njit(cache=True, nogil=True)
def _heir(graph: Graph, labels: Labels, scratch: Scratch, v: int) -> tuple[int, float]:
    """Where the post goes when the base leaves its grid: the neighbour there with the shortest walks, and how much
    longer they are than before, for the others.
    """
    scratch.stamp[0] += 1
    seen, members, mark, head, tail = scratch.stamp[0], scratch.moved, scratch.mark, 0, 1
    members[0], mark[v, SEEN] = v, seen
    while head < tail:
        u = members[head]
        head += 1
        for e in range(graph.begin[u], graph.begin[u + 1]):
            z = graph.to[e]
            if mark[z, SEEN] != seen and labels[z] == labels[v]:
                mark[z, SEEN], members[tail] = seen, z
                tail += 1
    heir, least = -1, np.inf
    for e in range(graph.begin[v], graph.begin[v + 1]):
        candidate, farther = graph.to[e], 0.0
        if labels[candidate] == labels[v]:
            for i in range(1, tail):
                farther += graph.walk[candidate, members[i]] - graph.walk[v, members[i]]
            if farther < least:
                heir, least = candidate, farther
    return heir, least


@njit(cache=True, nogil=True)
def _move_block(
    graph: Graph, labels: Labels, tally: Tally, price: Price, scratch: Scratch, v: int, b: int, heat: float,
    random: Random,
) -> bool:  # fmt: skip
    """Move the connected part of the atom's block from its grid to b, if the heat allows it and a stays connected."""
    weight, column, sums, moved, a = graph.weight, graph.column, tally.sums, scratch.moved, labels[v]
    count = _part_of_block(graph, labels, scratch, v)
    if count == 0 or count >= sums[a, ATOMS]:
        return False
    load, x, y, farther = 0.0, 0.0, 0.0, 0.0
    if price.walk > 0.0:
        for i in range(count):
            if moved[i] == tally.base[a]:
                return False
            farther += graph.walk[moved[i], tally.base[b]] - graph.walk[moved[i], tally.base[a]]
    for i in range(count):
        load, x, y = load + weight[moved[i], LOAD], x + weight[moved[i], X], y + weight[moved[i], Y]
    of_a = grid_cost(sums[a, LOAD] - load, sums[a, X] - x, sums[a, Y] - y, sums[a, ATOMS] - count, price)
    of_b = grid_cost(sums[b, LOAD] + load, sums[b, X] + x, sums[b, Y] + y, sums[b, ATOMS] + count, price)
    change = of_a + of_b - sums[a, COST] - sums[b, COST] + price.walk * farther
    for i in range(count):
        change += step_over(weight, column, tally.in_superblock, tally.in_block, price, moved[i], a, b)
    if not (
        accepts(change, heat, random)
        and stays_connected(graph.begin, graph.to, labels, a, scratch.stamp, scratch.mark, scratch.queue, moved, count)
    ):
        for i in range(count):
            step_over(weight, column, tally.in_superblock, tally.in_block, price, moved[i], b, a)
        return False
    for i in range(count):
        labels[moved[i]] = b
    _count_in(sums, a, -load, -x, -y, -count, of_a)
    _count_in(sums, b, load, x, y, count, of_b)
    return True


@njit(cache=True, nogil=True)
def _part_of_block(graph: Graph, labels: Labels, scratch: Scratch, v: int) -> int:
    """Gather in ``scratch.moved`` the connected part of the atom's block inside its grid; 0 where one of it is tied."""
    scratch.stamp[0] += 1
    leaves, moved, mark, head, tail = scratch.stamp[0], scratch.moved, scratch.mark, 0, 1
    moved[0], mark[v, LEAVING] = v, leaves
    while head < tail:
        u = moved[head]
        head += 1
        for e in range(graph.begin[u], graph.begin[u + 1]):
            z = graph.to[e]
            is_of_block = labels[z] == labels[v] and graph.column[z, BLOCK] == graph.column[v, BLOCK]
            if is_of_block and mark[z, LEAVING] != leaves:
                if graph.column[z, TIE] != FREE:
                    return 0
                mark[z, LEAVING], moved[tail] = leaves, z
                tail += 1
    return tail
