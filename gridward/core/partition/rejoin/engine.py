"""Two neighbouring grids joined and cut anew at the best edge of a random spanning tree, compiled.

The tree runs through blocks first, then through superblocks, so that its cuts follow streets and main roads
(region-aware recombination: DeFord, Duchin, Solomon 2021, Recombination: A family of Markov chains for redistricting).
"""
# mypy: disallow-untyped-decorators=False, disable-error-code="no-any-return"

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridward.core.partition.plan.engine import (
    ATOMS,
    BLOCK,
    COST,
    LOAD,
    SEEN,
    SUPERBLOCK,
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
    grid_cost,
    step_over,
)

SAME_BLOCK, SAME_SUPERBLOCK, APART = 0, 1, 2


class Tree(NamedTuple):
    """Room for the atoms of two grids (``members``; ``place`` is where an atom stands among them), the edges
    between them, and a spanning tree: its edges as linked lists, its members in order from the root.
    """

    members: Integers
    place: Integers
    edge_from: Integers
    edge_to: Integers
    edge_class: Labels
    leader: Integers
    parent: Integers
    first: Integers
    following: Integers
    tree_to: Integers
    tree_class: Labels
    cut_class: Labels
    order: Integers
    below: Floats
    side: NDArray[np.bool_]


def new_tree(atoms: int, neighbours: int) -> Tree:
    def whole(count: int) -> Integers:
        return np.zeros(count, np.int64)

    def small(count: int) -> Labels:
        return np.zeros(count, np.int32)

    edges = neighbours // 2 + 1
    return Tree(
        whole(atoms), whole(atoms), whole(edges), whole(edges), small(edges), whole(atoms), whole(atoms), whole(atoms),
        whole(2 * atoms), whole(2 * atoms), small(2 * atoms), small(atoms), whole(atoms), np.zeros((atoms, 4)),
        np.zeros(atoms, np.bool_),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _find(leader: Integers, i: int) -> int:
    while leader[i] != i:
        leader[i] = leader[leader[i]]
        i = leader[i]
    return i


@njit(cache=True, nogil=True)
def _gather_two(graph: Graph, labels: Labels, scratch: Scratch, tree: Tree, v: int, b: int) -> int:
    """The atoms of v's grid and of b in ``tree.members``, with their places there."""
    scratch.stamp[0] += 1
    seen, a, mark, members, place = scratch.stamp[0], labels[v], scratch.mark, tree.members, tree.place
    members[0], place[v], mark[v, SEEN], head, tail = v, 0, seen, 0, 1
    while head < tail:
        u = members[head]
        head += 1
        for e in range(graph.begin[u], graph.begin[u + 1]):
            z = graph.to[e]
            if mark[z, SEEN] != seen and (labels[z] == a or labels[z] == b):
                mark[z, SEEN], members[tail], place[z] = seen, z, tail
                tail += 1
    return tail


@njit(cache=True, nogil=True)
def _shuffled_edges(graph: Graph, scratch: Scratch, tree: Tree, count: int, random: Random) -> int:
    """The edges between the members in random order, each with what it joins."""
    edges, seen, mark, column = 0, scratch.stamp[0], scratch.mark, graph.column
    one, other, classes = tree.edge_from, tree.edge_to, tree.edge_class
    for i in range(count):
        v = tree.members[i]
        for e in range(graph.begin[v], graph.begin[v + 1]):
            u = graph.to[e]
            if v < u and mark[u, SEEN] == seen:
                one[edges], other[edges] = i, tree.place[u]
                classes[edges] = APART
                if column[v, SUPERBLOCK] == column[u, SUPERBLOCK]:
                    classes[edges] = SAME_BLOCK if column[v, BLOCK] == column[u, BLOCK] else SAME_SUPERBLOCK
                edges += 1
    for i in range(edges - 1, 0, -1):
        j = below(random, i + 1)
        one[i], one[j] = one[j], one[i]
        other[i], other[j] = other[j], other[i]
        classes[i], classes[j] = classes[j], classes[i]
    return edges


@njit(cache=True, nogil=True)
def _span(tree: Tree, count: int, edges: int) -> None:
    """A spanning tree that uses edges inside blocks first, then inside superblocks; its order from the root."""
    for i in range(count):
        tree.leader[i], tree.first[i], tree.parent[i] = i, -1, -1
    entry = 0
    for level in range(3):
        for i in range(edges):
            if tree.edge_class[i] != level or entry == 2 * (count - 1):
                continue
            p, q = tree.edge_from[i], tree.edge_to[i]
            top_p, top_q = _find(tree.leader, p), _find(tree.leader, q)
            if top_p == top_q:
                continue
            tree.leader[top_p] = top_q
            for here, there in ((p, q), (q, p)):
                tree.tree_to[entry], tree.tree_class[entry] = there, level
                tree.following[entry], tree.first[here] = tree.first[here], entry
                entry += 1
    tree.order[0], tree.cut_class[0], head, tail = 0, APART, 0, 1
    while head < tail:
        i = tree.order[head]
        head += 1
        entry = tree.first[i]
        while entry >= 0:
            j = tree.tree_to[entry]
            if j != tree.parent[i]:
                tree.parent[j], tree.cut_class[j], tree.order[tail] = i, tree.tree_class[entry], j
                tail += 1
            entry = tree.following[entry]


@njit(cache=True, nogil=True, inline="always")
def _guess(load: float, x: float, y: float, atoms: float, price: Price) -> float:
    """What a grid costs as far as three sums tell: without walks it is the whole truth."""
    off = load / price.target - 1.0
    return price.balance * off * off - price.guide * (x * x + y * y) / atoms


@njit(cache=True, nogil=True)
def _best_cut(graph: Graph, tree: Tree, count: int, price: Price) -> int:
    """The member whose subtree, cut off, makes the best two grids; an edge says by its class what it cuts."""
    sums = tree.below
    for i in range(count):
        v = tree.members[i]
        for column in range(3):
            sums[i, column] = graph.weight[v, column]
        sums[i, ATOMS] = 1.0
    for at in range(count - 1, 0, -1):
        i = tree.order[at]
        p = tree.parent[i]
        for column in range(4):
            sums[p, column] += sums[i, column]
    best, least = -1, np.inf
    for i in range(1, count):
        cost = _guess(sums[i, 0], sums[i, 1], sums[i, 2], sums[i, 3], price)
        cost += _guess(sums[0, 0] - sums[i, 0], sums[0, 1] - sums[i, 1], sums[0, 2] - sums[i, 2],
                       sums[0, 3] - sums[i, 3], price)  # fmt: skip
        if tree.cut_class[i] <= SAME_SUPERBLOCK:
            cost += price.crossing
        if tree.cut_class[i] == SAME_BLOCK:
            cost += price.cut
        if cost < least:
            best, least = i, cost
    return best


@njit(cache=True, nogil=True)
def _mark_sides(graph: Graph, labels: Labels, tree: Tree, count: int, cut: int, a: int, b: int, price: Price) -> bool:
    """``tree.side`` of each member; whether the cut-off side takes grid a, so that less changes."""
    side, keeps = tree.side, 0.0
    for at in range(count):
        i = tree.order[at]
        side[i] = i == cut or (at > 0 and side[tree.parent[i]])
        v = tree.members[i]
        stays = 1e-6 if labels[v] == a else -1e-6
        if price.change > 0.0:
            today = graph.column[v, TODAY]
            stays += graph.weight[v, LOAD] * ((today == a) - (today == b))
        keeps += stays if side[i] else -stays
    return keeps >= 0.0


@njit(cache=True, nogil=True)
def _base_of(graph: Graph, tree: Tree, count: int, is_cut_off: bool, one: int, other: int) -> tuple[int, float]:
    """A base for one side, and its walks: the member nearest to the middle, or a base of before that lies there."""
    x, y, atoms = 0.0, 0.0, 0.0
    for i in range(count):
        if tree.side[i] == is_cut_off:
            u = tree.members[i]
            x, y, atoms = x + graph.weight[u, X], y + graph.weight[u, Y], atoms + 1.0
    x, y, middle, away = x / atoms, y / atoms, -1, np.inf
    for i in range(count):
        u = tree.members[i]
        off = (graph.weight[u, X] - x) ** 2 + (graph.weight[u, Y] - y) ** 2
        if tree.side[i] == is_cut_off and off < away:
            middle, away = u, off
    best, least = -1, np.inf
    for candidate in (middle, one, other):
        if tree.side[tree.place[candidate]] == is_cut_off:
            metres = 0.0
            for i in range(count):
                if tree.side[i] == is_cut_off:
                    metres += graph.walk[tree.members[i], candidate]
            if metres < least:
                best, least = candidate, metres
    return best, least


@njit(cache=True, nogil=True)
def _walks_of_two(graph: Graph, labels: Labels, tally: Tally, tree: Tree, count: int) -> float:
    """Metres from the doors of two grids to their bases."""
    metres = 0.0
    for i in range(count):
        u = tree.members[i]
        metres += graph.walk[u, tally.base[labels[u]]]
    return metres


@njit(cache=True, nogil=True)
def join_and_cut(
    graph: Graph, labels: Labels, tally: Tally, price: Price, scratch: Scratch, tree: Tree, v: int, b: int,
    heat: float, random: Random,
) -> bool:  # fmt: skip
    """Two grids become one and are cut anew; back to what they were when the heat does not allow it."""
    weight, column, sums, moved, a = graph.weight, graph.column, tally.sums, scratch.moved, labels[v]
    in_superblock, in_block = tally.in_superblock, tally.in_block
    count = _gather_two(graph, labels, scratch, tree, v, b)
    _span(tree, count, _shuffled_edges(graph, scratch, tree, count, random))
    cut = _best_cut(graph, tree, count, price)
    cut_is_a = _mark_sides(graph, labels, tree, count, cut, a, b, price)
    changed, change = 0, -sums[a, COST] - sums[b, COST]
    for i in range(count):
        u = tree.members[i]
        if (labels[u] == a) != (tree.side[i] == cut_is_a):
            there = a + b - labels[u]
            change += step_over(weight, column, in_superblock, in_block, price, u, labels[u], there)
            moved[changed] = u
            changed += 1
    if changed == 0:
        return False
    base_of_a, base_of_b = tally.base[a], tally.base[b]
    if price.walk > 0.0:
        change -= price.walk * _walks_of_two(graph, labels, tally, tree, count)
        of_cut_off, of_rest = (
            _base_of(graph, tree, count, True, base_of_a, base_of_b),
            _base_of(graph, tree, count, False, base_of_a, base_of_b),
        )
        change += price.walk * (of_cut_off[1] + of_rest[1])
        base_of_a, base_of_b = (of_cut_off[0], of_rest[0]) if cut_is_a else (of_rest[0], of_cut_off[0])
    one, whole = tree.below[cut], tree.below[0]
    if not cut_is_a:
        one = whole - one
    other = whole - one
    of_a, of_b = (
        grid_cost(one[0], one[1], one[2], one[3], price),
        grid_cost(other[0], other[1], other[2], other[3], price),
    )
    is_taken = accepts(change + of_a + of_b, heat, random)
    for i in range(changed):
        u = moved[i]
        there = a + b - labels[u]
        if is_taken:
            labels[u] = there
        else:
            step_over(weight, column, in_superblock, in_block, price, u, there, labels[u])
    if is_taken:
        sums[a, :COST], sums[a, COST] = one, of_a
        sums[b, :COST], sums[b, COST] = other, of_b
        tally.base[a], tally.base[b] = base_of_a, base_of_b
    return is_taken
