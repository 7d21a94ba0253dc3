"""Letting out: words and photos for people nearby, reports above the public budget."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.naming import name_subject
from gridward.cases.actions.releasing import admit_case, release_case
from gridward.cases.queries.choices import subjects_of
from gridward.cases.queries.visible import get_case_in_hands
from gridward.cases.views.posted import uuids
from gridward.core.errors import RuleBroken
from gridward.web.moments import is_chinese
from gridward.work import clock


@require_POST
@business_view
def release(request: HttpRequest, number: str) -> HttpResponse:
    """Show words and the ticked photos nearby, or take all of it back."""
    case, on = get_case_in_hands(request.grant, request.territory, number), request.POST.get("on") == "1"
    ticked = case.attachments.filter(public_id__in=uuids(request.POST.getlist("photo"))).values_list("pk", flat=True)
    try:
        release_case(case=case, on=on, photo_ids=list(ticked), by=request.actor, at=clock.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence("zh" if is_chinese() else "en"))
    else:
        messages.success(request, _("Shown to people nearby.") if on else _("No longer shown."))
    return redirect("cases:case", number=number)


@require_POST
@business_view
def admit(request: HttpRequest, number: str) -> HttpResponse:
    """Let a report out of quarantine."""
    case = get_case_in_hands(request.grant, request.territory, number)
    try:
        admit_case(case=case, by=request.actor, at=clock.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence("zh" if is_chinese() else "en"))
    return redirect("cases:case", number=number)


@require_POST
@business_view
def subject(request: HttpRequest, number: str) -> HttpResponse:
    """Which body a complaint is about."""
    case = get_case_in_hands(request.grant, request.territory, number)
    code = request.POST.get("body", "")
    body = next((one for one in subjects_of(case.district_id) if one.code == code), None) if code else None
    if code and body is None:
        raise Http404
    try:
        name_subject(case=case, body_id=body.pk if body else None, by=request.actor, at=clock.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence("zh" if is_chinese() else "en"))
    else:
        messages.success(request, _("Noted. This body and those below it do not see the case."))
    return redirect("cases:case", number=number)
