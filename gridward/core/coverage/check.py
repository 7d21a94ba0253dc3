"""The checks. Shapes are cut in degrees, so that vertices stay what they were; sizes are taken in metres."""

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from gridward.core.coordinates import Projection
from gridward.core.coverage.finding import Finding, FindingKind, Fix, Tolerances
from gridward.core.geometry import clean_area, polygon_parts, to_metres

# Cuts are made on a grid of about 0.1 mm, so that what touches within it becomes one.
GRID_DEGREES = 1e-9
CORNER = 8.0  # a shape that meets another in a corner only shares up to about four touch widths


def check_partition(
    outline: BaseGeometry,
    pieces: Mapping[str, BaseGeometry],
    projection: Projection,
    tolerances: Tolerances,
    doors: ArrayLike = (),
) -> list[Finding]:
    """Everything that keeps ``pieces`` (by code) from covering ``outline`` once and wholly.

    Parameters
    ----------
    doors
        (longitude, latitude) pairs, shape (n, 2), that must each lie in a piece.

    Returns
    -------
    list of Finding
        By kind in the order in which they are best fixed, then by code.

    Raises
    ------
    RuleBroken
        ``geometry.not_an_area`` or ``geometry.not_finite`` when outline or piece is no area at all.
    """
    check = _Check(outline, pieces, projection, tolerances)
    return [
        *check.broken_rings(pieces),
        *check.overhangs(),
        *check.overlaps(),
        *check.gaps(),
        *check.further_parts(),
        *check.doors_outside(np.asarray(doors, dtype=np.float64).reshape(-1, 2)),
    ]


def on_grid(shape: BaseGeometry) -> BaseGeometry:
    """A clean area with its vertices on the grid of ``GRID_DEGREES``."""
    return clean_area(shapely.set_precision(clean_area(shape), GRID_DEGREES))


