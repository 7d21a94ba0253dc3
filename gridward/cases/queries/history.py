"""Past cases by the grids of a plan in force: what is derived, how far it got, what it says of a grid."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from gridward.cases.models import Case, CaseInGrid
from gridward.districts.models import District
from gridward.districts.queries import zone_of
from gridward.grids.models import Grid, GridPlan, GridShape
from gridward.grids.queries.plans import grids_under
from gridward.work.models import Run

KIND = "cases.tell_history"
YEAR = timedelta(days=365)


def start_of(district: District, day: date) -> datetime:
    """00:00 of a day in the district."""
    return datetime.combine(day, time(), zone_of(district))


def past_cases(plan: GridPlan) -> QuerySet[Case]:
    """Cases of the plan's area with a place, reported before its first day: later ones carry its grid themselves."""
    rows = Case.objects.filter(grids_under(plan.division), district_id=plan.district_id, position__isnull=False)
    return rows.filter(reported_at__lt=start_of(plan.district, plan.adopted_from)).order_by("pk")


def history_run(plan: GridPlan) -> Run | None:
    """The last run that told past cases by the plan's grids."""
    rows = Run.objects.filter(district_id=plan.district_id, kind=KIND, arguments={"plan": plan.pk})
    return rows.order_by("-pk").first()


def past_by_grid(plan: GridPlan, until: datetime | None = None) -> Counter[int | None]:
    """How many past cases lie in each grid of a plan, and in none; perhaps only those reported before a moment."""
    rows = CaseInGrid.objects.filter(district_id=plan.district_id, plan=plan)
    rows = rows.filter(reported_at__lt=until) if until else rows
    return Counter(dict(rows.order_by().values_list("grid").annotate(n=Count("pk"))))


@dataclass(frozen=True, slots=True)
class GridPast:
    """Cases of the last twelve months on the ground that a grid has today. ``run`` is what is still telling them."""

    count: int
    since: date
    run: Run | None
    is_complete: bool


def past_of_grid(*, grid: Grid, shape: GridShape, day: date, **_: Any) -> GridPast:
    """Those before the plan's day from the derived rows, those since by the grid that they carry."""
    plan, since = shape.plan, day - YEAR
    begins, from_then = start_of(grid.district, plan.adopted_from or day), start_of(grid.district, since)
    earlier = CaseInGrid.objects.filter(district_id=grid.district_id, plan=plan, grid=grid, reported_at__gte=from_then)
    later = Case.objects.filter(district_id=grid.district_id, grid=grid, reported_at__gte=max(begins, from_then))
    run = history_run(plan) if begins > from_then else None
    is_told = run.state == Run.State.DONE if run else begins <= from_then or not past_cases(plan).exists()
    return GridPast(earlier.count() + later.count(), since, run, is_told)
