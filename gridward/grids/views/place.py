"""Who answers for this place, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridward.grids.forms.place import PlaceForm
from gridward.grids.queries.answer import answer_for
from gridward.grids.queries.days import read_as_of
from gridward.grids.queries.layers import ground_of, outline_box
from gridward.grids.views.doors import grid_view
from gridward.web.places import read_point
from gridward.work import clock


@require_GET
@grid_view
def ask(request: HttpRequest) -> HttpResponse:
    """A tapped place: cell, community, the grid that answers, why, and who serves it."""
    district = request.district
    day, _ = read_as_of(request.GET, district, clock.now())
    ground, whole = ground_of(district, with_grids=True), outline_box(district)
    form = PlaceForm(request.GET or None, ground=ground, whole=whole, theme=request.theme)
    value = form["place"].value() if form.is_bound else None
    point = read_point(value["point"]) if isinstance(value, dict) else None
    answer = answer_for(district, point, day) if point else None
    return render(request, "grids/place.html", {"form": form, "answer": answer, "day": day})
