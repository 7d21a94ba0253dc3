"""Plans: begun, filled, checked, compared, adopted, withdrawn."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.grids.actions import adopt_plan, draft_plan, fix_draft, import_shapes, withdraw_plan
from gridward.grids.forms.plans import AdoptForm, DraftForm, UploadForm
from gridward.grids.forms.reviews import AnswerForm, CommentForm, ReviewForm
from gridward.grids.models import GridPlan, PlanComment
from gridward.grids.queries.maps import plan_sheet
from gridward.grids.queries.partition import findings_or_none
from gridward.grids.queries.plans import compare, get_plan, number_of, plans_of, shapes_of, unserved
from gridward.grids.queries.precedence import answers_of, kinds_of
from gridward.grids.queries.reviews import amendments_of, comments_of, review_of, with_review
from gridward.grids.queries.rights import may_adopt, may_comment, may_draft, plannable
from gridward.grids.reading.uploads import uploaded_grids
from gridward.grids.views.doors import grid_view
from gridward.web.moments import is_chinese
from gridward.work import clock

MOST_TOLD, MOST_ANSWERS = 100, 10
COMMENT_DAYS = timedelta(days=14)


@grid_view
def index(request: HttpRequest) -> HttpResponse:
    """All plans, the newest first, and a new one."""
    at = clock.now()
    form = DraftForm(request.POST or None, divisions=plannable(request.actor, request.district.pk, at))
    if request.method == "POST" and form.is_valid():
        plan = draft_plan(**form.values(), by=request.actor, at=at)
        return redirect("grids:plan", number_of(plan))
    plans = reversed(list(enumerate(with_review(plans_of(request.district)), start=1)))
    page = {"plans": list(plans), "today": local_day(request.district, at), "form": form if form.divisions else None}
    return render(request, "grids/plans.html", page)


@require_GET
@grid_view
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One plan: what it would change, what is wrong with it, and its map."""
    return render(request, "grids/plan.html", plan_page(request, get_plan(request.district, number), number))


def plan_page(request: HttpRequest, plan: GridPlan, number: int, **forms: Any) -> dict[str, Any]:
    """What the page of a plan says; also after a form was not accepted."""
    at = clock.now()
    day = local_day(request.district, at)
    findings = findings_or_none(plan) if plan.state == GridPlan.State.DRAFT else None
    changes = compare(plan, day) if plan.state == GridPlan.State.DRAFT else []
    is_draft = plan.state == GridPlan.State.DRAFT
    draws = is_draft and may_draft(request.actor, plan.division, at)
    adopts = is_draft and may_adopt(request.actor, plan.district_id, at)
    most = None if "all" in request.GET else MOST_TOLD
    drops = draws or (plan.is_awaited and may_adopt(request.actor, plan.district_id, at))
    return {
        "plan": plan, "number": number, "drops": drops,
        "findings": findings, "told": (findings or [])[:most], "changes": changes, "listed": changes[:most],
        **_review_part(request, plan, draws=draws, forms=forms),
        "unserved": unserved(plan, day) if adopts else 0, **_kinds_part(plan, most),
        "automatic": sum(finding.fix.is_automatic for finding in findings or ()), "grids": shapes_of(plan).count(),
        "upload": forms.get("upload", UploadForm()) if draws else None, "draws": draws,
        "adopt": forms.get("adopt", AdoptForm(today=day)) if adopts else None,
        "sheet": plan_sheet(request, plan, {change.grid.code for change in changes}, (findings or [])[:most]),
    }  # fmt: skip


def _kinds_part(plan: GridPlan, most: int | None) -> dict[str, Any]:
    """The three kinds of grids, and who answers where they lie over each other."""
    if plan.state == GridPlan.State.WITHDRAWN:
        return {}
    answers = answers_of(plan)
    return {"kinds": kinds_of(plan), "first": answers[: MOST_ANSWERS if most else None], "overlaps": len(answers)}


