"""The ground of grids covers an area once and wholly, whatever the plan."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from gridward.core.partition.land import joined, land
from gridward.core.partition.lots import lots
from tests.core.partition.test_part_ground import CELLS, TOWN, houses
from tests.shared_data import DATA, needs_data

HOUSES = houses([(x, y) for x in range(3, 38, 5) for y in range(3, 28, 6)])
LOTS = lots(HOUSES, CELLS[:7], TOWN)


def check(found: dict[int, BaseGeometry], whole: float) -> None:
    assert shapely.coverage_is_valid(list(found.values()))
    assert sum(ground.area for ground in found.values()) == pytest.approx(whole, rel=1e-6)


@given(st.lists(st.integers(0, 4), min_size=len(HOUSES), max_size=len(HOUSES)))
def test_every_metre_belongs_to_one_grid_and_every_house_to_its_own(grid: list[int]) -> None:
    found = land(LOTS, np.array(grid))
    check(found, TOWN.area)
    assert set(found) == set(grid)
    assert all(found[g].covers(house) for g, house in zip(grid, HOUSES, strict=True))


def test_an_atom_without_grid_gives_no_ground() -> None:
    assert set(land(LOTS[:3], np.array([4, -1, 4]))) == {4}


@needs_data
def test_real_blocks_become_grids_with_common_boundaries() -> None:
    file = json.loads((DATA / "furong" / "furong_blocks_derived.geojson").read_text("utf-8"))
    degrees = np.array([shapely.geometry.shape(block["geometry"]) for block in file["features"]], object)
    blocks = shapely.transform(degrees, lambda places: places * (111_320 * np.cos(np.radians(28.2)), 110_870))
    found = lots(blocks, blocks)
    middle = shapely.get_coordinates(shapely.centroid(blocks))
    side = np.unique((middle // 900).astype(int), axis=0, return_inverse=True)[1].ravel()
    check(land(found, side), shapely.union_all(blocks).area)


def test_lots_of_two_communities_whose_borders_do_not_meet_corner_to_corner_become_one_shape() -> None:
    left = [shapely.box(0, 0, 10, 10), shapely.box(0, 10, 10, 20)]
    right = [shapely.Polygon([(10, 0), (20, 0), (20, 20), (10, 20), (9.999, 10.1)])]
    ground = joined(np.array(left + right, object), np.array([0, 0, 1]))
    assert ground.geom_type == "Polygon" and ground.is_valid and ground.area == pytest.approx(400)
