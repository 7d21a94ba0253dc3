"""The sheet drawn by the server: true to the ground, moved by links, safe with any name."""

import json
import re

import pytest
import shapely
from django.contrib.gis.geos import Point as GeosPoint
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from gridward.web import map_drawing, map_sheets, maps, specimens
from gridward.web.maps import Feature, Layer, Window

WINDOW = Window(113.0, 28.2, 1000.0, (500, 400))
PIXEL = st.floats(0, 500)


@given(st.floats(-179, 179), st.floats(-75, 75), st.floats(60, 400_000), PIXEL, PIXEL)
def test_a_pixel_goes_to_the_ground_and_back(lon: float, lat: float, width: float, x: float, y: float) -> None:
    window = Window(lon, lat, width, (500, 400))
    back = window.to_px(shapely.get_coordinates(shapely.Point(window.from_px(x, y))))[0]
    assert back == pytest.approx((x, y), abs=0.01)


def test_a_pixel_is_as_wide_as_it_says() -> None:
    west, _south, east, _north = WINDOW.box
    metres = (east - west) * 111_320 * 0.8813  # cos 28.2°
    assert metres == pytest.approx(1000, rel=1e-3)


@pytest.mark.parametrize("text", ["", "1,2", "a,b,c", "113,28,nan", "500,28,1000", "113,28,1"])
def test_a_wrong_window_shows_the_usual_one(text: str) -> None:
    assert maps.read_window(text, WINDOW) == WINDOW


def test_a_window_survives_its_own_text() -> None:
    moved = WINDOW.moved(right=0.4, zoom=2)
    read = maps.read_window(moved.text(), WINDOW)
    assert (read.lon, read.lat, read.width_m) == pytest.approx((moved.lon, moved.lat, 500), abs=1e-5)


def test_names_cannot_break_out_of_the_drawing() -> None:
    evil = '</text><script>alert(1)</script>"'
    layers = [Layer("case", [Feature(shapely.Point(113.0, 28.2), id=evil, name=evil, url=f"/x?{evil}")])]
    request = RequestFactory().get("/")
    page = map_sheets.render(maps.sheet(request, layers, title=evil, start=WINDOW))
    assert "<script>alert" not in page and evil not in page


def test_cases_lie_where_they_happened() -> None:
    drawn = map_drawing.draw([Layer("case", [Feature(shapely.Point(113.0, 28.2), light="late")])], WINDOW)
    assert "translate(250.0 200.0)" in drawn
    assert "p-late" in drawn and ">!</text>" in drawn


def test_shapes_of_the_database_are_drawn_too() -> None:
    drawn = map_drawing.draw([Layer("place", [Feature(GeosPoint(113.0, 28.2, srid=4326))])], WINDOW)
    assert "translate(250.0 200.0)" in drawn


def test_many_cases_become_discs_with_the_late_share() -> None:
    spots = [Feature(shapely.Point(113.0, 28.2), light="late" if n < 25 else "on_time") for n in range(50)]
    drawn = map_drawing.draw([Layer("case", spots)], WINDOW)
    assert ">50</text>" in drawn
    assert drawn.count("c-late") == 1 and "pin" not in drawn


def test_what_lies_outside_is_not_drawn() -> None:
    far = Feature(shapely.Point(114.0, 29.0), light="late", name="远处")
    drawn = map_drawing.draw([Layer("case", [far])], WINDOW)
    assert "p-late" not in drawn and "远处" not in drawn


def test_a_name_is_written_once_and_never_over_another() -> None:
    square = shapely.box(112.997, 28.198, 113.003, 28.202)
    twins = [Feature(square, name="柳堤街道"), Feature(square, name="枕溪街道"), Feature(square, name="柳堤街道")]
    drawn = map_drawing.draw([Layer("subdistrict", twins)], WINDOW)
    assert drawn.count("街道</text>") == 1


def test_an_unknown_kind_of_layer_is_refused() -> None:
    with pytest.raises(ValueError, match="heat"):
        Layer("heat")


def test_buttons_keep_the_filters_and_move_the_window() -> None:
    request = RequestFactory().get("/cases/?light=late&map=113.000000,28.200000,1000")
    sheet = maps.sheet(request, specimens.ground(), title="地图")
    page = map_sheets.render(sheet)
    links = re.findall(r'<a class="btn btn-small" href="([^"]+)"', page)
    assert len(links) == 7
    assert all("light=late" in link for link in links)
    assert "map=113.000000%2C28.200000%2C500" in links[0]


def test_the_key_names_only_what_is_drawn() -> None:
    sheet = maps.sheet(None, [Layer("water", [Feature(shapely.box(113, 28, 113.1, 28.1))])], title="地图")
    page = map_sheets.render(sheet)
    assert page.count('class="key"') == 1 and "水面" in page


def test_script_gets_the_same_features() -> None:
    sheet = maps.sheet(None, [*specimens.ground(), specimens.cases()], title="地图")
    data = json.loads(map_sheets.data(sheet))
    cases = [layer for layer in data["layers"] if layer["kind"] == "case"][0]["data"]["features"]
    assert [case["properties"]["id"] for case in cases] == [f"c{n}" for n in range(1, 9)]
    assert cases[0]["geometry"]["coordinates"] == pytest.approx(specimens.spot(1.0, 2.2), abs=1e-6)


def test_a_layer_with_an_address_is_not_sent_along() -> None:
    layer = Layer("case", specimens.cases().features, url="/cases/features.json?box={box}")
    data = json.loads(map_sheets.data(maps.sheet(None, [layer], title="地图")))
    assert data["layers"] == [{"kind": "case", "url": "/cases/features.json?box={box}"}]


@pytest.mark.parametrize("box", ["", "1,2,3", "3,2,1,4", "0,0,200,1", "a,b,c,d"])
def test_a_wrong_box_is_no_box(box: str) -> None:
    assert maps.read_box(RequestFactory().get("/", {"box": box})) is None


def test_the_drawing_is_quick_enough_for_a_district() -> None:
    """Two thousand houses and two hundred areas, thinned to what shows."""
    houses = [Feature(shapely.box(x, y, x + 1e-4, y + 1e-4)) for x in _steps(112.99) for y in _steps(28.19)]
    drawn = map_drawing.draw([Layer("building", houses)], Window(113.0, 28.2, 3000.0, (960, 640)))
    assert drawn.count("<path") < 20
    assert len(drawn) < 120_000


def _steps(start: float) -> list[float]:
    return [start + n * 0.0004 for n in range(45)]


def test_no_name_is_written_under_a_disc() -> None:
    square = shapely.box(112.999, 28.199, 113.001, 28.201)
    disc = Layer("area_count", [Feature(shapely.Point(113.0, 28.2), count=9)])
    area = Layer("subdistrict", [Feature(square, name="柳堤街道")])
    assert "柳堤街道</text>" in map_drawing.draw([area], WINDOW)
    assert "柳堤街道</text>" not in map_drawing.draw([area, disc], WINDOW)
