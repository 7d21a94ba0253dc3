"""A map as a printed sheet: drawn by the server as SVG, taken over by ``<grid-map>`` where script and WebGL are.

A page asks for ``sheet(request, layers, title=…)`` and prints it with ``{% grid_map sheet %}``. Shapes are in
longitude and latitude (WGS 84), shapely or GeoDjango. ``layers`` is a sequence, or a function of the window
that fetches only what can be seen.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import shapely
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from gridward.web.grounds import Ground

METRES_PER_DEGREE = 111_320.0
PRECISION = 1e-6  # degrees: a tenth of a metre
Box = tuple[float, float, float, float]
# The element fetches the ground anew at these metres a pixel, in squares of so many degrees.
LEVELS = ((25.0, 0.4), (14.0, 0.1), (3.0, 0.02))

# From the bottom up. A layer's kind decides how it is drawn, here and in grid-map.js.
KINDS = (
    "land",
    "block",
    "park",
    "building",
    "water",
    "rail",
    "express",
    "arterial",
    "street",
    "shade_1",
    "shade_2",
    "shade_3",
    "shade_4",
    "shade_5",
    "grid_community",
    "grid_road",
    "grid_premises",
    "changed",
    "community",
    "subdistrict",
    "outline",
    "area_count",
    "case",
    "door",
    "component",
    "place",
)


def kind_word(kind: str) -> str:
    """The word of a kind in the key below the map; empty kinds are understood without a word."""
    words = {
        "water": _("Water"),
        "park": _("Green space"),
        "express": _("Expressway"),
        "arterial": _("Main road"),
        "rail": _("Railway"),
        "grid_community": _("Community grid"),
        "grid_road": _("Road grid"),
        "grid_premises": _("Premises grid"),
        "changed": _("Changed"),
        "community": _("Community boundary"),
        "subdistrict": _("Subdistrict boundary"),
        "outline": _("District boundary"),
        "area_count": _("Open cases; red arc: late"),
        "door": _("Door"),
        "component": _("Component"),
        "place": _("The place"),
    }
    return words.get(kind, "")


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on the map. ``id`` joins it to the table row with ``data-feature`` of the same value."""

    shape: Any
    id: str = ""
    name: str = ""
    url: str = ""
    family: str = ""
    light: str = ""
    count: int = 0
    late: int = 0
    is_chosen: bool = False

    @property
    def geometry(self) -> shapely.Geometry:
        if isinstance(self.shape, shapely.Geometry):
            return self.shape
        return shapely.from_wkb(bytes(self.shape.wkb))


@dataclass(frozen=True, slots=True)
class Layer:
    """Features of one kind.

    ``url`` is where ``<grid-map>`` gets the same as GeoJSON; without it they are sent along with the page.
    """

    kind: str
    features: Iterable[Feature] = ()
    name: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"layer kind {self.kind!r} is not one of {', '.join(KINDS)}")
        object.__setattr__(self, "features", tuple(self.features))


