"""总览: one page for leaders, no gauge, no ranking; every number opens its cases."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from gridward.accounts.access import business_view
from gridward.cases.models import Case
from gridward.cases.queries import visible_cases
from gridward.cases.queries.figures import area_of
from gridward.cases.queries.overview import AreaRow, Concern, area_rows, by_duty_load, by_stage, concerns, counts
from gridward.cases.templatetags.cases import named
from gridward.core.calendar.due import end_of_day
from gridward.districts.queries import local_day
from gridward.grids.queries.layers import ground_of, outline_box
from gridward.web.maps import Feature, Layer, Sheet, sheet, window_around
from gridward.work import clock

SIZE = (800, 540)


def why(concern: Concern) -> str:
    """One sentence: the published rule that chose this case."""
    n = concern.number
    sentences = {
        "disputed": ngettext("No body takes it on: %(n)s day since it was told.",
                             "No body takes it on: %(n)s days since it was told.", n),
        "extension_refused": _("Late, and its extension was refused."),
        "late": _("The longest late of all that are not named above."),
        "reopened": ngettext("Closed and opened again once.", "Closed and opened again %(n)s times.", n),
        "again": _("The same at the same place within 30 days."),
        "followed": ngettext("%(n)s person reports it.", "%(n)s people report it.", n),
        "told": ngettext("%(n)s day since the resident told us.", "%(n)s days since the resident told us.", n),
    }  # fmt: skip
    return sentences[concern.rule] % {"n": n}


def _sheet(request: HttpRequest, areas: list[AreaRow]) -> Sheet:
    """Open cases by subdistrict, with the late share as a red arc."""
    link = reverse("cases:list")
    discs = [
        Feature(
            row.division.outline.point_on_surface, id=row.division.code, name=named(row.division), count=row.open,
            late=row.late, url=f"{link}?subdistrict={row.division.code}",
        )
        for row in areas
        if row.division.outline
    ]  # fmt: skip
    one_area = [row.division.outline for row in areas if row.division.outline] if len(areas) == 1 else []
    return sheet(
        request, [Layer("area_count", discs)], title=_("Open cases"), whole=outline_box(request.district),
        start=window_around(one_area[0].extent, SIZE) if one_area else None,
        table_url="#areas", size=SIZE, ground=ground_of(request.district),
    )  # fmt: skip


def _rows(request: HttpRequest) -> QuerySet[Case]:
    return visible_cases(request.grant, request.territory)


@require_GET
@business_view
def index(request: HttpRequest) -> HttpResponse:
    """The page."""
    at, rows, area = clock.now(), _rows(request), area_of(request.territory)
    tomorrow = end_of_day(local_day(request.district, at), request.district.time_zone)
    areas = area_rows(request.district, rows, at=at, tomorrow=tomorrow)
    page = {
        "at": at, "counts": counts(rows, at=at, tomorrow=tomorrow), "areas": areas, "sheet": _sheet(request, areas),
        "concerns": [(concern.case, why(concern)) for concern in concerns(rows, at=at)],
        "loads": by_duty_load(rows, area), "stages": by_stage(rows, area), "list_url": reverse("cases:list"),
    }  # fmt: skip
    return render(request, "cases/overview.html", page)
