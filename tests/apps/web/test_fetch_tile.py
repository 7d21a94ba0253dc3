"""Tiles of another supplier come through the server; its key never leaves, a missing tile blocks nothing."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client

from gridward.web import tiles

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.web.doors")]


class Supplier(BaseHTTPRequestHandler):
    """Answers as suppliers do: a tile, an error, a page, a redirect to elsewhere."""

    def do_GET(self) -> None:
        asked.append(self.path)
        if "/1/1/1" in self.path:
            self.send_error(500)
            return
        moved, kind = "/1/0/1" in self.path, "text/html" if "/1/1/0" in self.path else "image/png"
        self.send_response(302 if moved else 200)
        if moved:
            self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/1/0/0")
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(tiles.EMPTY_TILE + b"real")

    def log_message(self, *words: object) -> None:
        """Quiet."""


asked: list[str] = []


@pytest.fixture
def supplier(settings: Any) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Supplier)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.GRIDWARD_BASEMAP = "xyz"
    settings.GRIDWARD_BASEMAP_URL = f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}?tk={{key}}"
    settings.GRIDWARD_BASEMAP_KEY = "planted-key"
    asked.clear()
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("supplier")
def test_a_tile_comes_through_with_the_key_filled_in(client: Client) -> None:
    answer = client.get("/tiles/1/0/0")
    assert answer.content.endswith(b"real")
    assert asked == ["/1/0/0?tk=planted-key"]
    assert b"planted-key" not in answer.content + str(answer.headers).encode()


@pytest.mark.usefixtures("supplier")
@pytest.mark.parametrize("path", ["/tiles/1/1/1", "/tiles/1/1/0", "/tiles/1/0/1"])
def test_what_is_no_tile_becomes_an_empty_one(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.content) == (200, tiles.EMPTY_TILE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(asked) == 1


@pytest.mark.usefixtures("supplier")
@pytest.mark.parametrize("path", ["/tiles/1/2/0", "/tiles/21/0/0"])
def test_places_off_the_map_are_not_asked_for(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert asked == []


def test_with_own_layers_nothing_is_fetched(client: Client) -> None:
    assert client.get("/tiles/1/0/0").status_code == 404


@pytest.mark.usefixtures("supplier")
def test_the_key_stands_on_no_page(client: Client) -> None:
    page = client.get("/specimen/").content.decode()
    assert "/tiles/{z}/{x}/{y}" in page and "planted-key" not in page
