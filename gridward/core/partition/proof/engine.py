"""Bounds and proofs for one piece, compiled; loaded only through ``core/lazy``.

A plan costs Σ cost(S) over its grids S with

    cost(S) = balance (W_S / t - 1)² + compactness Σ_S ‖p - mean‖² + crossing · superblocks(S) + cut · blocks(S)

(or walk · Σ_S way from the best base in place of compactness),

so the best plan is a cheapest exact cover of the atoms by connected sets: for small pieces these can be listed.
"""
# mypy: disallow-untyped-decorators=False, disable-error-code="no-any-return"

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import csc_array, vstack

from gridward.core.partition.plan.engine import LOAD, Floats, Graph, Integers, Labels, Price, X, Y

Flags = NDArray[np.bool_]
Bits = NDArray[np.uint64]
ONE = np.uint64(1)


class Groups(NamedTuple):
    """Atoms in the order of superblock and block: ``order`` (n,), where blocks begin in it, superblocks in those.

    ``cut`` of each part of a block (a block in several superblocks has parts that count once in all), ``crossing``
    of each superblock: 0 for what has no name.
    """

    order: Integers
    block_begin: Integers
    cut: Floats
    superblock_begin: Integers
    crossing: Floats


@njit(cache=True, nogil=True)
def cost_of_set(graph: Graph, groups: Groups, price: Price, chosen: Flags) -> float:
    """cost(S), connected or not; of nothing it is what an empty grid costs."""
    load, x, y, square, count, cost = 0.0, 0.0, 0.0, 0.0, 0, 0.0
    for s in range(len(groups.superblock_begin) - 1):
        in_superblock = False
        for b in range(groups.superblock_begin[s], groups.superblock_begin[s + 1]):
            in_block = False
            for at in range(groups.block_begin[b], groups.block_begin[b + 1]):
                v = groups.order[at]
                if chosen[v]:
                    in_block = True
                    load, count = load + graph.weight[v, LOAD], count + 1
                    x, y = x + graph.weight[v, X], y + graph.weight[v, Y]
                    square += graph.weight[v, X] ** 2 + graph.weight[v, Y] ** 2
            if in_block:
                cost += groups.cut[b]
                in_superblock = True
        if in_superblock:
            cost += groups.crossing[s]
    off = load / price.target - 1.0
    cost += price.balance * off * off + price.compactness * (square - (x * x + y * y) / max(count, 1))
    return cost + price.walk * least_walks(graph, chosen) if price.walk > 0.0 and count > 0 else cost


@njit(cache=True, nogil=True)
def least_walks(graph: Graph, chosen: Flags) -> float:
    """Metres from all doors of a set to the one where that sum is least."""
    members, least = np.flatnonzero(chosen), np.inf
    for base in members:
        metres = 0.0
        for v in members:
            metres += graph.walk[base, v]
        least = min(least, metres)
    return least


@njit(cache=True, nogil=True)
def nearest_spread(xy_m: Floats, most: int) -> Floats:
    """(n, most): column M - 1 is what an atom adds at least to Σ ‖p - mean‖² of a grid of M atoms that it is in.

    Σ_S ‖p - mean‖² = Σ_i Σ_j ‖p_i - p_j‖² / 2M over the pairs of S, and nobody's M - 1 fellows are nearer than the
    M - 1 nearest. It grows with M.
    """
    atoms = len(xy_m)
    spread, away = np.zeros((atoms, most)), np.empty(atoms)
    for i in range(atoms):
        for j in range(atoms):
            away[j] = (xy_m[i, 0] - xy_m[j, 0]) ** 2 + (xy_m[i, 1] - xy_m[j, 1]) ** 2
        nearest, total = np.sort(np.partition(away, most - 1)[:most]), 0.0
        for size in range(2, most + 1):
            total += nearest[size - 1]
            spread[i, size - 1] = total / (2.0 * size)
    return spread


