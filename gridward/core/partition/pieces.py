"""An instance as connected pieces, each with the number of grids it is cut into: no grid crosses a community."""

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridward.core.lazy import LazyModule
from gridward.core.partition.instance import Instance

Integers = NDArray[np.int64]
_plan: Any = LazyModule("gridward.core.partition.plan.engine")


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Connected atoms of one community (indexes into the instance) that become ``grids`` grids.

    ``begin`` and ``to`` are the neighbours in compressed rows, by the piece's own indexes; atoms that lie near each
    other stand near each other.
    """

    atoms: Integers
    begin: NDArray[np.int32]
    to: NDArray[np.int32]
    community: int
    grids: int


def split(instance: Instance) -> list[Piece]:
    """The pieces in the order of their communities, the heaviest of a community first.

    A community in several pieces shares its grids by workload; each piece gets one at least, so that a community
    in more pieces than grids gets more than it was given.
    """
    inside = instance.community[instance.edges[:, 0]] == instance.community[instance.edges[:, 1]]
    begin, to = neighbours(len(instance), instance.edges[inside])
    part, _ = _plan.components(begin, to, instance.community.astype(np.int32))
    order = np.argsort(part, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(part[order])) + 1)
    members.sort(key=lambda atoms: (instance.community[atoms[0]], -instance.workload[atoms].sum(), atoms[0]))
    of_community: dict[int, list[Integers]] = {}
    for atoms in members:
        of_community.setdefault(int(instance.community[atoms[0]]), []).append(atoms)
    place = np.empty(len(instance), np.int64)
    pieces = []
    for community, parts in of_community.items():
        loads, sizes = [float(instance.workload[atoms].sum()) for atoms in parts], [len(atoms) for atoms in parts]
        for atoms, share in zip(parts, shares(loads, sizes, int(instance.grids[community])), strict=True):
            atoms = atoms[np.argsort(_along_a_curve(instance.xy_m[atoms]), kind="stable")]
            place[atoms] = np.arange(len(atoms))
            pieces.append(Piece(atoms, *_rows_of(atoms, place, begin, to), community, share))
    return pieces


def shares(loads: list[float], sizes: list[int], grids: int) -> list[int]:
    """Grids for each piece, one at least, so that Σ g (W / g target - 1)² is least: a piece with W and g gains
    W² / g(g + 1) by one more (the sum is convex in each g, so the greedy share is the best one).
    """
    shared = [1] * len(loads)
    waiting = [(-load * load / 2, at) for at, load in enumerate(loads) if sizes[at] > 1]
    heapq.heapify(waiting)
    for _ in range(grids - len(loads)):
        if not waiting:
            break
        _, at = heapq.heappop(waiting)
        shared[at] += 1
        if shared[at] < sizes[at]:
            heapq.heappush(waiting, (-(loads[at] ** 2) / (shared[at] * (shared[at] + 1)), at))
    return shared


def neighbours(count: int, edges: Integers) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Compressed rows: the neighbours of v are ``to[begin[v]:begin[v + 1]]``, in rising order."""
    one, other = edges.T
    of, to = np.divmod(np.sort(np.concatenate([one * count + other, other * count + one])), count)  # one key sorts fast
    begin = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(of, minlength=count), out=begin[1:])
    return begin, to.astype(np.int32)


def parts_of_grids(instance: Instance, grid: Integers, count: int) -> Integers:
    """How many connected parts (k,) each grid has; atoms with -1 have no grid."""
    part, parts = _plan.components(*neighbours(len(instance), instance.edges), grid.astype(np.int32))
    grid_of_part = np.empty(parts, np.int64)
    grid_of_part[part] = grid
    return np.bincount(grid_of_part[grid_of_part >= 0], minlength=count)


def _rows_of(
    atoms: Integers, place: Integers, begin: NDArray[np.int32], to: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The rows of some atoms whose neighbours are all among them."""
    degrees = begin[atoms + 1] - begin[atoms]
    own = np.zeros(len(atoms) + 1, np.int32)
    np.cumsum(degrees, out=own[1:])
    at = np.repeat(begin[atoms] - own[:-1], degrees) + np.arange(own[-1])
    return own, place[to[at]].astype(np.int32)


def _along_a_curve(xy_m: NDArray[np.float64]) -> NDArray[np.uint64]:
    """A number for each place (n, 2); near numbers are near places (Morton 1966)."""
    low, side = xy_m.min(axis=0), np.ptp(xy_m, axis=0).max() + 1e-9
    cells = ((xy_m - low) / side * 65535).astype(np.uint64)
    code = np.zeros(len(xy_m), np.uint64)
    for bit in range(16):
        for axis in (0, 1):
            code |= ((cells[:, axis] >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + axis)
    return code
