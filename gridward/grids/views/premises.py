"""Premises grids of a draft: put in, stated anew, left out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.districts.queries import local_day
from gridward.grids.actions import put_premises, remove_shape, state_premises
from gridward.grids.forms.premises import PremisesForm
from gridward.grids.models import Grid, GridPlan, GridShape
from gridward.grids.queries.layers import outline_box
from gridward.grids.queries.listing import get_grid
from gridward.grids.queries.maps import plan_ground
from gridward.grids.queries.premises import hosts_of, is_over, premises_of
from gridward.grids.views.doors import grid_view
from gridward.grids.views.plans import told_in
from gridward.grids.views.roads import draft_of
from gridward.grids.words import named
from gridward.work import clock


@grid_view
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The premises grids of the draft, and a form for a new one or for the one that the address names."""
    plan = draft_of(request, number)
    rows = premises_of(plan)
    held = _named(rows, request.GET.get("grid", ""))
    form = _form(request, plan, held)
    if request.method == "POST" and form.is_valid():
        put = told_in(form, lambda: _put(request, plan, held, form.values()))
        if put:
            messages.success(request, _("%(grid)s is in the draft.") % {"grid": named(put.grid)})
            return redirect(reverse("grids:premises", args=[number]) + "#table")
    today = local_day(request.district, clock.now())
    page = {"plan": plan, "number": number, "form": form, "held": held,
            "rows": [(row, is_over(row, today)) for row in rows]}  # fmt: skip
    is_refused = form.is_bound and not form.is_being_looked_at
    return render(request, "grids/premises.html", page, status=422 if is_refused else 200)


def _named(rows: list[GridShape], code: str) -> GridShape | None:
    found = next((row for row in rows if row.grid.code == code), None)
    if code and found is None:
        raise Http404
    return found


def _form(request: HttpRequest, plan: GridPlan, held: GridShape | None) -> PremisesForm:
    whole = plan.division.outline.extent if plan.division.outline else outline_box(request.district)
    return PremisesForm(
        request.POST if request.method == "POST" else None, bodies=hosts_of(plan), ground=plan_ground(plan),
        whole=whole, theme=request.theme, today=local_day(request.district, clock.now()), held=held,
    )  # fmt: skip


def _put(request: HttpRequest, plan: GridPlan, held: GridShape | None, values: dict[str, Any]) -> GridShape:
    at = clock.now()
    if held:
        return state_premises(plan=plan, grid=held.grid, **values, by=request.actor, at=at)
    return put_premises(plan=plan, **values, by=request.actor, at=at)


@require_POST
@grid_view
def leave_out(request: HttpRequest, number: int) -> HttpResponse:
    """Take a road or premises grid out of the draft."""
    plan = draft_of(request, number)
    grid = get_grid(request.district, request.POST.get("grid", "")[:20])
    if grid.kind == Grid.Kind.COMMUNITY:
        raise Http404
    remove_shape(plan=plan, grid=grid, by=request.actor, at=clock.now())
    messages.success(request, _("%(grid)s is left out of the draft.") % {"grid": named(grid)})
    return redirect("grids:plan", number)