@dataclass(frozen=True, slots=True)
class Window:
    """What is seen: the middle, and the width of the ground in metres."""

    lon: float
    lat: float
    width_m: float
    size: tuple[int, int]

    @property
    def metres_per_px(self) -> float:
        return self.width_m / self.size[0]

    @property
    def degrees_per_px(self) -> tuple[float, float]:
        lat = self.metres_per_px / METRES_PER_DEGREE
        return lat / math.cos(math.radians(self.lat)), lat

    @property
    def box(self) -> Box:
        """West, south, east, north."""
        dx, dy = self.degrees_per_px
        half_x, half_y = dx * self.size[0] / 2, dy * self.size[1] / 2
        return self.lon - half_x, self.lat - half_y, self.lon + half_x, self.lat + half_y

    def to_px(self, points: Any) -> Any:
        """An (n, 2) array of degrees as pixels from the upper left."""
        dx, dy = self.degrees_per_px
        west, _south, _east, north = self.box
        return (points - (west, north)) / (dx, -dy)

    def from_px(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a pixel."""
        dx, dy = self.degrees_per_px
        west, _south, _east, north = self.box
        return west + x * dx, north - y * dy

    def moved(self, right: float = 0, up: float = 0, zoom: float = 1) -> "Window":
        """Moved by parts of its width and height, then narrowed by ``zoom``."""
        dx, dy = self.degrees_per_px
        lon, lat = self.lon + right * dx * self.size[0], self.lat + up * dy * self.size[1]
        return replace(self, lon=lon, lat=lat, width_m=min(400_000.0, max(60.0, self.width_m / zoom)))

    def text(self) -> str:
        return f"{self.lon:.6f},{self.lat:.6f},{self.width_m:.0f}"


def read_window(text: str, fallback: Window) -> Window:
    """A window from ``lon,lat,width_m``; the fallback for anything else."""
    try:
        lon, lat, width_m = (float(part) for part in text.split(","))
    except ValueError:
        return fallback
    if not (abs(lon) <= 180 and abs(lat) <= 80 and 60 <= width_m <= 400_000):
        return fallback
    return replace(fallback, lon=lon, lat=lat, width_m=width_m)


def window_around(box: Box, size: tuple[int, int], margin: float = 1.06) -> Window:
    """The window that shows a box of degrees whole."""
    west, south, east, north = box
    lat = (south + north) / 2
    wide = (east - west) * METRES_PER_DEGREE * math.cos(math.radians(lat))
    high = (north - south) * METRES_PER_DEGREE
    width_m = max(wide, high * size[0] / size[1], 60.0) * margin
    return Window((west + east) / 2, lat, width_m, size)


def bounds_of(layers: Iterable[Layer]) -> Box:
    """The box around everything drawn."""
    shapes = [feature.geometry for layer in layers for feature in layer.features]
    if not shapes:
        return 73.0, 18.0, 135.0, 54.0
    return cast(Box, tuple(float(edge) for edge in shapely.total_bounds(shapes)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A map ready to print."""

    title: str
    layers: tuple[Layer, ...]
    window: Window
    whole: Window
    name: str = "map"
    query: Any = None
    table_url: str = ""
    source: str = ""
    approval: str = ""
    is_still: bool = False
    ground: "Ground | None" = None
    theme: str = "light"
    note: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


Layers = Sequence[Layer] | Callable[[Window], Sequence[Layer]]


def sheet(
    request: HttpRequest | None,
    layers: Layers,
    *,
    title: str,
    whole: Box | None = None,
    start: Window | None = None,
    size: tuple[int, int] = (960, 640),
    name: str = "map",
    table_url: str = "",
    is_still: bool = False,
    ground: "Ground | None" = None,
) -> Sheet:
    """A map of ``layers``.

    Parameters
    ----------
    whole : box of degrees that "whole map" shows; by default around all features (needs a sequence of layers).
    start : window shown first; by default the whole.
    size : pixels of the drawing; it scales to the width of its place.
    name : name of the address parameter (``?map=lon,lat,width_m``), when a page has several maps.
    table_url : where the same content stands as a table (``"#table"``).
    is_still : no buttons: a small picture of one place.
    ground : what lies under the layers, with addresses of its own.
    """
    if whole is None:
        whole = bounds_of(() if callable(layers) else layers)
    everything = window_around(whole, size)
    asked = "" if request is None or is_still else request.GET.get(name, "")
    window = read_window(asked, start or everything)
    seen = layers(window) if callable(layers) else layers
    return Sheet(
        title=title,
        layers=tuple(sorted(seen, key=lambda layer: KINDS.index(layer.kind))),
        window=window,
        whole=everything,
        name=name,
        query=None if request is None else request.GET,
        table_url=table_url,
        source=str(settings.GRIDWARD_BASEMAP_SOURCE) or _("own layers"),
        approval=str(settings.GRIDWARD_MAP_APPROVAL),
        is_still=is_still,
        ground=ground,
        theme=getattr(request, "theme", "light"),
    )


def feature_collection(layer: Layer, *, thinned: float = 0.0) -> dict[str, Any]:
    """A layer as GeoJSON, with the properties that grid-map.js reads; lines thinned by so many degrees."""
    features = []
    shapes = shapely.simplify([feature.geometry for feature in layer.features], thinned)
    texts = shapely.to_geojson(shapely.set_precision(shapes, PRECISION, mode="pointwise"))
    for feature, text in zip(layer.features, texts, strict=True):
        properties = {
            "id": feature.id,
            "name": feature.name,
            "url": feature.url,
            "family": feature.family,
            "light": feature.light,
            "count": feature.count,
            "late": feature.late,
            "chosen": feature.is_chosen,
        }
        features.append(
            {
                "type": "Feature",
                "geometry": json.loads(text),
                "properties": {name: value for name, value in properties.items() if value},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def layer_response(layer: Layer) -> JsonResponse:
    """What the view behind ``Layer.url`` returns."""
    return JsonResponse(feature_collection(layer), json_dumps_params={"ensure_ascii": False})


def read_box(request: HttpRequest) -> Box | None:
    """The ``box`` that grid-map.js fills into ``{box}`` of a layer's address: west,south,east,north."""
    try:
        west, south, east, north = (float(part) for part in request.GET.get("box", "").split(","))
    except ValueError:
        return None
    sensible = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if sensible else None


def tile_pattern() -> str:
    """The address of base map tiles on this server, or nothing with own layers only."""
    if settings.GRIDWARD_BASEMAP != "xyz":
        return ""
    return reverse("web:tile", args=(0, 0, 0)).replace("/0/0/0", "/{z}/{x}/{y}")


def modules() -> SafeString:
    """Script and style of the map element."""
    return format_html(
        '<link rel="stylesheet" href="{}">\n<script type="module" src="{}"></script>\n',
        static("lib/maplibre/maplibre-gl.css"),
        static("web/grid-map.js"),
    )
