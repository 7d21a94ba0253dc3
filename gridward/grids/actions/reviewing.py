"""A draft is laid open for comments; the people of its area comment; the drafter answers each comment once."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.written import without_harm
from gridward.districts.queries import local_day
from gridward.grids.actions.drafting import lock_draft
from gridward.grids.models import Grid, GridPlan, PlanComment, PlanReview
from gridward.grids.queries.plans import grids_under, shapes_of
from gridward.grids.queries.reviews import review_of
from gridward.grids.queries.rights import require_commenter
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock


@transaction.atomic
def open_review(*, plan: GridPlan, until: date, by: Actor, at: datetime) -> PlanReview:
    """Take comments on a draft through a day; opened again with another day, that day holds.

    The draft may still be drawn in; what changes from now on is shown. Raises RuleBroken ``grids.not_planner``,
    ``grids.plan_not_draft``, ``grids.plan_is_empty``, ``grids.review_ends_early``.
    """
    plan = lock_draft(plan, by, at)
    if until < local_day(plan.district, at):
        raise RuleBroken("grids.review_ends_early", day=until)
    if not shapes_of(plan).exists():
        raise RuleBroken("grids.plan_is_empty")
    review = PlanReview(
        district_id=plan.district_id, plan=plan, until=until, by_id=by.user_id, recorded_at=clock.now()
    )  # fmt: skip
    review.save(force_insert=True)
    _leave(plan, "grids.open_review", by, at, {"until": str(until)})
    return review


@transaction.atomic
def comment_plan(*, plan: GridPlan, words: str, grid: Grid | None = None, by: Actor, at: datetime) -> PlanComment:
    """Say something of a draft that is open for comments, or of one grid in it; nothing of it is ever erased.

    Raises RuleBroken ``grids.not_of_area``, ``grids.review_not_open``, ``grids.grid_elsewhere``.
    """
    plan = lock(GridPlan, plan.pk)
    require_commenter(by, plan, at)
    review = review_of(plan, local_day(plan.district, at))
    if not review.is_open:
        raise RuleBroken("grids.review_not_open", name_zh=plan.name_zh, name_en=plan.name_en)
    if grid and not Grid.objects.filter(grids_under(plan.division), pk=grid.pk, district_id=plan.district_id).exists():
        raise RuleBroken("grids.grid_elsewhere", code=grid.code, name_zh=plan.division.name_zh,
                         name_en=plan.division.name_en)  # fmt: skip
    words = without_harm(words)
    comment = PlanComment(
        district_id=plan.district_id, plan=plan, grid=grid, n=review.comments + 1, words=words, by_id=by.user_id,
        body_id=by.body_id, recorded_at=clock.now(),
    )  # fmt: skip
    comment.save(force_insert=True)
    said = {"n": comment.n, "grid": grid.code if grid else "", "words": words}
    _leave(plan, "grids.comment_plan", by, at, said)
    return comment


@transaction.atomic
def answer_comment(*, comment: PlanComment, outcome: str, answer: str, by: Actor, at: datetime) -> PlanComment:
    """Say what became of a comment, and why.

    Raises RuleBroken ``grids.not_planner``, ``grids.plan_not_draft``, ``grids.comment_answered``.
    """
    plan = lock_draft(comment.plan, by, at)
    comment = lock(PlanComment, comment.pk)
    if comment.outcome:
        raise RuleBroken("grids.comment_answered")
    comment.outcome, comment.answer = PlanComment.Outcome(outcome).value, answer
    comment.answered_by_id, comment.answered_at = by.user_id, clock.now()
    comment.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    _leave(plan, "grids.answer_comment", by, at, {"n": comment.n, "outcome": comment.outcome, "answer": answer})
    return comment


def _leave(plan: GridPlan, verb: str, by: Actor, at: datetime, body: dict[str, Any]) -> None:
    leave_entry(district_id=plan.district_id, subject=subject_key(plan), verb=verb, by=by, at=at, body=body)