@njit(cache=True, nogil=True)
def connected_sets(workload: Floats, neighbours: Bits, least: float, most: float, found: Bits, most_nodes: int) -> int:
    """All connected sets (as bits, n ≤ 64) with a workload between ``least`` and ``most``; -1: too many to list.

    Each is met once, from its lowest atom, by taking a neighbour in or leaving it out for good.
    """
    count, nodes, depth = 0, 0, 2 * len(workload) + 2
    taken, rim, decided = np.zeros(depth, np.uint64), np.zeros(depth, np.uint64), np.zeros(depth, np.uint64)
    load = np.zeros(depth)
    for root in range(len(workload)):
        alone = ONE << np.uint64(root)
        decided[0], taken[0], load[0] = alone | (alone - ONE), alone, workload[root]
        rim[0], top = neighbours[root] & ~decided[0], 1 if workload[root] <= most else 0
        while top > 0:
            top -= 1
            nodes += 1
            if nodes > most_nodes:
                return -1
            if rim[top] == np.uint64(0):
                if load[top] >= least:
                    if count == len(found):
                        return -1
                    found[count] = taken[top]
                    count += 1
                continue
            bit = rim[top] & (~rim[top] + ONE)
            v = 0
            while (bit >> np.uint64(v)) != ONE:
                v += 1
            inside, edge, done, work = taken[top], rim[top], decided[top] | bit, load[top]
            rim[top], decided[top] = edge & ~bit, done
            top += 1
            if work + workload[v] <= most:
                taken[top], rim[top] = inside | bit, (edge | neighbours[v]) & ~done
                decided[top], load[top] = done, work + workload[v]
                top += 1
    return count


@njit(cache=True, nogil=True)
def costs_of_sets(graph: Graph, groups: Groups, price: Price, found: Bits) -> Floats:
    costs, chosen = np.empty(len(found)), np.zeros(len(graph.weight), np.bool_)
    for at in range(len(found)):
        for v in range(len(chosen)):
            chosen[v] = (found[at] >> np.uint64(v)) & ONE
        costs[at] = cost_of_set(graph, groups, price, chosen)
    return costs


@njit(cache=True, nogil=True)
def reduced_costs(found: Bits, costs: Floats, reward: Floats, of_grid: float) -> Floats:
    reduced = np.empty(len(found))
    for at in range(len(found)):
        left, value = found[at], costs[at] - of_grid
        for v in range(len(reward)):
            if (left >> np.uint64(v)) & ONE:
                value -= reward[v]
        reduced[at] = value
    return reduced


def rewards_of(columns: Flags, costs: Floats, grids: int) -> tuple[Floats, float]:
    """The dual of the linear program over some sets: a reward for each atom (n,), and one for each grid."""
    rows = vstack([csc_array(columns.T.astype(float)), csc_array(np.ones((1, len(costs))))])
    solved: OptimizeResult = linprog(costs, A_eq=rows, b_eq=np.append(np.ones(columns.shape[1]), grids), method="highs")
    return solved.eqlin.marginals[:-1], float(solved.eqlin.marginals[-1])


def best_cover(columns: Flags, costs: Floats, grids: int, seconds: float) -> tuple[Integers | None, float]:
    """The cheapest ``grids`` of the sets that hold every atom once (their indexes, if found in time), and a bound."""
    rows = vstack([csc_array(columns.T.astype(float)), csc_array(np.ones((1, len(costs))))])
    wanted = np.append(np.ones(columns.shape[1]), grids)
    solved: OptimizeResult = milp(
        costs, constraints=LinearConstraint(rows, wanted, wanted), integrality=np.ones(len(costs)), bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )  # fmt: skip
    bound = solved.mip_dual_bound if solved.mip_dual_bound is not None else -np.inf
    return (None if solved.x is None else np.flatnonzero(solved.x > 0.5)), float(bound)


def as_labels(columns: Flags, chosen: Integers) -> Labels:
    labels = np.empty(columns.shape[1], np.int32)
    for grid, at in enumerate(chosen.tolist()):
        labels[columns[at]] = grid
    return labels
