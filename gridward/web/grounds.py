"""The ground under many maps: a picture and data at addresses of their own.

The address carries the version of what is shown, so browsers keep the answer for a year; a changed ground has
another address. The server keeps what it drew last, too.
"""

import gzip
import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from threading import Lock
from urllib.parse import urlencode

import shapely
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from gridward.web import map_pictures
from gridward.web.map_drawing import name_points
from gridward.web.maps import KINDS, LEVELS, Box, Feature, Layer, Window, feature_collection, read_box
from gridward.web.maps import read_window as window_of

THINNED_PX = 0.2
LARGEST_PX = 1600
YEAR_S = 365 * 24 * 3600
MOST_KEPT_BYTES = 24 * 2**20

Fetch = Callable[[Window], Sequence[Layer]]
Point = tuple[float, float]


class Kept:
    """What was drawn last, by address; the longest unused goes first."""

    def __init__(self, most_bytes: int) -> None:
        self._rows: OrderedDict[str, bytes] = OrderedDict()
        self._most, self._bytes, self._lock = most_bytes, 0, Lock()

    def get(self, key: str, make: Callable[[], bytes]) -> bytes:
        with self._lock:
            if key in self._rows:
                self._rows.move_to_end(key)
                return self._rows[key]
        made = make()
        with self._lock:
            self._bytes += len(made) - len(self._rows.pop(key, b""))
            self._rows[key] = made
            while self._bytes > self._most:
                self._bytes -= len(self._rows.popitem(last=False)[1])
        return made


kept = Kept(MOST_KEPT_BYTES)


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under a sheet and is the same for everybody who may see it.

    Attributes
    ----------
    address
        of its doors without their endings: ``/map/ground`` has ``.svg`` and ``.json``
    version
        changes with every change of what is shown, the language of the names included
    kinds
        of layers that it may hold
    fetch
        the layers of a window, for the names that the sheet writes itself
    options
        further parameters of the address
    """

    address: str
    version: str
    kinds: tuple[str, ...]
    fetch: Fetch
    options: tuple[tuple[str, str], ...] = ()

    def picture(self, window: Window, *, theme: str = "light", pin: Point | None = None, is_whole: bool = False) -> str:
        """The address of the drawing; ``is_whole`` writes the names and the scale into it."""
        size = f"{window.size[0]},{window.size[1]}"
        asked = {"v": self.version, "at": window.text(), "size": size, "theme": theme}
        if is_whole:
            asked["whole"] = "1"
        if pin:
            asked["pin"] = f"{pin[0]:.6f},{pin[1]:.6f}"
        return f"{self.address}.svg?{urlencode([*asked.items(), *self.options])}"

    def data(self) -> str:
        """The address of the data, with ``{box}`` and ``{level}`` to fill in."""
        return f"{self.address}.json?{urlencode([('v', self.version), *self.options])}&level={{level}}&box={{box}}"

    def names(self, window: Window) -> list[Layer]:
        """The names that a window shows, as points."""
        key = f"names {self.address} {self.version} {self.options} {window.text()} {window.size}"
        found = json.loads(kept.get(key, lambda: self._names(window)))
        return [Layer(kind, [Feature(shapely.Point(x, y), name=name) for name, x, y in rows]) for kind, rows in found]

    def _names(self, window: Window) -> bytes:
        found = [(layer.kind, name_points(layer, window)) for layer in self.fetch(window)]
        return json.dumps([(kind, rows) for kind, rows in found if rows]).encode()


def _asked_window(request: HttpRequest) -> Window:
    """The window of ``at`` and ``size``; anything else is not there."""
    sides = request.GET.get("size", "").split(",")
    pixels = [int(side) for side in sides if side.isascii() and side.isdigit()]
    if len(pixels) != 2 or len(sides) != 2 or not all(16 <= side <= LARGEST_PX for side in pixels):
        raise Http404
    nowhere = Window(0.0, 0.0, 0.0, (pixels[0], pixels[1]))
    window = window_of(request.GET.get("at", ""), nowhere)
    if window == nowhere:
        raise Http404
    return window


def _pin(request: HttpRequest) -> list[Layer]:
    """The mark of the place, where the address has one."""
    try:
        lon, lat = (float(part) for part in request.GET.get("pin", "").split(","))
    except ValueError:
        return []
    return [Layer("place", [Feature(shapely.Point(lon, lat))])]


def picture_response(request: HttpRequest, ground: Ground) -> HttpResponseBase:
    """The ground of a window as an SVG picture."""
    window = _asked_window(request)
    theme = "dark" if request.GET.get("theme") == "dark" else "light"
    is_whole = "whole" in request.GET

    def draw() -> bytes:
        layers = sorted([*ground.fetch(window), *_pin(request)], key=lambda layer: KINDS.index(layer.kind))
        return map_pictures.picture(layers, window, theme=theme, is_whole=is_whole).encode()

    return _kept_answer(request, ground, "image/svg+xml", draw)


def data_response(request: HttpRequest, ground: Ground) -> HttpResponseBase:
    """The ground inside a box as GeoJSON by kind, thinned to what its level shows."""
    box, level = read_box(request), request.GET.get("level", "")
    if box is None or level not in {str(n) for n in range(len(LEVELS))}:
        raise Http404
    window = _window_over(box, LEVELS[int(level)][0])

    def collect() -> bytes:
        thinned = THINNED_PX * window.degrees_per_px[1]
        found = {layer.kind: feature_collection(layer, thinned=thinned) for layer in ground.fetch(window)}
        return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()

    return _kept_answer(request, ground, "application/json", collect)


def _window_over(box: Box, metres_per_px: float) -> Window:
    """The window that shows a box at a scale."""
    west, south, east, north = box
    around = Window((west + east) / 2, (south + north) / 2, metres_per_px, (1, 1))
    dx, dy = around.degrees_per_px
    size = max(1, round((east - west) / dx)), max(1, round((north - south) / dy))
    return Window(around.lon, around.lat, metres_per_px * size[0], size)


def _kept_answer(request: HttpRequest, ground: Ground, kind: str, make: Callable[[], bytes]) -> HttpResponseBase:
    """The bytes, packed once; to be kept for a year when the address names the version that they show."""
    key = f"{ground.version} {request.get_full_path()}"
    etag = f'"{blake2s(key.encode(), digest_size=12).hexdigest()}"'
    unchanged = get_conditional_response(request, etag)
    if unchanged is not None and unchanged.status_code == 304:
        return unchanged
    packed = kept.get(key, lambda: gzip.compress(make(), 6, mtime=0))
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(packed if takes_gzip else gzip.decompress(packed), content_type=kind)
    if takes_gzip:
        answer.headers["Content-Encoding"] = "gzip"
    patch_vary_headers(answer, ["Accept-Encoding"])
    is_current = request.GET.get("v") == ground.version
    answer.headers["Cache-Control"] = f"private, max-age={YEAR_S}, immutable" if is_current else "private, no-cache"
    answer.headers["ETag"] = etag
    return answer
