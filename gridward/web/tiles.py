"""The base map of another supplier, fetched by the server so that its key stays here.

Only the one address named in the settings is ever asked. A tile that does not come is an empty one.
"""

import base64
from http.client import HTTPException
from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

DEEPEST = 20
WAIT_S = 4
LARGEST_BYTES = 2 * 2**20
KINDS = ("image/png", "image/jpeg", "image/webp")
EMPTY_TILE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
)


class StayThere(HTTPRedirectHandler):
    """A supplier that sends us elsewhere is not followed."""

    def redirect_request(self, *given: Any, **named: Any) -> None:
        return None


def tile_address(z: int, x: int, y: int) -> str:
    """The supplier's address of one tile, with the key filled in."""
    places = {"{z}": z, "{x}": x, "{y}": y, "{key}": settings.GRIDWARD_BASEMAP_KEY}
    address = str(settings.GRIDWARD_BASEMAP_URL)
    for name, value in places.items():
        address = address.replace(name, str(value))
    return address


def fetch(address: str) -> tuple[bytes, str] | None:
    """Bytes and media type of an image, or None when it does not come whole and in time."""
    try:
        with build_opener(StayThere).open(
            Request(address, headers={"User-Agent": "gridward"}), timeout=WAIT_S
        ) as answer:
            kind, body = answer.headers.get_content_type(), answer.read(LARGEST_BYTES + 1)
    except (OSError, HTTPException, ValueError):
        return None
    return (body, kind) if kind in KINDS and len(body) <= LARGEST_BYTES else None


@require_GET
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the base map; a transparent one when the supplier does not answer."""
    if settings.GRIDWARD_BASEMAP != "xyz" or z > DEEPEST or not (x < 2**z and y < 2**z):
        raise Http404
    got = fetch(tile_address(z, x, y))
    body, kind = got or (EMPTY_TILE, "image/png")
    response = HttpResponse(body, content_type=kind)
    response.headers["Cache-Control"] = "public, max-age=86400" if got else "no-store"
    return response
