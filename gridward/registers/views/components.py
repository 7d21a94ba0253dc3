"""The list of components with their map, one of them, and changing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.registers.actions import change_component, register_component
from gridward.registers.forms import ComponentFilterForm, ComponentForm
from gridward.registers.models import Component
from gridward.registers.queries.classes import classes_of
from gridward.registers.queries.listing import (
    ComponentFilter,
    Found,
    entries_of,
    first_of,
    found_components,
    get_component,
    page_of,
)
from gridward.registers.queries.maps import component_layer, component_sheet, list_sheet
from gridward.registers.queries.rights import may_change_state, may_keep
from gridward.registers.views.doors import keeper_view, register_view
from gridward.registers.words import change_words, component_name
from gridward.web.maps import feature_collection, read_box
from gridward.web.moments import is_chinese
from gridward.work import clock, collected

PRINTED = 120


@require_GET
@register_view
def index(request: HttpRequest) -> HttpResponse:
    """All components of the district, or those that fit, with the map beside the table."""
    district, asked = request.district, ComponentFilter.read(request.GET)
    classes, found = classes_of(district), found_components(district, asked)
    page = {
        "page": page_of(found, request.GET.get("after", "")), "classes": classes, "asked": asked,
        "form": ComponentFilterForm(request.GET or None, district=district, classes=classes),
        "sheet": list_sheet(request, _drawn(district, asked, found)), "query": request.GET.urlencode(),
        "keeps": may_keep(request.actor, district.pk, clock.now()),
    }  # fmt: skip
    return render(request, "registers/list.html", page)


def _drawn(district: District, asked: ComponentFilter, found: Found) -> Found:
    """The same for the map, which asks by place."""
    return found if isinstance(found, list) else found_components(district, asked, by_place=True)


@gzip_page
@require_GET
@register_view
def features(request: HttpRequest) -> JsonResponse:
    """The same components inside a box, for the map element and for others who draw."""
    box = read_box(request)
    if box is None:
        return JsonResponse({"type": "FeatureCollection", "features": []}, status=400)
    found = found_components(request.district, ComponentFilter.read(request.GET), by_place=True)
    layer = component_layer(found, box, classes_of(request.district))
    return JsonResponse(feature_collection(layer), json_dumps_params={"ensure_ascii": False})


@require_GET
@register_view
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One component: where it stands, whose it is, what was done to it, what was reported about it."""
    return render(request, "registers/component.html", _page(request, get_component(request.district, code)))


def _page(request: HttpRequest, component: Component, form: ComponentForm | None = None) -> dict[str, Any]:
    at, classes = clock.now(), classes_of(component.district)
    keeps = may_keep(request.actor, component.district_id, at)
    panels = [draw(request=request, component=component) for draw in collected.joins().get("registers.panels", ())]
    return {
        "component": component, "classes": classes, "title": component_name(component, classes), "panels": panels,
        "entries": [(entry, change_words(said)) for entry, said in entries_of(component)], "form": form,
        "keeps": keeps, "states": Component.State.choices if may_change_state(request.actor, component, at) else (),
        "sheet": component_sheet(request, component), "link": public_link(request, component),
    }  # fmt: skip


def public_link(request: HttpRequest, component: Component) -> str:
    """What the square on the component says."""
    return request.build_absolute_uri(f"/c/{component.public_id}/")


@require_POST
@register_view
def state(request: HttpRequest, code: str) -> HttpResponse:
    """Another state, said by its keepers, its owner or its maintainer."""
    component = get_component(request.district, code)
    change_component(
        component=component, changes={"state": request.POST.get("state", "")}, by=request.actor, at=clock.now()
    )
    messages.success(request, _("The state is noted."))
    return redirect("registers:component", code)


@keeper_view
def change(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of it, corrected."""
    component = get_component(request.district, code)
    form = _form(request, component)
    if request.method == "POST" and form.is_valid() and _told(
        form, lambda: change_component(component=component, changes=form.values(), by=request.actor, at=clock.now())
    ):  # fmt: skip
        messages.success(request, _("The component is corrected."))
        return redirect("registers:component", code)
    title = component_name(component, classes_of(request.district))
    return _form_page(request, form, title, component)


@keeper_view
def new(request: HttpRequest) -> HttpResponse:
    """One more."""
    form = _form(request, None)
    if request.method == "POST" and form.is_valid():
        made = _told(form, lambda: register_component(
            district=request.district, row=form.row(), by=request.actor, at=clock.now()))  # fmt: skip
        if made:
            messages.success(request, _("The component stands in the register."))
            return redirect("registers:component", made.code)
    return _form_page(request, form, _("New component"), None)


def _form(request: HttpRequest, component: Component | None) -> ComponentForm:
    today = local_day(request.district, clock.now())
    return ComponentForm(
        request.POST or None, district=request.district, today=today, component=component, theme=request.theme
    )


def _form_page(request: HttpRequest, form: ComponentForm, title: str, component: Component | None) -> HttpResponse:
    status = 422 if request.method == "POST" and not form.is_being_looked_at else 200
    page = {"form": form, "title": title, "component": component}
    return render(request, "registers/component_form.html", page, status=status)


def _told(form: ComponentForm, act: Any) -> Any:
    """Do it; a refusal becomes the form's error and answers None."""
    try:
        return act()
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return None


@require_GET
@register_view
def squares(request: HttpRequest) -> HttpResponse:
    """A sheet of squares to print and stick on: those of the list, or of one component."""
    asked, classes = ComponentFilter.read(request.GET), classes_of(request.district)
    code = request.GET.get("code", "")
    chosen = (
        [get_component(request.district, code)] if code
        else first_of(found_components(request.district, asked), PRINTED + 1)
    )  # fmt: skip
    rows = [(row, component_name(row, classes), public_link(request, row)) for row in chosen[:PRINTED]]
    page = {"rows": rows, "is_cut": len(chosen) > PRINTED, "most": PRINTED}
    return render(request, "registers/squares.html", page)
