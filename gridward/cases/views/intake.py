"""信息采集 by people who work here, and the slip that the reporter takes home."""

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gridward.accounts.access import business_view
from gridward.cases.actions.reporting import report_case
from gridward.cases.forms.intake import IntakeForm
from gridward.cases.models import Case
from gridward.cases.queries import get_case
from gridward.core.errors import RuleBroken
from gridward.web.headers import private_link
from gridward.web.moments import is_chinese
from gridward.work import clock

SALT = "gridward.cases.slip"
SLIP_HOLDS_S = 3600


@business_view
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new case, and taking it in."""
    form = IntakeForm(request.POST or None, request.FILES or None, district=request.district, role=request.grant.role)
    if request.method == "POST" and form.is_valid():
        try:
            case = report_case(district=request.district, report=form.report(), by=request.actor, at=clock.now())
        except RuleBroken as refused:
            form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
            return render(request, "cases/new.html", {"form": form}, status=refused.status)
        return _taken_in(request, case, form.cleaned_data["token"])
    status = 422 if request.method == "POST" and not form.is_being_looked_at else 200
    return render(request, "cases/new.html", {"form": form}, status=status)


def _taken_in(request: HttpRequest, case: Case, token: str) -> HttpResponse:
    """On to the slip; the private link travels signed in the address of this one page, for an hour."""
    messages.success(request, _("Taken in: %(number)s") % {"number": case.number})
    sealed = signing.dumps([case.number, token], salt=SALT)
    return redirect(f"{reverse('cases:slip', args=[case.number])}?t={sealed}")


@require_GET
@private_link
@business_view
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """The slip: number, spoken code, and, just after taking in, the private link."""
    case = get_case(request.grant, request.territory, number)
    return render(request, "cases/slip.html", {"case": case, "link": _link(request, number), "printed_at": clock.now()})


def _link(request: HttpRequest, number: str) -> str:
    """The private link out of the signed address; nothing once the hour is over."""
    try:
        of_case, token = signing.loads(request.GET.get("t", ""), salt=SALT, max_age=SLIP_HOLDS_S)
    except signing.BadSignature:
        return ""
    return request.build_absolute_uri(f"/r/{token}/") if of_case == number else ""
