"""A plan comes into force on a day: earlier shapes end, open work moves, both or neither."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from gridward.accounts.actions import replace_scopes
from gridward.core.actor import SYSTEM, Actor
from gridward.core.errors import RuleBroken
from gridward.core.scopes import Scope, ScopeKind
from gridward.core.workflow.roles import Role
from gridward.districts.queries import local_day
from gridward.grids.actions.posts import end_posts_of_grids
from gridward.grids.models import DutyPost, Grid, GridPlan, GridShape
from gridward.grids.queries.days import as_of, ends_by_itself, from_day_on
from gridward.grids.queries.plans import grids_under, shapes_of
from gridward.grids.queries.reviews import review_of
from gridward.grids.queries.rights import require_adopter, require_drafter
from gridward.work import clock, collected
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock_all

CHUNK = 200


@transaction.atomic
def adopt_plan(*, plan: GridPlan, from_day: date, by: Actor, at: datetime) -> GridPlan:
    """Put a draft in force from a day on, today or later.

    Earlier shapes of the plan's division end on that day; those that would have begun on it or later are
    retired. When the day is today, open work moves in the same transaction (joins of ``grids.adopt_plan``);
    else on the day itself (``put_in_force``, called by the jobs process).

    No row is changed but by closing it: what was drawn, and what held until now, is retired, and written again
    with its days; so any day can be asked as it was known at any moment.

    Raises RuleBroken ``grids.not_adopter``, ``grids.plan_not_draft``, ``grids.plan_is_empty``,
    ``grids.temporary_over``, ``grids.review_goes_on``, ``grids.comments_unanswered``,
    ``grids.adoption_in_the_past`` (the system itself may adopt for an earlier day: imports).
    """
    plan = _lock_among_plans(plan)
    require_adopter(by, plan.district_id, at)
    today = local_day(plan.district, at)
    _check_adoption(plan, from_day, today, by)
    closed, retired = _end_earlier(plan, from_day)
    began = _write_again(list(shapes_of(plan)), valid_from=from_day)
    plan.state, plan.adopted_from, plan.is_awaited = GridPlan.State.ADOPTED, from_day, from_day > today
    plan.save(update_fields=["state", "adopted_from", "is_awaited"])
    leave_entry(
        district_id=plan.district_id, subject=subject_key(plan), verb="grids.adopt_plan", by=by, at=at,
        body={"from": str(from_day), "began": began, "closed": closed, "retired": retired},
    )  # fmt: skip
    if not plan.is_awaited:
        _take_over(plan, by, at)
    return plan


def _write_again(rows: list[GridShape], **days: date) -> int:
    """Retire these shapes and record them anew, perhaps with another first or last day; how many."""
    now = clock.now()
    GridShape.objects.filter(pk__in=[shape.pk for shape in rows]).update(retired_at=now)
    for shape in rows:
        shape.pk, shape.recorded_at, shape.retired_at = None, now, None
        for column, day in days.items():
            setattr(shape, column, day)
    return len(GridShape.objects.bulk_create(rows, batch_size=CHUNK))


def _take_over(plan: GridPlan, by: Actor, at: datetime) -> None:
    """The day has come: posts and roles of grids that lost their ground end, open work moves."""
    assert plan.adopted_from is not None
    held = GridShape.objects.filter(_scope(plan), district_id=plan.district_id, valid_from__isnull=False)
    posts = DutyPost.objects.filter(as_of(plan.adopted_from), grid__in=shapes_of(plan).values("grid"))
    end_service(plan.district_id, held, posts, plan.adopted_from, by, at)
    collected.join("grids.adopt_plan", plan=plan, by=by, at=at)


def end_service(
    district_id: int, held: QuerySet[GridShape], others: QuerySet[DutyPost], day: date, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Posts and roles end on a day in grids of these shapes that have no ground from then on; who serves ``others``
    keeps the role there.
    """
    going_on = GridShape.objects.filter(from_day_on(day), district_id=district_id).values("grid")
    gone = Grid.objects.filter(pk__in=held.values("grid")).exclude(pk__in=going_on)
    end_posts_of_grids(grids=gone, on_day=day, by=by, at=at)
    replace_scopes(
        district_id=district_id, ended=[_scope_key(pk) for pk in gone.values_list("pk", flat=True)],
        instead=_served(others), on_day=day, by=by, at=at,
    )  # fmt: skip


def _scope_key(grid_id: int) -> str:
    return str(Scope(ScopeKind.GRID, grid_id))


def _served(posts: QuerySet[DutyPost]) -> dict[int, list[tuple[str, int]]]:
    """Who serves which grid, and for which body."""
    held: dict[int, list[tuple[str, int]]] = {}
    for user_id, grid_id, body_id in posts.order_by("pk").values_list("user_id", "grid_id", "body_id"):
        held.setdefault(user_id, []).append((_scope_key(grid_id), body_id))
    return held


def _lock_among_plans(plan: GridPlan) -> GridPlan:
    """All plans of the district are locked: two adoptions follow one another, and no work waits for them."""
    rows = lock_all(GridPlan, GridPlan.objects.filter(district_id=plan.district_id).values_list("pk", flat=True))
    return next(row for row in rows if row.pk == plan.pk)


