"""Plans of grids that were adopted: for everybody to read, before and after their day."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridward.districts.queries import local_day
from gridward.grids.models import GridPlan
from gridward.grids.queries.maps import public_sheet
from gridward.grids.queries.plans import get_plan, number_of
from gridward.grids.queries.publishing import common_items, day_of, facts_of, published_plans, published_shapes
from gridward.work import clock


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All adopted plans, the latest first."""
    if request.district is None:
        raise Http404
    plans = [(number_of(plan), plan) for plan in published_plans(request.district)]
    return render(request, "portal/plans.html", {"plans": plans, "today": local_day(request.district, clock.now())})


@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One plan with its grids, or one grid of it (``?grid=``) with its own map."""
    if request.district is None:
        raise Http404
    plan, grid = get_plan(request.district, number), request.GET.get("grid", "")[:20]
    shapes = published_shapes(plan, grid=grid) if plan.state == GridPlan.State.ADOPTED else []
    if not shapes:
        raise Http404
    day = day_of(plan, local_day(request.district, clock.now()))
    rows = facts_of(plan, shapes, day)
    page = {"plan": plan, "number": number, "day": day, "rows": rows, "is_one": bool(grid),
            "common": common_items(rows),
            "has_ended": all(row.shape.valid_to is not None and row.shape.valid_to <= day for row in rows),
            "sheet": public_sheet(request, plan, shapes, grid)}  # fmt: skip
    return render(request, "portal/plan.html", page)
