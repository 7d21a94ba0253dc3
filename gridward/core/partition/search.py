"""The search for a good plan of each piece: rounds of annealing, the best of all kept."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridward.core.lazy import LazyModule
from gridward.core.partition.footways import mean_walk_of_a_circle_m
from gridward.core.partition.instance import NONE, Instance
from gridward.core.partition.objective import BALANCE_UNIT, Weights, footways
from gridward.core.partition.pieces import Piece
from gridward.core.partition.schedule import Steps, by_rounds
from gridward.core.partition.seed import grown_plan, named_like_today, todays_plan
from gridward.core.partition.start import Start

Integers = NDArray[np.int64]
Labels = NDArray[np.int32]
_plan: Any = LazyModule("gridward.core.partition.plan.engine")
_rejoin: Any = LazyModule("gridward.core.partition.rejoin.engine")
_walk: Any = LazyModule("gridward.core.partition.walk.engine")
_anneal: Any = LazyModule("gridward.core.partition.anneal.engine")

FEW_ATOMS, MANY_ATOMS = 400, 600
LIGHT, WARMEST = 0.06, 10.0  # share of a grid that a unit of work's own atom weighs in a town of buildings


def _warmth(graph: Any, price: Any) -> float:
    """How much hotter a piece is searched: few atoms, and heavy ones, leave few small ways out of a bad plan."""
    load = graph.weight[:, 0]
    heavy = float((load**2).sum() / max(load.sum(), 1e-12) / price.target)
    return float(min(WARMEST, max(1.0, MANY_ATOMS / len(load)) ** 0.5 * max(1.0, heavy / LIGHT)))


def price_of(instance: Instance, grids: int, weights: Weights) -> Any:
    """What one unit of each term costs in J, for the whole instance: pieces add up."""
    load, count = float(instance.workload.sum()), len(instance)
    blocks = len(np.unique(instance.block[instance.block != NONE]))
    has_superblock, area = bool((instance.superblock != NONE).any()), instance.area_m2
    compactness = weights.compactness * 2 * np.pi * grids / area / count if area > 0 else 0.0
    if weights.walks:
        footways(instance)
    return _plan.Price(
        target=load / grids if load > 0 else 1.0,
        balance=weights.balance / grids / BALANCE_UNIT if load > 0 else 0.0,
        compactness=0.0 if weights.walks else compactness,
        crossing=weights.crossings / grids if has_superblock else 0.0,
        cut=weights.integrity / blocks if blocks else 0.0,
        change=weights.stability / load if load > 0 else 0.0,
        grid=(weights.balance + weights.compactness + weights.crossings + weights.integrity) / 4 / grids,
        walk=weights.compactness / mean_walk_of_a_circle_m(area, grids) / count if weights.walks and area > 0 else 0.0,
        guide=compactness,
    )


def graph_of(
    instance: Instance, piece: Piece, price: Any, today: Labels | None = None, tie: Labels | None = None
) -> Any:
    """The piece with its places around its own middle and its columns numbered from 0; by default all are free."""
    atoms = piece.atoms
    places = instance.xy_m[atoms] - instance.xy_m[atoms].mean(axis=0)
    today = _todays(instance, piece) if today is None else today
    tie = np.full(len(atoms), _plan.FREE, np.int32) if tie is None else tie
    columns = (_numbered(instance.block[atoms]), _numbered(instance.superblock[atoms]), today, tie)
    weight = np.column_stack([instance.workload[atoms], places])
    walk = _walk.all_walks(footways(instance).of(atoms).ways) if price.walk > 0 else np.zeros((1, 1), np.float32)
    return _plan.Graph(piece.begin, piece.to, weight, np.column_stack(columns), walk)


def _numbered(column: Integers) -> Labels:
    """Values from 0 in the order of the atoms; an atom without one stands alone: it is neither cut nor crossed."""
    alone = np.where(column == NONE, -2 - np.arange(len(column)), column)
    _, first, at = np.unique(alone, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first)).astype(np.int32)[at]


def _todays(instance: Instance, piece: Piece) -> Labels:
    """Today's grids of a piece, heaviest first, as many as it may have; -1 for the others."""
    today = instance.today[piece.atoms]
    kept = todays_names(instance, piece)
    number = {grid: at for at, grid in enumerate(kept.tolist())}
    return np.array([number.get(grid, NONE) for grid in today.tolist()], np.int32)


