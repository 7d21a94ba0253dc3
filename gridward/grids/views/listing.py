"""List and map of grids, one grid, and the layer of the map."""

from django.contrib.gis.geos import Polygon
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from gridward.districts.queries import local_day
from gridward.grids.forms.filters import GridFilterForm
from gridward.grids.forms.posts import PostForm
from gridward.grids.models import Grid
from gridward.grids.queries.days import parse_day, read_as_of
from gridward.grids.queries.listing import (
    GridFilter,
    found_grids,
    get_grid,
    page_of,
    past_of,
    posts_from,
    shape_today,
    team_of,
)
from gridward.grids.queries.maps import grid_layers_of, grid_sheet, list_sheet
from gridward.grids.queries.plans import number_of
from gridward.grids.queries.rights import may_fill_posts, may_state
from gridward.grids.views.doors import grid_view
from gridward.web.maps import feature_collection, read_box
from gridward.work import clock

PIXELS = 4000  # across a box, as finely as anybody draws it


@require_GET
@grid_view
def index(request: HttpRequest) -> HttpResponse:
    """All grids of the district as they are today, or on another day, with the map beside the table."""
    at = clock.now()
    day, known_at = read_as_of(request.GET, request.district, at)
    wanted, is_today = GridFilter.read(request.GET), day == local_day(request.district, at) and known_at is None
    rows = found_grids(request.district, wanted, day, known_at)
    form = GridFilterForm(request.GET or None, district=request.district)
    return render(request, "grids/list.html", {
        "page": page_of(rows, request.GET.get("after", ""), day, known_at), "form": form,
        "sheet": list_sheet(request, rows, day, known_at, are_all=is_today and wanted == GridFilter()), "day": day,
        "known": parse_day(request.GET.get("known")), "is_today": is_today,
    })  # fmt: skip


@gzip_page
@require_GET
@grid_view
def features(request: HttpRequest) -> JsonResponse:
    """The same grids inside a box, for the map element and for others who draw."""
    day, known_at = read_as_of(request.GET, request.district, clock.now())
    box, rows = read_box(request), found_grids(request.district, GridFilter.read(request.GET), day, known_at)
    if box is None:
        return JsonResponse({"type": "FeatureCollection", "features": []}, status=400)
    layers = grid_layers_of(request.district, rows, day, Polygon.from_bbox(box), known_at=known_at)
    asked, thinned = request.GET.get("layer", ""), (box[2] - box[0]) / PIXELS
    found = [
        feature for layer in layers if asked in ("", layer.kind)
        for feature in feature_collection(layer, thinned=thinned)["features"]
    ]  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": found}, json_dumps_params={"ensure_ascii": False})


@require_GET
@grid_view
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One grid: its ground, whose it is, who serves it now and later."""
    grid = get_grid(request.district, code)
    return render(request, "grids/grid.html", grid_page(request, grid))


def grid_page(request: HttpRequest, grid: Grid, form: PostForm | None = None) -> dict[str, object]:
    """What the page of a grid says; also after a form was not accepted."""
    at = clock.now()
    today = local_day(request.district, at)
    day, known_at = read_as_of(request.GET, request.district, at)
    shape = shape_today(grid, day, known_at)
    may_fill = day == today and may_fill_posts(request.actor, grid, at)
    if may_fill and form is None:
        form = PostForm(grid=grid, today=day)
    posts = posts_from(grid, day) if day >= today and known_at is None else team_of([grid], day, known_at)
    return {"grid": grid, "shape": shape, "posts": posts, "today": today, "day": day, "may_fill": may_fill,
            "form": form, "sheet": grid_sheet(request, shape, day) if shape else None, "past": past_of(shape, today),
            "states": may_state(request.actor, grid, at), "number": number_of(shape.plan) if shape else 0}  # fmt: skip
