"""Other people's ways to cut a connected piece into grids, each asked as well as it lets itself be asked.

METIS (Karypis, Kumar 1998) by pymetis, GerryChain (DeFord, Duchin, Solomon 2021), Ward's method (1963) by
scikit-learn. The packages are in ``requirements-bench.lock``; one that is not installed is None here.
"""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gridward.core.partition import Instance, Weights
from gridward.core.partition.pieces import split
from gridward.core.partition.plan.engine import cost_of, count_up
from gridward.core.partition.search import graph_of, price_of

try:
    import pymetis
except ImportError:
    pymetis = None
try:
    import gerrychain
    import gerrychain.optimization
    import gerrychain.proposals
    import gerrychain.tree
    import networkx
    from gerrychain.tree.bipartition_tree import PopulationBalanceError
except ImportError:
    gerrychain = None
try:
    import sklearn.cluster
except ImportError:
    sklearn = None

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
METIS_WEIGHTS = np.array([8, 4, 1, 1])  # same block, minor street, main road, bridge
EPSILONS = (0.05, 0.1, 0.2, 0.4, 0.8)  # how far GerryChain's grids may be from the mean, until it finds a plan
ATTEMPTS = 200
SURCHARGE = {"superblock": 1.0, "block": 1.0}  # how much GerryChain's trees shun streets


@dataclass(frozen=True, eq=False)
class Piece:
    """Connected atoms to be cut into ``grids``: neighbours in compressed rows, with what METIS counts a tie for."""

    atoms: Integers
    grids: int
    xy_m: Floats
    workload: Floats
    block: Integers
    superblock: Integers
    ties: csr_array
    graph: Any
    price: Any

    def cost(self, grid: Integers) -> float:
        """Its part of J, up to what no plan of it can change; infinite when a grid is empty."""
        labels = grid.astype(np.int32)
        if len(np.unique(labels)) < self.grids:
            return np.inf
        return float(cost_of(self.graph, labels, count_up(self.graph, labels, self.grids, self.price), self.price))


Cut = Callable[[Piece, int], Integers]  # a piece and a seed → grids 0, 1, … of its atoms


def pieces_of(instance: Instance) -> list[Piece]:
    """The pieces, and in how many grids each, as the designer itself divides the task."""
    n, (a, b) = len(instance), instance.edges.T
    tie = METIS_WEIGHTS[instance.edge_class]
    ties = csr_array((np.tile(tie, 2), (np.concatenate([a, b]), np.concatenate([b, a]))), (n, n))
    parts = split(instance)
    price = price_of(instance, sum(part.grids for part in parts), Weights())
    return [
        Piece(part.atoms, part.grids, instance.xy_m[part.atoms], instance.workload[part.atoms],
              instance.block[part.atoms], instance.superblock[part.atoms], ties[part.atoms][:, part.atoms],
              graph_of(instance, part), price)
        for part in parts
    ]  # fmt: skip


def joined(pieces: list[Piece], plans: list[Integers]) -> Integers:
    """The plans of the pieces as one."""
    grid, first = np.empty(sum(len(piece.atoms) for piece in pieces), np.int64), 0
    for piece, plan in zip(pieces, plans, strict=True):
        grid[piece.atoms] = plan + first
        first += piece.grids
    return grid


def metis(piece: Piece, seed: int, *, is_by_class: bool) -> Integers:
    """k-way contiguous, balanced by workload; ties count by their class, or all the same."""
    if piece.grids == 1:
        return np.zeros(len(piece.atoms), np.int64)
    _, grid = pymetis.part_graph(
        piece.grids, pymetis.CSRAdjacency(piece.ties.indptr, piece.ties.indices),
        vweights=np.rint(piece.workload).astype(int), eweights=piece.ties.data if is_by_class else None,
        options=pymetis.Options(contig=1, seed=seed + 1),  # METIS takes 0 for 1
    )  # fmt: skip
    return np.array(grid)


