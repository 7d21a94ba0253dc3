"""How far it is on foot along streets, between one place and a few others."""

import heapq
import math
from collections.abc import Sequence

import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

Node = tuple[float, float] | int  # a crossing in metres, or the number of a place: 0 the start, 1 … the ends
MAX_OFF_M = 150.0  # a place this far from every street is not reached along them
TOGETHER_M = 0.5  # ends of streets that lie this near to each other are one


def street_walks_m(start: Point, ends: Sequence[Point], streets: Sequence[BaseGeometry]) -> list[float | None]:
    """Metres from the start to each end along the streets, with the way to the street and from it.

    All in metres of one projection. ``None`` for an end that no street leads to. Streets meet where they cross.
    Dijkstra from the start until all ends are reached.
    """
    edges = _edges(streets)
    if not edges:
        return [None] * len(ends)
    ways: dict[Node, list[tuple[Node, float]]] = {}
    for line in edges:
        _join(ways, _end(line, 0), _end(line, -1), line.length)
    _put_places(ways, edges, [start, *ends])
    found = _distances(ways, set(range(1, len(ends) + 1)))
    return [found.get(n) for n in range(1, len(ends) + 1)]


def _edges(streets: Sequence[BaseGeometry]) -> list[LineString]:
    """The stretches between crossings."""
    noded = shapely.unary_union(list(streets)) if streets else LineString()
    return [part for part in shapely.get_parts(noded) if isinstance(part, LineString) and part.length > 0]


def _end(line: LineString, which: int) -> Node:
    x, y = line.coords[which][:2]
    return round(x / TOGETHER_M) * TOGETHER_M, round(y / TOGETHER_M) * TOGETHER_M


def _join(ways: dict[Node, list[tuple[Node, float]]], one: Node, other: Node, length_m: float) -> None:
    ways.setdefault(one, []).append((other, length_m))
    ways.setdefault(other, []).append((one, length_m))


def _put_places(ways: dict[Node, list[tuple[Node, float]]], edges: list[LineString], places: list[Point]) -> None:
    """Each place hangs on its nearest stretch; places on the same stretch also reach each other along it."""
    tree, on = shapely.STRtree(edges), dict[int, list[tuple[int, float, float]]]()
    for n, place in enumerate(places):
        at = int(tree.nearest(place))
        line, off = edges[at], place.distance(edges[at])
        if off > MAX_OFF_M:
            continue
        along = line.project(place)
        _join(ways, n, _end(line, 0), off + along)
        _join(ways, n, _end(line, -1), off + line.length - along)
        for other, there, its_off in on.setdefault(at, []):
            _join(ways, n, other, off + abs(along - there) + its_off)
        on[at].append((n, along, off))


def _distances(ways: dict[Node, list[tuple[Node, float]]], wanted: set[int]) -> dict[Node, float]:
    best: dict[Node, float] = {0: 0.0}
    queue: list[tuple[float, int, Node]] = [(0.0, 0, 0)]
    pushed, open_ends = 0, {n for n in wanted if n in ways}
    done: set[Node] = set()
    while queue and open_ends:
        so_far, _, here = heapq.heappop(queue)
        if here in done:
            continue
        done.add(here)
        open_ends.discard(here)
        for there, length_m in ways.get(here, ()):
            if so_far + length_m < best.get(there, math.inf):
                best[there], pushed = so_far + length_m, pushed + 1
                heapq.heappush(queue, (best[there], pushed, there))
    return {node: length_m for node, length_m in best.items() if node in done}
