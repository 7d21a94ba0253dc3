"""Stating the four public items of an area or of one grid."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gridward.areas.models import Division
from gridward.districts.queries import local_day
from gridward.grids.actions.publishing import state_notices
from gridward.grids.forms.reviews import NoticeForm
from gridward.grids.models import Grid
from gridward.grids.queries.publishing import notices_at
from gridward.grids.queries.rights import may_state
from gridward.grids.views.doors import grid_view
from gridward.work import clock


@grid_view
def show(request: HttpRequest, code: str) -> HttpResponse:
    """What is stated here, for who leads the area; others read it on the pages of plans."""
    at, place = clock.now(), _place(request, code)
    if not may_state(request.actor, place, at):
        raise Http404
    division, grid = (None, place) if isinstance(place, Grid) else (place, None)
    held = notices_at(division=division, grid=grid, day=local_day(request.district, at))
    form = NoticeForm(request.POST or None, held=held)
    if request.method == "POST" and form.is_valid():
        changed = state_notices(place=place, words=form.values(), by=request.actor, at=at)
        messages.success(request, _("Stated from today on.") if changed else _("Nothing was changed."))
        return redirect("grids:notices", code)
    return render(request, "grids/notices.html", {"place": place, "grid": grid, "form": form})


def _place(request: HttpRequest, code: str) -> Division | Grid:
    """A grid or a division in use of the district, by its code."""
    grid = Grid.objects.select_related("district").filter(district=request.district, code=code).first()
    rows = Division.objects.filter(district=request.district, code=code, is_in_use=True)
    place = grid or rows.select_related("district").first()
    if place is None:
        raise Http404
    return place
