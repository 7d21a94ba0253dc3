"""Where a search may begin: a plan that is there already, with what is not to change in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridward.core.errors import RuleBroken
from gridward.core.lazy import LazyModule
from gridward.core.partition.instance import NONE, Instance
from gridward.core.partition.naming import names_of
from gridward.core.partition.pieces import Piece, parts_of_grids

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Labels = NDArray[np.int32]
_plan: Any = LazyModule("gridward.core.partition.plan.engine")


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A plan ``grid`` (n,) whose grid g is called ``names[g]``; ``tie`` (n,) FREE, STAYS or CLOSED of each atom."""

    grid: Integers
    names: tuple[str, ...]
    tie: Labels

    def numbered(self, instance: Instance, piece: Piece) -> tuple[Labels, Labels]:
        """Of the atoms of a piece: the grid, and the one that has today's name (-1: none here), from 0 in the piece."""
        own = np.unique(self.grid[piece.atoms])
        number = np.full(len(self.names) + 1, NONE, np.int32)
        number[own] = np.arange(len(own))
        called = {name: at for at, name in enumerate(self.names)}
        continues = np.array([called.get(name, NONE) for name in instance.todays_grids] + [NONE], np.int64)
        return number[self.grid[piece.atoms]], number[continues[instance.today[piece.atoms]]]


def begin_at(instance: Instance, grid: Integers, names: Sequence[str], fixed: Flags | None) -> Start:
    """A checked start; without ``names`` its grids are called like those of today that they share most with.

    ``fixed`` (n,) atoms do not leave their grid; a grid that is fixed whole takes no others in either.

    Raises
    ------
    RuleBroken
        ``partition.start_incomplete``: an atom without grid, a grid without atoms, a name missing or twice;
        ``partition.start_across_communities``; ``partition.start_in_parts``.
    """
    grid = np.asarray(grid, np.int64)
    count = len(names) or int(grid.max(initial=-1)) + 1
    is_whole = grid.shape == (len(instance),) and np.array_equal(np.unique(grid), np.arange(count))
    if not is_whole or len(set(names)) != len(names):
        raise RuleBroken("partition.start_incomplete", grids=count)
    called = tuple(names) or names_of(instance, grid, count)
    _check_nested(instance, grid, called)
    _check_connected(instance, grid, called)
    if fixed is None:
        return Start(grid, called, np.full(len(grid), _plan.FREE, np.int32))
    tie = np.where(closed_grids(grid, fixed, count)[grid], _plan.CLOSED, np.where(fixed, _plan.STAYS, _plan.FREE))
    return Start(grid, called, tie.astype(np.int32))


def closed_grids(grid: Integers, fixed: Flags, count: int) -> Flags:
    """Which of the grids are fixed whole."""
    return ~np.isin(np.arange(count), grid[~fixed])


def with_its_grids(pieces: Sequence[Piece], start: Start) -> tuple[Piece, ...]:
    """The pieces with as many grids as the start has in them."""
    return tuple(replace(piece, grids=len(np.unique(start.grid[piece.atoms]))) for piece in pieces)


def boundary(instance: Instance, grid: Integers, one: int, other: int) -> Flags:
    """The atoms (n,) of two grids that have a neighbour in the other: fixed, they keep this boundary as it is."""
    a, b = instance.edges.T
    is_across = ((grid[a] == one) & (grid[b] == other)) | ((grid[a] == other) & (grid[b] == one))
    found = np.zeros(len(instance), bool)
    found[instance.edges[is_across].ravel()] = True
    return found


def _check_nested(instance: Instance, grid: Integers, names: Sequence[str]) -> None:
    community = np.empty(len(names), np.int64)
    community[grid] = instance.community
    astray = np.flatnonzero(community[grid] != instance.community)
    if len(astray):
        raise RuleBroken("partition.start_across_communities", grid=names[grid[astray[0]]])


def _check_connected(instance: Instance, grid: Integers, names: Sequence[str]) -> None:
    parts = parts_of_grids(instance, grid, len(names))
    if (parts > 1).any():
        torn = int(np.argmax(parts > 1))
        raise RuleBroken("partition.start_in_parts", grid=names[torn], parts=int(parts[torn]))