class _Check:
    """Pieces in both systems and their search tree, shared by the checks of one call."""

    def __init__(
        self,
        outline: BaseGeometry,
        pieces: Mapping[str, BaseGeometry],
        projection: Projection,
        tolerances: Tolerances,
    ) -> None:
        self.projection, self.tolerances = projection, tolerances
        self.outline = on_grid(outline)
        self.codes = sorted(pieces)
        self.pieces = np.array([on_grid(pieces[code]) for code in self.codes], dtype=object)
        self.flat = np.array([self.metres(piece) for piece in self.pieces], dtype=object)
        self.tree = shapely.STRtree(self.pieces)
        self.flat_tree = shapely.STRtree(self.flat)

    def metres(self, shape: BaseGeometry) -> BaseGeometry:
        return to_metres(shape, self.projection)

    def finding(
        self, kind: FindingKind, shape: BaseGeometry, codes: tuple[str, ...], fix: Fix, narrow: bool = False
    ) -> Finding:
        named = FindingKind.SLIVER if narrow else kind
        return Finding(named, shape, float(self.metres(shape).area), codes, fix)

    def counted_parts(self, shape: BaseGeometry) -> list[tuple[Polygon, bool]]:
        """Parts large enough to speak of, and whether each is a sliver."""
        found = []
        for part in polygon_parts(shape):
            flat = self.metres(part)
            width_m = 2.0 * flat.area / flat.length
            if flat.area >= self.tolerances.least_area_m2 and width_m >= self.tolerances.least_width_m:
                found.append((part, width_m < self.tolerances.sliver_width_m))
        return found

    def broken_rings(self, given: Mapping[str, BaseGeometry]) -> list[Finding]:
        return [
            self.finding(
                FindingKind.BROKEN_RINGS, self.pieces[i], (code,), Fix("coverage.repair_rings", {"code": code})
            )
            for i, code in enumerate(self.codes)
            if not given[code].is_valid
        ]

    def overhangs(self) -> list[Finding]:
        shapely.prepare(self.outline)
        suspects = np.flatnonzero(~shapely.covers(self.outline, self.pieces))
        found = []
        for i in suspects:
            code, inside = self.codes[i], self.metres(self.pieces[i].intersection(self.outline)).area
            fix = "cut_to_outline" if inside >= self.tolerances.least_area_m2 else "remove_piece"
            for part, narrow in self.counted_parts(self.pieces[i].difference(self.outline, grid_size=GRID_DEGREES)):
                chosen = Fix(f"coverage.{fix}", {"code": code})
                found.append(self.finding(FindingKind.OUTSIDE, part, (code,), chosen, narrow))
        return found

    def overlaps(self) -> list[Finding]:
        one, other = self.tree.query(self.pieces, predicate="intersects")
        pairs = sorted((int(i), int(j)) for i, j in zip(one, other, strict=True) if i < j)
        return [finding for i, j in pairs for finding in self._overlaps_of(i, j)]

    def _overlaps_of(self, i: int, j: int) -> list[Finding]:
        """The lower code keeps the ground, as it does on a shared edge."""
        if self.pieces[i].touches(self.pieces[j]):
            return []
        shared = self.pieces[i].intersection(self.pieces[j], grid_size=GRID_DEGREES)
        left_m2 = self.flat[j].area - self.metres(shared).area
        fix = "cut_overlap" if left_m2 >= self.tolerances.least_area_m2 else "choose_one"
        codes = (self.codes[i], self.codes[j])
        chosen = Fix(f"coverage.{fix}", {"keep": codes[0], "cut": codes[1]})
        parts = self.counted_parts(shared)
        return [self.finding(FindingKind.OVERLAP, part, codes, chosen, narrow) for part, narrow in parts]

    def gaps(self) -> list[Finding]:
        uncovered = self.outline.difference(
            shapely.union_all(self.pieces, grid_size=GRID_DEGREES), grid_size=GRID_DEGREES
        )
        found = []
        for part, narrow in self.counted_parts(uncovered):
            to = self.longest_neighbour(part)
            fix = Fix("coverage.draw_piece") if to is None else Fix("coverage.give_gap", {"to": to})
            found.append(self.finding(FindingKind.GAP, part, (to,) if to else (), fix, narrow and to is not None))
        return found

    def further_parts(self) -> list[Finding]:
        found: list[Finding] = []
        for i, code in enumerate(self.codes):
            if len(polygon_parts(self.pieces[i])) > 1:
                parts = sorted(self.counted_parts(self.pieces[i]), key=lambda entry: -entry[0].area)
                found.extend(self._further_part(part, narrow, code) for part, narrow in parts[1:])
        return found

    def _further_part(self, part: Polygon, narrow: bool, code: str) -> Finding:
        to = self.longest_neighbour(part, apart_from=code)
        fix = "give_part" if narrow and to is not None else "decide_part"
        chosen = Fix(f"coverage.{fix}", {"of": code, "to": to or ""})
        return self.finding(FindingKind.PARTS, part, (code, to) if to else (code,), chosen, narrow)

    def longest_neighbour(self, part: Polygon, apart_from: str | None = None) -> str | None:
        """Code of the piece that shares the longest border with a part; the lowest code of equals."""
        touch_m = self.tolerances.touch_m
        flat = _without_hairs(self.metres(part), touch_m)
        best: tuple[float, str] | None = None
        for i in sorted(self.flat_tree.query(flat, predicate="dwithin", distance=touch_m)):
            if self.codes[i] == apart_from:
                continue
            shared = flat.boundary.intersection(self.flat[i].buffer(touch_m)).length
            if shared > CORNER * touch_m and (best is None or shared > best[0] + CORNER * touch_m):
                best = float(shared), self.codes[i]
        return best[1] if best else None

    def doors_outside(self, doors: NDArray[np.float64]) -> list[Finding]:
        if not len(doors) or not len(self.codes):
            return []
        places = shapely.points(self.projection.to_metres(doors))
        at_home, _ = self.flat_tree.query(places, predicate="dwithin", distance=self.tolerances.touch_m)
        found = []
        for i in np.setdiff1d(np.arange(len(doors)), at_home):
            nearest = int(self.flat_tree.nearest(places[i]))
            distance_m = f"{places[i].distance(self.flat[nearest]):.0f}"
            chosen = Fix("coverage.give_door", {"to": self.codes[nearest], "distance_m": distance_m})
            door = shapely.Point(doors[i])
            found.append(Finding(FindingKind.DOOR_OUTSIDE, door, 0.0, (self.codes[nearest],), chosen))
        return found


def _without_hairs(flat: BaseGeometry, touch_m: float) -> BaseGeometry:
    """Drop strips along an edge that was drawn twice: they would count as border."""
    body = flat.buffer(-touch_m, join_style="mitre").buffer(touch_m, join_style="mitre")
    return flat if body.is_empty else body
