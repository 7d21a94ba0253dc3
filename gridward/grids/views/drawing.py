"""One draft: its map, its measures, and changes by hand, each answered with all of it anew."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from gridward.core.errors import RuleBroken
from gridward.grids import actions
from gridward.grids.forms.designs import LONGEST_NAME, MOST_UNITS, LineForm, MoveForm, NameForm, VersionForm
from gridward.grids.models import DesignDraft, GridDesign
from gridward.grids.queries import designs, judging, picturing
from gridward.grids.shapes import projection_of
from gridward.grids.views.designs import draft_of
from gridward.grids.views.doors import grid_view
from gridward.grids.words import draft_named, named, ring_words
from gridward.web.moments import is_chinese
from gridward.work import clock

MOST_SHOWN = 700  # units; of a larger area one community is shown at a time
MOST_FAULTS = 12
MOST_EXPLAINED = 6


@gzip_page
@require_GET
@grid_view
def show(request: HttpRequest, number: int, draft: int) -> HttpResponse:
    """The whole page."""
    design, row = draft_of(request, number, draft)
    return render(request, "grids/draft.html", page_of(request, number, design, row))


def page_of(
    request: HttpRequest, number: int, design: GridDesign, row: DesignDraft, trouble: str = ""
) -> dict[str, Any]:
    """What the page and its parts say."""
    instance = designs.instance_of(design)
    community = _community(request, instance)
    judged = judging.judge(design, row, community)
    chosen = _chosen(request, len(instance), trouble)
    walks = (request.POST.get("show") or request.GET.get("show")) == "walks"
    found, shown = judged.found, judged.rows
    return {
        "design": design, "number": number, "draft": row, "judged": judged, "rows": shown, "trouble": trouble,
        "picture": picturing.picture_of(request, design, row, judged, community=community, chosen=chosen,
                                        with_walks=walks),
        "is_large": len(instance) > MOST_SHOWN, "walks": walks, "rings": ring_words(),
        "community": community, "communities": judging.communities_of(design), "chosen": sorted(chosen),
        "reasons": [(instance.ids[unit], round(float(instance.workload[unit])), judging.reasons_of(design, unit))
                    for unit in sorted(chosen)[:MOST_EXPLAINED]],
        "faults": found[:MOST_FAULTS], "more_faults": found[MOST_FAULTS:],
        "locked_elsewhere": set(row.locked.get("grids", ())) - {grid.name for grid in shown},
        "titles": judging.titles_of(design, row.names),
        "moves": judging.moves_of(design, row, community)[:12],
        "places": {name: at for at, name in enumerate(row.names)},
        "plan_form": NameForm(label=_("Name of the plan"),
                              initial=f"{named(design.division)} {draft_named(row)}"[:LONGEST_NAME]),
        "name_form": NameForm(label=_("Name of the draft"), initial=row.name),
    }  # fmt: skip


def _chosen(request: HttpRequest, units: int, trouble: str) -> set[int]:
    """The pieces that the address names; after a move that was refused, those that were to move."""
    asked = request.POST.get("units", "").split(",") if trouble else request.GET.getlist("unit")
    return {int(text) for text in asked[:MOST_UNITS] if text.isdecimal() and len(text) < 9 and int(text) < units}


def _community(request: HttpRequest, instance: Any) -> str:
    """The community asked for; of a large area never all at once."""
    asked = request.POST.get("community") or request.GET.get("community", "")
    if asked in instance.communities:
        return str(asked)
    return str(instance.communities[0]) if len(instance) > MOST_SHOWN else ""


def _again(request: HttpRequest, number: int, draft: int) -> HttpResponse:
    """The draft's page anew, around the community that was shown."""
    shown = {name: request.POST[name] for name in ("community", "show") if request.POST.get(name)}
    return redirect(f"{reverse('grids:draft', args=(number, draft))}{'?' if shown else ''}{urlencode(shown)}")


