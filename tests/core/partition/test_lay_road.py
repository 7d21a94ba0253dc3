"""A road on the ground: pieces become a line, crossings get names, stretches get ground without gap or overlap."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from gridward.core.partition.roadside import (
    PATROL_MINUTES_PER_M,
    Other,
    along,
    bands,
    crossings_of,
    ends_of,
    join_lines,
    patrol,
    sides_of_road,
    trim,
)
from gridward.core.partition.stretches import Side

ROAD = LineString([(0, 0), (400, 0), (1000, 120)])


def test_pieces_that_touch_or_go_straight_on_are_one_road_and_the_second_carriageway_is_left_out() -> None:
    pieces = [LineString([(1000, 0), (420, 0)]), LineString([(0, 0), (380, 0)]), LineString([(100, 25), (900, 25)])]
    (line,) = join_lines(pieces)
    assert (line.coords[0], line.coords[-1], line.length) == ((0, 0), (1000, 0), 1000)
    assert join_lines([LineString(), Point(3, 4), line])[0].equals(line), "clipping leaves points and nothing, too"
    far = join_lines([LineString([(0, 0), (300, 0)]), LineString([(700, 0), (900, 0)])])
    assert [round(one.length) for one in far] == [300, 200], "a gap of 400 m is none of a road"
    corner = join_lines([LineString([(0, 0), (300, 0)]), LineString([(310, 10), (310, 200)])])
    assert len(corner) == 2, "a corner over a gap is two roads"
    assert ends_of(LineString([(0, 0), (10, 200)])) == ("north", "south")
    (down,) = join_lines([LineString([(0, 0), (10, 200)])])
    assert down.coords[0] == (10, 200) and sides_of_road(down)[Side.LEFT] == "east"


def test_a_road_that_crosses_the_edge_ends_there_and_one_along_it_stays() -> None:
    area = shapely.box(0, -500, 1000, 0)
    across = trim(LineString([(500, -400), (500, 25)]), area, 75)
    assert across.coords[-1] == (500, 0)
    beside = LineString([(0, 20), (1000, 20)])
    assert trim(beside, area, 75).equals(beside)


def test_crossings_near_to_each_other_are_one_and_those_at_the_ends_name_them() -> None:
    others = [
        Other("first", False, LineString([(5, -50), (5, 50)])),
        Other("lane", False, LineString([(200, -50), (200, 50)])),
        Other("alley", True, LineString([(210, -50), (210, -8)])),
        Other("twin", True, LineString([(500, -90), (500, 90)])),
        Other("twin", True, LineString([(530, -90), (530, 90)])),
        Other("far", False, LineString([(700, -500), (700, -100)])),
    ]  # fmt: skip
    inside, begins, ends = crossings_of(ROAD, others)
    assert [(round(at.position_m), at.name, at.is_main) for at in inside] == [
        (200, "lane、alley", True), (502, "twin", True),
    ]  # fmt: skip
    assert (begins, ends) == ("first", "")


def test_doors_have_a_place_and_a_side_and_the_walk_is_work_too() -> None:
    place, side = along(ROAD, np.array([Point(100, 10), Point(300, -10), Point(-20, 5)], object))
    assert (place.round().tolist(), side) == ([100, 300, 0], [Side.LEFT, Side.RIGHT, Side.LEFT])
    walk = patrol(1000)
    assert sum(one.minutes for one in walk) == pytest.approx(2 * 1000 * PATROL_MINUTES_PER_M)
    assert sum(one.minutes for one in walk if one.side is Side.LEFT) == pytest.approx(1000 * 22 / 75)
    assert all(0 < one.position_m < 1000 for one in walk)


@given(
    turns=st.lists(st.floats(-0.6, 0.6), min_size=2, max_size=6),
    cut=st.lists(st.floats(0.15, 0.85), max_size=3, unique=True),
    side=st.sampled_from(Side),
)
def test_the_ground_of_the_stretches_is_that_of_the_road_once(turns: list[float], cut: list[float], side: Side) -> None:
    points, heading = [(0.0, 0.0)], 0.0
    for turn in turns:
        heading += turn
        x, y = points[-1]
        points.append((x + 200 * math.cos(heading), y + 200 * math.sin(heading)))
    line = LineString(points)
    marks = [0.0, *(share * line.length for share in sorted(cut)), line.length]
    pieces = bands(line, list(zip(marks, marks[1:], strict=False)), 25.0, side)
    whole = bands(line, [(0.0, line.length)], 25.0, side)[0]
    assert sum(piece.area for piece in pieces) == pytest.approx(whole.area, rel=1e-4)
    assert shapely.union_all(pieces).symmetric_difference(whole).area == pytest.approx(0, abs=2)
    assert len(pieces) == len(marks) - 1 and all(piece.is_valid for piece in pieces)
