"""A draft opened for comments, commented, answered; all on the page of the plan."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridward.districts.queries import local_day
from gridward.grids.actions.reviewing import answer_comment, comment_plan, open_review
from gridward.grids.forms.reviews import AnswerForm, CommentForm, ReviewForm
from gridward.grids.queries.plans import get_plan
from gridward.grids.queries.reviews import get_comment
from gridward.grids.views.doors import grid_view
from gridward.grids.views.plans import plan_again, told_in
from gridward.work import clock


@require_POST
@grid_view
def open_for_comments(request: HttpRequest, number: int) -> HttpResponse:
    """Lay the draft open until a day."""
    plan, at = get_plan(request.district, number), clock.now()
    form = ReviewForm(request.POST, until=local_day(request.district, at) + timedelta(days=14))
    if form.is_valid():
        day = form.cleaned_data["until"]
        if told_in(form, lambda: open_review(plan=plan, until=day, by=request.actor, at=at)):
            messages.success(request, _("Comments are taken until %(day)s.") % {"day": day})
            return redirect("grids:plan", number)
    return plan_again(request, plan, number, review=form)


@require_POST
@grid_view
def comment(request: HttpRequest, number: int) -> HttpResponse:
    """Say something of the draft."""
    plan, at = get_plan(request.district, number), clock.now()
    form = CommentForm(request.POST, plan=plan)
    if form.is_valid() and told_in(form, lambda: comment_plan(plan=plan, **form.values(), by=request.actor, at=at)):
        messages.success(request, _("Your comment stands with the plan. The drafter answers it."))
        return redirect("grids:plan", number)
    return plan_again(request, plan, number, comment=form)


@require_POST
@grid_view
def answer(request: HttpRequest, number: int, n: int) -> HttpResponse:
    """Answer one comment."""
    plan, at = get_plan(request.district, number), clock.now()
    row = get_comment(plan, n)
    form = AnswerForm(request.POST, comment=row)
    if form.is_valid() and told_in(
        form, lambda: answer_comment(comment=row, **form.cleaned_data, by=request.actor, at=at)
    ):
        messages.success(request, _("The answer stands with the comment."))
        return redirect("grids:plan", number)
    return plan_again(request, plan, number, answer=form)
