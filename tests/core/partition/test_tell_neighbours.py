"""Neighbours from a map: what lies between two buildings says what joins them."""

import numpy as np
import pyogrio
import pytest
import shapely

from gridward.core.partition.neighbourhood import BRIDGE, MAIN_ROAD, MINOR_STREET, SAME_BLOCK, neighbourhood
from tests.shared_data import DATA, needs_data

STREET = shapely.LineString([(40, -10), (40, 110)])
MAIN = shapely.LineString([(80, -10), (80, 110)])
RIVER = shapely.box(115, -10, 125, 110)
OVER = shapely.LineString([(60, 100), (160, 100)])


def rows_of_houses() -> list[shapely.Geometry]:
    """Eight columns of six houses, 20 m apart: a street, a main road and a river lie between pairs of columns."""
    return [shapely.Point(x, y).buffer(4) for x in range(10, 170, 20) for y in range(0, 120, 20)]


def test_the_way_between_says_the_class() -> None:
    houses = rows_of_houses()
    found = neighbourhood(houses, streets=[STREET, OVER], main_roads=[MAIN], rivers=[RIVER])
    column = np.arange(len(houses)) // 6
    kinds: dict[tuple[int, int], set[int]] = {}
    for pair, kind in zip(np.sort(column[found.edges]).tolist(), found.kind.tolist(), strict=True):
        kinds.setdefault((pair[0], pair[1]), set()).add(kind)
    assert kinds[0, 1] == {SAME_BLOCK} and kinds[1, 2] == {MINOR_STREET}
    assert kinds[3, 4] == {MAIN_ROAD} and kinds[5, 6] == {BRIDGE}
    assert [len(set(found.superblock[some])) for some in (column < 4, (column == 4) | (column == 5), column > 5)] == [
        1
    ] * 3
    assert len(set(found.superblock)) == 3 and len(set(found.block[column < 2])) == 1


def test_without_a_bridge_nobody_reaches_the_other_bank() -> None:
    houses = rows_of_houses()
    found = neighbourhood(houses, rivers=[RIVER])
    west = np.arange(len(houses)) // 6 <= 5
    assert (west[found.edges[:, 0]] == west[found.edges[:, 1]]).all()
    assert set(found.kind.tolist()) == {SAME_BLOCK} and len(set(found.block)) == 2


def test_touching_houses_are_neighbours_and_a_lonely_one_has_its_nearest() -> None:
    row = [shapely.box(x, 0, x + 100, 10) for x in range(0, 500, 100)]
    found = neighbourhood([*row, shapely.box(5000, 5000, 5010, 5010)])
    assert {(0, 1), (1, 2), (2, 3), (3, 4)} <= {tuple(pair) for pair in found.edges.tolist()}
    assert 5 in found.edges


def test_parts_of_a_community_that_lie_near_each_other_are_joined_but_never_over_a_river() -> None:
    rows = [shapely.Point(x, y) for x in (0, 300, 900, 1200) for y in range(0, 50, 10)]
    names = ["a"] * 5 + ["b"] * 5 + ["a"] * 10
    apart = neighbourhood(rows)
    assert not any({one // 5, other // 5} == {2, 3} for one, other in apart.edges.tolist() if abs(one - other) > 5)
    found = neighbourhood(rows, community=names)
    between = {tuple(sorted((one // 5, other // 5))) for one, other in found.edges.tolist()} - {
        (at, at) for at in range(4)
    }
    assert (2, 3) in between and (0, 2) not in between, "300 m are near, 900 m are not"
    over = neighbourhood(rows, community=names, rivers=[shapely.box(1000, -100, 1010, 100)])
    assert not any({one // 5, other // 5} == {2, 3} for one, other in over.edges.tolist())


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_points_are_enough(count: int) -> None:
    found = neighbourhood([shapely.Point(10 * at, 0) for at in range(count)])
    assert found.edges.tolist() == [[at, at + 1] for at in range(count - 1)]
    assert found.block.tolist() == [0] * count


@needs_data
def test_the_houses_of_bubenec_hang_together() -> None:
    houses, streets = (
        shapely.from_wkb(pyogrio.raw.read(DATA / "osm" / "bubenec.gpkg", layer=layer)[2])
        for layer in ("buildings", "streets")
    )
    found = neighbourhood(list(houses), streets=list(streets))
    assert len(houses) == 144 and len(found.block) == 144 and 144 <= len(found.edges) < 3 * 144
    assert set(found.kind.tolist()) == {SAME_BLOCK, MINOR_STREET} and 5 < len(set(found.block)) < 60
