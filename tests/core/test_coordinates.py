"""Coordinate systems: back and forth below a millimetre, and the published projection."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.coordinates import (
    CENTRAL_MERIDIANS,
    CoordinateSystem,
    Projection,
    convert,
    convert_point,
    is_shifted,
    stated_system,
    to_storage,
)
from gridward.core.errors import RuleBroken
from tests.shared_data import DATA, needs_data

MILLIMETRE_DEGREES = 1e-3 / 111_320.0
WGS84, CGCS2000, GCJ02, BD09 = CoordinateSystem
in_china = st.tuples(st.floats(73.4, 135.1), st.floats(3.4, 53.6))
offset_systems = st.sampled_from([GCJ02, BD09])


@given(in_china, offset_systems)
def test_a_point_comes_back_within_a_millimetre(point, system):
    moved = convert_point(*point, WGS84, system)
    back = convert_point(*moved, system, WGS84)
    assert np.abs(np.subtract(back, point)).max() < MILLIMETRE_DEGREES


@given(in_china, offset_systems)
def test_an_offset_point_comes_back_within_a_millimetre(point, system):
    there = convert_point(*point, system, WGS84)
    back = convert_point(*there, WGS84, system)
    assert np.abs(np.subtract(back, point)).max() < MILLIMETRE_DEGREES


@given(in_china)
def test_the_offsets_move_a_point_to_another_street(point):
    # On a raster of 0.02° over the whole range: 17.5 to 715 m for GCJ-02, least near 96.6° E 37.1° N; 689 to 1,525 m.
    for system, least, most in ((GCJ02, 15, 750), (BD09, 650, 1_600)):
        zone = Projection.for_longitude(point[0])
        shift = zone.to_metres(convert(point, WGS84, system)) - zone.to_metres(point)
        assert least < np.hypot(*shift) < most


@pytest.mark.full
def test_a_million_points_come_back_within_a_millimetre():
    rng = np.random.default_rng(7)
    points = np.stack((rng.uniform(73.4, 135.1, 10**6), rng.uniform(3.4, 53.6, 10**6)), axis=-1)
    for system in (GCJ02, BD09):
        back = convert(convert(points, WGS84, system), system, WGS84)
        assert np.abs(back - points).max() < MILLIMETRE_DEGREES


@needs_data
def test_the_outline_of_furong_agrees_in_both_systems():
    def ring(name):
        text = (DATA / "furong" / f"furong_boundary_{name}.geojson").read_text("utf-8")
        return np.array(json.loads(text)["features"][0]["geometry"]["coordinates"][0][0])

    # Both files are rounded to six decimals.
    assert np.abs(convert(ring("gcj02"), GCJ02, WGS84) - ring("wgs84")).max() < 0.6e-6
    assert np.abs(convert(ring("wgs84"), WGS84, GCJ02) - ring("gcj02")).max() < 0.6e-6


def test_abroad_gcj02_is_wgs84():
    for place in ((2.35, 48.85), (151.2, -33.9), (-74.0, 40.7)):
        assert convert_point(*place, WGS84, GCJ02) == place
        assert convert_point(*place, GCJ02, WGS84) == place
        assert not is_shifted(place)


def test_cgcs2000_is_taken_as_wgs84():
    assert convert_point(112.98, 28.19, CGCS2000, WGS84) == (112.98, 28.19)


def test_conversion_does_not_change_what_it_is_given():
    points = np.array([[112.98, 28.19]])
    convert(points, WGS84, CGCS2000)[0, 0] = 0.0
    assert points[0, 0] == 112.98


@pytest.mark.parametrize("point", [(500000.0, 3120000.0), (float("nan"), 28.0), (112.0, 91.0)])
def test_metres_are_not_taken_for_degrees(point):
    with pytest.raises(RuleBroken) as refusal:
        convert(point, GCJ02, WGS84)
    assert refusal.value.code == "coordinates.not_degrees"


@pytest.mark.parametrize("meridian", CENTRAL_MERIDIANS)
def test_the_projection_agrees_with_proj(meridian):
    pyproj = pytest.importorskip("pyproj")
    rng = np.random.default_rng(meridian)
    points = np.stack((rng.uniform(meridian - 1.6, meridian + 1.6, 500), rng.uniform(0, 56, 500)), axis=-1)
    zone = Projection(float(meridian))
    proj = pyproj.Transformer.from_crs(4490, zone.epsg, always_xy=True)
    metres = zone.to_metres(points)
    assert np.abs(metres - np.stack(proj.transform(*points.T), axis=-1)).max() < 1e-3
    assert np.abs(zone.to_lonlat(metres) - points).max() < MILLIMETRE_DEGREES


@given(st.floats(-3.0, 3.0), st.floats(-80.0, 80.0))
def test_metres_come_back_to_the_same_place(east_of_meridian, lat):
    zone = Projection(114.0)
    back = zone.to_lonlat(zone.to_metres((114.0 + east_of_meridian, lat)))
    assert np.abs(back - (114.0 + east_of_meridian, lat)).max() < MILLIMETRE_DEGREES
    alone, among_many = (
        zone.point_to_metres(114.0 + east_of_meridian, lat),
        zone.to_metres((114.0 + east_of_meridian, lat)),
    )
    assert np.abs(among_many - alone).max() < 1e-6


def test_changsha_lies_in_zone_4547():
    zone = Projection.for_longitude(112.98)
    assert (zone.central_meridian, zone.epsg) == (114.0, 4547)
    assert Projection.from_epsg(4547) == zone
    assert Projection.from_epsg(4526).false_easting_m == 38_500_000.0
    assert Projection.from_epsg(4526).epsg == 4526


def test_a_point_on_the_central_meridian_has_the_false_easting():
    assert Projection(114.0).to_metres((114.0, 0.0)).tolist() == [500_000.0, 0.0]


@pytest.mark.parametrize(
    ("stated", "system"),
    [
        ("EPSG:4326", WGS84),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", WGS84),
        ("urn:ogc:def:crs:EPSG::4490", CGCS2000),
        (4490, CGCS2000),
        ("GCJ-02", GCJ02),
        ("bd09", BD09),
        ("http://www.opengis.net/def/crs/EPSG/0/4547", Projection(114.0)),
    ],
)
def test_a_stated_system_is_read(stated, system):
    assert stated_system(stated) == system


@pytest.mark.parametrize("stated", [None, "", "  "])
def test_nothing_stated_is_refused(stated):
    with pytest.raises(RuleBroken) as refusal:
        stated_system(stated)
    assert refusal.value.code == "coordinates.unstated"
    assert "坐标系" in refusal.value.sentence("zh")


@pytest.mark.parametrize("stated", ["EPSG:32649", "local grid", 3857])
def test_an_unknown_system_is_refused(stated):
    with pytest.raises(RuleBroken) as refusal:
        stated_system(stated)
    assert refusal.value.code == "coordinates.unknown"


def test_a_projected_file_is_stored_in_degrees():
    place = np.array([[112.98, 28.19], [113.05, 28.21]])
    zone = Projection(114.0)
    assert np.abs(to_storage(zone.to_metres(place), zone) - place).max() < MILLIMETRE_DEGREES
    assert np.array_equal(to_storage(place, WGS84), place)
