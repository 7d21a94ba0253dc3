"""The workflow table as a picture and as lists: what may follow what, and who may make it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridward.accounts.access import signed_in_view
from gridward.core.workflow.diagram import layout
from gridward.core.workflow.parse import load, names


@require_GET
@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """The page of the newest table or of an earlier one; drawn anew each time, so that it cannot tell another story."""
    table = load(request.GET["table"]) if request.GET.get("table") in names() else load()
    others = [name for name in names() if name != table.full_name]
    return render(request, "cases/workflow.html", {"table": table, "picture": layout(table), "others": others})
