"""回访: the list of a body, one call, and the draw."""

import secrets
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.calling import answer_call, decline_call, draw_round, miss_call
from gridward.cases.actions.contacts import READERS, OpenedContact, read_contacts
from gridward.cases.forms.calling import CallForm, DrawForm
from gridward.cases.models import CallBack
from gridward.cases.queries.calling import callers_of, get_call, may_draw, open_calls, rounds
from gridward.cases.queries.public import may_be_reopened, said_to_reporter
from gridward.core.errors import RuleBroken
from gridward.core.feedback.reaching import ATTEMPTS
from gridward.districts.queries import local_day
from gridward.web.moments import is_chinese
from gridward.work import clock


def _require(request: HttpRequest) -> None:
    if not (may_draw(request.grant) or request.grant.role in READERS):
        raise Http404


def last_month(today: date) -> tuple[date, date]:
    """The first and the last day of the month before."""
    end = today.replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end


def _draw_form(request: HttpRequest) -> DrawForm:
    today = local_day(request.district, clock.now())
    return DrawForm(request.POST or None, bodies=callers_of(request.district, today), month=last_month(today))


@require_GET
@business_view
def index(request: HttpRequest) -> HttpResponse:
    """What one's own body is to call, and for who draws the rounds so far."""
    _require(request)
    return _index(request, _draw_form(request) if may_draw(request.grant) else None)


def _index(request: HttpRequest, form: DrawForm | None, status: int = 200) -> HttpResponse:
    calls, waiting = open_calls(request.grant)
    page = {"calls": calls, "waiting": waiting, "may_call": request.grant.role in READERS, "form": form,
            "rounds": rounds(request.district.pk)}  # fmt: skip
    return render(request, "cases/call_backs.html", page, status=status)


@require_POST
@business_view
def draw(request: HttpRequest) -> HttpResponse:
    """Draw the sample of a period for a body."""
    if not may_draw(request.grant):
        raise Http404
    form = _draw_form(request)
    if not form.is_valid():
        return _index(request, form, 422)
    said = form.cleaned_data
    try:
        row = draw_round(
            district=request.district, body=said["body"], since=said["since"], until=said["until"],
            share_permille=form.share_permille, seed=secrets.token_hex(16), by=request.actor, at=clock.now(),
        )  # fmt: skip
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return _index(request, form, refused.status)
    n = row.calls.count()
    words = ngettext("%(n)s case was drawn of %(frame)s.", "%(n)s cases were drawn of %(frame)s.", n)
    messages.success(request, words % {"n": n, "frame": row.frame})
    return redirect("cases:call_backs")


@business_view
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: who to ring is opened by a button that leaves a row; then the three questions."""
    row = get_call(request.grant, pk)
    if request.method != "POST":
        return _call(request, row, CallForm())
    if "open" in request.POST:
        opened = read_contacts(case=row.case, by=request.actor, purpose="call_back", at=clock.now(), only_drawn=True)
        return _call(request, row, CallForm(), contacts=opened)
    given: dict[str, Any] = {"call": row, "by": request.actor, "at": clock.now()}
    if "missed" in request.POST or "declined" in request.POST:
        (miss_call if "missed" in request.POST else decline_call)(**given)
        messages.success(request, _("Noted."))
        return redirect("cases:call_backs")
    form = CallForm(request.POST)
    if not form.is_valid():
        return _call(request, row, form, status=422)
    return _answer(request, row, form, given)


def _answer(request: HttpRequest, row: CallBack, form: CallForm, given: dict[str, Any]) -> HttpResponse:
    try:
        answer_call(**given, **form.given())
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return _call(request, row, form, status=refused.status)
    messages.success(request, _("Thank you, that is noted."))
    return redirect("cases:call_backs")


def _call(
    request: HttpRequest, row: CallBack, form: CallForm, *, contacts: list[OpenedContact] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    case = row.case
    page = {
        "call": row, "case": case, "form": form, "contacts": contacts, "answer": said_to_reporter(case),
        "tries": len(row.tries), "needed": ATTEMPTS, "may_reopen": may_be_reopened(case, clock.now()),
    }  # fmt: skip
    return render(request, "cases/call_back.html", page, status=status)
