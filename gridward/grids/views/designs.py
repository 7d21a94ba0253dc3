"""Designs: begun, watched, compared; drafts judged, copied, locked, put aside, made plans of."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from gridward.core.errors import RuleBroken
from gridward.grids import actions
from gridward.grids.forms.designs import AskForm, BeginForm, NameForm
from gridward.grids.models import DesignDraft, GridDesign
from gridward.grids.queries import designs, judging, picturing
from gridward.grids.queries.plans import number_of as plan_number
from gridward.grids.queries.rights import may_draft, plannable
from gridward.grids.queries.walking import has_streets
from gridward.grids.views.doors import grid_view
from gridward.grids.words import draft_named
from gridward.web.moments import is_chinese
from gridward.work import clock
from gridward.work.actions import ask_stop, resume_run
from gridward.work.models import Run

MOST_COMPARED, MOST_ROWS = 4, 80
View = Callable[..., HttpResponse]


def design_of(request: HttpRequest, number: int) -> GridDesign:
    """A design that this person may draw in; for others there is none."""
    design = designs.get_design(request.district, number)
    if not may_draft(request.actor, design.division, clock.now()):
        raise Http404
    return design


@grid_view
def index(request: HttpRequest) -> HttpResponse:
    """All designs of one's own area, the newest first, and a new one."""
    at = clock.now()
    divisions = plannable(request.actor, request.district.pk, at, with_communities=True)
    if not divisions:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = BeginForm(data, divisions=divisions, has_streets=has_streets(request.district))
    if request.method == "POST" and form.is_valid():
        try:
            design = actions.begin_design(**form.values(), by=request.actor, at=at)
            return redirect("grids:design", designs.number_of(design))
        except RuleBroken as refused:
            form.add_error("convenience", refused.sentence("zh" if is_chinese() else "en"))
    own = {division.pk for division in divisions}
    rows = [(designs.number_of(row), row) for row in designs.designs_of(request.district) if row.division_id in own]
    return render(request, "grids/designs.html", {"rows": rows, "form": form})


@gzip_page
@require_GET
@grid_view
def show(request: HttpRequest, number: int) -> HttpResponse:
    """What was counted, how the drafts stand beside each other, what is wrong with today's grids."""
    design = design_of(request, number)
    drafts = list(designs.drafts_of(design))
    page: dict[str, Any] = {"design": design, "number": number, "progress": progress_of(design), "drafts": drafts}
    ready = [draft for draft in drafts if draft.version]
    if ready:
        names = {draft.number: draft_named(draft) for draft in ready}
        page |= {
            "judged": [judging.judge(design, draft) for draft in ready], "units": len(designs.instance_of(design)),
            "in_pieces": judging.in_pieces(design), "is_outdated": designs.is_outdated(design),
            "ask": AskForm(drafts=ready, names=names),
            "sheet": picturing.draft_sheet(request, design, designs.get_draft(design, 1), "map", _("Today's grids")),
        }  # fmt: skip
    return render(request, "grids/design.html", page)


def progress_of(design: GridDesign) -> dict[str, Any]:
    """How far the latest run is."""
    run = design.run
    if run is None:
        return {}
    is_open = run.state in (Run.State.WAITING, Run.State.RUNNING)
    return {"run": run, "is_open": is_open, "can_resume": run.state in (Run.State.STOPPED, Run.State.FAILED)}


@require_GET
@grid_view
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """The line that tells how far it is; when it is over, the page is drawn anew."""
    design = design_of(request, number)
    told = progress_of(design)
    if not told.get("is_open"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "grids/parts/progress.html", {"design": design, "number": number, "progress": told})


@require_POST
@grid_view
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """End the search; the draft in hand keeps the best plan so far."""
    design = design_of(request, number)
    if design.run:
        ask_stop(run=design.run, by=request.actor, at=clock.now())
    return redirect("grids:design", number)


@require_POST
@grid_view
def resume(request: HttpRequest, number: int) -> HttpResponse:
    """Go on with the drafts that still wait."""
    design = design_of(request, number)
    if design.run:
        resume_run(run=design.run, by=request.actor, at=clock.now())
    return redirect("grids:design", number)


@require_POST
@grid_view
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """One more draft."""
    design = design_of(request, number)
    ready = [draft for draft in designs.drafts_of(design) if draft.version]
    form = AskForm(request.POST, drafts=ready, names={draft.number: draft_named(draft) for draft in ready})
    if form.is_valid():
        actions.ask_draft(design=design, **form.values(), by=request.actor, at=clock.now())
    else:
        _say_first_error(request, form)
    return redirect("grids:design", number)


