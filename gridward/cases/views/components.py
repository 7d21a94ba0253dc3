"""Components where cases meet them: those near a report, the one a case is about, the cases of one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.components import choose_component
from gridward.cases.queries.components import cases_of_component, category_of, likely_components
from gridward.cases.queries.visible import get_case_in_hands
from gridward.registers.models import Component
from gridward.registers.queries import chosen_component
from gridward.web.places import read_point
from gridward.work import clock


@require_GET
@business_view
def near(request: HttpRequest) -> HttpResponse:
    """The part of the form of a new case that proposes components, for the place and kind that stand in it now."""
    chosen = chosen_component(request.district, request.GET.get("component", ""))
    category, point = category_of(request.district, request.GET.get("category")), request.GET.get("position", "")
    likely = likely_components(request.district, read_point(point), category, chosen)
    page = {"components": likely, "chosen": chosen}
    return render(request, "cases/parts/likely_components.html", page)


@require_POST
@business_view
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """Which component a case is about."""
    case = get_case_in_hands(request.grant, request.territory, number)
    code = request.POST.get("component", "")
    component = chosen_component(request.district, code)
    if code and component is None:
        raise Http404
    choose_component(case=case, component_id=component.pk if component else None, by=request.actor, at=clock.now())
    messages.success(request, _("Noted which component it is about."))
    return redirect("cases:case", number=number)


def draw_cases_of(*, request: HttpRequest, component: Component, **_: Any) -> SafeString:
    """What stands on the page of a component: its cases, as far as the viewer sees them."""
    if request.territory.is_empty:
        return SafeString("")
    rows = cases_of_component(request.grant, request.territory, component)
    return render_to_string("cases/parts/of_component.html", {"rows": rows}, request=request)
