"""Join pieces that are too narrow to stand alone, like the strips between two carriageways, to a neighbour."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridward.core.coordinates import Projection
from gridward.core.coverage.check import GRID_DEGREES
from gridward.core.geometry import clean_area, to_metres


@dataclass(frozen=True, slots=True)
class Merged:
    """One piece after joining: its area in degrees and the positions of what it was made of, widest first."""

    shape: BaseGeometry
    members: tuple[int, ...]


def width_m(flat: BaseGeometry) -> float:
    """Mean width 2 · area / outline length of a shape in metres: right for long strips, half that of a square."""
    return float(2.0 * flat.area / flat.length)


def merge_narrow(pieces: Sequence[BaseGeometry], projection: Projection, least_width_m: float) -> list[Merged]:
    """Join every piece narrower than ``least_width_m`` to the neighbour with which it shares the longest border.

    The narrowest goes first, and what comes of a joining is measured again, so several strips side by side end
    in a piece that is wide enough. A narrow piece without neighbour stays. The pieces share their vertices, as
    the faces of a network do; the total area is kept.

    Parameters
    ----------
    pieces : valid areas in longitude and latitude.
    least_width_m : mean width (2 · area / outline length) below which a piece cannot stand alone.

    Returns
    -------
    list of Merged
        In the order of the first of their members.
    """
    flat = [to_metres(piece, projection) for piece in pieces]
    borders = _borders(flat)
    members = {i: [i] for i in range(len(flat))}
    while True:
        joinable = [i for i in members if borders[i] and width_m(flat[i]) < least_width_m]
        if not joinable:
            break
        narrow = min(joinable, key=lambda i: (width_m(flat[i]), i))
        into = max(borders[narrow], key=lambda j: (borders[narrow][j], -j))
        flat[into] = flat[into].union(flat[narrow], grid_size=1e-4)
        members[into] += members.pop(narrow)
        _hand_over(borders, narrow, into)
    merged = [_merged(pieces, positions) for positions in members.values()]
    return sorted(merged, key=lambda one: min(one.members))


def _borders(flat: Sequence[BaseGeometry]) -> list[dict[int, float]]:
    """Per piece the length in metres of the border it shares with each neighbour; corners do not count."""
    tree = shapely.STRtree(flat)
    one, other = tree.query(flat, predicate="intersects")
    borders: list[dict[int, float]] = [{} for _ in flat]
    for i, j in zip(one.tolist(), other.tolist(), strict=True):
        if i < j:
            length = float(shapely.intersection(flat[i].boundary, flat[j].boundary).length)
            if length > 0.0:
                borders[i][j] = borders[j][i] = length
    return borders


def _hand_over(borders: list[dict[int, float]], narrow: int, into: int) -> None:
    """The neighbours of a joined piece are neighbours of the piece that took it."""
    for neighbour, length in borders[narrow].items():
        del borders[neighbour][narrow]
        if neighbour != into:
            borders[neighbour][into] = borders[neighbour].get(into, 0.0) + length
            borders[into][neighbour] = borders[neighbour][into]
    borders[narrow] = {}


def _merged(pieces: Sequence[BaseGeometry], positions: list[int]) -> Merged:
    if len(positions) == 1:
        return Merged(pieces[positions[0]], (positions[0],))
    chosen = np.array([pieces[i] for i in positions], dtype=object)
    joined = clean_area(shapely.union_all(chosen, grid_size=GRID_DEGREES))
    return Merged(joined, tuple(sorted(positions, key=lambda i: (-width_of(pieces[i]), i))))


def width_of(piece: BaseGeometry) -> float:
    """Width in the piece's own measure, for ordering only."""
    return float(piece.area / piece.length)
