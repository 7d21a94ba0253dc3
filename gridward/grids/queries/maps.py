"""What the maps of grids and plans show."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import Count, Max, QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.core.coverage import Finding
from gridward.districts.models import District
from gridward.grids.models import Grid, GridPlan, GridShape
from gridward.grids.queries.days import as_of
from gridward.grids.queries.layers import GRID_LAYERS, ground_of, outline_box
from gridward.grids.queries.plans import number_of, shapes_of
from gridward.grids.queries.roads import Proposal
from gridward.grids.shapes import to_shapely
from gridward.grids.words import finding_word, named
from gridward.web.grounds import Ground
from gridward.web.maps import Box, Feature, Layer, Sheet, Window, sheet

KINDS = ("community", "road", "premises")
MOST = 2000
MOST_LINKED = 120
MOST_CHANGED = 40
LIST_SIZE = (720, 560)


def _features(shapes: QuerySet[GridShape], kind: str, chosen: str = "") -> list[Feature]:
    grids_url = reverse("grids:list")
    return [
        Feature(
            shape.shape, id=shape.grid.code, name=named(shape.grid), is_chosen=shape.grid.code == chosen,
            url=f"{grids_url}{shape.grid.code}/",
        )
        for shape in shapes
        if shape.grid.kind == kind
    ]  # fmt: skip


def grid_layers_of(
    district: District, rows: QuerySet[Grid], day: date, box: Any, chosen: str = "", known_at: datetime | None = None
) -> list[Layer]:  # fmt: skip
    """These grids on a day inside a box, one layer a kind."""
    shapes = GridShape.objects.filter(as_of(day, known_at), district=district, grid__in=rows, shape__intersects=box)
    found = shapes.select_related("grid").order_by("grid__code")[:MOST]
    return [Layer(f"grid_{kind}", _features(found, kind, chosen)) for kind in KINDS]


def _linked_if_few(layer: Layer, is_ground: bool) -> list[Feature]:
    """Many grids on one sheet are too small to be chosen: without links, and not again where the ground has them."""
    features = list(layer.features)
    if len(features) <= MOST_LINKED:
        return features
    return [] if is_ground else [Feature(feature.shape) for feature in features]


def list_sheet(
    request: HttpRequest, rows: QuerySet[Grid], day: date, known_at: datetime | None = None, *, are_all: bool = False
) -> Sheet:
    """The grids of the list on the ground; all of today are part of the ground, which browsers keep."""

    asked = request.GET.copy()
    asked.pop("map", None)
    address = f"{reverse('grids:features')}?{asked.urlencode()}&box={{box}}&layer="

    def layers(window: Window) -> list[Layer]:
        found = grid_layers_of(request.district, rows, day, Polygon.from_bbox(window.box), known_at=known_at)
        return [Layer(layer.kind, _linked_if_few(layer, are_all), url=address + layer.kind) for layer in found]

    ground = ground_of(request.district, with_grids=are_all, however_small=are_all)
    return sheet(request, layers, title=_("Grids"), whole=outline_box(request.district), table_url="#table",
                 size=LIST_SIZE, ground=ground)  # fmt: skip


def grid_sheet(request: HttpRequest, shape: GridShape, day: date) -> Sheet:
    """One grid among its neighbours."""

    def layers(window: Window) -> list[Layer]:
        rows = Grid.objects.filter(district=request.district)
        return grid_layers_of(request.district, rows, day, Polygon.from_bbox(window.box), shape.grid.code)

    return sheet(request, layers, title=named(shape.grid), whole=_wider(shape.shape.extent), size=(640, 460),
                 ground=ground_of(request.district))  # fmt: skip


def _wider(box: Box, part: float = 0.25) -> Box:
    west, south, east, north = box
    dx, dy = (east - west) * part, (north - south) * part
    return west - dx, south - dy, east + dx, north + dy


def plan_ground(plan: GridPlan) -> Ground:
    """The ground with all grids of a plan, at an address of its own that changes with them."""
    below, held = ground_of(plan.district), shapes_of(plan)
    stamp = held.aggregate(n=Count("pk"), last=Max("pk"), sum=Sum("pk"))

    def fetch(window: Window) -> list[Layer]:
        seen = held.filter(shape__intersects=Polygon.from_bbox(window.box)).select_related("grid")
        rows = list(seen.order_by("grid__code")[:MOST])
        return [*below.fetch(window), *(Layer(f"grid_{kind}", _of_kind(rows, kind)) for kind in KINDS)]

    version = "-".join(str(part or 0) for part in (below.version, *stamp.values()))
    kinds = (*below.kinds, *GRID_LAYERS)
    return replace(below, version=version, kinds=kinds, fetch=fetch, options=(("plan", str(number_of(plan))),))


def _of_kind(rows: list[GridShape], kind: str) -> list[Feature]:
    return [Feature(row.shape, name=named(row.grid)) for row in rows if row.grid.kind == kind]


def plan_sheet(request: HttpRequest, plan: GridPlan, changed: set[str], findings: list[Finding]) -> Sheet:
    """The grids of a plan on their ground; what it changes, and what the check found, stand out.

    Where very many change there is no standing out: the table names them.
    """
    box = plan.division.outline.extent if plan.division.outline else outline_box(request.district)
    redrawn = shapes_of(plan).filter(grid__code__in=changed).select_related("grid").order_by("grid__code")
    marks = [Feature(f.geometry, id=f"f{n}", name=finding_word(f)) for n, f in enumerate(findings, 1) if f.area_m2]
    table = "#table" if plan.state == GridPlan.State.DRAFT else reverse("grids:list")
    drawn = [Layer(f"grid_{kind}", _changed(redrawn, kind)) for kind in KINDS] if len(changed) <= MOST_CHANGED else []

    return sheet(request, [*drawn, Layer("changed", marks)], title=named(plan), whole=box, table_url=table,
                 size=LIST_SIZE, ground=plan_ground(plan))  # fmt: skip


def _changed(rows: QuerySet[GridShape], kind: str) -> list[Feature]:
    return [
        Feature(row.shape, id=row.grid.code, name=named(row.grid), is_chosen=True)
        for row in rows
        if row.grid.kind == kind
    ]


def road_sheet(request: HttpRequest, proposal: Proposal) -> Sheet:
    """The stretches that are proposed for a road, each with its number, and the doors that were counted along it."""
    bands = [
        Feature(one.shape, id=f"s{n}", name=str(n), is_chosen=n % 2 == 0) for n, one in enumerate(proposal.grids, 1)
    ]
    west, south, east, north = shapely.total_bounds(np.array([one.shape for one in proposal.grids], object)).tolist()
    layers = [Layer("grid_road", bands), Layer("door", [Feature(door) for door in proposal.doors[:MOST]])]
    return sheet(request, layers, title=named(proposal.road), whole=_wider((west, south, east, north), 0.08),
                 table_url="#table", size=LIST_SIZE, ground=ground_of(request.district))  # fmt: skip


# --- the book of a plan -------------------------------------------------------------------------------

COVER_SIZE, BOOK_SIZE = (900, 640), (900, 560)


def cover_sheet(request: HttpRequest, ground: Ground, shapes: list[GridShape], title: str) -> Sheet:
    """All grids of a book, a picture on paper: no buttons, nothing sent along."""
    west, south, east, north = shapely.total_bounds([to_shapely(shape.shape) for shape in shapes])
    box = _wider((float(west), float(south), float(east), float(north)), 0.03)
    return sheet(request, [], title=title, whole=box, size=COVER_SIZE, is_still=True, ground=ground)


def book_sheet(request: HttpRequest, ground: Ground, shape: GridShape) -> Sheet:
    """One grid among its neighbours."""
    chosen = Feature(shape.shape, id=shape.grid.code, name=named(shape.grid), is_chosen=True)
    layers = [Layer(f"grid_{shape.grid.kind}", [chosen])]
    box = _wider(shape.shape.extent, 0.15)
    return sheet(request, layers, title=named(shape.grid), whole=box, size=BOOK_SIZE, is_still=True, ground=ground)


def public_sheet(request: HttpRequest, plan: GridPlan, shapes: list[GridShape], chosen: str) -> Sheet:
    """The grids of an adopted plan for everybody, or one of them among its neighbours."""
    ground = plan_ground(plan)
    if chosen:
        return replace(book_sheet(request, ground, shapes[0]), is_still=False)
    return replace(cover_sheet(request, ground, shapes, named(plan)), is_still=False, table_url="#grids")
