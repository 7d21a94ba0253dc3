"""A draft open for comments: until when, what was said, what was amended since."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from gridward.grids.models import Grid, GridPlan, GridShape, PlanComment, PlanReview
from gridward.grids.queries.plans import shapes_of


@dataclass(frozen=True, slots=True)
class Review:
    """How far the review of a plan is; ``until`` is empty where it was never opened."""

    opened_at: datetime | None
    until: date | None
    is_open: bool
    comments: int
    unanswered: int


def review_of(plan: GridPlan, today: date) -> Review:
    """The review of a plan: opened when it was first opened, until the day that was named last; two statements."""
    rows = list(PlanReview.objects.filter(district_id=plan.district_id, plan=plan).order_by("recorded_at", "pk"))
    outcomes = list(
        PlanComment.objects.filter(district_id=plan.district_id, plan=plan).values_list("outcome", flat=True)
    )
    until = rows[-1].until if rows else None
    is_open = plan.state == GridPlan.State.DRAFT and until is not None and today <= until
    return Review(rows[0].recorded_at if rows else None, until, is_open, len(outcomes), outcomes.count(""))


def comments_of(plan: GridPlan) -> QuerySet[PlanComment]:
    """All comments on a plan, in the order in which they came."""
    rows = PlanComment.objects.filter(district_id=plan.district_id, plan=plan)
    return rows.select_related("grid", "by", "body", "answered_by").order_by("n")


def get_comment(plan: GridPlan, n: int) -> PlanComment:
    """A comment by its number within the plan."""
    row = comments_of(plan).filter(n=n).first()
    if row is None:
        raise Http404
    return row


def with_review(plans: QuerySet[GridPlan]) -> QuerySet[GridPlan]:
    """Plans with the day until which comments are or were taken as ``review_until``."""
    rows = PlanReview.objects.filter(district_id=OuterRef("district_id"), plan=OuterRef("pk"))
    return plans.annotate(review_until=Subquery(rows.order_by("-recorded_at", "-pk").values("until")[:1]))


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change of a draft after it was opened for comments. ``what``: new, redrawn or gone."""

    grid: Grid
    what: str
    at: datetime
    area_m2: int | None


def amendments_of(plan: GridPlan, review: Review) -> list[Amendment]:
    """Every grid drawn, drawn anew or taken out since the first opening, in the order of time; two statements.

    Rows of a draft have no day and are never erased: what it was at any moment can be told from them.
    """
    if review.opened_at is None or plan.state == GridPlan.State.WITHDRAWN:
        return []
    drawn = GridShape.objects.filter(district_id=plan.district_id, plan=plan, valid_from__isnull=True)
    rows = list(drawn.defer("shape").select_related("grid").order_by("recorded_at", "pk"))
    first = {row.grid_id: row.pk for row in reversed(rows)}
    found = [
        Amendment(row.grid, "new" if first[row.grid_id] == row.pk else "redrawn", row.recorded_at, row.area_m2)
        for row in rows
        if row.recorded_at > review.opened_at
    ]
    there = set(shapes_of(plan).values_list("grid_id", flat=True))
    last = {row.grid_id: row for row in rows if row.grid_id not in there and row.retired_at is not None}
    found += [
        Amendment(row.grid, "gone", row.retired_at, None)
        for row in last.values()
        if row.retired_at is not None and row.retired_at > review.opened_at
    ]
    return sorted(found, key=lambda one: (one.at, one.grid.code))
