"""Where a search begins: a plan grown from spread centres, or today's grids mended."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridward.core.lazy import LazyModule

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Labels = NDArray[np.int32]
_growth: Any = LazyModule("gridward.core.partition.growth.engine")
_plan: Any = LazyModule("gridward.core.partition.plan.engine")


def spread_centres(xy_m: Floats, workload: Floats, grids: int) -> Integers:
    """An atom near the middle of each of ``grids`` boxes of like workload, cut across the longer side each time."""
    centres: list[int] = []
    waiting = [(np.arange(len(workload)), grids)]
    while waiting:
        atoms, parts = waiting.pop()
        places = xy_m[atoms]
        if parts == 1:
            away = ((places - places.mean(axis=0)) ** 2).sum(axis=1)
            centres.append(int(atoms[np.argmin(away)]))
            continue
        along = int(np.argmax(np.ptp(places, axis=0)))
        atoms = atoms[np.argsort(places[:, along], kind="stable")]
        reached, few = np.cumsum(workload[atoms]), parts // 2
        cut = int(np.searchsorted(reached, reached[-1] * few / parts)) + 1
        cut = min(max(cut, few), len(atoms) - (parts - few))  # an atom for every grid on both sides
        waiting += [(atoms[:cut], few), (atoms[cut:], parts - few)]
    return np.array(centres, np.int64)


def grown_plan(graph: Any, grids: int) -> Labels:
    """A connected plan with every grid near one of the spread centres."""
    centres = spread_centres(graph.weight[:, 1:], graph.weight[:, 0], grids)
    labels = np.full(len(graph.weight), -1, np.int32)
    labels[centres] = np.arange(grids)
    _growth.grow(graph, labels, centres)
    return labels


def todays_plan(graph: Any, grids: int) -> Labels | None:
    """Today's grids, each its largest connected part, the rest grown on; None where their number differs."""
    today = graph.column[:, 2].copy()
    if len(np.unique(today[today >= 0])) != grids:
        return None
    part, parts = _plan.components(graph.begin, graph.to, today)
    size, grid_of = np.bincount(part, minlength=parts), np.full(parts, -1, np.int32)
    grid_of[part] = today
    labels, centres = np.full(len(today), -1, np.int32), np.empty(grids, np.int64)
    for grid in range(grids):
        own = np.flatnonzero(grid_of == grid)
        atoms = np.flatnonzero(part == own[np.argmax(size[own])])
        labels[atoms] = grid
        places = graph.weight[atoms, 1:]
        centres[grid] = atoms[np.argmin(((places - places.mean(axis=0)) ** 2).sum(axis=1))]
    _growth.grow(graph, labels, centres)
    return labels


def named_like_today(graph: Any, labels: Labels, grids: int) -> Labels:
    """The same plan with its grids numbered so that much of the workload keeps its number: largest overlap first."""
    today = graph.column[:, 2]
    has = today >= 0
    overlap = np.zeros((grids, grids))
    np.add.at(overlap, (labels[has], today[has]), graph.weight[has, 0])
    number, is_free = np.full(grids, -1, np.int32), np.ones(grids, bool)
    for at in np.argsort(-overlap, axis=None, kind="stable").tolist():
        old, new = divmod(at, grids)
        if overlap[old, new] > 0 and number[old] < 0 and is_free[new]:
            number[old], is_free[new] = new, False
    number[number < 0] = np.flatnonzero(is_free)
    return number[labels].astype(np.int32)