def _review_part(
    request: HttpRequest, plan: GridPlan, *, draws: bool, forms: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    """Comments with their answers, what was amended since, and the forms that this person may fill."""
    at = clock.now()
    today = local_day(request.district, at)
    review = review_of(plan, today)
    until = review.until or today + COMMENT_DAYS
    rows = list(comments_of(plan)) if review.comments else []
    asked = forms.get("answer")
    answers = [(row, _answer_form(row, asked) if draws and not row.outcome else None) for row in rows]
    comments = review.is_open and may_comment(request.actor, plan, at)
    return {
        "review": review, "answers": answers, "amendments": amendments_of(plan, review),
        "opens": forms.get("review", ReviewForm(until=until)) if draws else None,
        "comment": forms.get("comment", CommentForm(plan=plan)) if comments else None,
    }  # fmt: skip


def _answer_form(comment: PlanComment, asked: AnswerForm | None) -> AnswerForm:
    """The form of this comment; the one that was not accepted as it was filled."""
    form = AnswerForm(comment=comment)
    return asked if asked is not None and asked.prefix == form.prefix else form


def plan_again(request: HttpRequest, plan: GridPlan, number: int, **forms: Any) -> HttpResponse:
    """The page with what was not accepted; a form that this person does not get there says above it what it lacks."""
    page = plan_page(request, plan, number, **forms)
    shown = [page["opens"], page["comment"], page["adopt"], page["upload"], *(form for _row, form in page["answers"])]
    for form in forms.values():
        if form not in shown:
            messages.error(request, next(iter(form.errors.values()))[0])
    return render(request, "grids/plan.html", page, status=422)


def told_in(form: Any, act: Callable[[], Any]) -> Any:
    """Do it; a refusal becomes the form's error and answers None."""
    try:
        return act()
    except RuleBroken as refused:
        form.add_error(None, refused.sentence("zh" if is_chinese() else "en"))
        return None


@require_POST
@grid_view
def adopt(request: HttpRequest, number: int) -> HttpResponse:
    """Put the plan in force from a day on."""
    plan, at = get_plan(request.district, number), clock.now()
    form = AdoptForm(request.POST, today=local_day(request.district, at))
    if form.is_valid():
        day = form.cleaned_data["from_day"]
        if told_in(form, lambda: adopt_plan(plan=plan, from_day=day, by=request.actor, at=at)):
            messages.success(request, _("The plan holds from %(day)s.") % {"day": day})
            return redirect("grids:plan", number)
    return plan_again(request, plan, number, adopt=form)


@require_POST
@grid_view
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Give up a draft, or a plan whose day has not come."""
    withdraw_plan(plan=get_plan(request.district, number), by=request.actor, at=clock.now())
    messages.success(request, _("The plan is withdrawn."))
    return redirect("grids:plan", number)


@require_POST
@grid_view
def fix(request: HttpRequest, number: int) -> HttpResponse:
    """Apply what needs no decision."""
    fixed = fix_draft(plan=get_plan(request.district, number), by=request.actor, at=clock.now())
    said = ngettext("%(count)s finding was put right.", "%(count)s findings were put right.", fixed)
    messages.success(request, said % {"count": fixed})
    return redirect("grids:plan", number)


@require_POST
@grid_view
def upload(request: HttpRequest, number: int) -> HttpResponse:
    """Grids from a file into the draft; those who may not draw are refused before the file is read."""
    plan = get_plan(request.district, number)
    if not may_draft(request.actor, plan.division, clock.now()):
        raise Http404
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid() and (count := told_in(form, lambda: _read_in(request, plan, form))):
        said = ngettext("%(count)s grid was read.", "%(count)s grids were read.", count)
        messages.success(request, said % {"count": count})
        return redirect("grids:plan", number)
    return plan_again(request, plan, number, upload=form)


def _read_in(request: HttpRequest, plan: GridPlan, form: UploadForm) -> int:
    rows = uploaded_grids(form.cleaned_data["file"], stated=form.cleaned_data["crs"])
    return import_shapes(plan=plan, rows=rows, by=request.actor, at=clock.now())
