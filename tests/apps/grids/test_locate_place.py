"""Which grid answers for a place, and why; asked often, so it costs two statements."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridward.areas.models import Division
from gridward.grids.models import Cell, GridShape
from gridward.grids.queries import locate, locate_many
from tests.town import BUILT_AT, Town, square

DAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("place", "grid", "reason"),
    [
        ((113.992, 28.195), "liuyin_w", "locate.only_grid"),
        ((114.0, 28.195), "road", "locate.road_before_community"),
        ((114.0045, 28.1945), "premises", "locate.premises_before_community"),
        ((113.99 + 0.005, 28.195), "liuyin_w", "locate.shared_edge_lower_code"),
    ],
)
def test_the_most_particular_grid_answers(place: tuple[float, float], grid: str, reason: str, town: Town) -> None:
    found = locate(town.district, *place, day=DAY)
    assert (found.grid_id, found.reason) == (town.grids[grid].pk, reason)
    assert found.is_outside is False


def test_the_grids_that_give_way_are_named(town: Town) -> None:
    found = locate(town.district, 114.0001, 28.195, day=DAY)
    assert found.others == (town.grids["shuyuan_w"].code,)


def test_a_place_outside_says_so(town: Town) -> None:
    found = locate(town.district, 114.02, 28.195, day=DAY)
    assert (found.is_outside, found.grid_id, found.reason) == (True, None, "locate.no_grid")


def test_a_place_between_grids_has_its_community(town: Town) -> None:
    GridShape.objects.filter(grid=town.grids["dukou_w"]).delete()
    found = locate(town.district, 113.992, 28.205, day=DAY)
    assert (found.grid_id, found.community_id) == (None, town.divisions["dukou"].pk)
    assert (found.subdistrict_id, found.is_outside) == (town.divisions["liuan"].pk, False)


def test_without_outlines_the_community_is_that_of_the_grid(town: Town) -> None:
    Division.objects.update(outline=None)
    found = locate(town.district, 113.992, 28.205, day=DAY)
    assert (found.community_id, found.subdistrict_id) == (town.divisions["dukou"].pk, town.divisions["liuan"].pk)


def test_a_district_with_nothing_drawn_answers_too(town: Town) -> None:
    GridShape.objects.all().delete()
    Division.objects.update(outline=None)
    found = locate(town.district, 113.992, 28.205, day=DAY)
    assert (found.grid_id, found.community_id, found.cell_id, found.is_outside) == (None, None, None, False)


def test_of_two_cells_on_an_edge_the_lower_code_has_the_place(town: Town) -> None:
    for code, west in (("900107B000002", 113.99), ("900107B000001", 113.99 + 0.005)):
        Cell.objects.create(district=town.district, code=code, shape=square(west, 28.19, 0.005), area_m2=1)
    found = locate(town.district, 113.99 + 0.005, 28.195, day=DAY)
    assert found.cell_id == Cell.objects.get(code="900107B000001").pk


Change = Callable[[Town], Any]


@pytest.mark.parametrize(
    "change",
    [
        lambda town: GridShape.objects.filter(grid=town.grids["liuyin_w"]).update(retired_at=BUILT_AT),
        lambda town: GridShape.objects.filter(grid=town.grids["liuyin_w"]).update(valid_to=DAY),
        lambda town: GridShape.objects.filter(grid=town.grids["liuyin_w"]).update(valid_from=None),
        lambda town: GridShape.objects.filter(grid=town.grids["liuyin_w"]).delete(),
    ],
    ids=["retired", "closed", "not dated", "gone"],
)
def test_the_answer_follows_every_change_of_a_shape(change: Change, town: Town) -> None:
    assert locate(town.district, 113.992, 28.195, day=DAY).grid_id == town.grids["liuyin_w"].pk
    change(town)
    assert locate(town.district, 113.992, 28.195, day=DAY).grid_id is None


def test_asking_again_costs_two_statements(town: Town) -> None:
    locate(town.district, 113.992, 28.195, day=DAY)
    with CaptureQueriesContext(connection) as asked:
        locate(town.district, 113.997, 28.195, day=DAY)
    assert len(asked) == 2


def test_many_places_are_asked_at_once(town: Town, at: datetime) -> None:
    lon, lat = [113.992, 114.0, 120.0], [28.195, 28.195, 28.195]
    locate(town.district, lon[0], lat[0], day=at.date())
    with CaptureQueriesContext(connection) as asked:
        found = locate_many(town.district, lon, lat, day=at.date())
    assert found == [town.grids["liuyin_w"].pk, town.grids["road"].pk, None]
    assert len(asked) == 1
