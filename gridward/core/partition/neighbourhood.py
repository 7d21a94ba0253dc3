"""Who is whose neighbour, from a map: buildings as points or footprints, streets, main roads and rivers as layers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridward.core.lazy import LazyModule
from gridward.core.partition.instance import EDGE_CLASSES
from gridward.core.partition.pieces import neighbours

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_plan: Any = LazyModule("gridward.core.partition.plan.engine")
SAME_BLOCK, MINOR_STREET, MAIN_ROAD, BRIDGE = range(len(EDGE_CLASSES))
FARTHEST = 4.0  # neighbours lie within so many times the usual distance to the nearest
LEAST_BORDER_M = 1.0
LINK_M = 400.0  # parts of a community this near to each other belong together
MOST_LINKS = 8  # times that parts are joined; each time their number at least halves
BRIDGE_M = 150.0  # a street over the river leads across for who stands this near to it


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """``edges`` (m, 2) pairs of atoms, ``kind`` (m,) indexes into EDGE_CLASSES; ``block`` and ``superblock`` (n,):
    atoms that reach each other without crossing a street, and without crossing a main road or a river.
    """

    edges: Integers
    kind: Integers
    block: Integers
    superblock: Integers


def neighbourhood(
    shapes: Sequence[BaseGeometry], *, streets: Sequence[BaseGeometry] = (), main_roads: Sequence[BaseGeometry] = (),
    rivers: Sequence[BaseGeometry] = (), community: Sequence[str] = (), lots: Sequence[BaseGeometry] = (),
) -> Neighbourhood:  # fmt: skip
    """Neighbours in metres: pairs of the Delaunay triangulation that lie near each other, and footprints that touch.

    What the straight way between two crosses says what the edge is. Over a river they are neighbours only where a
    street leads over it close by. Of a ``community`` (one name an atom) that near neighbours do not hold together,
    parts that lie within ``LINK_M`` are joined by their shortest way.

    With ``lots``, the ground of each atom, together a coverage, neighbours are those whose lots share a border:
    then the ground of a connected grid hangs together too.
    """
    shapes_array = np.array(shapes, object)
    places = shapely.get_coordinates(shapely.centroid(shapes_array))
    edges = _bordering(lots) if len(lots) else _near(places, shapes_array)
    if len(community) and not len(lots):
        edges = np.unique(np.concatenate([edges, _links(places, edges, community, rivers)]), axis=0)
    ways = shapely.linestrings(places[edges])
    over_river, over_main = _crosses(ways, rivers), _crosses(ways, main_roads)
    over_street = _crosses(ways, streets)
    bridges = _bridges([*streets, *main_roads], rivers)
    has_bridge = _crosses(ways, [bridge.buffer(BRIDGE_M) for bridge in bridges])
    kind = np.select([over_river, over_main, over_street], [BRIDGE, MAIN_ROAD, MINOR_STREET], SAME_BLOCK)
    kept = ~over_river | has_bridge
    edges, kind = edges[kept], kind[kept]
    return Neighbourhood(
        edges, kind, parts(len(places), edges[kind == SAME_BLOCK]), parts(len(places), edges[kind <= MINOR_STREET])
    )


def _near(places: Floats, shapes: NDArray[np.object_]) -> Integers:
    """Pairs (m, 2), the lower first: triangulated neighbours within reach, touching footprints, and each one's
    nearest, so that nobody is alone for being far out.
    """
    if len(places) < 2:
        return np.empty((0, 2), np.int64)
    points, tree = shapely.points(places), shapely.STRtree(shapely.points(places))
    nearest = tree.query_nearest(points, exclusive=True, all_matches=False)
    away = np.hypot(*(places[nearest[0]] - places[nearest[1]]).T)
    pairs = [nearest.T, shapely.STRtree(shapes).query(shapes, predicate="touches").T]
    triangles = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points), only_edges=True))
    if len(triangles):
        ends = tree.nearest(shapely.points(shapely.get_coordinates(shapely.get_parts(triangles)))).reshape(-1, 2)
        length = np.hypot(*(places[ends[:, 0]] - places[ends[:, 1]]).T)
        pairs.append(ends[length <= FARTHEST * np.median(away)])
    found = np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)
    edges: Integers = found[found[:, 0] != found[:, 1]].astype(np.int64)
    return edges


def _bordering(lots: Sequence[BaseGeometry]) -> Integers:
    """Pairs (m, 2) of lots that share more than a corner."""
    ground = np.array(lots, object)
    pairs = shapely.STRtree(ground).query(ground, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    shared = shapely.length(
        shapely.intersection(shapely.boundary(ground[pairs[:, 0]]), shapely.boundary(ground[pairs[:, 1]]))
    )
    edges: Integers = pairs[shared > LEAST_BORDER_M].astype(np.int64)
    return edges


def _links(places: Floats, edges: Integers, community: Sequence[str], rivers: Sequence[BaseGeometry]) -> Integers:
    """Pairs (m, 2) that join the parts of communities, the shortest first; none over a river."""
    _, own = np.unique(np.asarray(community), return_inverse=True)
    inside = edges[own[edges[:, 0]] == own[edges[:, 1]]]
    inside = inside[~_crosses(shapely.linestrings(places[inside]), rivers)]
    found = [np.empty((0, 2), np.int64)]
    for _ in range(MOST_LINKS):
        part = parts(len(places), np.concatenate([inside, *found]))
        lone = _smaller_parts(own, part)
        new = [pair for atoms in lone if (pair := _shortest(places, atoms, own, rivers)) is not None]
        if not new:
            break
        found.append(np.unique(np.sort(np.array(new, np.int64), axis=1), axis=0))
    return np.concatenate(found)


def _smaller_parts(own: Integers, part: Integers) -> list[Integers]:
    """The atoms of every part of a community but its largest."""
    sizes, largest = np.bincount(part), dict[int, int]()
    smaller: list[Integers] = []
    firsts = np.unique(part, return_index=True)[1]
    for at in firsts[np.argsort(-sizes, kind="stable")].tolist():
        if largest.setdefault(int(own[at]), int(part[at])) != part[at]:
            smaller.append(np.flatnonzero(part == part[at]))
    return smaller


def _shortest(places: Floats, atoms: Integers, own: Integers, rivers: Sequence[BaseGeometry]) -> tuple[int, int] | None:
    """The shortest way from a part to another atom of its community, if it is short and crosses no river."""
    others = np.setdiff1d(np.flatnonzero(own == own[atoms[0]]), atoms)
    tree = shapely.STRtree(shapely.points(places[others]))
    pairs, away = tree.query_nearest(
        shapely.points(places[atoms]), max_distance=LINK_M, return_distance=True, all_matches=False
    )
    for at in np.argsort(away, kind="stable").tolist():
        one, other = int(atoms[pairs[0, at]]), int(others[pairs[1, at]])
        if not _crosses(shapely.linestrings(places[[[one, other]]]), rivers).any():
            return one, other
    return None


def _crosses(ways: NDArray[np.object_], things: Sequence[BaseGeometry]) -> NDArray[np.bool_]:
    crossing = np.zeros(len(ways), bool)
    if len(things):
        crossing[np.unique(shapely.STRtree(list(things)).query(ways, predicate="intersects")[0])] = True
    return crossing


def _bridges(streets: Sequence[BaseGeometry], rivers: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """The pieces of streets over water."""
    if not streets or not rivers:
        return []
    pairs = shapely.STRtree(list(rivers)).query(np.array(streets, object), predicate="intersects").T
    return [streets[street].intersection(rivers[river]) for street, river in pairs.tolist()]


def parts(count: int, edges: Integers) -> Integers:
    """The connected part of each of ``count`` atoms, numbered in the order of their first atoms."""
    part, _ = _plan.components(*neighbours(count, edges), np.zeros(count, np.int32))
    numbered: Integers = part.astype(np.int64)
    return numbered