METIS: dict[str, Cut] = {
    "by class": partial(metis, is_by_class=True),
    "all edges alike": partial(metis, is_by_class=False),
}


def best_of_many(pieces: list[Piece], cut: Cut, seconds: float, seed: int) -> tuple[list[Integers], int]:
    """Call after call with new seeds for so much CPU; each piece keeps its best plan by J. Judging is not counted."""
    best, least = [np.empty(0, np.int64)] * len(pieces), [np.inf] * len(pieces)
    spent, calls = 0.0, 0
    while spent < seconds:
        for at, piece in enumerate(pieces):
            began = time.process_time()
            grid = cut(piece, 1_000_000 * seed + calls)
            spent += time.process_time() - began
            if (cost := piece.cost(grid)) < least[at]:
                best[at], least[at] = grid, cost
        calls += 1
    return best, calls


def tree_plan(piece: Piece, seed: int) -> Integers:
    """GerryChain's recursive tree partition, its trees through blocks and superblocks first."""
    return _tree_plan(piece, seed)[0]


def _tree_plan(piece: Piece, seed: int) -> tuple[Integers, float]:
    """The plan, and how far its grids were allowed to be from the mean."""
    graph, rng = _gerrychain_graph(piece), random.Random(seed)
    halve = partial(gerrychain.tree.bipartition_tree, region_surcharge=SURCHARGE, max_attempts=ATTEMPTS)
    for epsilon in EPSILONS:
        with suppress(RuntimeError, PopulationBalanceError):
            plan = gerrychain.partition.recursive_tree_part(
                graph, range(piece.grids), piece.workload.sum() / piece.grids, "workload", epsilon,
                bipartition_tree_fn=halve, rng=rng,
            )  # fmt: skip
            return np.array([plan[atom] for atom in range(len(piece.atoms))]), epsilon
    raise SystemExit("GerryChain finds no plan")


def recom_plan(piece: Piece, seed: int, *, seconds: float) -> Integers:
    """The best plan by J of GerryChain's recombination, which only takes what is better, for so much CPU."""
    began, (start, epsilon) = time.process_time(), _tree_plan(piece, seed)
    halve = partial(gerrychain.tree.bipartition_tree, max_attempts=ATTEMPTS, allow_pair_reselection=True)
    propose = partial(
        gerrychain.proposals.recom, pop_col="workload", pop_target=piece.workload.sum() / piece.grids, epsilon=epsilon,
        region_surcharge=SURCHARGE, bipartition_tree_fn=halve,
    )  # fmt: skip

    def plan_of(partition: Any) -> Integers:
        return np.array([partition.assignment[atom] for atom in range(len(piece.atoms))])

    search = gerrychain.optimization.SingleMetricOptimizer(
        propose, [], gerrychain.Partition(_gerrychain_graph(piece), dict(enumerate(start.tolist()))),
        lambda partition: piece.cost(plan_of(partition)), maximize=False, rng=random.Random(seed),
    )  # fmt: skip
    for _ in search.tilted_run(1_000_000, p=0.0):
        if time.process_time() > began + seconds:
            break
    return plan_of(search.best_part)


def _gerrychain_graph(piece: Piece) -> Any:
    graph = networkx.from_scipy_sparse_array(piece.ties)
    for name in ("workload", "block", "superblock"):
        networkx.set_node_attributes(graph, dict(enumerate(getattr(piece, name).tolist())), name)
    return gerrychain.Graph.from_networkx(graph)


def ward(piece: Piece, seed: int) -> Integers:
    """Ward's clusters of places along the edges; they know no workload."""
    if piece.grids == 1:
        return np.zeros(len(piece.atoms), np.int64)
    clusters = sklearn.cluster.AgglomerativeClustering(piece.grids, connectivity=piece.ties, linkage="ward")
    return clusters.fit_predict(piece.xy_m)
