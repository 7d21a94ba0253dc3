"""Every metre of an area belongs to exactly one atom, and no footprint is cut."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from gridward.core.partition.lots import lots

TOWN = shapely.box(0, 0, 400, 300)
CELLS = [shapely.box(x, y, x + 100, y + 100) for x in range(0, 400, 100) for y in range(0, 300, 100)]
SPOTS = st.lists(st.tuples(st.integers(1, 38), st.integers(1, 28)), min_size=1, max_size=25, unique=True)


def houses(spots: list[tuple[int, int]]) -> list[BaseGeometry]:
    return [shapely.box(10 * x - 3, 10 * y - 3, 10 * x + 3, 10 * y + 3) for x, y in spots]


def check(found: list[BaseGeometry], shapes: list[BaseGeometry], whole: BaseGeometry) -> None:
    assert shapely.union_all(found).symmetric_difference(whole).area < 1e-6 * whole.area
    assert sum(lot.area for lot in found) == pytest.approx(whole.area, rel=1e-6)
    for lot, shape in zip(found, shapes, strict=True):
        assert lot.covers(shapely.point_on_surface(shape))
        assert shape.difference(lot).area <= 0.05 * shape.area


@given(SPOTS, st.sampled_from([0, 7, 12]))
def test_lots_cover_the_area_once(spots: list[tuple[int, int]], cells: int) -> None:
    shapes = houses(spots)
    check(lots(shapes, CELLS[:cells], TOWN), shapes, TOWN)


def test_a_cell_with_one_house_is_its_lot_and_an_empty_one_goes_where_its_longest_border_is() -> None:
    shapes = [shapely.box(40, 40, 60, 60), shapely.box(140, 40, 160, 60)]
    cells = [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100), shapely.box(0, 100, 130, 200)]
    found = lots(shapes, cells)
    assert [lot.area for lot in found] == pytest.approx([23_000, 10_000])


def test_ground_between_two_houses_is_parted_in_the_middle() -> None:
    found = lots([shapely.box(10, 40, 20, 60), shapely.box(80, 40, 90, 60)], [shapely.box(0, 0, 100, 100)])
    assert found[0].area == pytest.approx(5_000, rel=0.02)
    assert found[0].bounds[2] == pytest.approx(50, abs=1)


def test_pieces_themselves_and_points_have_lots_too() -> None:
    assert [lot.area for lot in lots(CELLS, CELLS, TOWN)] == pytest.approx([10_000] * 12)
    points = [shapely.Point(100, 150), shapely.Point(300, 150)]
    assert [lot.area for lot in lots(points, [], TOWN)] == pytest.approx([60_000, 60_000], rel=1e-6)
    assert lots(points[:1])[0].covers(points[0])


def test_the_same_shapes_have_the_same_lots() -> None:
    rng = np.random.default_rng(1)
    shapes = houses(sorted({(int(x), int(y)) for x, y in rng.integers(1, 28, (20, 2))}))
    one, other = lots(shapes, CELLS, TOWN), lots(shapes, CELLS, TOWN)
    assert all(shapely.equals_exact(a, b) for a, b in zip(one, other, strict=True))
