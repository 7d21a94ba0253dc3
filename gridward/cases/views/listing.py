"""List and map of cases side by side, with the same filters in the address; and their export."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from gridward.accounts.access import business_view
from gridward.cases.forms.filters import CaseFilterForm
from gridward.cases.models import Case
from gridward.cases.queries import visible_cases
from gridward.cases.queries.listing import CaseFilter, Found, is_number, matching, narrowed, page_of
from gridward.cases.templatetags.cases import named, state_name
from gridward.cases.views.maps import case_features, list_sheet
from gridward.core.calendar.due import end_of_day
from gridward.districts.queries import local_day
from gridward.web.maps import read_box
from gridward.web.moments import full_moment
from gridward.work import clock

EXPORT_MOST = 50_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def found_cases(request: HttpRequest, at: datetime) -> Found:
    """The cases that this viewer's address asks for, not counted."""
    tomorrow = end_of_day(local_day(request.district, at), request.district.time_zone)
    wish, rows = CaseFilter.read(request.GET), visible_cases(request.grant, request.territory)
    return Found(matching(rows, wish, at=at, tomorrow=tomorrow), wish.words)


@require_GET
@business_view
def index(request: HttpRequest) -> HttpResponse:
    """The list with the map beside it; a whole case number goes straight to its case."""
    words = request.GET.get("q", "").strip()
    if is_number(words) and visible_cases(request.grant, request.territory).filter(number=words).exists():
        return redirect("cases:case", number=words)
    asked = found_cases(request, clock.now())
    found = narrowed(asked.rows, asked.words)
    page = page_of(found, request.GET.get("after", ""))
    form = CaseFilterForm({"condition": "open", **request.GET.dict()}, district_id=request.district.pk)
    return render(request, "cases/list.html", {"page": page, "form": form, "sheet": list_sheet(request, found)})


@gzip_page
@require_GET
@business_view
def features(request: HttpRequest) -> JsonResponse:
    """The same cases as points for the map."""
    return JsonResponse(case_features(found_cases(request, clock.now()), request.district, read_box(request)))


class _Line:
    """csv wants a file; a streamed answer wants the line."""

    def write(self, value: str) -> str:
        return value


def _quoted(text: Any) -> str:
    """Cells that a spreadsheet would run as a formula begin with an apostrophe."""
    cell = str(text)
    return f"'{cell}" if cell.lstrip(" ")[:1] in FORMULA_STARTS else cell


def _lines(rows: QuerySet[Case]) -> Iterator[str]:
    writer = csv.writer(_Line())
    heads = (_("Number"), _("Category"), _("Place"), _("State"), _("Body"), _("Reported"), _("Due"), _("Closed"))
    yield "\ufeff" + writer.writerow(heads)
    for case in rows.select_related("category", "body")[:EXPORT_MOST].iterator(chunk_size=500):
        times = (full_moment(t) if t else "" for t in (case.reported_at, case.due_at, case.closed_at))
        yield writer.writerow(
            _quoted(cell)
            for cell in (case.number, named(case.category), case.place, state_name(case), named(case.body), *times)
        )


@require_GET
@business_view
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a table file, without texts and without who reported."""
    rows = found_cases(request, clock.now()).saying.order_by("-reported_at", "-pk")
    answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="cases.csv"'
    return answer
