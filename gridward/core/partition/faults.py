"""What is wrong with a division and where, as codes and values: the words are the page's."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridward.core.lazy import LazyModule
from gridward.core.partition.editing import cut_off
from gridward.core.partition.instance import NONE, Instance
from gridward.core.partition.measures import METRES_A_MINUTE, Graded, grade, in_use, pairs_of
from gridward.core.partition.pieces import neighbours

_plan: Any = LazyModule("gridward.core.partition.plan.engine")
Integers = NDArray[np.int64]

MOST_OFF = 0.15  # share of the target that a grid may be off before it is named
FARTHEST_MIN = 15.0  # a walk from the base, before a door is named


def faults(instance: Instance, grid: Integers, names: tuple[str, ...], *, walks: bool = False) -> list[dict[str, Any]]:
    """Every fault of any division, grids of ``names`` in ``grid`` (n,), -1 for none; ``atoms`` are the indexes that
    it is about, ``grid`` and ``grids`` are names. Bases are those of walks where ``walks`` are weighed.

    ==========================  =====================================================================================
    ``without_grid``            atoms that no grid serves
    ``grid_across_communities`` ``communities``, the one with most workload first; atoms of the others
    ``grid_in_parts``           ``parts``; atoms outside the heaviest one
    ``grid_off``                ``of_target`` (1 is fair), by more than ``MOST_OFF``; all atoms of the grid
    ``grid_across_main_road``   ``superblocks`` (indexes), the one with most workload first; atoms of the others
    ``block_cut``               ``block`` (index), ``grids``, ``why``; atoms of the block
    ``far_from_base``           ``base``, ``walk_min`` (None: no way); atoms farther than ``FARTHEST_MIN``
    ==========================  =====================================================================================

    ``why`` a block is cut: ``across_communities``; ``heavier_than_a_grid`` (``of_target``); ``whole_unbalances``, then
    ``grid`` would be at ``of_target`` at best; ``whole_tears``, then ``grid`` would be in parts; ``better_whole``,
    then it could go whole to ``grid``.
    """
    found, at = [], np.flatnonzero(grid != NONE)
    if len(at) < len(instance):
        found.append({"code": "without_grid", "atoms": np.flatnonzero(grid == NONE).tolist()})
    if not len(at):
        return found
    covered, grid, names = in_use(instance, grid, names)
    graded = grade(covered, grid, len(names), walks=walks)
    rows = [*_of_grids(covered, grid, names, graded), *_cut_blocks(covered, grid, names, graded)]
    return found + [row | {"atoms": at[row["atoms"]].tolist()} for row in rows]


def _of_grids(instance: Instance, grid: Integers, names: Sequence[str], graded: Graded) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for g, name in enumerate(names):
        members = np.flatnonzero(grid == g)
        for code, column, called in (
            ("grid_across_communities", instance.community, "communities"),
            ("grid_across_main_road", instance.superblock, "superblocks"),
        ):
            values, others = _beside_the_first(instance, members, column)
            if len(values) > 1:
                kept: Any = [instance.communities[at] for at in values] if called == "communities" else values
                found.append({"code": code, "grid": name, called: kept, "atoms": others})
        if graded.parts[g] > 1:
            found.append({"code": "grid_in_parts", "grid": name, "parts": int(graded.parts[g]),
                          "atoms": cut_off(instance, grid, g)})  # fmt: skip
        if abs(graded.of_target[g] - 1.0) > MOST_OFF:
            found.append({"code": "grid_off", "grid": name, "of_target": float(graded.of_target[g]), "atoms": members})
        minutes = graded.walk_m[members] / METRES_A_MINUTE
        if minutes.max() > FARTHEST_MIN:
            longest = float(minutes.max()) if np.isfinite(minutes).all() else None
            found.append({"code": "far_from_base", "grid": name, "base": instance.ids[graded.base[g]],
                          "walk_min": longest, "atoms": members[minutes > FARTHEST_MIN]})  # fmt: skip
    return found


def _beside_the_first(instance: Instance, members: Integers, column: Integers) -> tuple[list[int], Integers]:
    """The values of a column among some atoms, the one with most workload first, and the atoms of all but that."""
    named = members[column[members] != NONE]
    values, at = np.unique(column[named], return_inverse=True)
    order = np.argsort(-np.bincount(at.ravel(), instance.workload[named], len(values)), kind="stable")
    return values[order].tolist(), named[column[named] != values[order[0]]] if len(values) else named


def _cut_blocks(instance: Instance, grid: Integers, names: Sequence[str], graded: Graded) -> list[dict[str, Any]]:
    pairs = pairs_of(grid, instance.block)
    blocks, holders = np.unique(pairs[:, 1], return_counts=True)
    found, rows = [], neighbours(len(instance), instance.edges)
    for block in blocks[holders > 1].tolist():
        members, own = np.flatnonzero(instance.block == block), pairs[pairs[:, 1] == block, 0]
        why = _why_cut(instance, rows, grid, names, graded, members, own)
        found.append({"code": "block_cut", "block": block, "grids": [names[g] for g in own], **why, "atoms": members})
    return found


def cuts(instance: Instance, grid: Integers, names: tuple[str, ...]) -> dict[str, Any]:
    """How many ``blocks`` have more than one atom, how many of them are ``cut``, and how often for which reason."""
    covered, grid, names = in_use(instance, grid, names)
    why = Counter(row["why"] for row in _cut_blocks(covered, grid, names, grade(covered, grid, len(names))))
    several = np.bincount(covered.block[covered.block != NONE]) > 1
    return {"blocks": int(several.sum()), "cut": why.total(), "why": dict(why)}


def _why_cut(
    instance: Instance, rows: Any, grid: Integers, names: Sequence[str], graded: Graded, members: Integers,
    own: Integers,
) -> dict[str, Any]:  # fmt: skip
    """Why the atoms of a block are in several grids ``own``, by what would be if one of them had it whole."""
    if len(np.unique(instance.community[members])) > 1:
        return {"why": "across_communities"}
    target = graded.workload.sum() / len(names) or 1.0
    block, share = (
        instance.workload[members].sum() / target,
        np.bincount(grid[members], instance.workload[members], len(names))[own] / target,
    )
    if block > 1.0 + MOST_OFF:
        return {"why": "heavier_than_a_grid", "of_target": float(block)}
    # Row by row: what each of the grids would carry, of its target, if the grid of that row had the whole block.
    loads = np.tile(graded.of_target[own] - share, (len(own), 1)) + np.diag(np.full(len(own), block))
    off = np.abs(loads - 1.0)
    bearable = max(MOST_OFF, float(np.abs(graded.of_target[own] - 1.0).max()))
    order = np.argsort(off.max(axis=1), kind="stable").tolist()
    if off[order[0]].max() > bearable:
        worst = int(np.argmax(off[order[0]]))
        return {"why": "whole_unbalances", "grid": names[own[worst]], "of_target": float(loads[order[0], worst])}
    torn = -1
    for row in order:
        if off[row].max() <= bearable:
            whole = grid.copy()
            whole[members] = own[row]
            parts = [_plan.parts_among(*rows, whole, np.flatnonzero(whole == g)) for g in own.tolist()]
            counted = zip(own.tolist(), parts, strict=True)
            broken = [g for g, count in counted if count == 0 or count > graded.parts[g]]
            if not broken:
                return {"why": "better_whole", "grid": names[own[row]]}
            torn = broken[0] if torn < 0 else torn
    return {"why": "whole_tears", "grid": names[torn]}
