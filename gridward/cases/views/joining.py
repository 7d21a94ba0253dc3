"""Cases that are one matter: a merger taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.joining import undo_merge
from gridward.cases.queries.visible import get_case_in_hands
from gridward.work import clock


@require_POST
@business_view
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """The case goes its own way again."""
    case = get_case_in_hands(request.grant, request.territory, number)
    undo_merge(case=case, reason=request.POST.get("reason", ""), by=request.actor, at=clock.now())
    messages.success(request, _("Taken back: the case is where it was before the merger, with its clock."))
    return redirect("cases:case", number=number)
