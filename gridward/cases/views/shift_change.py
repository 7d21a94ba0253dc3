"""交接班, and reminders made by phone."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.phoning import CALLERS, remind_by_phone
from gridward.cases.actions.shift_change import give_handover, take_handover, withdraw_handover
from gridward.cases.forms.shift_change import GiveForm, PhoneForm, TakeForm
from gridward.cases.queries.choices import bodies_for
from gridward.cases.queries.handover import (
    HANDERS,
    get_handover,
    handovers_of,
    picture_of,
    told_now,
    waiting_handover,
)
from gridward.cases.queries.visible import get_case_in_hands
from gridward.core.errors import RuleBroken
from gridward.web.moments import is_chinese
from gridward.work import clock

EARLIER = 14


@business_view
def index(request: HttpRequest) -> HttpResponse:
    """What stands open now, to be signed at the end of a shift; what waits to be taken; what was handed over before."""
    if request.grant.role not in HANDERS:
        raise Http404
    form, at = GiveForm(request.POST or None), clock.now()
    if request.method == "POST" and form.is_valid():
        given = {"held": request.grant, "seen": request.territory, "notes": form.cleaned_data["notes"], "at": at}
        made = _tried(form, lambda: give_handover(**given))
        if made is not None:
            return redirect("cases:handover", public_id=made.public_id)
    told = told_now(request.grant, request.territory, at)
    words = {
        "form": form, "waiting": waiting_handover(request.grant), "at": at,
        "picture": picture_of(told, request.grant, request.territory),
        "earlier": handovers_of(request.grant)[:EARLIER],
    }  # fmt: skip
    return render(request, "cases/handover_now.html", words, status=422 if form.errors else 200)


def _tried(form: Any, action: Callable[[], Any]) -> Any:
    try:
        return action()
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return None


@business_view
def handover(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One handover as it was told; the next shift signs here."""
    row, form = get_handover(request.grant, public_id), TakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"handover": row, "held": request.grant, "note": form.cleaned_data["note"], "at": clock.now()}
        if _tried(form, lambda: take_handover(**given)) is not None:
            messages.success(request, _("Taken over and signed."))
            return redirect("cases:handover", public_id=public_id)
    return _shown(request, public_id, "cases/handover.html", form=form)


def _shown(request: HttpRequest, public_id: uuid.UUID, template: str, **more: Any) -> HttpResponse:
    row = get_handover(request.grant, public_id)
    picture = picture_of(row.told, request.grant, request.territory)
    waits = row.taken_at is None and row.withdrawn_at is None
    words = {"row": row, "picture": picture, "waits": waits, "at": row.given_at,
             "is_mine": row.given_by_id == request.grant.user_id, **more}  # fmt: skip
    return render(request, template, words, status=422 if "form" in more and more["form"].errors else 200)


@require_GET
@business_view
def printed(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same on paper."""
    return _shown(request, public_id, "cases/handover_print.html", printed_at=clock.now())


@require_POST
@business_view
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Taken back by who gave it."""
    row = get_handover(request.grant, public_id)
    withdraw_handover(handover=row, held=request.grant, at=clock.now())
    messages.success(request, _("Taken back. Sign anew when it is right."))
    return redirect("cases:handovers")


@business_view
def phoned(request: HttpRequest, number: str) -> HttpResponse:
    """The reminders by phone of a case, and one more."""
    case = get_case_in_hands(request.grant, request.territory, number)
    if request.grant.role not in CALLERS:
        raise Http404
    form = PhoneForm(request.POST or None, case=case, bodies=bodies_for(case))
    if request.method == "POST" and form.is_valid():
        given = {"case": case, **form.cleaned_data, "by": request.actor, "at": clock.now()}
        if _tried(form, lambda: remind_by_phone(**given)) is not None:
            messages.success(request, _("Noted with the case."))
            return redirect("cases:case", number=number)
    rows = case.phone_reminders.select_related("body", "by").order_by("-at", "-pk")
    return render(request, "cases/phoned.html", {"case": case, "form": form, "rows": rows},
                  status=422 if form.errors else 200)  # fmt: skip
