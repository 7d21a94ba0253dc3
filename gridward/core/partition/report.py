"""What there is to say of a plan: every term, each grid, and what a reader should know."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridward.core.lazy import LazyModule
from gridward.core.partition.design import Result
from gridward.core.partition.instance import NONE, Instance
from gridward.core.partition.objective import Weights
from gridward.core.partition.pieces import neighbours, parts_of_grids
from gridward.core.partition.prove import Proof

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_walk: Any = LazyModule("gridward.core.partition.walk.engine")

METRES_A_MINUTE = 75.0  # 1.25 m/s, an unhurried adult


@dataclass(frozen=True, slots=True, eq=False)
class Graded:
    """A plan grid by grid, each array (k,): its atoms, workload, share of the target, parts (1: connected), base
    (the atom nearest to its middle) and the longest walk from there; ``walk_m`` (n,) is each atom's own walk.
    """

    atoms: Integers
    workload: Floats
    of_target: Floats
    parts: Integers
    base: Integers
    farthest_m: Floats
    walk_m: Floats


def grade(instance: Instance, grid: Integers, grids: int) -> Graded:
    """Look at any plan with the same eyes; ``grid`` (n,) in 0 … ``grids`` - 1, each in use."""
    begin, to = neighbours(len(instance), instance.edges)
    atoms, load = np.bincount(grid, minlength=grids), np.bincount(grid, instance.workload, grids).astype(np.float64)
    base = _bases(instance.xy_m, grid, grids)
    ends = np.repeat(np.arange(len(instance)), np.diff(begin))
    length_m = np.hypot(*(instance.xy_m[ends] - instance.xy_m[to]).T)
    walk_m = _walk.walks(begin, to, length_m, grid, base)
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


def report_of(instance: Instance, result: Result, weights: Weights, proofs: Sequence[Proof] = ()) -> dict[str, Any]:
    """The report as plain values: J and its weighted terms, measures in all, one entry a grid and a piece, notes as
    codes. With ``proofs`` (one a piece) also what every plan costs at least, and the gap to it.
    """
    graded, terms = grade(instance, result.grid, len(result.names)), result.terms
    minutes = graded.walk_m / METRES_A_MINUTE
    return {
        "J": terms.total,
        "B": weights.balance * terms.balance,
        "C": weights.compactness * terms.compactness,
        "X": weights.crossings * terms.crossings,
        "I": weights.integrity * terms.integrity,
        "T": weights.stability * terms.moved_share,
        "moved_share": terms.moved_share,
        "connected": bool((graded.parts == 1).all()),
        "atoms": len(instance),
        "k": len(result.names),
        "target_workload": float(instance.workload.sum() / len(result.names)),
        "cv": float(np.std(graded.of_target)),
        "max_deviation": float(np.max(np.abs(graded.of_target - 1.0))),
        "walk_min_mean": float(np.mean(minutes)),
        "walk_min_p95": float(np.percentile(minutes, 95)),
        **_bound(instance, result, weights, proofs),
        "rounds": result.rounds,
        "proposals_per_atom": result.proposals_per_atom,
        "grids": _grids(instance, result, graded),
        "notes": notes(instance, result),
    }


def _bound(instance: Instance, result: Result, weights: Weights, proofs: Sequence[Proof]) -> dict[str, Any]:
    """J counts pairs of grid and superblock beyond one a grid, and of grid and block beyond one a block."""
    if not proofs:
        return {}
    free = weights.crossings * bool((instance.superblock != NONE).any())
    free += weights.integrity * bool((instance.block != NONE).any())
    bound = sum(proof.bound for proof in proofs) - free
    rows = zip(result.pieces, proofs, strict=True)
    return {
        "bound": bound,
        "gap": max(0.0, result.terms.total - bound),
        "proven_pieces": sum(proof.is_optimal for proof in proofs),
        "pieces": [
            {"community": instance.communities[piece.community], "atoms": len(piece.atoms), "grids": piece.grids,
             "cost": proof.cost, "bound": proof.bound, "gap": proof.gap, "is_best": proof.is_optimal}
            for piece, proof in rows
        ],
    }  # fmt: skip


def _grids(instance: Instance, result: Result, graded: Graded) -> list[dict[str, Any]]:
    community = np.empty(len(result.names), np.int64)
    community[result.grid] = instance.community
    return [
        {
            "grid": name, "community": instance.communities[community[g]], "atoms": int(graded.atoms[g]),
            "workload": float(graded.workload[g]), "of_target": float(graded.of_target[g]),
            "connected": bool(graded.parts[g] == 1), "base": instance.ids[graded.base[g]],
            "walk_min_max": float(graded.farthest_m[g] / METRES_A_MINUTE),
        }
        for g, name in enumerate(result.names)
    ]  # fmt: skip


def notes(instance: Instance, result: Result) -> list[dict[str, Any]]:
    """What a reader should know, as codes and values: communities in pieces, atoms heavier than a whole grid."""
    found: list[dict[str, Any]] = []
    of_community: dict[int, list[int]] = {}
    for piece in result.pieces:
        of_community.setdefault(piece.community, []).append(piece.grids)
    for community, grids in of_community.items():
        if len(grids) > 1:
            found.append({"code": "community_in_pieces", "community": instance.communities[community],
                          "pieces": len(grids), "grids": grids, "asked": int(instance.grids[community])})  # fmt: skip
    target = instance.workload.sum() / len(result.names)
    heavy = np.flatnonzero(instance.workload > target)
    found += [
        {"code": "heavier_than_a_grid", "id": instance.ids[at], "workload": float(instance.workload[at])}
        for at in heavy.tolist()
    ]
    if instance.area_m2 <= 0:
        found.append({"code": "compactness_not_judged"})
    if (instance.today != NONE).any() and (instance.today == NONE).any():
        found.append({"code": "without_grid_today", "atoms": int((instance.today == NONE).sum())})
    return found