def _answer(
    request: HttpRequest, number: int, draft: int, form: Any, act: Callable[[DesignDraft, dict[str, Any]], DesignDraft]
) -> HttpResponse:
    """Do it; script gets the parts that changed, others the page. A refusal is said beside the map."""
    design, row = draft_of(request, number, draft)
    trouble = ""
    try:
        if form.is_valid():
            row = act(row, form.cleaned_data)
            row.design = design
        else:
            trouble = form.what_is_missing()
    except RuleBroken as refused:
        row = designs.get_draft(design, draft)
        trouble = _in_words(refused, design, row)
    if "HX-Request" in request.headers or trouble:
        page = page_of(request, number, design, row, trouble)
        template = "grids/parts/drawing.html" if "HX-Request" in request.headers else "grids/draft.html"
        return render(request, template, page, status=422 if trouble else 200)
    return _again(request, number, draft)


def _in_words(refused: RuleBroken, design: GridDesign, row: DesignDraft) -> str:
    """A refusal with grids and communities by the names that the page gives them, not by their codes."""
    names = judging.titles_of(design, row.names) | dict(judging.communities_of(design))
    told = {key: names.get(value, value) for key, value in refused.values_given.items()}
    return RuleBroken(refused.code, **told).sentence("zh" if is_chinese() else "en")


@gzip_page
@require_POST
@grid_view
def move(request: HttpRequest, number: int, draft: int) -> HttpResponse:
    """Give the chosen units to a grid."""

    def act(row: DesignDraft, given: dict[str, Any]) -> DesignDraft:
        units = [int(unit) for unit in given["units"] if 0 <= unit < len(designs.instance_of(row.design))]
        if given["to"] >= len(row.names) or not units:
            raise RuleBroken("grids.nothing_chosen")
        return actions.move_atoms(draft=row, units=units, to=given["to"], version=given["version"], by=request.actor,
                                  at=clock.now())  # fmt: skip

    return _answer(request, number, draft, MoveForm(request.POST), act)


@gzip_page
@require_POST
@grid_view
def redraw(request: HttpRequest, number: int, draft: int) -> HttpResponse:
    """Cut two neighbouring grids anew along a drawn line."""

    def act(row: DesignDraft, given: dict[str, Any]) -> DesignDraft:
        numbers = given["line"]
        if len(numbers) < 4 or len(numbers) % 2:
            raise RuleBroken("grids.nothing_chosen")
        places = np.array(numbers, np.float64).reshape(-1, 2)
        if (np.abs(places) > (180, 90)).any():
            raise RuleBroken("grids.nothing_chosen")
        line = np.asarray(projection_of(row.design.division.district).to_metres(places))
        return actions.redraw_boundary(draft=row, line_xy=line, version=given["version"], by=request.actor,
                                       at=clock.now())  # fmt: skip

    return _answer(request, number, draft, LineForm(request.POST), act)


@gzip_page
@require_POST
@grid_view
def undo(request: HttpRequest, number: int, draft: int) -> HttpResponse:
    """Take the last change back."""

    def act(row: DesignDraft, given: dict[str, Any]) -> DesignDraft:
        return actions.undo_change(draft=row, version=given["version"], by=request.actor, at=clock.now())

    return _answer(request, number, draft, VersionForm(request.POST), act)


@require_POST
@grid_view
def lock(request: HttpRequest, number: int, draft: int) -> HttpResponse:
    """Say which grids and boundaries may not change."""
    design, row = draft_of(request, number, draft)
    pairs = [tuple(text.split("|")) for text in request.POST.getlist("boundary")]
    extra = (request.POST.get("boundary_one", ""), request.POST.get("boundary_other", ""))
    wanted = [pair for pair in [*pairs, extra] if len(pair) == 2 and all(pair) and pair[0] != pair[1]]
    actions.lock_in_draft(draft=row, grids=request.POST.getlist("grid"), boundaries=wanted, by=request.actor,
                          at=clock.now())  # fmt: skip
    return _again(request, number, draft)
