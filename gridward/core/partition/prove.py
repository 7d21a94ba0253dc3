"""How good a plan is at best: a rigorous lower bound for each piece, and for small ones the best plan itself."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridward.core.lazy import LazyModule
from gridward.core.partition.design import Result
from gridward.core.partition.footways import Footways, total_walk_m
from gridward.core.partition.instance import NONE, Instance
from gridward.core.partition.naming import names_of
from gridward.core.partition.objective import Weights, footways, pairs, score
from gridward.core.partition.pieces import Piece
from gridward.core.partition.search import Search, price_of

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Labels = NDArray[np.int32]
_proof: Any = LazyModule("gridward.core.partition.proof.engine")
_walk: Any = LazyModule("gridward.core.partition.walk.engine")

SMALL = 40  # atoms of a piece that is proven without being asked
MOST_ATOMS = 64  # of a piece whose connected sets can be listed
MOST_SETS, MOST_NODES = 8_000_000, 400_000_000
AT_ONCE, MOST_CHOICES = 3000, 60_000  # sets that the linear program takes in at once; sets to choose among
ILP_SECONDS = 20.0
MOST_TO_SPREAD, SPREAD_SIZES = 3000, 3  # atoms of a piece whose spread is bounded; sizes up to so many fair ones
SAME = 1e-6  # what the solver of the master problem can tell apart


@dataclass(frozen=True, slots=True)
class Proof:
    """Of one piece: what its plan costs in J, what every plan costs at least, and whether the two are the same.

    Stability is left out of both: what today's grids would add is 0 at least.
    """

    cost: float
    bound: float
    is_optimal: bool

    @property
    def gap(self) -> float:
        return max(0.0, self.cost - self.bound)


def floor(instance: Instance, piece: Piece, price: Any) -> float:
    """What every plan of a piece costs at least: even shares, a grid for every superblock, whole blocks, and atoms
    among their nearest. Rigorous and quick, but loose: it knows nothing of connected grids, nor that the terms
    quarrel with each other.
    """
    load = float(instance.workload[piece.atoms].sum())
    superblocks = len(np.unique(instance.superblock[piece.atoms][instance.superblock[piece.atoms] != NONE]))
    blocks = len(np.unique(instance.block[piece.atoms][instance.block[piece.atoms] != NONE]))
    even = load / piece.grids / price.target - 1.0
    has_all = bool((instance.superblock[piece.atoms] != NONE).all())
    return float(
        piece.grids * price.balance * even * even
        + price.crossing * max(superblocks, piece.grids if has_all else 0)
        + price.cut * blocks
        + price.compactness * least_spread(instance.xy_m[piece.atoms], piece.grids)
        + (price.walk * least_walk_m(footways(instance).of(piece.atoms), piece.grids) if price.walk > 0 else 0.0)
    )


def least_spread(xy_m: NDArray[np.float64], grids: int) -> float:
    """A lower bound, in m², of Σ ‖p - mean of its grid‖² over all ways to put atoms into that many grids.

    An atom in a grid of M atoms adds ``nearest_spread`` at least, and Σ 1/M over all atoms is the number of grids:
    for every λ ≥ 0 the sum over atoms of min over M of (spread + λ / M), less λ times the grids, is a bound.
    """
    atoms = len(xy_m)
    if atoms > MOST_TO_SPREAD:
        return 0.0
    most = min(atoms, SPREAD_SIZES * atoms // grids + 1)
    return _least_sum(_proof.nearest_spread(xy_m, most), grids)


def least_walk_m(footways: Footways, grids: int) -> float:
    """A lower bound, in metres, of all walks to the bases of that many grids.

    Of a grid with base b and M atoms Σ_p Σ_q d(p, q) ≤ Σ_p Σ_q (d(p, b) + d(b, q)) = 2 (M - 1) Σ d(p, b) over p ≠ q:
    an atom adds half the mean way to its M - 1 nearest doors at least, and that grows with M.
    """
    atoms = len(footways.door)
    if atoms > MOST_TO_SPREAD:
        return 0.0
    most = min(atoms, SPREAD_SIZES * atoms // grids + 1)
    nearest = _walk.nearest_walks(footways.ways, most)
    return _least_sum(np.cumsum(nearest, axis=1) / 2 / np.maximum(1, np.arange(most)), grids)


def _least_sum(least: NDArray[np.float64], grids: int) -> float:
    """A bound on the sum over atoms; ``least`` (n, m) holds what an atom adds at least in a grid of 1, 2, … atoms."""
    atoms, most = least.shape
    sizes = np.arange(1, most + 1)

    def bound(price: float) -> float:
        sums = (least + price / sizes).min(axis=1)
        return float(np.minimum(sums, least[:, -1] if most < atoms else np.inf).sum() - price * grids)

    mean = float(least[:, min(most, atoms // grids) - 1].mean())
    return max(0.0, *(bound(mean * atoms / grids * step) for step in np.geomspace(0.2, 8.0, 40)))


def cost_of_plan(instance: Instance, piece: Piece, price: Any, labels: Labels) -> float:
    """What a plan of the piece costs in J by balance, compactness, crossings and cuts, with its own constants."""
    load = np.bincount(labels, instance.workload[piece.atoms], piece.grids)
    places = instance.xy_m[piece.atoms] - instance.xy_m[piece.atoms].mean(axis=0)
    means = np.stack([np.bincount(labels, axis, piece.grids) for axis in places.T]) / np.bincount(labels)
    spread = ((places - means.T[labels]) ** 2).sum()
    return float(
        price.balance * ((load / price.target - 1.0) ** 2).sum()
        + price.compactness * spread
        + price.crossing * pairs(labels.astype(np.int64), instance.superblock[piece.atoms])
        + price.cut * pairs(labels.astype(np.int64), instance.block[piece.atoms])
        + (price.walk * _walked(instance, piece, labels) if price.walk > 0 else 0.0)
    )


def _walked(instance: Instance, piece: Piece, labels: Labels) -> float:
    return total_walk_m(footways(instance).of(piece.atoms), labels.astype(np.int64), piece.grids)


def prove_piece(search: Search, groups: Any, proof: Proof) -> tuple[Proof, Labels]:
    """The best plan of a piece of at most 64 atoms, or as good a bound as its sets allow; the plan may be a better one.

    All connected sets whose balance alone does not exceed what a better plan may cost are listed. A linear program
    over them bounds every plan; a better plan can only use sets whose reduced cost is within the gap, and among
    those the integer program finds the best.
    """
    graph, price, grids, labels = search.graph, search.price, search.grids, search.best.copy()
    workload, found = np.ascontiguousarray(graph.weight[:, 0]), np.empty(MOST_SETS, np.uint64)
    # Loads of a better plan lie around the even share, and their squares cost no more than the gap to the floor.
    even, spare = workload.sum() / grids, price.target * ((proof.cost - proof.bound) / price.balance) ** 0.5
    window = (even - spare - 1e-9, even + spare + 1e-9)
    count = _proof.connected_sets(workload, _neighbour_bits(graph), *window, found, MOST_NODES)
    if count < 0:
        return proof, labels
    found = found[:count]
    costs = _proof.costs_of_sets(graph, groups, price, found)
    linear, reduced = _linear_bound(found, costs, labels, grids)
    proof = replace(proof, bound=min(proof.cost, max(proof.bound, linear)))
    pool = np.flatnonzero(reduced <= proof.cost - linear + SAME)
    if len(pool) > MOST_CHOICES:
        return proof, labels
    columns = _as_columns(found[pool], len(labels))
    chosen, bound = _proof.best_cover(columns, costs[pool], grids, ILP_SECONDS)
    if chosen is None:
        return replace(proof, bound=max(proof.bound, min(bound, proof.cost))), labels
    cost = min(proof.cost, float(costs[pool][chosen].sum()))
    if cost < proof.cost - SAME:
        labels = _proof.as_labels(columns, chosen)
    is_optimal = cost - bound <= SAME * max(1.0, cost)
    return Proof(cost, cost if is_optimal else max(proof.bound, bound), is_optimal), labels


def _linear_bound(found: Any, costs: Any, labels: Labels, grids: int) -> tuple[float, Any]:
    """The linear program over all sets, a few thousand at a time; its value, and what each set costs beyond its use."""
    bits = np.array([np.bitwise_or.reduce(np.uint64(1) << np.flatnonzero(labels == g).astype(np.uint64))
                     for g in range(grids)], np.uint64)  # fmt: skip
    active = np.flatnonzero(np.isin(found, bits))
    active = np.union1d(active, np.argsort(costs / np.maximum(1, np.bitwise_count(found)))[:AT_ONCE])
    while True:
        reward, of_grid = _proof.rewards_of(_as_columns(found[active], len(labels)), costs[active], grids)
        reduced = _proof.reduced_costs(found, costs, reward, of_grid)
        useful = np.flatnonzero(reduced < -SAME / 10)
        if not len(useful):
            least = min(0.0, float(reduced.min()))
            return float(reward.sum() + grids * (of_grid + least)), reduced - least
        active = np.union1d(active, useful[np.argsort(reduced[useful])[:AT_ONCE]])


def _as_columns(found: Any, atoms: int) -> NDArray[np.bool_]:
    columns: NDArray[np.bool_] = ((found[:, None] >> np.arange(atoms, dtype=np.uint64)) & np.uint64(1)).astype(bool)
    return columns


def _neighbour_bits(graph: Any) -> NDArray[np.uint64]:
    one = np.uint64(1)
    return np.array(
        [
            np.bitwise_or.reduce(one << graph.to[first:last].astype(np.uint64), initial=np.uint64(0))
            for first, last in zip(graph.begin[:-1].tolist(), graph.begin[1:].tolist(), strict=True)
        ],
        np.uint64,
    )


def groups_of(instance: Instance, piece: Piece, graph: Any, price: Any) -> Any:
    """The piece's atoms by superblock and block, with what touching each costs; what has no name costs nothing."""
    block, superblock = graph.column[:, 0], graph.column[:, 1]
    order = np.lexsort((block, superblock))
    new_superblock = np.append(True, np.diff(superblock[order]) != 0)
    new_block = new_superblock | np.append(True, np.diff(block[order]) != 0)
    block_begin, at = np.flatnonzero(new_block), np.flatnonzero(new_superblock)
    parts_of_block = np.bincount(block[order[block_begin]])
    has_block, has_superblock = instance.block[piece.atoms] != NONE, instance.superblock[piece.atoms] != NONE
    first_of_block, first_of_superblock = order[block_begin], order[at]
    cut = price.cut * has_block[first_of_block] / parts_of_block[block[first_of_block]]
    return _proof.Groups(
        order, np.append(block_begin, len(order)), cut, np.append(np.searchsorted(block_begin, at), len(block_begin)),
        price.crossing * has_superblock[first_of_superblock],
    )  # fmt: skip


