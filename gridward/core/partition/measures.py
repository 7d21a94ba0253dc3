"""What any division costs and how it is for each grid, whoever drew it: a plan, a draft, today's grids."""

from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridward.core.lazy import LazyModule
from gridward.core.partition.footways import straight_ways
from gridward.core.partition.instance import NONE, Instance
from gridward.core.partition.objective import Weights, score
from gridward.core.partition.pieces import parts_of_grids

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
_walk: Any = LazyModule("gridward.core.partition.walk.engine")

METRES_A_MINUTE = 75.0  # 1.25 m/s, an unhurried adult


@dataclass(frozen=True, slots=True, eq=False)
class Graded:
    """A plan grid by grid, each array (k,): its atoms, workload, share of the target, parts (1: connected), base
    (the atom nearest to its middle; where walks are weighed, the one whose walks sum least) and the longest walk from
    there; ``walk_m`` (n,) is each atom's own walk, along the footways or, where none are known, from neighbour to
    neighbour.
    """

    atoms: Integers
    workload: Floats
    of_target: Floats
    parts: Integers
    base: Integers
    farthest_m: Floats
    walk_m: Floats


def grade(instance: Instance, grid: Integers, grids: int, *, walks: bool = False) -> Graded:
    """Look at any plan with the same eyes; ``grid`` (n,) in 0 … ``grids`` - 1, each in use."""
    ways = (instance.footways or straight_ways(instance.xy_m, instance.edges)).ways
    atoms, load = np.bincount(grid, minlength=grids), np.bincount(grid, instance.workload, grids).astype(np.float64)
    base = _walk.bases_by_walk(ways, grid, grids) if walks else _bases(instance.xy_m, grid, grids)
    walk_m = _walk.walks(ways, grid, base)
    farthest = np.zeros(grids)
    np.maximum.at(farthest, grid, walk_m)
    target = load.sum() / grids
    return Graded(atoms, load, load / target if target > 0 else np.ones(grids),
                  parts_of_grids(instance, grid, grids), base, farthest, walk_m)  # fmt: skip


def _bases(xy_m: Floats, grid: Integers, grids: int) -> Integers:
    """The atom nearest to the middle of each grid."""
    atoms = np.bincount(grid, minlength=grids)
    means = np.stack([np.bincount(grid, column, grids) / atoms for column in xy_m.T], axis=1)
    order = np.lexsort((((xy_m - means[grid]) ** 2).sum(axis=1), grid))
    firsts = np.concatenate([[0], np.cumsum(atoms)[:-1]])
    nearest: Integers = order[firsts]
    return nearest


def measures(instance: Instance, grid: Integers, names: tuple[str, ...], weights: Weights) -> dict[str, Any]:
    """J, its weighted terms and the measures in all, and one entry a grid, as plain values.

    ``grid`` (n,) holds indexes into ``names``; grids may be in parts or across communities and are then marked.
    Atoms with -1 have no grid: they are counted and left out of everything else. Walks are in minutes, None where
    a door cannot be reached; ``cut_blocks`` are those that a grid shares with another, ``crossings`` its
    superblocks beyond one, ``workload_in`` what comes to it that is another grid's today.
    """
    covered, grid, names = in_use(instance, grid, names)
    graded, terms = grade(covered, grid, len(names), walks=weights.walks), score(covered, grid, names, weights)
    minutes = graded.walk_m / METRES_A_MINUTE
    return {
        "J": terms.total,
        "B": weights.balance * terms.balance,
        "C": weights.compactness * terms.compactness,
        "X": weights.crossings * terms.crossings,
        "I": weights.integrity * terms.integrity,
        "T": weights.stability * terms.moved_share,
        "convenience": "walking" if weights.walks else "straight",
        "moved_share": terms.moved_share,
        "connected": bool((graded.parts == 1).all()),
        "atoms": len(covered),
        "without_grid": len(instance) - len(covered),
        "k": len(names),
        "target_workload": float(covered.workload.sum() / len(names)),
        "cv": float(np.std(graded.of_target)),
        "max_deviation": float(np.max(np.abs(graded.of_target - 1.0))),
        "walk_min_mean": _or_none(np.mean(minutes)),
        "walk_min_p95": _or_none(np.sort(minutes)[int(np.ceil(0.95 * len(minutes))) - 1]),
        "grids": _grids(covered, grid, names, graded),
    }


