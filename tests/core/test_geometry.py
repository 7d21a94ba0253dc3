"""Metres, areas and public points of shapes in longitude and latitude."""

import json
import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridward.core import geometry
from gridward.core.coordinates import Projection
from gridward.core.errors import RuleBroken
from tests.shared_data import DATA, needs_data

ZONE = Projection(114.0)
in_changsha = st.tuples(st.floats(112.5, 113.5), st.floats(27.9, 28.5))


def square(side_m, lon=113.0, lat=28.2):
    x, y = ZONE.to_metres((lon, lat))
    return geometry.to_lonlat(shapely.box(x, y, x + side_m, y + side_m), ZONE)


def test_a_square_has_its_area_and_outline():
    assert geometry.area_m2(square(100.0), ZONE) == pytest.approx(10_000.0, abs=0.01)
    assert geometry.length_m(square(100.0), ZONE) == pytest.approx(400.0, abs=0.001)


def test_distances_agree_however_they_are_asked():
    one, other = (112.98, 28.19), (112.99, 28.20)
    between = geometry.distance_m(shapely.Point(one), shapely.Point(other), ZONE)
    assert between == pytest.approx(geometry.point_distance_m(one, other, ZONE))
    assert between == pytest.approx(1480.0, abs=5.0)


def test_a_buffer_reaches_as_far_as_asked():
    near = geometry.buffer_m(shapely.Point(113.0, 28.2), 50.0, ZONE)
    assert geometry.area_m2(near, ZONE) == pytest.approx(math.pi * 2500.0, rel=0.01)


@given(in_changsha, st.floats(1.0, 5000.0), st.floats(0.0, 2.0 * math.pi))
def test_the_box_holds_every_point_within_the_radius(point, radius_m, direction):
    west, south, east, north = geometry.box_around(*point, radius_m, ZONE)
    x, y = ZONE.to_metres(point)
    reach = radius_m * 0.999
    lon, lat = ZONE.to_lonlat((x + reach * math.cos(direction), y + reach * math.sin(direction)))
    assert west <= lon <= east
    assert south <= lat <= north


@given(in_changsha)
def test_the_public_point_hides_the_exact_place(point):
    public = geometry.public_point(*point, ZONE)
    assert geometry.point_distance_m(point, public, ZONE) <= 50.0 / math.sqrt(2) + 0.01
    assert geometry.public_point(*public, ZONE) == pytest.approx(public, abs=1e-9)


def test_neighbours_in_one_square_share_their_public_point():
    x, y = ZONE.to_metres((113.0, 28.2))
    corner = (math.floor(x / 50) * 50, math.floor(y / 50) * 50)
    shown = {
        geometry.public_point(*ZONE.to_lonlat((corner[0] + dx, corner[1] + dy)), ZONE)
        for dx in (1, 25, 49)
        for dy in (1, 25, 49)
    }
    assert len(shown) == 1


def test_a_label_lies_in_the_widest_part():
    flag = shapely.union_all([square(300.0), geometry.to_lonlat(_pole(), ZONE)])
    label = geometry.label_point(flag, ZONE)
    assert flag.contains(label)
    assert square(300.0).contains(label)


def _pole():
    x, y = ZONE.to_metres((113.0, 28.2))
    return shapely.box(x, y - 2000.0, x + 5.0, y + 1.0)


def test_a_bow_tie_is_repaired_to_its_two_halves():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    repaired = geometry.clean_area(bow)
    assert repaired.is_valid
    assert (repaired.geom_type, len(repaired.geoms), repaired.area) == ("MultiPolygon", 2, 0.5)


def test_height_and_stray_lines_are_left_out():
    shape = shapely.GeometryCollection(
        [shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)]), shapely.LineString([(0, 0), (5, 5)])]
    )
    cleaned = geometry.clean_area(shape)
    assert not cleaned.has_z
    assert cleaned.bounds == (0, 0, 1, 1)


@pytest.mark.parametrize("shape", [shapely.Point(1, 1), shapely.Polygon(), shapely.LineString([(0, 0), (1, 1)])])
def test_what_holds_no_area_is_refused(shape):
    with pytest.raises(RuleBroken) as refusal:
        geometry.clean_area(shape)
    assert refusal.value.code == "geometry.not_an_area"


def test_coordinates_that_are_not_numbers_are_refused():
    with pytest.raises(RuleBroken) as refusal:
        geometry.clean_area(shapely.Polygon([(0, 0), (1, 0), (1, math.inf)]))
    assert refusal.value.code == "geometry.not_finite"


@needs_data
def test_furong_has_its_known_area():
    text = (DATA / "furong" / "furong_boundary_wgs84.geojson").read_text("utf-8")
    outline = shapely.from_geojson(json.dumps(json.loads(text)["features"][0]["geometry"]))
    assert geometry.area_m2(outline, ZONE) / 1e6 == pytest.approx(44.28, abs=0.03)
