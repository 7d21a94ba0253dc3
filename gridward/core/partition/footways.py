"""Ways on foot between doors: along streets, through the gates of walled compounds, or as somebody measured them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridward.core.errors import RuleBroken
from gridward.core.lazy import LazyModule

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
NONE = -1
NODED_M = 0.5  # ends of streets that lie this near to each other are one
_plan: Any = LazyModule("gridward.core.partition.plan.engine")
_walk: Any = LazyModule("gridward.core.partition.walk.engine")


@dataclass(frozen=True, slots=True, eq=False)
class Footways:
    """A graph to walk along: the neighbours of node v are ``to[begin[v]:begin[v + 1]]``, ``length_m`` away; ``door``
    (n,) is the node of each atom.
    """

    begin: NDArray[np.int32]
    to: NDArray[np.int32]
    length_m: Floats
    door: Integers

    def of(self, atoms: Any) -> "Footways":
        """The doors of some atoms (indexes or flags), the ways as they are."""
        return Footways(self.begin, self.to, self.length_m, self.door[atoms])

    @property
    def ways(self) -> Any:
        """As the compiled loops take it."""
        atom_at = np.full(len(self.begin) - 1, NONE, np.int64)
        atom_at[self.door] = np.arange(len(self.door))
        return _walk.Ways(self.begin, self.to, self.length_m, self.door, atom_at)

    @property
    def part(self) -> Integers:
        """The connected part (n,) that each door lies in."""
        nodes = len(self.begin) - 1
        part, _ = _plan.components(self.begin, self.to, np.zeros(nodes, np.int32))
        doors: Integers = part[self.door].astype(np.int64)
        return doors


def footways_of(nodes: int, pairs: Integers, length_m: Floats, door: Integers) -> Footways:
    """From pairs (m, 2) of nodes, to be walked both ways."""
    of, to = np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]])
    order = np.lexsort((to, of))
    begin = np.zeros(nodes + 1, np.int32)
    np.cumsum(np.bincount(of, minlength=nodes), out=begin[1:])
    lengths = np.concatenate([length_m, length_m]).astype(np.float64)[order]
    return Footways(begin, to[order].astype(np.int32), lengths, door.astype(np.int64))


def straight_ways(xy_m: Floats, edges: Integers) -> Footways:
    """From neighbour to neighbour, where nothing is known of streets."""
    length_m = np.hypot(*(xy_m[edges[:, 0]] - xy_m[edges[:, 1]]).T)
    return footways_of(len(xy_m), edges, length_m, np.arange(len(xy_m)))


def measured_ways(ids: Sequence[str], rows: Sequence[tuple[str, str, float]]) -> Footways:
    """From rows (a, b, metres): names of units, and of any other places that ways pass.

    Raises RuleBroken ``partition.walk_length_wrong``.
    """
    node: dict[str, int] = {name: at for at, name in enumerate(ids)}
    for row, (one, other, metres) in enumerate(rows, start=1):
        if not (math.isfinite(metres) and metres >= 0):
            raise RuleBroken("partition.walk_length_wrong", row=row, value=metres)
        for name in (one, other):
            node.setdefault(name, len(node))
    pairs = np.array([(node[one], node[other]) for one, other, _metres in rows], np.int64).reshape(-1, 2)
    return footways_of(len(node), pairs, np.array([row[2] for row in rows]), np.arange(len(ids)))


def street_ways(
    places: Floats, *, streets: Sequence[BaseGeometry], edges: Integers, gates: Mapping[int, Floats] | None = None,
    compound: Integers | None = None,
) -> Footways:  # fmt: skip
    """From each door straight to the nearest street and along streets; between ``edges``, pairs of doors with nothing
    between them, straight.

    Of a ``compound`` (one number a door, -1: none) with ``gates`` (places (g, 2)) there is no other way out. Parts
    that no street joins to the rest are joined to it by the shortest line.
    """
    gates = gates or {}
    own = np.full(len(places), NONE) if compound is None else compound
    inside = np.where(np.isin(own, list(gates)), own, NONE)
    gate_xy = np.concatenate([np.empty((0, 2)), *(gates[at] for at in sorted(gates))])
    of_gate = np.repeat(sorted(gates), [len(gates[at]) for at in sorted(gates)]).astype(np.int64)
    stops = np.concatenate([places, gate_xy])
    outside = np.concatenate([np.flatnonzero(inside == NONE), np.arange(len(places), len(stops))])
    street_xy, along, reached = _along_streets(streets, stops[outside])
    first = len(stops)
    near = edges[inside[edges[:, 0]] == inside[edges[:, 1]]]
    pairs = [
        near,
        along + first,
        *([np.column_stack([outside, reached + first])] if len(street_xy) else []),
        *(_to_gates(inside, of_gate, len(places), at) for at in gates),
    ]
    nodes = np.concatenate([stops, street_xy])
    joined = np.concatenate([np.empty((0, 2), np.int64), *pairs])
    joined = np.concatenate([joined, _links(nodes, joined, len(places))])
    length_m = np.hypot(*(nodes[joined[:, 0]] - nodes[joined[:, 1]]).T)
    return footways_of(len(nodes), joined, length_m, np.arange(len(places)))


def _to_gates(inside: Integers, of_gate: Integers, first: int, compound: int) -> Integers:
    """Pairs of every door of a compound and each of its gates."""
    doors, own = np.flatnonzero(inside == compound), first + np.flatnonzero(of_gate == compound)
    return np.column_stack([np.repeat(doors, len(own)), np.tile(own, len(doors))])


def _along_streets(streets: Sequence[BaseGeometry], stops: Floats) -> tuple[Floats, Integers, Integers]:
    """Places of streets (junctions, bends, and where each stop meets its nearest street), the pairs that are next to
    each other along a street, and the place of each stop.
    """
    lines = shapely.get_parts(shapely.union_all(np.array(streets, object), grid_size=NODED_M)) if streets else []
    if not len(lines):
        return np.empty((0, 2)), np.empty((0, 2), np.int64), np.empty(0, np.int64)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    corners, corner = np.unique(xy, axis=0, return_inverse=True)
    starts = np.flatnonzero(np.diff(line) == 0)
    one, other = corner.ravel()[starts], corner.ravel()[starts + 1]
    segments = shapely.linestrings(np.stack([corners[one], corners[other]], axis=1))
    nearest = shapely.STRtree(segments).query_nearest(shapely.points(stops), all_matches=False)[1]
    share = shapely.line_locate_point(segments[nearest], shapely.points(stops), normalized=True)
    met = corners[one[nearest]] + share[:, None] * (corners[other[nearest]] - corners[one[nearest]])
    place = len(corners) + np.arange(len(stops))
    numbers = np.arange(len(segments))
    of = np.concatenate([numbers, nearest, numbers])
    at = np.concatenate([np.zeros(len(segments)), share, np.ones(len(segments))])
    node = np.concatenate([one, place, other])
    order = np.lexsort((at, of))
    of, node = of[order], node[order]
    follows = np.flatnonzero(np.diff(of) == 0)
    return np.concatenate([corners, met]), np.column_stack([node[follows], node[follows + 1]]), place


def _links(nodes: Floats, pairs: Integers, doors: int) -> Integers:
    """Of each part with a door but the largest, the shortest line to the largest."""
    graph = footways_of(len(nodes), pairs, np.zeros(len(pairs)), np.arange(len(nodes)))
    part = graph.part
    largest = np.bincount(part[:doors]).argmax()
    main = np.flatnonzero(part == largest)
    tree, found = shapely.STRtree(shapely.points(nodes[main])), []
    for lone in np.setdiff1d(part[:doors], [largest]).tolist():
        own = np.flatnonzero(part == lone)
        at, away = tree.query_nearest(shapely.points(nodes[own]), return_distance=True, all_matches=False)
        best = int(np.argmin(away))
        found.append((own[at[0, best]], main[at[1, best]]))
    return np.array(found, np.int64).reshape(-1, 2)


def total_walk_m(footways: Footways, grid: Integers, grids: int) -> float:
    """Metres from all doors to the base of their grid, the door where that sum is least."""
    ways = footways.ways
    return float(_walk.walks(ways, grid, _walk.bases_by_walk(ways, grid, grids)).sum())


def mean_walk_of_a_circle_m(area_m2: float, grids: int) -> float:
    """From the middle of a circle with the area of a fair grid to its places: two thirds of its radius."""
    return 2 / 3 * math.sqrt(area_m2 / (math.pi * grids))