@gzip_page
@require_GET
@grid_view
def compare(request: HttpRequest, number: int) -> HttpResponse:
    """Up to four drafts side by side, against the first of them."""
    design = design_of(request, number)
    wanted = [int(text) for text in request.GET.getlist("draft") if text.isdecimal() and len(text) < 4]
    numbers = list(dict.fromkeys(wanted))[:MOST_COMPARED] or [1]
    judged = [judging.judge(design, designs.get_draft(design, one)) for one in numbers]
    sheets = [
        picturing.draft_sheet(request, design, designs.get_draft(design, one), f"map{one}", draft_named(found.draft))
        for one, found in zip(numbers, judged, strict=True)
    ]
    communities = judging.communities_of(design)
    asked = request.GET.get("community", "")
    shown = asked if asked in dict(communities) else communities[0][0] if is_long(judged) and communities else ""
    return render(request, "grids/compare.html", {
        "design": design, "number": number, "pairs": list(zip(judged, sheets, strict=True)), "judged": judged,
        "table": beside_each_other(judged, shown), "more": len(wanted) > MOST_COMPARED,
        "communities": communities, "community": shown, "is_long": is_long(judged), "drafts": numbers,
        "moves": [(found, judging.moves_of(design, found.draft)[:12]) for found in judged if found.atoms_moved],
    })  # fmt: skip


def is_long(judged: list[judging.Judged]) -> bool:
    """Whether the grids are more than one table bears: then one community is shown at a time."""
    return max(len(found.rows) for found in judged) > MOST_ROWS


def beside_each_other(judged: list[judging.Judged], community: str = "") -> list[dict[str, Any]]:
    """A row for each grid that any of the drafts has (in a community), with a cell for each draft."""
    names = {row.name for found in judged for row in found.rows if not community or community in row.communities}
    by_name = [{row.name: row for row in found.rows} for found in judged]
    return [
        {"name": name, "first": next(rows[name] for rows in by_name if name in rows),
         "cells": [rows.get(name) for rows in by_name]}
        for name in sorted(names)
    ]  # fmt: skip


@require_POST
@grid_view
def copy(request: HttpRequest, number: int, draft: int) -> HttpResponse:
    """A copy to draw in."""
    design = design_of(request, number)
    made = actions.copy_draft(draft=designs.get_draft(design, draft), by=request.actor, at=clock.now())
    return redirect("grids:draft", number, made.number)


@require_POST
@grid_view
def put_aside(request: HttpRequest, number: int, draft: int) -> HttpResponse:
    """Out of the comparison; it is kept."""
    design = design_of(request, number)
    row = designs.drafts_of(design).filter(number=draft).first()
    if row is None:
        raise Http404
    actions.put_draft_aside(draft=row, by=request.actor, at=clock.now())
    messages.success(request, _("The draft is put aside; it is kept in the record."))
    return redirect("grids:design", number)


@require_POST
@grid_view
def name(request: HttpRequest, number: int, draft: int) -> HttpResponse:
    """Call a draft by a name of its own."""
    row = designs.get_draft(design_of(request, number), draft)
    form = NameForm(request.POST, label=_("Name of the draft"))
    if form.is_valid():
        actions.name_draft(draft=row, name=form.cleaned_data["name"], by=request.actor, at=clock.now())
    else:
        _say_first_error(request, form)
    return redirect("grids:draft", number, draft)


@require_POST
@grid_view
def make_plan(request: HttpRequest, number: int, draft: int) -> HttpResponse:
    """A plan of the draft's grids, to be checked, laid open for comments and adopted."""
    row = designs.get_draft(design_of(request, number), draft)
    form = NameForm(request.POST, label=_("Name of the plan"))
    if not form.is_valid():
        _say_first_error(request, form)
        return redirect("grids:draft", number, draft)
    try:
        plan = actions.plan_from_draft(draft=row, name_zh=form.cleaned_data["name"], by=request.actor, at=clock.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence("zh" if is_chinese() else "en"))
        return redirect("grids:draft", number, draft)
    messages.success(request, _("The draft has become a plan. Nothing changes until it is adopted."))
    return redirect("grids:plan", plan_number(plan))


def _say_first_error(request: HttpRequest, form: BaseForm) -> None:
    """Above the page that the form stands on."""
    messages.error(request, next(iter(form.errors.values()))[0])


def draft_of(request: HttpRequest, number: int, draft: int) -> tuple[GridDesign, DesignDraft]:
    design = design_of(request, number)
    return design, designs.get_draft(design, draft)
