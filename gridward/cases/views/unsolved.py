"""问题库: the list of what cannot be solved now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridward.accounts.access import business_view
from gridward.cases.queries import visible_cases
from gridward.cases.queries.unsolved import page_of_unsolved, to_look_at
from gridward.districts.queries import local_day
from gridward.work import clock


@require_GET
@business_view
def index(request: HttpRequest) -> HttpResponse:
    """By the day to look again; those whose day has come are marked."""
    rows, today = visible_cases(request.grant, request.territory), local_day(request.district, clock.now())
    words = {"page": page_of_unsolved(rows, request.GET.get("after", "")), "today": today,
             "due": to_look_at(rows, today).count()}  # fmt: skip
    return render(request, "cases/unsolved.html", words)
