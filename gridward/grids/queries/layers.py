"""Layers of the district's own map: ground, grids, boundaries, as much as a window shows."""

from datetime import date
from functools import lru_cache
from hashlib import blake2s

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db.models import Count, Max, Subquery, Sum
from django.urls import reverse

from gridward.areas.models import Division, GroundFeature
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.models import GridShape
from gridward.grids.queries.days import in_force
from gridward.grids.words import named
from gridward.web.grounds import Ground
from gridward.web.maps import Box, Feature, Layer, Window
from gridward.web.moments import is_chinese
from gridward.work import clock

CHINA = (73.0, 18.0, 135.0, 54.0)
SMALLER_ROADS_FROM = 14.0
BLOCKS_FROM = 14.0
BUILDINGS_FROM = 3.0
GRIDS_FROM = 9.0
COMMUNITIES_FROM = 25.0
MOST = 6000
POINTS = (GroundFeature.Kind.LANDMARK, GroundFeature.Kind.GATE)  # no layer draws them
GRID_LAYERS = ("grid_community", "grid_road", "grid_premises")


def outline_box(district: District) -> Box:
    """The box of the district: of its outline, else of its ground."""
    if district.outline is not None:
        return tuple(district.outline.extent)
    extent = GroundFeature.objects.filter(district=district).aggregate(box=Extent("shape"))["box"]
    return tuple(extent) if extent else CHINA


def ground_of(district: District, *, with_grids: bool = False, however_small: bool = False) -> Ground:
    """The ground of a district's maps, with or without the grids in force today; one statement.

    Grids wait until one can tell them apart, but where they are what the map is about (``however_small``).
    """
    today = local_day(district, clock.now())
    stamp = _stamp(district, today if with_grids else None)
    language = "zh" if is_chinese() else "en"

    def fetch(window: Window) -> list[Layer]:
        are_seen = with_grids and (however_small or window.metres_per_px <= GRIDS_FROM)
        grids = grid_layers(district, window) if are_seen else []
        return [*ground_layers(district, window), *grids]

    kinds = _kinds_there(district.pk, stamp)
    return Ground(
        reverse("grids:ground_picture").removesuffix(".svg"), f"{stamp}-{language}",
        (*kinds, *GRID_LAYERS) if with_grids else kinds, fetch,
        (("grids", "all" if however_small else "1"),) if with_grids else (),
    )  # fmt: skip


def _stamp(district: District, day: date | None) -> str:
    """Changes whenever something of the ground is loaded or, with a day, the grids in force are others."""
    ground = GroundFeature.objects.filter(district=district).order_by("-pk")
    drawn = Division.objects.filter(district=district, is_in_use=True).order_by("-pk")
    last = [Subquery(rows.values("pk")[:1]) for rows in (ground, drawn)]
    count = drawn.order_by().values("district").annotate(n=Count("pk"))
    parts = [*last, Subquery(count.values("n"))]
    if day:
        held = GridShape.objects.filter(in_force(day), district=district).order_by().values("district")
        parts += [Subquery(held.annotate(v=found).values("v")) for found in (Count("pk"), Max("pk"), Sum("pk"))]
    found = District.objects.filter(pk=district.pk).values_list("pk", *parts).get()
    outline = bytes(district.outline.wkb) if district.outline else b""
    return blake2s(repr((found, day)).encode() + outline, digest_size=8).hexdigest()


@lru_cache(maxsize=64)
def _kinds_there(district_id: int, stamp: str) -> tuple[str, ...]:
    """The kinds of layers that the district has anything of."""
    rows = GroundFeature.objects.filter(district_id=district_id).exclude(kind__in=POINTS)
    return ("land", *rows.values_list("kind", flat=True).distinct(), "community", "subdistrict", "outline")


def _kinds(metres_per_px: float) -> list[str]:
    kind = GroundFeature.Kind
    kinds = [kind.WATER, kind.PARK, kind.RAIL, kind.EXPRESS, kind.ARTERIAL]
    if metres_per_px <= SMALLER_ROADS_FROM:
        kinds += [kind.STREET, kind.BLOCK]
    if metres_per_px <= BUILDINGS_FROM:
        kinds.append(kind.BUILDING)
    return [str(value) for value in kinds]


def ground_layers(district: District, window: Window) -> list[Layer]:
    """The ground and boundaries that a window shows: less of it the farther away."""
    box = Polygon.from_bbox(window.box)
    kinds = _kinds(window.metres_per_px)
    rows = GroundFeature.objects.filter(district=district, kind__in=kinds, shape__intersects=box).order_by("rank", "pk")
    by_kind: dict[str, list[Feature]] = {name: [] for name in kinds}
    for row in rows[:MOST]:
        by_kind[row.kind].append(Feature(row.shape, name=named(row)))
    layers = [Layer(name, features) for name, features in by_kind.items() if features]
    if district.outline is not None:
        layers += [Layer("land", [Feature(district.outline)]), Layer("outline", [Feature(district.outline)])]
    return [*layers, *_divisions(district, box, window.metres_per_px)]


def _divisions(district: District, box: Polygon, metres_per_px: float) -> list[Layer]:
    levels = [Division.Level.SUBDISTRICT]
    if metres_per_px <= COMMUNITIES_FROM:
        levels.append(Division.Level.COMMUNITY)
    rows = Division.objects.filter(district=district, level__in=levels, is_in_use=True, outline__intersects=box)
    found = list(rows.order_by("sort_key"))
    return [
        Layer(level, [Feature(row.outline, name=named(row)) for row in found if row.level == level]) for level in levels
    ]


def grid_layers(district: District, window: Window) -> list[Layer]:
    """The grids in force today inside a window, one layer a kind."""
    today = local_day(district, clock.now())
    shapes = GridShape.objects.filter(
        in_force(today), district=district, shape__intersects=Polygon.from_bbox(window.box)
    )
    found = list(shapes.select_related("grid").order_by("grid__code"))
    return [
        Layer(
            layer,
            [Feature(s.shape, name=named(s.grid)) for s in found if f"grid_{s.grid.kind}" == layer],
        )
        for layer in GRID_LAYERS
    ]
