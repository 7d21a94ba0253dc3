"""The state of a plan of one connected piece, compiled: counts per grid, what a change costs, what stays connected.

Arrays are few and wide (a row is read at once) and passed one by one where a function is called millions of
times: every array taken out of a tuple in a loop costs more than the arithmetic.
"""
# mypy: disallow-untyped-decorators=False, disable-error-code="no-any-return"

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Labels = NDArray[np.int32]
Random = NDArray[np.uint64]
Metres = NDArray[np.float32]

LOAD, X, Y, ATOMS, COST, TIED = 0, 1, 2, 3, 4, 5  # columns of Graph.weight (the first three) and Tally.sums
BLOCK, SUPERBLOCK, TODAY, TIE = 0, 1, 2, 3  # columns of Graph.column
FREE, STAYS, CLOSED = 0, 1, 2  # Graph.column[:, TIE]; Tally.sums[:, TIED] is the most of a grid's atoms
SEEN, LEAVING = 0, 1  # columns of Scratch.mark


class Graph(NamedTuple):
    """A connected piece of n atoms: neighbours of atom v are ``to[begin[v]:begin[v + 1]]``.

    ``weight`` (n, 3) workload, x and y in metres; ``column`` (n, 4) block, superblock, today's grid or -1, and
    whether the atom is free to leave its grid; ``walk`` (n, n) metres on foot between doors where walks are weighed.
    """

    begin: Labels
    to: Labels
    weight: Floats
    column: Labels
    walk: Metres


class Price(NamedTuple):
    """What one unit of each term costs in J; ``grid`` is what a grid of a fair plan costs, the unit of heat.

    Either ``compactness`` or ``walk`` costs something; ``guide`` is what compactness costs where two grids are cut
    anew, before anybody knows their bases.
    """

    target: float
    balance: float
    compactness: float
    crossing: float
    cut: float
    change: float
    grid: float
    walk: float
    guide: float


class Tally(NamedTuple):
    """``sums`` (k, 6) of each grid: workload, x, y, atoms, cost, whether it is tied; atoms of each superblock and
    block in each grid; ``base`` (k,) the atom where its post stands, which does not leave it (no walks: 0).
    """

    sums: Floats
    in_superblock: Labels
    in_block: Labels
    base: Integers


class Scratch(NamedTuple):
    """Room to search in: marks that are told apart by a growing stamp, a queue, and the atoms to move."""

    stamp: Integers
    mark: Integers
    queue: Integers
    moved: Integers


def new_scratch(atoms: int) -> Scratch:
    return Scratch(np.zeros(1, np.int64), np.zeros((atoms, 2), np.int64), np.zeros(atoms, np.int64),
                   np.zeros(atoms, np.int64))  # fmt: skip


@njit(cache=True, nogil=True, inline="always")
def draw(state: Random) -> np.uint64:
    """The next 64 bits of xorshift64* (Vigna 2016)."""
    bits = state[0]
    bits ^= bits >> np.uint64(12)
    bits ^= bits << np.uint64(25)
    bits ^= bits >> np.uint64(27)
    state[0] = bits
    return bits * np.uint64(2685821657736338717)


