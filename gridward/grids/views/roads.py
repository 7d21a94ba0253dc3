"""A road of a plan's area cut into road grids: proposed, looked at, put into the draft."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from gridward.core.errors import RuleBroken
from gridward.grids.actions import put_road
from gridward.grids.forms.roads import RoadForm
from gridward.grids.models import GridPlan
from gridward.grids.queries.maps import road_sheet
from gridward.grids.queries.plans import get_plan
from gridward.grids.queries.rights import may_draft
from gridward.grids.queries.roads import FRONT_REACH_M, propose, roads_of
from gridward.grids.views.doors import grid_view
from gridward.grids.views.plans import told_in
from gridward.work import clock


def draft_of(request: HttpRequest, number: int) -> GridPlan:
    """A draft in which this person may draw; for others there is none."""
    plan = get_plan(request.district, number)
    if not may_draft(request.actor, plan.division, clock.now()):
        raise Http404
    if plan.state != GridPlan.State.DRAFT:
        raise RuleBroken("grids.plan_not_draft", name_zh=plan.name_zh, name_en=plan.name_en)
    return plan


@grid_view
def show(request: HttpRequest, number: int) -> HttpResponse:
    """What is asked stands in the address; posted, it is put into the draft."""
    plan, is_posted = draft_of(request, number), request.method == "POST"
    asked = request.POST if is_posted else request.GET
    form = RoadForm(asked if "road" in asked else None, roads=roads_of(plan))
    proposal = told_in(form, lambda: propose(plan, **form.values())) if form.is_valid() else None
    if is_posted and proposal:
        count = len(put_road(plan=plan, **form.values(), by=request.actor, at=clock.now()).grids)
        said = ngettext("%(count)s road grid is in the draft.", "%(count)s road grids are in the draft.", count)
        messages.success(request, said % {"count": count})
        return redirect("grids:plan", number)
    page = {
        "plan": plan, "number": number, "form": form, "proposal": proposal, "reach": round(FRONT_REACH_M),
        "sheet": road_sheet(request, proposal) if proposal else None,
    }  # fmt: skip
    return render(request, "grids/roads.html", page, status=422 if is_posted else 200)
