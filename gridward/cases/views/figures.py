"""统计: what was reported and how it ended, by category, month and grid; from the kept counts, never stale."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gridward.accounts.access import business_view
from gridward.areas.models import Division
from gridward.cases.forms.figures import FiguresForm
from gridward.cases.forms.filters import family_name
from gridward.cases.queries.figures import Area, area_of
from gridward.cases.queries.yearbook import (
    APART,
    FACTS,
    FiguresWish,
    GridLine,
    areas_within,
    by_category,
    by_grid,
    by_month,
    shade_steps,
    summed,
)
from gridward.cases.templatetags.cases import named
from gridward.cases.views.exporting import quoted
from gridward.districts.queries import local_day
from gridward.grids.queries.layers import ground_of, outline_box
from gridward.web.maps import Feature, Layer, Sheet, sheet, window_around
from gridward.work import clock

SIZE = (800, 540)


def fact_words() -> dict[str, str]:
    """What the facts are called at the head of a column."""
    return {
        "reported": _("Reported"), "filed": _("Filed"), "closed": _("Closed"), "on_time": _("Closed on time"),
        "late": _("Closed late"), "returned": _("Returned"), "reworked": _("Done again"), "reopened": _("Reopened"),
        "self_handled": _("Handled on the spot"), "unresolved": _("Not solvable now"),
        "forced": _("Special approval"), "voided": _("Void"),
    }  # fmt: skip


def asked_figures(request: HttpRequest) -> tuple[Area, Area, FiguresWish, date]:
    """What the viewer sees, what of it is asked for, the wish, today; 404 for who sees cases by body or by grid."""
    seen = area_of(request.territory)
    if seen is None:
        raise Http404
    today = local_day(request.district, clock.now())
    wish = FiguresWish.read(request.GET, seen, today)
    return seen, wish.narrowed(seen), wish, today


def _sheet(request: HttpRequest, lines: Sequence[GridLine], around: Division | None) -> Sheet:
    """The grids of today, darker where more was reported."""
    shaded: dict[int, list[Feature]] = {}
    for line in lines:
        if line.grid and line.shape and line.shade:
            feature = Feature(line.shape.shape, id=line.grid.code, name=f"{named(line.grid)} {line.reported}")
            shaded.setdefault(line.shade, []).append(feature)
    layers = [Layer(f"shade_{shade}", features) for shade, features in sorted(shaded.items())]
    chosen = around.outline if around else None
    return sheet(
        request, layers, title=_("Reported, by grid"), whole=outline_box(request.district),
        start=window_around(chosen.extent, SIZE) if chosen else None, table_url="#grids", size=SIZE,
        ground=ground_of(request.district, with_grids=True),
    )  # fmt: skip


@require_GET
@business_view
def index(request: HttpRequest) -> HttpResponse:
    """The page."""
    seen, area, wish, today = asked_figures(request)
    families, lines = by_category(area, wish), by_grid(area, wish, today)
    first = {"since": f"{wish.since:%Y-%m}", "until": f"{wish.until:%Y-%m}"}
    form = FiguresForm({**first, **request.GET.dict()}, areas=areas_within(seen))
    own = None if seen.is_whole else areas_within(seen).first()
    words, most = fact_words(), max((line.reported for line in lines), default=0)
    page = {
        "form": form, "wish": wish, "families": families, "all": summed(families), "months": by_month(area, wish),
        "grids": lines, "steps": shade_steps(most), "sheet": _sheet(request, lines, wish.division or own),
        "heads": [words[fact] for fact in FACTS], "heads_apart": [words[fact] for fact in APART],
        "own": own, "has_complaints": area.is_whole, "list_url": reverse("cases:list"),
    }  # fmt: skip
    return render(request, "cases/figures.html", page)


@require_GET
@business_view
def export(request: HttpRequest, what: str) -> HttpResponse:
    """One of the three tables as a file, with the same address."""
    _seen, area, wish, today = asked_figures(request)
    table = {"categories": _categories, "months": _months, "grids": _grids}[what](area, wish, today)
    out = io.StringIO()
    csv.writer(out).writerows([quoted(str(cell)) for cell in row] for row in table)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{what}-{wish.since:%Y-%m}-{wish.until:%Y-%m}.csv"'
    return answer


def _heads(*first: Any) -> list[Any]:
    return [*first, *fact_words().values()]


def _categories(area: Area, wish: FiguresWish, today: date) -> Iterable[list[Any]]:
    yield [*_heads(_("Family"), _("Code"), _("Category")), _("Open now")]
    for family in by_category(area, wish):
        for line in family.lines:
            kind = line.subject
            yield [family_name(family.family), kind.code, named(kind), *line.counts, *line.apart, line.open]


def _months(area: Area, wish: FiguresWish, today: date) -> Iterable[list[Any]]:
    yield _heads(_("Month"))
    yield from ([f"{line.subject:%Y-%m}", *line.counts, *line.apart] for line in by_month(area, wish))


def _grids(area: Area, wish: FiguresWish, today: date) -> Iterable[list[Any]]:
    yield [_("Code"), _("Grid"), _("Community"), _("Reported"), _("Closed"), _("Open now")]
    for line in by_grid(area, wish, today):
        grid = line.grid
        name, community = (named(grid), named(grid.community)) if grid else (_("in no grid"), "")
        yield [grid.code if grid else "", name, community, line.reported, line.closed, line.open]