@njit(cache=True, nogil=True, inline="always")
def below(state: Random, count: int) -> int:
    return int(np.int64(((draw(state) >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32)))


@njit(cache=True, nogil=True, inline="always")
def unit(state: Random) -> float:
    return (draw(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True, inline="always")
def accepts(change: float, heat: float, random: Random) -> bool:
    """The rule of Metropolis."""
    return change <= 0.0 or (heat > 0.0 and unit(random) < np.exp(-change / heat))


@njit(cache=True, nogil=True, inline="always")
def grid_cost(load: float, x: float, y: float, atoms: float, price: Price) -> float:
    """Balance of a grid, and its compactness without Σ‖p‖², which no plan changes."""
    off = load / price.target - 1.0
    return price.balance * off * off - price.compactness * (x * x + y * y) / atoms


@njit(cache=True, nogil=True)
def count_up(graph: Graph, labels: Labels, grids: int, price: Price) -> Tally:
    """The tally of a plan."""
    weight, column, sums = graph.weight, graph.column, np.zeros((grids, 6))
    in_superblock = np.zeros((column[:, SUPERBLOCK].max() + 1, grids), np.int32)
    in_block = np.zeros((column[:, BLOCK].max() + 1, grids), np.int32)
    for v in range(len(labels)):
        g = labels[v]
        for c in range(3):
            sums[g, c] += weight[v, c]
        sums[g, ATOMS] += 1.0
        sums[g, TIED] = max(sums[g, TIED], column[v, TIE])
        in_superblock[column[v, SUPERBLOCK], g] += 1
        in_block[column[v, BLOCK], g] += 1
    for g in range(grids):
        sums[g, COST] = grid_cost(sums[g, LOAD], sums[g, X], sums[g, Y], sums[g, ATOMS], price)
    return Tally(sums, in_superblock, in_block, best_bases(graph, labels, grids, price))


@njit(cache=True, nogil=True)
def best_bases(graph: Graph, labels: Labels, grids: int, price: Price) -> Integers:
    """The atom of each grid (k,) from which the walks to all of its doors sum least; 0 where no walks are weighed."""
    bases, least = np.zeros(grids, np.int64), np.full(grids, np.inf)
    if price.walk <= 0.0:
        return bases
    order, first = np.argsort(labels, kind="mergesort"), np.zeros(grids + 1, np.int64)
    for v in range(len(labels)):
        first[labels[v] + 1] += 1
    first = np.cumsum(first)
    for v in range(len(labels)):
        g, metres = labels[v], 0.0
        for at in range(first[g], first[g + 1]):
            metres += graph.walk[v, order[at]]
        if metres < least[g]:
            bases[g], least[g] = v, metres
    return bases


@njit(cache=True, nogil=True)
def cost_of(graph: Graph, labels: Labels, tally: Tally, price: Price) -> float:
    """All terms of a tallied plan, up to what no plan of this piece can change."""
    total = tally.sums[:, COST].sum()
    total += price.crossing * (tally.in_superblock > 0).sum() + price.cut * (tally.in_block > 0).sum()
    if price.walk > 0.0:
        for v in range(len(labels)):
            total += price.walk * graph.walk[v, tally.base[labels[v]]]
    if price.change > 0.0:
        for v in range(len(labels)):
            if labels[v] != graph.column[v, TODAY] and graph.column[v, TODAY] >= 0:
                total += price.change * graph.weight[v, LOAD]
    return total


@njit(cache=True, nogil=True, inline="always")
def step_over(
    weight: Floats, column: Labels, in_superblock: Labels, in_block: Labels, price: Price, v: int, a: int, b: int
) -> float:
    """Count an atom over from one grid to another; what that costs in crossings, cuts and change."""
    c, s, cost = column[v, BLOCK], column[v, SUPERBLOCK], 0.0
    in_superblock[s, a] -= 1
    in_block[c, a] -= 1
    if in_superblock[s, a] == 0:
        cost -= price.crossing
    if in_block[c, a] == 0:
        cost -= price.cut
    if in_superblock[s, b] == 0:
        cost += price.crossing
    if in_block[c, b] == 0:
        cost += price.cut
    in_superblock[s, b] += 1
    in_block[c, b] += 1
    if price.change > 0.0:
        cost += price.change * weight[v, LOAD] * ((column[v, TODAY] == a) - (column[v, TODAY] == b))
    return cost


@njit(cache=True, nogil=True)
def stays_connected(
    begin: Labels, to: Labels, labels: Labels, grid: int, stamp: Integers, mark: Integers, queue: Integers,
    moved: Integers, count: int,
) -> bool:  # fmt: skip
    """Whether a grid hangs together without ``moved[:count]``, which are marked with the present stamp as leaving.

    The neighbours that stay are looked for from one of them, nearest first.
    """
    leaves = stamp[0]
    stamp[0] += 2
    wanted, found = leaves + 1, leaves + 2
    missing, start = 0, -1
    for i in range(count):
        v = moved[i]
        for e in range(begin[v], begin[v + 1]):
            u = to[e]
            if labels[u] == grid and mark[u, LEAVING] != leaves and mark[u, SEEN] != wanted:
                mark[u, SEEN] = wanted
                missing += 1
                start = u
    if missing <= 1:
        return missing == 1
    queue[0], mark[start, SEEN], head, tail = start, found, 0, 1
    missing -= 1
    while head < tail:
        v = queue[head]
        head += 1
        for e in range(begin[v], begin[v + 1]):
            u = to[e]
            if labels[u] == grid and mark[u, LEAVING] != leaves and mark[u, SEEN] != found:
                if mark[u, SEEN] == wanted:
                    missing -= 1
                    if missing == 0:
                        return True
                mark[u, SEEN] = found
                queue[tail] = u
                tail += 1
    return False


@njit(cache=True, nogil=True)
def parts_among(begin: Labels, to: Labels, grid: Integers, atoms: Integers) -> int:
    """How many connected parts some atoms have that are all there is of one grid."""
    is_met, queue, parts = np.zeros(len(grid), np.bool_), np.empty(len(atoms), np.int64), 0
    for start in atoms:
        if is_met[start]:
            continue
        is_met[start], queue[0], head, tail = True, start, 0, 1
        while head < tail:
            v = queue[head]
            head += 1
            for e in range(begin[v], begin[v + 1]):
                u = to[e]
                if grid[u] == grid[v] and not is_met[u]:
                    is_met[u], queue[tail] = True, u
                    tail += 1
        parts += 1
    return parts


@njit(cache=True, nogil=True)
def components(begin: Labels, to: Labels, labels: Labels) -> tuple[Labels, int]:
    """The connected part that each atom belongs to, never across two labels, and how many parts there are."""
    part, queue, parts = np.full(len(labels), -1, np.int32), np.empty(len(labels), np.int64), 0
    for start in range(len(labels)):
        if part[start] >= 0:
            continue
        part[start], queue[0], head, tail = parts, start, 0, 1
        while head < tail:
            v = queue[head]
            head += 1
            for e in range(begin[v], begin[v + 1]):
                u = to[e]
                if part[u] < 0 and labels[u] == labels[v]:
                    part[u], queue[tail] = parts, u
                    tail += 1
        parts += 1
    return part, parts