def todays_names(instance: Instance, piece: Piece) -> Integers:
    """Which of today's grids the piece's grids 0, 1, … may continue: those with most of their workload in it."""
    today, load = instance.today, instance.workload + 1e-9
    inside = np.bincount(today[piece.atoms] + 1, load[piece.atoms], len(instance.todays_grids) + 1)[1:]
    whole = np.bincount(today + 1, load, len(instance.todays_grids) + 1)[1:]
    own = np.flatnonzero((inside > 0) & (2 * inside > whole))
    return own[np.argsort(-inside[own], kind="stable")][: piece.grids]


@dataclass(slots=True, eq=False)
class Search:
    """One piece under search. ``best`` is a connected plan at every moment; ``best_cost`` what it costs in J."""

    graph: Any
    grids: int
    price: Any
    random: NDArray[np.uint64]
    room: tuple[Any, Any]
    best: Labels
    best_cost: float
    labels: Labels
    tally: Any
    warmth: float

    @classmethod
    def begin(
        cls, instance: Instance, piece: Piece, price: Any, rng: np.random.Generator, start: Start | None = None
    ) -> "Search":
        """From the start that is given; from today's grids where stability counts; else from them or a grown plan,
        whichever costs less.
        """
        if start is not None:
            labels, continues = start.numbered(instance, piece)
            return cls._of(
                graph_of(instance, piece, price, continues, start.tie[piece.atoms]), piece, price, labels, rng
            )
        graph = graph_of(instance, piece, price)
        today = todays_plan(graph, piece.grids)
        if today is not None and price.change > 0:
            return cls._of(graph, piece, price, today, rng)
        grown = named_like_today(graph, grown_plan(graph, piece.grids), piece.grids)
        starts = [cls._of(graph, piece, price, labels, rng) for labels in (grown, today) if labels is not None]
        return min(starts, key=lambda search: search.best_cost)

    @classmethod
    def at(cls, instance: Instance, piece: Piece, price: Any, labels: Labels, rng: np.random.Generator) -> "Search":
        """From a plan that is there already."""
        return cls._of(graph_of(instance, piece, price), piece, price, labels.copy(), rng)

    @classmethod
    def _of(cls, graph: Any, piece: Piece, price: Any, labels: Labels, rng: np.random.Generator) -> "Search":
        tally = _plan.count_up(graph, labels, piece.grids, price)
        cost = float(_plan.cost_of(graph, labels, tally, price))
        random = rng.integers(1, 2**63, 1, dtype=np.uint64)
        room = _plan.new_scratch(len(labels)), _rejoin.new_tree(len(labels), len(piece.to))
        warmth = _warmth(graph, price)
        return cls(graph, piece.grids, price, random, room, labels.copy(), cost, labels, tally, warmth)

    @property
    def is_open(self) -> bool:
        """Whether there is anything to choose."""
        return 1 < self.grids < len(self.labels)

    def sweep(self, proposals_per_atom: float, heat: float) -> None:
        """A small piece costs little and gets more tries."""
        if self.is_open:
            count = int(proposals_per_atom * max(len(self.labels), FEW_ATOMS))
            heat *= self.warmth
            _anneal.sweep(self.graph, self.labels, self.tally, self.price, *self.room, count, heat, self.random)

    def keep_best(self) -> None:
        """Remember the plan if it is the best so far."""
        self.tally = _plan.count_up(self.graph, self.labels, self.grids, self.price)  # sums lose digits over millions
        cost = float(_plan.cost_of(self.graph, self.labels, self.tally, self.price))
        if cost < self.best_cost:
            self.best, self.best_cost = self.labels.copy(), cost

    def polish(self) -> None:
        """One round of its own."""
        for sweep in by_rounds(Steps(1)):
            self.sweep(sweep.proposals, sweep.heat * self.price.grid)
        self.keep_best()

    def start_round(self) -> None:
        """Each round begins at the best plan so far."""
        self.keep_best()
        self.labels = self.best.copy()
        self.tally = _plan.count_up(self.graph, self.labels, self.grids, self.price)