def prove(
    instance: Instance, result: Result, weights: Weights, *, most_atoms: int = SMALL, fixed: Flags | None = None
) -> tuple[Result, list[Proof]]:
    """A proof for each piece: those of at most ``most_atoms`` by search, the others by their floor.

    Where the search finds a better plan of a piece, the answered result has it, named like the grids that share most
    with it (unless stability is weighed). A piece with ``fixed`` (n,) atoms keeps its plan and has its floor only.
    """
    price = price_of(instance, sum(piece.grids for piece in result.pieces), replace(weights, stability=0.0))
    proofs, grid = [], result.grid.copy()
    for piece in result.pieces:
        own, at = np.unique(grid[piece.atoms], return_inverse=True)
        labels, is_free = at.astype(np.int32), fixed is None or not fixed[piece.atoms].any()
        proof = at_least(instance, piece, price, labels)
        if (
            is_free
            and not proof.is_optimal
            and len(piece.atoms) <= most_atoms
            and can_be_listed(instance, piece, price)
        ):
            search = Search.at(instance, piece, price, labels, np.random.default_rng(own[0]))
            if weights.stability == 0:
                search.polish()
                proof = at_least(instance, piece, price, search.best)
            proof, labels = prove_piece(search, groups_of(instance, piece, search.graph, price), proof)
            if weights.stability == 0:
                grid[piece.atoms] = own[labels]
        proofs.append(proof)
    before = replace(instance, today=result.grid, todays_grids=result.names)
    names = names_of(before, grid, len(result.names))
    return replace(result, grid=grid, names=names, terms=score(instance, grid, names, weights)), proofs


def at_least(instance: Instance, piece: Piece, price: Any, labels: Labels) -> Proof:
    """What a plan costs, and the floor; one grid, or a grid an atom, is the only plan there is."""
    cost = cost_of_plan(instance, piece, price, labels)
    is_only = piece.grids in (1, len(piece.atoms))
    return Proof(cost, cost if is_only else min(cost, floor(instance, piece, price)), is_only)


def can_be_listed(instance: Instance, piece: Piece, price: Any) -> bool:
    """Sets are bits of one word, told apart by balance; a block in two superblocks would be counted wrongly."""
    block, superblock = instance.block[piece.atoms], instance.superblock[piece.atoms]
    named = block != NONE
    ways = len(np.unique(np.stack([block[named], superblock[named]], axis=1), axis=0))
    return len(piece.atoms) <= MOST_ATOMS and price.balance > 0 and ways == len(np.unique(block[named]))
