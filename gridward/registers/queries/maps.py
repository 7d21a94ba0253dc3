"""What the maps of components show."""

from collections.abc import Mapping
from typing import Any

import shapely
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.gpkg.many import read_points
from gridward.grids.queries.layers import ground_of, outline_box
from gridward.registers.models import Component
from gridward.registers.queries.classes import ComponentClass
from gridward.registers.queries.listing import Found, in_box
from gridward.registers.words import component_name
from gridward.web.maps import Box, Feature, Layer, Sheet, Window, sheet

MOST = 1500
BESIDE = 0.002  # degrees
LIST_SIZE, ONE_SIZE, ONE_WIDTH_M = (720, 560), (520, 320), 400.0


def component_layer(found: Found, box: Box, classes: Mapping[str, ComponentClass]) -> Layer:
    """Those of the found that lie in a box; where there are very many, some of them."""
    rows = Component.objects.filter(pk__in=found) if isinstance(found, list) else found
    return Layer("component", [_feature(row, classes) for row in in_box(rows, box, MOST)])


def _feature(row: Component, classes: Mapping[str, ComponentClass]) -> Feature:
    address = reverse("registers:component", args=[row.code])
    return Feature(row.position, id=row.code, name=component_name(row, classes), url=address)


def list_sheet(request: HttpRequest, found: Found) -> Sheet:
    """The components of the list on the ground."""
    asked = request.GET.copy()
    asked.pop("map", None)
    address = f"{reverse('registers:features')}?{asked.urlencode()}&box={{box}}"

    def layers(window: Window) -> list[Layer]:
        drawn = component_layer(found, window.box, {})
        return [Layer(drawn.kind, drawn.features, url=address)]

    whole = outline_box(request.district)
    if isinstance(found, list) and found:
        whole = _around(found)
    return sheet(request, layers, title=_("Components"), whole=whole, table_url="#table", size=LIST_SIZE,
                 ground=ground_of(request.district))  # fmt: skip


def _around(found: list[int]) -> Box:
    """The box around all that was found, with some ground beside it."""
    _, points = read_points(Component.objects.filter(pk__in=found), "position")
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return west - BESIDE, south - BESIDE, east + BESIDE, north + BESIDE


def component_sheet(request: HttpRequest, component: Component, **options: Any) -> Sheet:
    """One component on the ground around it."""
    point = shapely.Point(component.position.x, component.position.y)
    window = Window(point.x, point.y, ONE_WIDTH_M, ONE_SIZE)
    return sheet(request, [Layer("place", [Feature(point)])], title=_("Where it stands"), whole=window.box,
                 start=window, size=ONE_SIZE, ground=ground_of(component.district), **options)  # fmt: skip
