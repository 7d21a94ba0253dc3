"""Past cases are told by the grids of a plan in force, in chunks; no case is touched by it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.cases.actions.rehoming import rehome_open_cases
from gridward.cases.models import CaseInGrid
from gridward.cases.queries.history import KIND, past_cases
from gridward.core.actor import Actor
from gridward.gpkg.many import insert_many, new_row, read_points
from gridward.grids.models import GridPlan
from gridward.grids.queries import locate_many
from gridward.work.actions import start_run
from gridward.work.reporting import Report

CHUNK = 500


def follow_plan(*, plan: GridPlan, by: Actor, at: datetime, **_: Any) -> None:
    """Open cases move now; past ones are told by the plan's grids afterwards, by the jobs process."""
    rehome_open_cases(plan=plan, by=by, at=at)
    if past_cases(plan).exists():
        start_run(district_id=plan.district_id, kind=KIND, arguments={"plan": plan.pk}, by=by, at=at)


def tell_history(report: Report) -> None:
    """All past cases of the run's plan, five hundred a transaction; taken up again where it stopped."""
    plan = GridPlan.objects.select_related("district", "division").get(pk=report.arguments["plan"])
    total = past_cases(plan).count()
    after, done = report.cursor.get("after", 0), report.cursor.get("done", 0)
    while told := tell_chunk(plan=plan, after=after):
        after, done = told[-1], done + len(told)
        report.reached(done, total=max(total, done), cursor={"after": after, "done": done})
    report.reached(done, total=done)


def tell_chunk(*, plan: GridPlan, after: int) -> list[int]:
    """The next cases after an id, and their rows: made where missing, made anew where they were wrong."""
    rows = past_cases(plan).filter(pk__gt=after)[:CHUNK]
    cases, points = read_points(rows, "position", "pk", "reported_at")
    if not cases:
        return []
    grids = locate_many(plan.district, points[:, 0], points[:, 1], day=plan.adopted_from)
    wanted = {pk: (grid, at) for (pk, at), grid in zip(cases, grids, strict=True)}
    with transaction.atomic():
        held = CaseInGrid.objects.filter(district_id=plan.district_id, plan=plan, case__in=wanted)
        there = {pk: (grid, at) for pk, grid, at in held.values_list("case_id", "grid_id", "reported_at")}
        wrong = [pk for pk, said in there.items() if said != wanted[pk]]
        held.filter(case__in=wrong).delete()
        insert_many(
            new_row(CaseInGrid, district_id=plan.district_id, plan_id=plan.pk, case_id=pk, grid_id=grid, reported_at=at)
            for pk, (grid, at) in wanted.items()
            if there.get(pk) != (grid, at)
        )
    return list(wanted)
