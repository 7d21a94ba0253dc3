"""信息采集 by people who work here, and the slip that the reporter takes home."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.joining import join_report
from gridward.cases.actions.reporting import report_case
from gridward.cases.forms.intake import IntakeForm
from gridward.cases.models import Case
from gridward.cases.queries import get_case, visible_cases
from gridward.cases.queries.duplicates import Likely, Told, likely_duplicates
from gridward.cases.queries.notices import notices_for
from gridward.cases.queries.pasted import first_answers
from gridward.cases.queries.suggesting import help_for
from gridward.cases.queries.visible import get_case_in_hands
from gridward.core.errors import RuleBroken
from gridward.web.headers import private_link
from gridward.web.moments import is_chinese
from gridward.work import clock

KEPT = ("channel", "category", "place", "community", "answer_by", "phone", "name", "told_at")
SLIP, SLIP_HOLDS_S = "gridward_slip", 3600


@business_view
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new case, and taking it in."""
    if request.method == "POST" and "apart" in request.POST:
        return _taken_apart(request)
    form = IntakeForm(
        request.POST or None, request.FILES or None, district=request.district, role=request.grant.role,
        theme=request.theme,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            case = _take_in(request, form)
        except RuleBroken as refused:
            form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
            return _form_page(request, form, refused.status)
        return _taken_in(request, case, form.report().token)
    status = 422 if request.method == "POST" and not form.is_being_looked_at else 200
    return _form_page(request, form, status)


def _taken_apart(request: HttpRequest) -> HttpResponse:
    """粘贴建件: the form with what the text of a chat says; nothing is kept, somebody reads it and sends it."""
    pasted = request.POST.get("pasted", "").replace("\0", "")
    first = first_answers(request.district, pasted)
    typed = {name: request.POST[name] for name in KEPT if request.POST.get(name) and name not in first}
    form = IntakeForm(district=request.district, role=request.grant.role, theme=request.theme, initial=typed | first)
    return _form_page(request, form, 200, pasted=pasted)


def _take_in(request: HttpRequest, form: IntakeForm) -> Case:
    """A case of its own, or added to the one that was chosen as the same."""
    same = request.POST.get("same", "")
    if not same:
        return report_case(district=request.district, report=form.report(), by=request.actor, at=clock.now())
    case = get_case_in_hands(request.grant, request.territory, same)
    return join_report(case=case, report=form.report(), by=request.actor, at=clock.now())


@require_POST
@business_view
def known(request: HttpRequest) -> HttpResponse:
    """A part of the page of a new case: what is there already and may be the same."""
    form = IntakeForm(request.POST, district=request.district, role=request.grant.role)
    return render(request, "cases/parts/known.html", _known(request, form))


def _known(request: HttpRequest, form: IntakeForm) -> dict[str, Any]:
    told = form.told(clock.now()) if form.is_bound else None
    noted = notices_for(told.district, told.point, told.category.pk, told.at) if told else []
    return {"likely": _likely(request, told), "notices": noted}


def _likely(request: HttpRequest, told: Told | None) -> list[Likely]:
    rows = visible_cases(request.grant, request.territory).filter(is_open=True)
    return likely_duplicates(told, rows) if told else []


def _form_page(request: HttpRequest, form: IntakeForm, status: int, pasted: str = "") -> HttpResponse:
    """With proposals for the category once there are words."""
    proposed = help_for(request.district.pk, str(form["description"].value() or ""))
    page = {
        "form": form, "help": proposed, "pasted": pasted, "components": form.components(), "chosen": form.chosen(),
        **_known(request, form), **form.parts(),
    }  # fmt: skip
    return render(request, "cases/new.html", page, status=status)


def _taken_in(request: HttpRequest, case: Case, token: str) -> HttpResponse:
    """On to the slip; the private link travels in a cookie of that page and this person, never in an address."""
    messages.success(request, _("Taken in: %(number)s") % {"number": case.number})
    address = reverse("cases:slip", args=[case.number])
    answer = redirect(address)
    answer.set_signed_cookie(
        SLIP, token, salt=_salt(request, case.number), max_age=SLIP_HOLDS_S, path=address,
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Strict",
    )  # fmt: skip
    return answer


def _salt(request: HttpRequest, number: str) -> str:
    return f"gridward.cases.slip:{number}:{request.grant.user_id}"


@require_GET
@private_link
@business_view
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """The slip: number, spoken code, and, for an hour after taking in, the private link."""
    case = get_case(request.grant, request.territory, number)
    token = request.get_signed_cookie(SLIP, default="", salt=_salt(request, number), max_age=SLIP_HOLDS_S)
    link = request.build_absolute_uri(f"/r/{token}/") if token else ""
    return render(request, "cases/slip.html", {"case": case, "link": link, "printed_at": clock.now()})
