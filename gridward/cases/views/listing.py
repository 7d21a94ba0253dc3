"""List and map of cases side by side, with the same filters in the address; and their export."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from gridward.accounts.access import business_view
from gridward.cases.forms.filters import CaseFilterForm
from gridward.cases.queries import visible_cases
from gridward.cases.queries.calling import may_draw
from gridward.cases.queries.listing import CaseFilter, Found, is_number, matching, narrowed, page_of
from gridward.cases.views.maps import case_features, list_sheet
from gridward.core.calendar.due import end_of_day
from gridward.districts.queries import local_day
from gridward.web.maps import read_box
from gridward.work import clock


def found_cases(request: HttpRequest, at: datetime) -> Found:
    """The cases that this viewer's address asks for, not counted."""
    return cases_of(request, request.GET, at)


def cases_of(request: HttpRequest, filters: QueryDict, at: datetime) -> Found:
    """The viewer's cases of some filters."""
    tomorrow = end_of_day(local_day(request.district, at), request.district.time_zone)
    wish, rows = CaseFilter.read(filters), visible_cases(request.grant, request.territory)
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
    shown = {"page": page, "form": form, "sheet": list_sheet(request, found), "may_draw": may_draw(request.grant)}
    return render(request, "cases/list.html", shown)


@gzip_page
@require_GET
@business_view
def features(request: HttpRequest) -> JsonResponse:
    """The same cases as points for the map."""
    return JsonResponse(case_features(found_cases(request, clock.now()), request.district, read_box(request)))
