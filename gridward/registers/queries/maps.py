"""What the maps of components show."""

from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.grids.queries.layers import ground_of, outline_box
from gridward.registers.models import Component
from gridward.registers.queries.classes import ComponentClass
from gridward.registers.queries.listing import in_box
from gridward.registers.words import component_name
from gridward.web.maps import Box, Feature, Layer, Sheet, Window, sheet

MOST = 1500
LIST_SIZE, ONE_SIZE, ONE_WIDTH_M = (720, 560), (520, 320), 400.0
Found = list[Component] | QuerySet[Component]


def component_layer(found: Found, box: Box, classes: Mapping[str, ComponentClass]) -> Layer:
    """Those of the found that lie in a box; where there are very many, some of them."""
    west, south, east, north = box
    if isinstance(found, list):
        rows: Iterable[Component] = [
            row for row in found if west <= row.position.x <= east and south <= row.position.y <= north
        ]
    else:
        rows = in_box(found.select_related(None), box, MOST)
    return Layer("component", [_feature(row, classes) for row in rows])


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

    whole = _around(found) if isinstance(found, list) and found else outline_box(request.district)
    return sheet(request, layers, title=_("Components"), whole=whole, table_url="#table", size=LIST_SIZE,
                 ground=ground_of(request.district))  # fmt: skip


def _around(found: list[Component]) -> Box:
    west, south, east, north = shapely.total_bounds(
        [shapely.Point(row.position.x, row.position.y).buffer(0.002) for row in found]
    ).tolist()
    return west, south, east, north


def component_sheet(request: HttpRequest, component: Component, **options: Any) -> Sheet:
    """One component on the ground around it."""
    point = shapely.Point(component.position.x, component.position.y)
    window = Window(point.x, point.y, ONE_WIDTH_M, ONE_SIZE)
    return sheet(request, [Layer("place", [Feature(point)])], title=_("Where it stands"), whole=window.box,
                 start=window, size=ONE_SIZE, ground=ground_of(component.district), **options)  # fmt: skip
