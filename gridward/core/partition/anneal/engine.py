"""Sweeps of proposals over a plan at one heat, compiled: single atoms, parts of blocks, pairs of grids.

Every grid stays connected by every move (Metropolis et al. 1953; Kirkpatrick, Gelatt, Vecchi 1983).
"""
# mypy: disallow-untyped-decorators=False, disable-error-code="no-any-return"

from numba import njit

from gridward.core.partition.plan.engine import (
    ATOMS,
    BLOCK,
    CLOSED,
    COST,
    FREE,
    LEAVING,
    LOAD,
    SUPERBLOCK,
    TIE,
    TIED,
    TODAY,
    Graph,
    Labels,
    Price,
    Random,
    Scratch,
    Tally,
    X,
    Y,
    accepts,
    below,
    grid_cost,
    stays_connected,
    step_over,
    unit,
)
from gridward.core.partition.rejoin.engine import Tree, join_and_cut

JOIN_SHARE, BLOCK_SHARE = 0.01, 0.08  # of the proposals; the rest moves single atoms
# In a large piece so many proposals in a row are made among so many near atoms, whose rows the processor still holds.
LARGE, WINDOW, BURST = 16_384, 512, 4096


@njit(cache=True, nogil=True)
def sweep(
    graph: Graph, labels: Labels, tally: Tally, price: Price, scratch: Scratch, tree: Tree, proposals: int,
    heat: float, random: Random,
) -> int:  # fmt: skip
    """Make proposals at one heat, in place; how many were taken. Single atoms, nearly all, are weighed here."""
    begin, to, weight, column = graph.begin, graph.to, graph.weight, graph.column
    sums, in_superblock, in_block = tally.sums, tally.in_superblock, tally.in_block
    stamp, mark, queue, moved = scratch.stamp, scratch.mark, scratch.queue, scratch.moved
    taken, atoms, first = 0, len(labels), 0
    window = atoms if atoms < LARGE else WINDOW
    for number in range(proposals):
        if number % BURST == 0:
            first = below(random, atoms)
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
        if not accepts(change, heat, random):
            continue
        stamp[0] += 1
        moved[0], mark[v, LEAVING] = v, stamp[0]
        if not stays_connected(begin, to, labels, a, stamp, mark, queue, moved, 1):
            continue
        step_over(weight, column, in_superblock, in_block, price, v, a, b)
        labels[v] = b
        for grid, sign, cost in ((a, -1.0, of_a), (b, 1.0, of_b)):
            sums[grid, LOAD] += sign * load
            sums[grid, X] += sign * x
            sums[grid, Y] += sign * y
            sums[grid, ATOMS] += sign
            sums[grid, COST] = cost
        taken += 1
    return taken


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
    load, x, y = 0.0, 0.0, 0.0
    for i in range(count):
        load, x, y = load + weight[moved[i], LOAD], x + weight[moved[i], X], y + weight[moved[i], Y]
    of_a = grid_cost(sums[a, LOAD] - load, sums[a, X] - x, sums[a, Y] - y, sums[a, ATOMS] - count, price)
    of_b = grid_cost(sums[b, LOAD] + load, sums[b, X] + x, sums[b, Y] + y, sums[b, ATOMS] + count, price)
    change = of_a + of_b - sums[a, COST] - sums[b, COST]
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
    for grid, sign, cost in ((a, -1.0, of_a), (b, 1.0, of_b)):
        sums[grid, LOAD] += sign * load
        sums[grid, X] += sign * x
        sums[grid, Y] += sign * y
        sums[grid, ATOMS] += sign * count
        sums[grid, COST] = cost
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
