"""A point placed on the map by a tap, without script, and by script."""

import html
import re
from xml.etree import ElementTree

import pytest
import shapely
from django.test import Client
from django.utils.datastructures import MultiValueDict

from gridward.web.maps import window_around
from gridward.web.places import SIZES
from gridward.web.specimens import WHOLE, SpecimenForm

REST = {"kind": "road", "words": "坑有脸盆大"}


def sent(**fields: str) -> SpecimenForm:
    return SpecimenForm(MultiValueDict({name: [value] for name, value in {**REST, **fields}.items()}))


def test_a_tap_places_the_point_where_the_picture_shows_it() -> None:
    seen = window_around(WHOLE, SIZES["small"])
    form = sent(**{"place_seen": seen.text(), "place_small.x": "150", "place_small.y": "135"})
    assert not form.is_valid()
    assert not form.errors
    point = form["place"].value()["point"]
    assert [float(part) for part in point.split(",")] == pytest.approx((seen.lon, seen.lat), abs=1e-4)
    assert point in str(form)


def test_everything_written_is_kept_while_placing() -> None:
    form = sent(**{"place_wide.x": "10", "place_wide.y": "20"})
    assert "坑有脸盆大" in str(form) and "checked" in str(form["kind"])


def test_moving_the_map_sends_nothing() -> None:
    form = sent(place_view="113.000000,28.200000,400", place="113.000000,28.200000")
    assert not form.is_valid() and not form.errors
    assert 'value="113.000000,28.200000"' in str(form["place"])


def test_the_placed_point_is_given_as_longitude_and_latitude() -> None:
    form = sent(place="113.001000,28.201000")
    assert form.is_valid()
    assert form.cleaned_data["place"] == (113.001, 28.201)


def test_no_point_is_none_where_it_may_be_left_out() -> None:
    form = sent()
    assert form.is_valid() and form.cleaned_data["place"] is None


@pytest.mark.parametrize("text", ["120.0,30.0", "nonsense", "1,2,3", "<script>"])
def test_a_point_elsewhere_or_forged_is_refused(text: str) -> None:
    form = sent(place=text)
    assert not form.is_valid() and "place" in form.errors
    assert "<script>" not in str(form["place"]).replace('<script type="application/json">', "")


@pytest.mark.django_db
@pytest.mark.urls("tests.apps.web.doors")
def test_the_picture_stands_alone_and_carries_its_colours(client: Client) -> None:
    page = str(sent(place="113.001000,28.201000")["place"])
    addresses = [html.unescape(found) for found in re.findall(r'src="(/style/ground\.svg[^"]+)"', page)]
    assert len(addresses) == 2
    for address in addresses:
        picture = client.get(address).content.decode()
        root = ElementTree.fromstring(picture)
        assert root.tag.endswith("svg")
        assert "--map-water" in picture and "p-here" in picture and "http" not in picture.replace("www.w3.org", "")[40:]


def test_enter_in_a_field_sends_the_form_and_not_a_tap() -> None:
    page = str(sent()["place"])
    assert page.index('<button class="sr-only"') < page.index('type="image"')


def test_shapely_points_are_read_as_first_values() -> None:
    form = SpecimenForm(initial={"place": shapely.Point(113.002, 28.203)})
    assert "113.002000,28.203000" in str(form["place"])
