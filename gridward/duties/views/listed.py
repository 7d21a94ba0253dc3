"""社区准入清单: what may be passed to communities, who asked for more, who decided."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.accounts.access import signed_in_view
from gridward.accounts.queries import reach
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.duties.actions.listing import ask_admission, decide_admission, end_duty, list_duty
from gridward.duties.forms import AdmissionForm, ListForm
from gridward.duties.models import ListedDuty
from gridward.duties.queries.listed import ASKERS, DECIDERS, KEEPERS, get_duty, list_page, matter_names
from gridward.web.moments import is_chinese
from gridward.work import clock


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": clock.now()}


def may_keep(request: HttpRequest) -> bool:
    """The duty chief and the system administrator of the whole district."""
    return request.grant.role in KEEPERS and reach(request.grant).whole_district


def may_decide(request: HttpRequest, duty: ListedDuty) -> bool:
    """The subdistrict's leader in the own subdistrict, the director everywhere; never who asked."""
    seen = reach(request.grant)
    own = seen.whole_district or duty.division_id in seen.division_ids
    return request.grant.role in DECIDERS and own and duty.asked_by_id != request.actor.user_id


@signed_in_view
def index(request: HttpRequest) -> HttpResponse:
    """The list, and the forms of who keeps it or asks for more."""
    if request.grant is None:
        raise Http404
    which = request.POST.get("form", "")
    names = matter_names(request.district.pk).values() if request.grant.role in KEEPERS | ASKERS else []
    forms: dict[str, Form] = {}
    if may_keep(request):
        forms["keep"] = ListForm(request.POST if which == "keep" else None, names=names, prefix="keep")
    if request.grant.role in ASKERS:
        forms["ask"] = AdmissionForm(
            request.POST if which == "ask" else None, names=names, district_id=request.district.pk, prefix="ask"
        )  # fmt: skip
    form = forms.get(which)
    if form is not None and form.is_valid() and _tried(form, lambda: _do(request, which, form)):
        messages.success(request, _("Saved."))
        return redirect("duties:listed")
    return _shown(request, forms, status=422 if form is not None else 200)


def _do(request: HttpRequest, which: str, form: Form) -> ListedDuty:
    act = list_duty if which == "keep" else ask_admission
    return act(district=request.district, **form.cleaned_data, **_by(request))  # type: ignore[operator, no-any-return]


def _tried(form: Form, work: Callable[[], Any]) -> bool:
    try:
        work()
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return False
    return True


def _shown(request: HttpRequest, forms: dict[str, Form], *, status: int) -> HttpResponse:
    page = list_page(request.district.pk, local_day(request.district, clock.now()))
    asked = [(row, may_decide(request, row)) for row in page.asked]
    words = {"page": page, "asked": asked, "forms": forms, "may_keep": may_keep(request)}
    return render(request, "duties/listed.html", words, status=status)


@require_POST
@signed_in_view
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Admit what was asked for, or not."""
    duty = _duty(request, pk)
    on, answer = request.POST.get("on") == "1", request.POST.get("answer", "")
    return _done(request, lambda: decide_admission(duty=duty, on=on, answer=answer, **_by(request)))


@require_POST
@signed_in_view
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Off the list from today on."""
    duty = _duty(request, pk)
    return _done(request, lambda: end_duty(duty=duty, **_by(request)))


def _duty(request: HttpRequest, pk: int) -> ListedDuty:
    duty = get_duty(request.district.pk, pk) if request.grant else None
    if duty is None:
        raise Http404
    return duty


def _done(request: HttpRequest, work: Callable[[], Any]) -> HttpResponse:
    try:
        work()
    except RuleBroken as refused:
        messages.error(request, refused.sentence("zh" if is_chinese() else "en"))
    else:
        messages.success(request, _("Saved."))
    return redirect("duties:listed")
