"""What a square on a lamp leads to: what it is, who looks after it, and a way to report a problem with it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridward.cases.queries.components import is_being_handled
from gridward.registers.queries import classes_of, public_component
from gridward.registers.queries.maps import component_sheet
from gridward.registers.words import component_name


@require_GET
def show(request: HttpRequest, public_id: str) -> HttpResponse:
    """The few facts that are everybody's."""
    component = public_component(public_id)
    if component is None or component.district_id != request.district.pk:
        raise Http404
    classes = classes_of(component.district)
    page = {
        "component": component, "classes": classes, "title": component_name(component, classes),
        "is_reported": is_being_handled(component), "sheet": component_sheet(request, component, is_still=True),
    }  # fmt: skip
    return render(request, "portal/component.html", page)
