"""评价与回访: what residents said, with what each share is made of; of the viewer's own area."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridward.accounts.access import business_view
from gridward.cases.forms.figures import FiguresForm
from gridward.cases.queries.feedback import feedback_of
from gridward.cases.queries.yearbook import areas_within
from gridward.cases.views.figures import asked_figures
from gridward.core.feedback.rates import FEWEST
from gridward.core.feedback.repeats import REPEAT_DAYS, REPEAT_M


@require_GET
@business_view
def index(request: HttpRequest) -> HttpResponse:
    """The page."""
    seen, area, wish, _today = asked_figures(request)
    first = {"since": f"{wish.since:%Y-%m}", "until": f"{wish.until:%Y-%m}"}
    form = FiguresForm({**first, **request.GET.dict()}, areas=areas_within(seen))
    page = {
        "form": form, "wish": wish, "own": None if seen.is_whole else areas_within(seen).first(),
        "has_complaints": area.is_whole, "told": feedback_of(area, request.district, wish.since, wish.end),
        "fewest": FEWEST, "days": REPEAT_DAYS, "metres": int(REPEAT_M),
    }  # fmt: skip
    return render(request, "cases/feedback.html", page)