def _check_adoption(plan: GridPlan, from_day: date, today: date, by: Actor) -> None:
    if plan.state != GridPlan.State.DRAFT:
        raise RuleBroken("grids.plan_not_draft", name_zh=plan.name_zh, name_en=plan.name_en)
    if from_day < today and by.role != Role.SYSTEM:
        raise RuleBroken("grids.adoption_in_the_past", day=from_day)
    if not shapes_of(plan).exists():
        raise RuleBroken("grids.plan_is_empty")
    over = shapes_of(plan).filter(valid_to__lte=from_day).select_related("grid").order_by("grid__code").first()
    if over:
        raise RuleBroken("grids.temporary_over", code=over.grid.code, name_zh=over.grid.name_zh,
                         name_en=over.grid.name_en, day=over.valid_to)  # fmt: skip
    review = review_of(plan, today)
    if review.unanswered:
        raise RuleBroken("grids.comments_unanswered", count=review.unanswered)
    if review.is_open:
        raise RuleBroken("grids.review_goes_on", day=review.until)


def _others_from(plan: GridPlan, day: date) -> QuerySet[GridShape]:
    """Dated shapes of other plans that hold on a day or later, in the division or of a grid of the plan."""
    return GridShape.objects.filter(_scope(plan), from_day_on(day), district_id=plan.district_id).exclude(plan=plan)


def _scope(plan: GridPlan) -> Q:
    under = grids_under(plan.division, "grid__")
    return under | Q(grid__in=shapes_of(plan).values("grid")) if under else under


def _end_earlier(plan: GridPlan, from_day: date) -> tuple[int, int]:
    """Close what holds before the day, retire what would begin on it or later; how many of each."""
    later = _others_from(plan, from_day).filter(valid_from__gte=from_day)
    superseded = set(later.values_list("plan_id", flat=True))
    retired = GridShape.objects.filter(pk__in=list(later.values_list("pk", flat=True))).update(retired_at=clock.now())
    closed = _write_again(list(_others_from(plan, from_day)), valid_to=from_day)
    for other in lock_all(GridPlan, superseded):
        if other.is_awaited and not shapes_of(other).exists():
            _mark_withdrawn(other)
    return closed, retired


@transaction.atomic
def put_in_force(*, plan: GridPlan, by: Actor = SYSTEM, at: datetime) -> bool:
    """On the day of a plan adopted earlier: open work moves now. False when that was done already."""
    plan = _lock_among_plans(plan)
    is_due = plan.is_awaited and plan.adopted_from is not None and plan.adopted_from <= local_day(plan.district, at)
    if not is_due:
        return False
    plan.is_awaited = False
    plan.save(update_fields=["is_awaited"])
    leave_entry(
        district_id=plan.district_id, subject=subject_key(plan), verb="grids.put_in_force", by=by, at=at,
        body={"from": str(plan.adopted_from)},
    )  # fmt: skip
    _take_over(plan, by, at)
    return True


@transaction.atomic
def withdraw_plan(*, plan: GridPlan, by: Actor, at: datetime) -> GridPlan:
    """Give up a draft, or a plan adopted for a day that has not come; then the earlier grids go on.

    Raises RuleBroken ``grids.plan_in_force``, ``grids.plan_withdrawn``, ``grids.not_planner``,
    ``grids.not_adopter``.
    """
    plan = _lock_among_plans(plan)
    if plan.state == GridPlan.State.DRAFT:
        require_drafter(by, plan.division, at)
    else:
        require_adopter(by, plan.district_id, at)
        _check_awaited(plan, at)
    closed = list(_closed_by(plan)) if plan.is_awaited else []
    shapes_of(plan).update(retired_at=clock.now())
    _reopen(closed)
    _mark_withdrawn(plan)
    leave_entry(
        district_id=plan.district_id, subject=subject_key(plan), verb="grids.withdraw_plan", by=by, at=at,
        body={"reopened": len(closed)},
    )  # fmt: skip
    return plan


def _mark_withdrawn(plan: GridPlan) -> None:
    plan.state, plan.is_awaited = GridPlan.State.WITHDRAWN, False
    plan.save(update_fields=["state", "is_awaited"])


def _check_awaited(plan: GridPlan, at: datetime) -> None:
    if plan.state == GridPlan.State.WITHDRAWN:
        raise RuleBroken("grids.plan_withdrawn")
    if plan.adopted_from is None or plan.adopted_from <= local_day(plan.district, at):
        raise RuleBroken("grids.plan_in_force", name_zh=plan.name_zh, name_en=plan.name_en, day=plan.adopted_from)


def _closed_by(plan: GridPlan) -> QuerySet[GridShape]:
    """Shapes that end on the day on which the plan would have begun, because of it."""
    ended = GridShape.objects.filter(
        _scope(plan), district_id=plan.district_id, valid_to=plan.adopted_from, retired_at__isnull=True
    )
    return ended.exclude(plan=plan)


def _reopen(closed: list[GridShape]) -> None:
    """They go on as they were before the plan closed them: a temporary grid still ends by itself. One that ends on
    the same day by itself was not closed by the plan.
    """
    closed = [shape for shape in closed if not ends_by_itself(shape)]
    before = GridShape.objects.filter(
        plan__in={shape.plan_id for shape in closed}, retired_at__in={shape.recorded_at for shape in closed}
    ).values_list("plan_id", "grid_id", "valid_from", "retired_at", "valid_to")
    ends = {tuple(key): end for *key, end in before}
    for shape in closed:
        shape.valid_to = ends.get((shape.plan_id, shape.grid_id, shape.valid_from, shape.recorded_at))
    _write_again(closed)
