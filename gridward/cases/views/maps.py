"""Maps of cases: the list's, one case's."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from gridward.cases.models import Case
from gridward.cases.queries.lights import light
from gridward.cases.queries.listing import MAP_MOST
from gridward.cases.queries.worklist import title_of
from gridward.grids.queries.layers import ground_layers, outline_box
from gridward.web.maps import Feature, Layer, Sheet, Window, feature_collection, sheet, window_around
from gridward.work import clock

NEAR_DEGREES = 0.004


def features_of(cases: Iterable[Case]) -> list[Feature]:
    """Cases as points with family and light."""
    now = clock.now()
    return [
        Feature(
            case.position, id=case.number, name=title_of(case), url=reverse("cases:case", args=[case.number]),
            family=case.family, light=light(case, now),
        )
        for case in cases
        if case.position
    ]  # fmt: skip


def case_features(cases: Iterable[Case]) -> dict[str, Any]:
    return feature_collection(Layer("case", features_of(cases)))


def list_sheet(request: HttpRequest, rows: QuerySet[Case]) -> Sheet:
    """The cases of the list on the ground; the window fetches only what it shows."""
    found = rows.filter(position__isnull=False).select_related("category", "district").order_by("-reported_at")
    cases = Layer("case", features_of(found[:MAP_MOST]))

    def layers(window: Window) -> list[Layer]:
        return [*ground_layers(request.district, window), cases]

    return sheet(request, layers, title="", whole=outline_box(request.district), table_url="#table", name="map")


def case_sheet(request: HttpRequest, case: Case) -> Sheet | None:
    """A small still map of the place with its grid."""
    if case.position is None:
        return None
    lon, lat = case.position.coords
    box = (lon - NEAR_DEGREES, lat - NEAR_DEGREES * 0.7, lon + NEAR_DEGREES, lat + NEAR_DEGREES * 0.7)
    window = window_around(box, (420, 300))
    here = Layer("case", features_of([case]))
    return sheet(
        request, [*ground_layers(request.district, window), here], title=case.place, whole=box, start=window,
        size=(420, 300), name="place", is_still=True,
    )  # fmt: skip
