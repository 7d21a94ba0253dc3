"""Help with choosing a category: proposals while a case is written down, and the page that says how good they are."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridward.accounts.access import business_view, signed_in_view
from gridward.cases.actions.training import KIND, ask_training
from gridward.cases.models import Category, CategoryHelp
from gridward.cases.queries.suggesting import help_for, suggest
from gridward.cases.views.standards import require_administrator
from gridward.core.errors import RuleBroken
from gridward.core.suggest.learning import FEWEST_CASES
from gridward.web.moments import is_chinese
from gridward.work import clock
from gridward.work.models import Run

GOES_ON = (Run.State.WAITING, Run.State.RUNNING)


@require_POST
@business_view
def kinds(request: HttpRequest) -> HttpResponse:
    """A part of the page of a new case: at most three categories for the words that are being typed."""
    words = request.POST.get("description", "")
    return render(request, "cases/parts/kinds.html", {"help": help_for(request.district.pk, words)})


@require_GET
@signed_in_view
def category_help(request: HttpRequest) -> HttpResponse:
    """What was learnt, how often it was right on cases that it had not read, and a field to try it."""
    require_administrator(request)
    rows = CategoryHelp.objects.filter(district=request.district).defer("weights")
    newest = rows.order_by("-trained_at", "-pk").first()
    run = Run.objects.filter(district=request.district, kind=KIND).order_by("-pk").first()
    words = request.GET.get("words", "")[:200]
    among = list(Category.objects.filter(district=request.district, is_in_use=True)) if words.strip() else []
    page = {
        "newest": newest, "run": run, "is_training": bool(run and run.state in GOES_ON), "words": words,
        "fewest": FEWEST_CASES, "help": suggest(request.district.pk, words, among) if among else None,
    }  # fmt: skip
    return render(request, "cases/category_help.html", page)


@require_POST
@signed_in_view
def train(request: HttpRequest) -> HttpResponse:
    """Ask for a training in the background."""
    require_administrator(request)
    try:
        ask_training(district=request.district, by=request.actor, at=clock.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence("zh" if is_chinese() else "en"))
    else:
        messages.success(request, _("It is being trained in the background. Look at this page again in a few minutes."))
    return redirect("cases:category_help")
