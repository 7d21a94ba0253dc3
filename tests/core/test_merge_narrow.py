"""Strips between carriageways join a neighbour; nothing is lost and nothing wide is touched."""

import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.coordinates import Projection
from gridward.core.coverage.merge import Merged, merge_narrow, width_m
from gridward.core.geometry import to_lonlat, to_metres

PROJECTION = Projection(114.0)
EAST, NORTH = 500_000.0, 3_120_000.0


def strips(widths: list[float], height: float = 100.0) -> list[shapely.Polygon]:
    """Rectangles side by side from west to east, of these widths in metres."""
    edges = [EAST]
    for width in widths:
        edges.append(edges[-1] + width)
    flat = [shapely.box(west, NORTH, east, NORTH + height) for west, east in zip(edges[:-1], edges[1:], strict=True)]
    return [to_lonlat(piece, PROJECTION) for piece in flat]


def merged(widths: list[float], least: float = 10.0) -> list[Merged]:
    return merge_narrow(strips(widths), PROJECTION, least)


def area(shapes: list[shapely.Geometry]) -> float:
    return sum(to_metres(shape, PROJECTION).area for shape in shapes)


def test_width_is_half_the_side_of_a_square_and_nearly_a_strip_s() -> None:
    assert width_m(shapely.box(0, 0, 40, 40)) == 20.0
    assert 7.9 < width_m(shapely.box(0, 0, 8, 1000)) < 8.0


def test_a_strip_joins_its_neighbour() -> None:
    assert [one.members for one in merged([80, 6, 90])] == [(0, 1), (2,)]


def test_strips_side_by_side_end_in_one_wide_enough() -> None:
    result = merged([5, 5, 5, 5, 90])
    assert sorted(position for one in result for position in one.members) == [0, 1, 2, 3, 4]
    assert all(width_m(to_metres(one.shape, PROJECTION)) >= 9.9 for one in result)


def test_a_strip_alone_stays() -> None:
    assert [one.members for one in merged([4])] == [(0,)]


def test_touching_in_a_corner_is_no_border() -> None:
    corner = [
        shapely.box(EAST, NORTH, EAST + 5, NORTH + 100),
        shapely.box(EAST + 5, NORTH + 100, EAST + 99, NORTH + 199),
    ]
    lonlat = [to_lonlat(piece, PROJECTION) for piece in corner]
    assert len(merge_narrow(lonlat, PROJECTION, 10.0)) == 2


def test_wide_pieces_come_back_as_they_were() -> None:
    pieces = strips([80, 90, 70])
    assert [one.shape for one in merge_narrow(pieces, PROJECTION, 10.0)] == pieces


@given(st.lists(st.floats(1.0, 120.0), min_size=1, max_size=9))
def test_every_piece_is_in_one_result_and_the_area_is_kept(widths: list[float]) -> None:
    result = merged(widths)
    assert sorted(position for one in result for position in one.members) == list(range(len(widths)))
    before = area(list(strips(widths)))
    assert abs(area([one.shape for one in result]) - before) < 1e-3 * before
