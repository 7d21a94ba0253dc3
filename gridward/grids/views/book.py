"""The plan book 方案图册: a cover and one page per grid, for the wall of the community room."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridward.districts.queries import local_day
from gridward.grids.models import GridPlan
from gridward.grids.queries.maps import book_sheet, cover_sheet, plan_ground
from gridward.grids.queries.plans import get_plan
from gridward.grids.queries.publishing import day_of, facts_of, published_shapes
from gridward.grids.views.doors import grid_view
from gridward.grids.words import named
from gridward.work import clock


@require_GET
@grid_view
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The whole book, or that of one community (``?community=``) or of one grid (``?grid=``)."""
    plan = get_plan(request.district, number)
    community, grid = request.GET.get("community", "")[:12], request.GET.get("grid", "")[:20]
    shapes = published_shapes(plan, community=community, grid=grid)
    if not shapes or plan.state == GridPlan.State.WITHDRAWN:
        raise Http404
    day = day_of(plan, local_day(request.district, clock.now()))
    facts = facts_of(plan, shapes, day)
    ground = plan_ground(plan)
    communities = {row.grid.community.code: row.grid.community for row in facts if row.grid.community}
    return render(request, "grids/book.html", {
        "plan": plan, "number": number, "day": day, "is_one": bool(grid), "asked": community,
        "communities": communities, "pages": [(row, book_sheet(request, ground, row.shape)) for row in facts],
        "cover": None if grid else cover_sheet(request, ground, shapes, named(plan)),
        "households": sum(row.shape.households or 0 for row in facts),
        "area_m2": sum(row.shape.area_m2 for row in facts),
        "served": sum(bool(row.posts) for row in facts),
    })  # fmt: skip
