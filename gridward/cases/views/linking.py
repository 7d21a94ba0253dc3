"""A case given to a contractor by a link without an account: who has one, a new one, withdrawing it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions.contacts import new_token
from gridward.cases.actions.linking import give_link, revoke_link
from gridward.cases.forms.links import LinkForm
from gridward.cases.models import Case
from gridward.cases.queries.links import GIVERS, WORKED_ON, contractor_links, is_open
from gridward.cases.queries.visible import get_case_in_hands
from gridward.cases.templatetags.attachments import photo_kind
from gridward.core.errors import RuleBroken
from gridward.web.headers import private_link
from gridward.web.moments import is_chinese, moment
from gridward.work import clock


def _case(request: HttpRequest, number: str) -> Case:
    case = get_case_in_hands(request.grant, request.territory, number)
    if request.grant.role not in GIVERS:
        raise Http404
    return case


def _form(request: HttpRequest, case: Case) -> LinkForm:
    shown = [row for row in case.attachments.select_related("file").order_by("pk") if row.file.width]
    photos = [(str(row.public_id), f"{photo_kind(row)} · {moment(row.recorded_at)}") for row in shown]
    return LinkForm(request.POST or None, photos=photos)


@business_view
@private_link
def index(request: HttpRequest, number: str) -> HttpResponse:
    """The links of a case and the form for one more; a new one is shown this once."""
    case, link = _case(request, number), ""
    form = _form(request, case)
    if request.method == "POST" and form.is_valid():
        try:
            link = _give(request, case, form)
        except RuleBroken as refused:
            form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
    now = clock.now()
    links = [(row, is_open(row, now)) for row in contractor_links(case)]
    words = {"case": case, "form": form, "links": links, "link": link, "may_give": case.state in WORKED_ON}
    return render(request, "cases/links.html", words, status=422 if form.errors else 200)


def _give(request: HttpRequest, case: Case, form: LinkForm) -> str:
    """The whole address: only here, because only its hash is kept."""
    token, told = new_token(), form.cleaned_data
    give_link(
        case=case, name=told["name"], task=told["task"], released=told.get("photos", []), days=told["days"],
        token=token, by=request.actor, at=clock.now(),
    )  # fmt: skip
    return request.build_absolute_uri(f"/t/{token}/")


@require_POST
@business_view
def revoke(request: HttpRequest, number: str, public_id: uuid.UUID) -> HttpResponse:
    """Withdraw a link at once."""
    case = _case(request, number)
    link = next((row for row in contractor_links(case) if row.public_id == public_id), None)
    if link is None:
        raise Http404
    revoke_link(case=case, link=link, by=request.actor, at=clock.now())
    messages.success(request, _("The link no longer leads anywhere."))
    return redirect("cases:links", number=number)
