"""The ground of each atom, so that any plan has a map: together the lots cover an area once and wholly."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridward.core.lazy import LazyModule

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]
_ridges: Any = LazyModule("gridward.core.partition.ridges.engine")
GRID_M = 1e-3  # lines are joined where they come this near to each other
STEP_M = 4.0  # between the points by which ground is parted along footprints
MARGIN_M = 1.0
NONE = -1


def lots(
    shapes: Sequence[BaseGeometry], pieces: Sequence[BaseGeometry] = (), outline: BaseGeometry | None = None
) -> list[BaseGeometry]:
    """A lot (polygon, in metres) for each of the ``shapes``: footprints, points, or pieces themselves.

    Inside a piece (a cell or block) ground goes to the nearest footprint, so that no footprint is cut. Ground of a
    piece with no footprint, and of the ``outline`` beyond all pieces, goes where its longest border is. Without
    pieces the outline is one; without an outline it is the pieces, else the hull of the shapes.
    """
    ground = np.array(shapes, object)
    if outline is None:
        outline = shapely.union_all(list(pieces)) if len(pieces) else shapely.convex_hull(
            shapely.geometrycollections(ground)).buffer(MARGIN_M)  # fmt: skip
    cells = np.array(list(pieces) or [outline], object)
    of_cell = _cell_of(ground, cells)
    parting = [_parting(ground[of_cell == cell], cells[cell]) for cell in np.flatnonzero(np.bincount(of_cell) > 1)]
    astray = ground[(shapely.get_dimensions(ground) == 2) & ~shapely.covered_by(ground, cells[of_cell])]
    lines = [shapely.boundary(outline), *shapely.boundary(cells), *shapely.boundary(astray)]
    lines += [line for part in parting for line in part]
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines, grid_size=GRID_M)]))
    faces = faces[shapely.covers(outline, shapely.point_on_surface(faces))]
    inside = shapely.point_on_surface(faces)
    owner = _owners(inside, ground, cells, of_cell)
    face, shape = shapely.STRtree(ground).query(inside, predicate="within")
    owner[face] = shape
    owner = _share_out(faces, owner, ground)
    return [shapely.coverage_union_all(faces[owner == at]) for at in range(len(ground))]


def _cell_of(ground: Shapes, cells: Shapes) -> Integers:
    """The cell that each shape stands in, else the nearest."""
    _, found = shapely.STRtree(cells).query_nearest(shapely.point_on_surface(ground), all_matches=False)
    at: Integers = found.astype(np.int64)
    return at


def _parting(ground: Shapes, cell: BaseGeometry) -> list[BaseGeometry]:
    """Lines inside a cell that are as far from one footprint as from the next (Voronoi, by points along them)."""
    places, owner = _samples(ground)
    found = shapely.intersection(shapely.linestrings(_ridges.ridges(places, owner, cell.length)), cell)
    return [line for line in found.tolist() if not line.is_empty]


def _samples(ground: Shapes) -> tuple[Floats, Integers]:
    """Points along the outlines of shapes, and whose each is; no place twice."""
    edges = shapely.segmentize(np.where(shapely.get_dimensions(ground) == 2, shapely.boundary(ground), ground), STEP_M)
    places, owner = shapely.get_coordinates(edges, return_index=True)
    _, first = np.unique(places.round(3), axis=0, return_index=True)
    return places[first], owner[first].astype(np.int64)


def _owners(inside: Shapes, ground: Shapes, cells: Shapes, of_cell: Integers) -> Integers:
    """Whose each face is, by a point in it: the only shape of its cell, or the nearest of them; -1 of an empty one."""
    owner, count = np.full(len(inside), NONE), np.bincount(of_cell, minlength=len(cells))
    face, cell = shapely.STRtree(cells).query(inside, predicate="covered_by")
    for at in np.unique(cell[count[cell] > 0]).tolist():
        own, own_faces = np.flatnonzero(of_cell == at), face[cell == at]
        if len(own) == 1:
            owner[own_faces] = own[0]
        else:
            places, whose = _samples(ground[own])
            owner[own_faces] = own[whose[shapely.STRtree(shapely.points(places)).nearest(inside[own_faces])]]
    return owner


def _share_out(faces: Shapes, owner: Integers, ground: Shapes) -> Integers:
    """Faces of nobody go to whom they share the longest border with, again and again; islands to the nearest."""
    pairs = shapely.STRtree(faces).query(faces, predicate="touches").T
    border = shapely.length(shapely.intersection(faces[pairs[:, 0]], faces[pairs[:, 1]]))
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -border))
    pairs, border = pairs[order], border[order]
    while True:
        open_pairs = pairs[(owner[pairs[:, 0]] == NONE) & (owner[pairs[:, 1]] != NONE) & (border > 0)]
        if not len(open_pairs):
            break
        to, first = np.unique(open_pairs[:, 0], return_index=True)
        owner[to] = owner[open_pairs[first, 1]]
    islands = np.flatnonzero(owner == NONE)
    if len(islands):
        _, owner[islands] = shapely.STRtree(ground).query_nearest(faces[islands], all_matches=False)
    return owner