def in_use(instance: Instance, grid: Integers, names: tuple[str, ...]) -> tuple[Instance, Integers, tuple[str, ...]]:
    """The atoms that have a grid, and the grids that have an atom, numbered anew from 0."""
    has = grid != NONE
    if not has.any():
        raise ValueError("no atom has a grid")
    used, dense = np.unique(grid[has], return_inverse=True)
    return (
        instance if has.all() else _only(instance, has),
        dense.astype(np.int64),
        tuple(names[g] for g in used.tolist()),
    )


def _only(instance: Instance, has: Flags) -> Instance:
    """Some of the atoms, and the edges between them."""
    place, inside = np.cumsum(has) - 1, has[instance.edges].all(axis=1)
    columns = ("xy_m", "workload", "community", "block", "superblock", "today")
    return replace(
        instance, ids=tuple(compress(instance.ids, has)), edges=place[instance.edges[inside]],
        edge_class=instance.edge_class[inside],
        footways=None if instance.footways is None else instance.footways.of(has),
        **{name: getattr(instance, name)[has] for name in columns},
    )  # fmt: skip


def _grids(instance: Instance, grid: Integers, names: tuple[str, ...], graded: Graded) -> list[dict[str, Any]]:
    walks = np.bincount(grid, graded.walk_m, len(names)) / graded.atoms / METRES_A_MINUTE
    communities = _shares(instance, grid, instance.community, len(names))
    crossings = np.maximum(_distinct(grid, instance.superblock, len(names)) - 1, 0)
    cut_blocks, workload_in = _cut_blocks(instance, grid, len(names)), _workload_in(instance, grid, names)
    return [
        {
            "grid": name, "community": instance.communities[communities[g][0]],
            "communities": [instance.communities[at] for at in communities[g]], "atoms": int(graded.atoms[g]),
            "workload": float(graded.workload[g]), "of_target": float(graded.of_target[g]),
            "connected": bool(graded.parts[g] == 1), "parts": int(graded.parts[g]),
            "base": instance.ids[graded.base[g]], "walk_min_mean": _or_none(walks[g]),
            "walk_min_max": _or_none(graded.farthest_m[g] / METRES_A_MINUTE), "crossings": int(crossings[g]),
            "cut_blocks": int(cut_blocks[g]), "workload_in": float(workload_in[g]),
        }
        for g, name in enumerate(names)
    ]  # fmt: skip


def pairs_of(grid: Integers, column: Integers) -> Integers:
    """The distinct pairs (p, 2) of grid and column's value, by grid; atoms without a value do not count."""
    has, values = column != NONE, int(column.max(initial=0)) + 1
    return np.stack(np.divmod(np.unique(grid[has] * values + column[has]), values), axis=1)


def _distinct(grid: Integers, column: Integers, grids: int) -> Integers:
    return np.bincount(pairs_of(grid, column)[:, 0], minlength=grids)


def _shares(instance: Instance, grid: Integers, column: Integers, grids: int) -> list[list[int]]:
    """The values of a column in each grid, the one with most workload first."""
    values = int(column.max(initial=0)) + 1
    load = np.bincount(grid * values + column, instance.workload, grids * values)
    found: list[list[int]] = [[] for _ in range(grids)]
    for g, value in pairs_of(grid, column).tolist():
        found[g].append(value)
    return [sorted(of, key=lambda value: -load[g * values + value]) for g, of in enumerate(found)]


def _cut_blocks(instance: Instance, grid: Integers, grids: int) -> Integers:
    pairs = pairs_of(grid, instance.block)
    is_cut = np.bincount(pairs[:, 1])[pairs[:, 1]] > 1 if len(pairs) else np.zeros(0, bool)
    return np.bincount(pairs[is_cut, 0], minlength=grids)


def _workload_in(instance: Instance, grid: Integers, names: tuple[str, ...]) -> Floats:
    number = {name: at for at, name in enumerate(instance.todays_grids)}
    continues = np.array([number.get(name, NONE) for name in names], np.int64)
    comes = (instance.today != NONE) & (continues[grid] != instance.today)
    return np.bincount(grid[comes], instance.workload[comes], len(names)).astype(np.float64)


def _or_none(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
