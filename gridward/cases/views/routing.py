"""Routing rules: what holds, the draft, its dry run, what returned cases teach."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import business_view
from gridward.cases.actions import routing as rules
from gridward.cases.forms.filters import family_name
from gridward.cases.forms.routing import RuleForm
from gridward.cases.models import RoutingTable
from gridward.cases.models.category import Family
from gridward.cases.queries.routing import table_of
from gridward.cases.queries.routing_trial import Said, spoken
from gridward.cases.queries.routing_words import RuleLine, in_words
from gridward.cases.words import channel_words
from gridward.core.errors import RuleBroken
from gridward.web.moments import is_chinese
from gridward.work import clock

STATE = RoutingTable.State


def may_edit(request: HttpRequest) -> bool:
    """Dispatchers and the duty chief of the whole district; others read."""
    return request.grant.role in rules.EDITORS and request.territory.whole_district


def _lines(table: RoutingTable | None) -> list[RuleLine]:
    rows = list(table.rules.order_by("position")) if table else []
    return in_words(rows, families={f.value: family_name(f) for f in Family}, channels=channel_words())


@require_GET
@business_view
def index(request: HttpRequest) -> HttpResponse:
    """What is live, for everybody who works with cases; the draft beside it, for who may change it."""
    live, edits = table_of(request.district.pk, STATE.LIVE), may_edit(request)
    draft = table_of(request.district.pk, STATE.DRAFT) if edits else None
    trial: Said | None = spoken(request.district.pk, draft.trial) if draft and draft.trial else None
    page = {"live": live, "lines": _lines(live), "draft": draft, "draft_lines": _lines(draft), "trial": trial,
            "may_edit": edits}  # fmt: skip
    return render(request, "cases/routing.html", page)


def _draft(request: HttpRequest) -> RoutingTable:
    """The draft, for who may change it; for others there is no such page."""
    if not may_edit(request):
        raise Http404
    return get_object_or_404(RoutingTable, district=request.district, state=STATE.DRAFT)


def _done(request: HttpRequest, work: Callable[[], Any], said: str) -> HttpResponse:
    """Do it, say it or say why not, and back to the rules."""
    try:
        work()
    except RuleBroken as refused:
        messages.error(request, refused.sentence("zh" if is_chinese() else "en"))
    else:
        messages.success(request, said)
    return redirect("cases:routing")


@require_POST
@business_view
def begin(request: HttpRequest) -> HttpResponse:
    """A draft as the live rules are."""
    if not may_edit(request):
        raise Http404
    district, by, at = request.district, request.actor, clock.now()
    return _done(request, lambda: rules.begin_draft(district=district, by=by, at=at), _("Here is the draft."))


@require_POST
@business_view
def try_out(request: HttpRequest) -> HttpResponse:
    """What the draft would have done with past cases."""
    draft, by = _draft(request), request.actor
    return _done(request, lambda: rules.try_draft(table=draft, by=by, at=clock.now()), _("Tried on past cases."))


@require_POST
@business_view
def go_live(request: HttpRequest) -> HttpResponse:
    """The draft proposes from now on."""
    draft, by = _draft(request), request.actor
    return _done(request, lambda: rules.go_live(table=draft, by=by, at=clock.now()), _("These rules are live now."))


@require_POST
@business_view
def give_up(request: HttpRequest) -> HttpResponse:
    """Nothing changes after all."""
    draft, by = _draft(request), request.actor
    return _done(request, lambda: rules.drop_draft(table=draft, by=by, at=clock.now()), _("The draft is gone."))


@require_POST
@business_view
def shift(request: HttpRequest, number: int) -> HttpResponse:
    """One earlier, or one later."""
    draft, by, up = _draft(request), request.actor, request.POST.get("up") == "1"
    return _done(
        request, lambda: rules.shift_rule(table=draft, number=number, up=up, by=by, at=clock.now()), _("Moved.")
    )  # fmt: skip


@require_POST
@business_view
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """Out of the draft."""
    draft, by = _draft(request), request.actor
    return _done(request, lambda: rules.drop_rule(table=draft, number=number, by=by, at=clock.now()), _("Dropped."))


@business_view
def rule(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """A rule of the draft, new or changed; a lesson may fill a new one."""
    draft = _draft(request)
    row = get_object_or_404(draft.rules, number=number) if number is not None else None
    form = RuleForm(request.POST or None, district=request.district, rule=row, initial=_taught(request))
    if request.method == "POST" and form.is_valid():
        try:
            rules.put_rule(
                table=draft, number=number, conditions=form.conditions(), body=form.cleaned_data["body"],
                body_kind=form.cleaned_data["body_kind"], reason=form.cleaned_data["reason"], by=request.actor,
                at=clock.now(),
            )  # fmt: skip
        except RuleBroken as refused:
            form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        else:
            messages.success(request, _("Saved in the draft."))
            return redirect("cases:routing")
    refused_form = request.method == "POST" and not form.is_being_looked_at
    return render(request, "cases/routing_rule.html", {"form": form, "row": row}, status=422 if refused_form else 200)


def _taught(request: HttpRequest) -> dict[str, Any]:
    """The category, subdistrict and body of a lesson, from the address."""
    given = {name: request.GET.get(name, "") for name in ("category", "subdistrict", "body")}
    codes = {name: value for name, value in given.items() if value.isdecimal() and len(value) < 19}
    filled: dict[str, Any] = {}
    if "category" in codes:
        filled["categories"] = [codes["category"]]
    if "subdistrict" in codes:
        filled["subdistricts"] = [codes["subdistrict"]]
    return filled | ({"body": codes["body"]} if "body" in codes else {})
