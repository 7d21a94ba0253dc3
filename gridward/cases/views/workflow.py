"""The workflow table as a picture and as lists: what may follow what, and who may make it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridward.accounts.access import signed_in_view
from gridward.cases.queries.listing import TABLE
from gridward.core.workflow.diagram import layout
from gridward.core.workflow.parse import load


@require_GET
@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """The page; drawn anew from the table each time, so that it cannot tell another story."""
    table = load(TABLE)
    return render(request, "cases/workflow.html", {"table": table, "picture": layout(table)})
