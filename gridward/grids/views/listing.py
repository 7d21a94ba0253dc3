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
from gridward.grids.queries.listing import GridFilter, found_grids, get_grid, page_of, posts_from, shape_today
from gridward.grids.queries.maps import grid_layers_of, grid_sheet, list_sheet
from gridward.grids.queries.rights import may_fill_posts
from gridward.grids.views.doors import grid_view
from gridward.web.maps import feature_collection, read_box
from gridward.work import clock

PIXELS = 4000  # across a box, as finely as anybody draws it


@require_GET
@grid_view
def index(request: HttpRequest) -> HttpResponse:
    """All grids of the district as they are today, with the map beside the table."""
    day = local_day(request.district, clock.now())
    rows = found_grids(request.district, GridFilter.read(request.GET), day)
    page = page_of(rows, request.GET.get("after", ""), day)
    form = GridFilterForm(request.GET or None, district=request.district)
    return render(request, "grids/list.html", {"page": page, "form": form, "sheet": list_sheet(request, rows, day)})


@gzip_page
@require_GET
@grid_view
def features(request: HttpRequest) -> JsonResponse:
    """The same grids inside a box, for the map element and for others who draw."""
    day, box = local_day(request.district, clock.now()), read_box(request)
    rows = found_grids(request.district, GridFilter.read(request.GET), day)
    if box is None:
        return JsonResponse({"type": "FeatureCollection", "features": []}, status=400)
    layers = grid_layers_of(request.district, rows, day, Polygon.from_bbox(box))
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
    day = local_day(request.district, at)
    shape, may_fill = shape_today(grid, day), may_fill_posts(request.actor, grid, at)
    if may_fill and form is None:
        form = PostForm(grid=grid, today=day)
    return {"grid": grid, "shape": shape, "posts": posts_from(grid, day), "today": day, "may_fill": may_fill,
            "form": form, "sheet": grid_sheet(request, shape, day) if shape else None}  # fmt: skip
