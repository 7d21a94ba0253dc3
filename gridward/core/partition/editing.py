"""A plan changed by hand: atoms put into another grid, a boundary drawn anew. The whole request, or a refusal."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridward.core.errors import RuleBroken
from gridward.core.lazy import LazyModule
from gridward.core.partition.instance import Instance
from gridward.core.partition.pieces import neighbours, parts_of_grids
from gridward.core.partition.start import closed_grids

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
_plan: Any = LazyModule("gridward.core.partition.plan.engine")

HAND_M = 2.0  # a hand trembles: bends of a drawn line below this say nothing
ENOUGH = 0.75  # share of the most atoms near a line, above which the nearer boundary decides which two grids are meant


def move(
    instance: Instance, grid: Integers, names: Sequence[str], atoms: Sequence[int] | Integers, to: int,
    fixed: Flags | None = None,
) -> Integers:  # fmt: skip
    """The plan ``grid`` (n,) with some atoms (indexes) in the grid ``to``; grid g is called ``names[g]``.

    No grid may become more broken than it is: one of today in two parts may be changed, but not into three.

    Raises
    ------
    RuleBroken
        ``partition.move_across_communities``, ``partition.atoms_fixed``, ``partition.grid_fixed``,
        ``partition.grid_emptied``, ``partition.grid_torn`` with the grid and how many atoms would be cut off.
    """
    after = grid.copy()
    after[np.asarray(atoms, np.int64)] = to
    check_change(instance, names, grid, after, fixed)
    return after


def redraw(
    instance: Instance, grid: Integers, names: Sequence[str], line_xy: Floats, fixed: Flags | None = None
) -> Integers:
    """The plan with the boundary of two grids drawn anew by hand: ``line_xy`` (p, 2) is a polyline in metres.

    The two are neighbours of one community; of those with most atoms near the line, those whose boundary is nearest
    to it. They are joined and cut by the line, which goes on straight beyond its ends; each side goes to the grid
    that has more workload there. Bits that this cuts off go to the other side, lightest first.

    Raises
    ------
    RuleBroken
        ``partition.line_separates_nothing``, and those of ``move``.
    """
    line = _steadied(np.asarray(line_xy, np.float64).reshape(-1, 2))
    for one, other in _meant(instance, grid, line):
        members = np.flatnonzero((grid == one) | (grid == other))
        is_left = left_of(line, instance.xy_m[members])
        if is_left.all() or not is_left.any():
            continue
        load = (instance.workload[members] + 1e-9) * np.where(is_left == (grid[members] == one), 1, -1)
        after = grid.copy()
        after[members] = np.where(is_left == (load.sum() >= 0), one, other)
        _return_bits(instance, after, members)
        check_change(instance, names, grid, after, fixed)
        return after
    raise RuleBroken("partition.line_separates_nothing")


def changes(
    instance: Instance, before: Integers, before_names: Sequence[str], after: Integers, after_names: Sequence[str]
) -> list[dict[str, Any]]:
    """Atoms whose grid is called otherwise after than before, in the order of the instance; "" for no grid (-1)."""
    was, comes = _called(before, before_names), _called(after, after_names)
    return [
        {"atom": at, "id": instance.ids[at], "from": was[at], "to": comes[at],
         "workload": float(instance.workload[at])}
        for at in range(len(instance)) if was[at] != comes[at]
    ]  # fmt: skip


def _called(grid: Integers, names: Sequence[str]) -> list[str]:
    return [names[g] if g >= 0 else "" for g in grid.tolist()]


def check_change(
    instance: Instance, names: Sequence[str], before: Integers, after: Integers, fixed: Flags | None
) -> None:
    """Refuse what breaks a hard rule, or something that is fixed."""
    moved = np.flatnonzero(after != before)
    for to in np.unique(after[moved]).tolist():
        own = np.unique(instance.community[before == to])
        strangers = moved[(after[moved] == to) & ~np.isin(instance.community[moved], own)]
        if len(strangers):
            community = instance.communities[instance.community[strangers[0]]]
            raise RuleBroken("partition.move_across_communities", grid=names[to], community=community,
                             atoms=len(strangers))  # fmt: skip
    if fixed is not None:
        _check_fixed(names, before, after, fixed)
    empty = np.setdiff1d(before[before >= 0], after)
    if len(empty):
        raise RuleBroken("partition.grid_emptied", grid=names[empty[0]])
    is_torn = parts_of_grids(instance, after, len(names)) > parts_of_grids(instance, before, len(names))
    if is_torn.any():
        torn = int(np.argmax(is_torn))
        raise RuleBroken("partition.grid_torn", grid=names[torn], atoms=len(cut_off(instance, after, torn)))


def _check_fixed(names: Sequence[str], before: Integers, after: Integers, fixed: Flags) -> None:
    leaving = np.flatnonzero(fixed & (after != before))
    if len(leaving):
        raise RuleBroken("partition.atoms_fixed", grid=names[before[leaving[0]]], atoms=len(leaving))
    closed = np.flatnonzero(closed_grids(before, fixed, len(names)))
    taking = np.intersect1d(closed, after[after != before])
    if len(taking):
        raise RuleBroken("partition.grid_fixed", grid=names[taking[0]])


def cut_off(instance: Instance, grid: Integers, of: int) -> Integers:
    """The atoms of a grid that lie outside its heaviest connected part."""
    members = np.flatnonzero(grid == of)
    part = _parts_of(instance, members, grid)
    load = np.bincount(part, instance.workload[members] + 1e-9)
    outside: Integers = members[part != np.argmax(load)]
    return outside


def _inner_edges(instance: Instance, members: Integers) -> Integers:
    """The edges between some atoms, by their places among them."""
    place = np.full(len(instance), -1)
    place[members] = np.arange(len(members))
    edges = place[instance.edges]
    inner: Integers = edges[(edges >= 0).all(axis=1)]
    return inner


def _parts_of(instance: Instance, members: Integers, grid: Integers) -> Integers:
    """The connected part of each of some atoms, never across two grids."""
    edges = _inner_edges(instance, members)
    part, _ = _plan.components(*neighbours(len(members), edges), grid[members].astype(np.int32))
    of: Integers = part.astype(np.int64)
    return of


def _return_bits(instance: Instance, after: Integers, members: Integers) -> None:
    """Bits of two grids go to the other one that they touch, in place, lightest first, until each grid is whole.

    Every step joins parts, so it ends; parts that touch nothing stay what they are.
    """
    one, other = _inner_edges(instance, members).T
    while True:
        part, label = _parts_of(instance, members, after), after[members]
        load = np.bincount(part, instance.workload[members] + 1e-9)
        of_part = np.empty(len(load), np.int64)
        of_part[part] = label
        kept = {max(np.flatnonzero(of_part == g).tolist(), key=lambda at: load[at]) for g in set(label.tolist())}
        touching = np.unique(part[np.concatenate([one, other])[np.tile(label[one] != label[other], 2)]])
        bits = [at for at in touching.tolist() if at not in kept]
        if not bits:
            return
        lightest = min(bits, key=lambda at: load[at])
        after[members[part == lightest]] = label[label != of_part[lightest]][0]


def _steadied(line: Floats) -> Floats:
    """A drawn line without what a hand trembles."""
    if len(line) > 1 and np.isfinite(line).all():
        line = shapely.get_coordinates(shapely.LineString(line).simplify(HAND_M))
    if len(line) < 2 or not np.isfinite(line).all() or (line[0] == line[1]).all():
        raise RuleBroken("partition.line_separates_nothing")
    return line


def left_of(line: Floats, points: Floats) -> Flags:
    """Which of the points (m, 2) lie to the left of a polyline (p, 2), by the stretch of it that is nearest;
    beyond its ends it goes on straight. At a corner two stretches are equally near: the one that a point lies
    farther aside of decides.
    """
    along = np.diff(line, axis=0)
    along = along / np.hypot(*along.T)[:, None]
    longest = np.hypot(*np.diff(line, axis=0).T)
    offset = points[:, None, :] - line[None, :-1, :]
    ahead = (offset * along).sum(axis=2)
    aside = along[:, 0] * offset[..., 1] - along[:, 1] * offset[..., 0]
    beyond = np.maximum(np.maximum(-ahead, ahead - longest), 0.0)
    away = np.hypot(aside, beyond)
    is_nearest = away <= away.min(axis=1, keepdims=True) + 1e-6
    nearest = np.argmax(np.where(is_nearest, np.abs(aside), -1.0), axis=1)
    left: Flags = np.take_along_axis(aside, nearest[:, None], axis=1)[:, 0] > 0
    return left


def _meant(instance: Instance, grid: Integers, line: Floats) -> list[tuple[int, int]]:
    """Pairs of neighbouring grids of one community that a line may be about, the likeliest first."""
    a, b = instance.edges.T
    across = (
        (grid[a] != grid[b]) & (np.minimum(grid[a], grid[b]) >= 0) & (instance.community[a] == instance.community[b])
    )
    if not across.any():
        return []
    places, way = instance.xy_m, shapely.LineString(line)
    reach = np.median(np.hypot(*(places[a] - places[b]).T))
    is_near = shapely.dwithin(shapely.points(places), way, reach) & (grid >= 0)
    near = np.bincount(grid[is_near], minlength=int(grid.max()) + 1)
    ends = np.sort(grid[instance.edges[across]], axis=1)
    pairs, at = np.unique(ends, axis=0, return_inverse=True)
    count = near[pairs].sum(axis=1)
    middles = shapely.points(places[instance.edges[across]].mean(axis=1))
    found = np.flatnonzero((count > 0) & (count >= ENOUGH * count.max())).tolist()
    steps = shapely.points(shapely.get_coordinates(shapely.segmentize(way, reach)))
    apart = {pair: shapely.distance(steps, shapely.multipoints(middles[at.ravel() == pair])).mean() for pair in found}
    return [(int(pairs[pair, 0]), int(pairs[pair, 1])) for pair in sorted(found, key=lambda pair: apart[pair])]
