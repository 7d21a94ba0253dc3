"""The lookups on offer use the R*Tree; every other one says what to use instead."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.db.models import Collect, Extent3D, MakeLine, Union
from django.contrib.gis.db.models import functions as spatial
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from django.contrib.gis.measure import D
from django.db import NotSupportedError
from django.db.models import Exists, OuterRef, Q

from gridward.gpkg.operators import LOOKUPS
from tests.gpkg.shapes import Grid, Place, Thing

SQUARE = Polygon.from_bbox((0, 0, 2, 2))
OTHERS = [
    "bbcontains",
    "bboverlaps",
    "contained",
    "contains_properly",
    "crosses",
    "disjoint",
    "equals",
    "exact",
    "same_as",
    "overlaps",
    "touches",
    "left",
    "right",
    "overlaps_left",
    "overlaps_right",
    "overlaps_above",
    "overlaps_below",
    "strictly_above",
    "strictly_below",
    "gt",
]
MEASURES = ("dwithin", "distance_lt", "distance_lte", "distance_gt", "distance_gte")
FUNCTIONS: list[Callable[[], Any]] = [
    lambda: spatial.Area("shape"),
    lambda: spatial.AsGeoJSON("shape"),
    lambda: spatial.AsSVG("shape"),
    lambda: spatial.Centroid("shape"),
    lambda: spatial.Distance("shape", SQUARE),
    lambda: spatial.Envelope("shape"),
    lambda: spatial.Intersection("shape", SQUARE),
    lambda: spatial.IsValid("shape"),
    lambda: spatial.Length("shape"),
    lambda: spatial.NumPoints("shape"),
    lambda: spatial.Perimeter("shape"),
    lambda: spatial.Scale("shape", 2, 2),
    lambda: spatial.Transform("shape", 4490),
    lambda: spatial.Union("shape", SQUARE),
]


@pytest.fixture
def things(geopackage: Any) -> Any:
    SQUARE.srid = 4326
    Thing.objects.using("file").create(number=1, shape=SQUARE)
    Thing.objects.using("file").create(number=2, shape=None)
    return Thing.objects.using("file")


@pytest.mark.parametrize("lookup", LOOKUPS)
def test_a_lookup_searches_the_tree_and_not_the_table(things: Any, lookup: str) -> None:
    plan = things.filter(**{f"shape__{lookup}": SQUARE}).explain()
    assert "SEARCH shapes_thing USING INTEGER PRIMARY KEY" in plan
    assert "rtree_shapes_thing_shape VIRTUAL TABLE INDEX 2:" in plan


def test_a_join_searches_the_tree_for_each_row(things: Any) -> None:
    inner = Thing.objects.using("file").filter(shape__covers=OuterRef("spot"))
    plan = Place.objects.using("file").filter(Exists(inner)).explain()
    assert "SCAN shapes_place" in plan
    assert "SEARCH U0 USING INTEGER PRIMARY KEY" in plan


@pytest.mark.parametrize("lookup", OTHERS)
def test_another_lookup_is_refused_with_advice(things: Any, lookup: str) -> None:
    with pytest.raises(NotSupportedError, match=r"spatial lookup \w+ .* Use \w+"):
        list(things.filter(**{f"shape__{lookup}": SQUARE}))


def test_a_list_of_geometries_and_a_relation_pattern_are_refused(things: Any) -> None:
    with pytest.raises(NotSupportedError, match="lookup in "):
        list(things.filter(shape__in=[SQUARE]))
    with pytest.raises(NotSupportedError, match="lookup relate "):
        list(things.filter(shape__relate=(SQUARE, "T*T***FF*")))


@pytest.mark.parametrize("lookup", MEASURES)
@pytest.mark.parametrize("limit", [5, D(m=5)])
def test_a_distance_points_to_the_local_projection(things: Any, lookup: str, limit: Any) -> None:
    with pytest.raises(NotSupportedError, match="geometry in the district's local projection"):
        list(things.filter(**{f"shape__{lookup}": (SQUARE, limit)}))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_spatial_function_is_refused_with_advice(things: Any, function: Callable[[], Any]) -> None:
    with pytest.raises(NotSupportedError, match=r"gridward\.core\.|shapely"):
        list(things.annotate(value=function()))


@pytest.mark.parametrize("aggregate", [Collect, Extent3D, MakeLine, Union])
def test_an_aggregate_but_extent_is_refused_with_advice(things: Any, aggregate: Any) -> None:
    with pytest.raises(NotSupportedError, match="shapely"):
        things.aggregate(value=aggregate("shape"))


def test_null_and_empty_are_in_no_relation(things: Any) -> None:
    empty = GEOSGeometry("POLYGON EMPTY", srid=4326)
    things.create(number=3, shape=empty)
    for lookup in LOOKUPS:
        assert not things.filter(**{f"shape__{lookup}": empty})
        found = things.filter(~Q(**{f"shape__{lookup}": SQUARE})).order_by("number")
        assert [thing.number for thing in found] == [2, 3]


def test_a_box_rounded_to_32_bits_loses_no_row(geopackage: Any) -> None:
    places = Place.objects.using("file")
    spots = [Point(112.9 + n / 7e6, 28.2 - n / 11e6, srid=4326) for n in range(200)]
    places.bulk_create(Place(spot=spot) for spot in spots)
    for spot in spots:
        assert places.filter(spot__intersects=spot).count() == 1
        assert places.filter(spot__within=spot).count() == 1


def test_a_point_on_a_shared_edge_is_covered_by_both_grids(geopackage: Any) -> None:
    grids = Grid.objects.using("file")
    for code, box in (("a", (0, 0, 1, 1)), ("b", (1, 0, 2, 1))):
        grids.create(code=code, outline=MultiPolygon(Polygon.from_bbox(box), srid=4326))
    on_edge = Point(1, 0.5, srid=4326)
    assert [grid.code for grid in grids.filter(outline__covers=on_edge).order_by("code")] == ["a", "b"]
    assert not grids.filter(outline__contains=on_edge)
