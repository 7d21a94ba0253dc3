"""The ground of maps has addresses of its own: kept for a year, seen again without a new answer, thin."""

import gzip
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client, RequestFactory

from gridward.web import map_sheets, maps, specimens
from gridward.web.grounds import Kept
from gridward.web.maps import KINDS, Window

pytestmark = [pytest.mark.urls("tests.apps.web.doors"), pytest.mark.django_db]
WINDOW = Window(113.0, 28.2, 3000.0, (500, 400))
GROUND = specimens.own_ground()


def drawn(answer: Any) -> str:
    """The drawing without its style."""
    return str(answer.content.decode().split("</style>")[1])


def test_a_page_names_its_ground_and_writes_only_its_own_layers_and_names() -> None:
    sheet = maps.sheet(RequestFactory().get("/"), [specimens.cases()], title="地图", start=WINDOW, ground=GROUND)
    page = map_sheets.render(sheet)
    assert '<image href="/style/ground.svg?' in page and "漕溪江</text>" in page
    assert "m-water" not in page.split("map-foot")[0] and "水面" in page
    data = json.loads(map_sheets.data(sheet))
    kinds = [layer["kind"] for layer in data["layers"]]
    assert kinds == sorted(kinds, key=KINDS.index) and {"kind": "water", "ground": True} in data["layers"]


@pytest.mark.parametrize(
    "address", [GROUND.picture(WINDOW), GROUND.data().format(level=1, box="112.9,28.1,113.1,28.3")]
)
def test_the_answer_is_kept_for_a_year_packed_and_not_sent_twice(address: str, client: Client) -> None:
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip" and "immutable" in packed["Cache-Control"]
    assert gzip.decompress(packed.content) == client.get(address).content
    again = client.get(address, headers={"if-none-match": packed["ETag"]})
    assert again.status_code == 304 and not again.content
    assert "no-cache" in client.get(address.replace("v=1", "v=0"))["Cache-Control"]


def test_a_changed_ground_is_drawn_anew(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    first = client.get(GROUND.picture(WINDOW))
    changed = replace(GROUND, version="2", fetch=lambda window: [])
    monkeypatch.setattr(specimens, "own_ground", lambda: changed)
    second = client.get(changed.picture(WINDOW))
    assert first["ETag"] != second["ETag"]
    assert [drawn(answer).count("m-water") for answer in (first, second)] == [1, 0]


def test_each_theme_and_pin_has_its_own_picture(client: Client) -> None:
    light, dark = (client.get(GROUND.picture(WINDOW, theme=theme)).content.decode() for theme in ("light", "dark"))
    assert light != dark and ":root" in dark
    assert "p-here" not in drawn(client.get(GROUND.picture(WINDOW)))
    assert "p-here" in drawn(client.get(GROUND.picture(WINDOW, pin=(113.0, 28.2))))


@pytest.mark.parametrize(
    "asked", [{}, {"at": "1,2", "size": "500,400"}, {"at": WINDOW.text(), "size": "9,9"},
              {"at": WINDOW.text(), "size": "99999,400"}, {"at": WINDOW.text(), "size": "a,b,c"}]
)  # fmt: skip
def test_a_made_up_window_is_not_there(asked: dict[str, str], client: Client) -> None:
    assert client.get(f"/style/ground.svg?{urlencode(asked)}").status_code == 404


@pytest.mark.parametrize("asked", ["level=1", "level=9&box=112,28,113,29", "level=0&box=113,28,112,29"])
def test_a_made_up_box_is_not_there(asked: str, client: Client) -> None:
    assert client.get(f"/style/ground.json?{asked}").status_code == 404


def test_the_longest_unused_is_forgotten_first() -> None:
    made: list[str] = []

    def make(name: str) -> Any:
        return lambda: made.append(name) or b"x" * 40

    kept = Kept(100)
    for name in ("a", "b", "a", "c", "a", "b"):
        kept.get(name, make(name))
    assert made == ["a", "b", "c", "b"]


def test_names_are_points_that_the_sheet_places_itself() -> None:
    found = {layer.kind: [feature.name for feature in layer.features] for layer in GROUND.names(WINDOW)}
    assert found["water"] == ["漕溪江"] and "outline" not in found
