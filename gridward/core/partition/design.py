"""From an instance to a plan: the function behind the command, the page and other people's programs."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridward.core.errors import RuleBroken
from gridward.core.partition.instance import Instance
from gridward.core.partition.naming import names_of
from gridward.core.partition.objective import Terms, Weights, score
from gridward.core.partition.pieces import Piece, split
from gridward.core.partition.schedule import Seconds, Steps, sweeps
from gridward.core.partition.search import Search, price_of
from gridward.core.partition.start import Start, begin_at, with_its_grids

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
MOST_WALKS = 250_000_000  # pairs of doors: 1 GB


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A plan. ``grid`` (n,) is each atom's index into ``names``; a grid that continues one of today has its name."""

    grid: Integers
    names: tuple[str, ...]
    terms: Terms
    pieces: tuple[Piece, ...]
    rounds: int
    proposals_per_atom: float


def design(
    instance: Instance,
    *,
    weights: Weights | None = None,
    stop: Steps | Seconds,
    rng: np.random.Generator,
    workers: Executor | None = None,
    progress: Callable[[float, Terms], None] | None = None,
    start: Integers | None = None,
    start_names: tuple[str, ...] = (),
    fixed: Flags | None = None,
) -> Result:
    """Cut every community into its number of grids so that J is small; every grid is connected, at every moment.

    The same instance, weights, ``Steps`` and state of ``rng`` give the same plan, with ``workers`` (threads) or
    without. ``progress`` is told at the start of each round the share done and the terms of the best plan so far.

    ``start`` (n,) is a plan to begin at, of connected grids 0, 1, …, none across a community, called
    ``start_names`` (without them, like those of today); the answer has its grids with their labels and names, and is
    no worse. ``fixed`` (n,) atoms never leave their grid of the start, and a grid that is fixed whole stays as it is.

    Raises
    ------
    RuleBroken
        ``partition.start_…`` where the start is no plan; with ``weights.walks`` ``partition.no_footways``,
        ``partition.too_many_walks``.
    """
    weights, pieces = weights or Weights(), tuple(split(instance))
    if weights.walks:
        _check_size(pieces)
    if start is None and (fixed is not None or start_names):
        raise ValueError("what is fixed or named is a plan to start from")
    given = None if start is None else begin_at(instance, start, start_names, fixed)
    pieces = with_its_grids(pieces, given) if given else pieces
    price = price_of(instance, sum(piece.grids for piece in pieces), weights)
    seeds = rng.spawn(len(pieces))
    searches = [Search.begin(instance, piece, price, seed, given) for piece, seed in zip(pieces, seeds, strict=True)]
    rounds, proposals = 0, 0.0
    for sweep in sweeps(stop):
        if sweep.starts_round:
            rounds += 1
            for search in searches:
                search.start_round()
            if progress:
                progress(sweep.done, _plan_of(instance, pieces, searches, weights, given)[2])
        _sweep_all(searches, sweep.proposals, sweep.heat * price.grid, workers)
        proposals += sweep.proposals
    for search in searches:
        search.keep_best()
    grid, names, terms = _plan_of(instance, pieces, searches, weights, given)
    return Result(grid, names, terms, pieces, rounds, proposals)


def _check_size(pieces: Sequence[Piece]) -> None:
    """The walks between all doors of each piece are held in memory."""
    pairs = sum(len(piece.atoms) ** 2 for piece in pieces)
    if pairs > MOST_WALKS:
        raise RuleBroken("partition.too_many_walks", atoms=max(len(piece.atoms) for piece in pieces))


def _sweep_all(searches: Sequence[Search], proposals: float, heat: float, workers: Executor | None) -> None:
    """Pieces know nothing of each other, so it does not matter who goes first."""
    if workers is None:
        for search in searches:
            search.sweep(proposals, heat)
    else:
        list(workers.map(lambda search: search.sweep(proposals, heat), searches))


def _plan_of(
    instance: Instance, pieces: Sequence[Piece], searches: Sequence[Search], weights: Weights, given: Start | None
) -> tuple[Integers, tuple[str, ...], Terms]:
    """The best plans of the pieces as one, with the names of its grids."""
    grid, first = np.empty(len(instance), np.int64), 0
    for piece, search in zip(pieces, searches, strict=True):
        own = np.unique(given.grid[piece.atoms]) if given else np.arange(first, first + piece.grids)
        grid[piece.atoms] = own[search.best]
        first += piece.grids
    names = given.names if given else names_of(instance, grid, first)
    return grid, names, score(instance, grid, names, weights)
