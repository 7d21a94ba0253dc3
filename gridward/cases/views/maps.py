"""Maps of cases: the list's, one case's."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.cases.models import Case
from gridward.cases.queries.lights import light
from gridward.cases.queries.listing import MAP_MOST, Found, drawn_cases
from gridward.cases.queries.worklist import title_of
from gridward.districts.models import District
from gridward.grids.queries.layers import ground_of, outline_box
from gridward.web.maps import Box, Feature, Layer, Sheet, Window, feature_collection, sheet
from gridward.work import clock

NEAR_DEGREES = 0.004
LIST_SIZE = (720, 560)


def features_of(cases: Iterable[Case]) -> list[Feature]:
    """Cases as points with family and light."""
    now, cases_url = clock.now(), reverse("cases:list")
    return [
        Feature(
            case.position, id=case.number, name=title_of(case), url=f"{cases_url}{case.number}/",
            family=case.family, light=light(case, now),
        )
        for case in cases
        if case.position
    ]  # fmt: skip


def case_features(found: Found, district: District, box: Box | None) -> dict[str, Any]:
    """The same as data for the map element, of the box that it shows."""
    return feature_collection(Layer("case", features_of(drawn_cases(found, district, box))))


def list_sheet(request: HttpRequest, cases: Found) -> Sheet:
    """The cases of the list on the ground; a window that does not show the whole district fetches what it shows."""
    whole = outline_box(request.district)
    asked = request.GET.copy()
    for name in ("map", "after"):
        asked.pop(name, None)

    def layers(window: Window) -> list[Layer]:
        found = drawn_cases(cases, request.district, window.box)
        return [Layer("case", features_of(found), url=f"{reverse('cases:features')}?{asked.urlencode()}&box={{box}}")]

    made = sheet(
        request, layers, title=_("Cases"), whole=whole, table_url="#table", size=LIST_SIZE,
        ground=ground_of(request.district),
    )  # fmt: skip
    is_cut = len(tuple(made.layers[0].features)) == MAP_MOST
    return replace(made, note=_("The newest %(number)s are drawn.") % {"number": f"{MAP_MOST:,}"} if is_cut else "")


def case_sheet(request: HttpRequest, case: Case) -> Sheet | None:
    """A small still map of the place with its grid."""
    if case.position is None:
        return None
    lon, lat = case.position.coords
    box = (lon - NEAR_DEGREES, lat - NEAR_DEGREES * 0.7, lon + NEAR_DEGREES, lat + NEAR_DEGREES * 0.7)
    return sheet(
        request, [Layer("case", features_of([case]))], title=case.place, whole=box, size=(420, 300), name="place",
        is_still=True, ground=ground_of(request.district),
    )  # fmt: skip
