"""What there is to say of a plan that was searched for: its measures, its bound, what a reader should know."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gridward.core.partition.design import Result
from gridward.core.partition.faults import cuts
from gridward.core.partition.instance import NONE, Instance
from gridward.core.partition.measures import measures
from gridward.core.partition.objective import Weights
from gridward.core.partition.prove import Proof


def report_of(instance: Instance, result: Result, weights: Weights, proofs: Sequence[Proof] = ()) -> dict[str, Any]:
    """The report as plain values: ``measures``, one entry a piece, notes as codes. With ``proofs`` (one a piece) also
    what every plan costs at least, and the gap to it.
    """
    return {
        **measures(instance, result.grid, result.names, weights),
        **_bound(instance, result, weights, proofs),
        "cuts": cuts(instance, result.grid, result.names),
        "rounds": result.rounds,
        "proposals_per_atom": result.proposals_per_atom,
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
