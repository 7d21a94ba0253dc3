"""Temporary grids end by themselves: the day after their last one nobody answers there for them any more."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from gridward.audit.models import Entry
from gridward.core.actor import SYSTEM, Actor
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.actions.adopting import end_service
from gridward.grids.models import DutyPost, GridPlan, GridShape
from gridward.grids.queries.days import as_of, ends_by_itself
from gridward.work import collected
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock_all

VERB = "grids.end_temporary"


def end_temporary_grids(*, district: District, by: Actor = SYSTEM, at: datetime) -> int:
    """Open work and posts of temporary grids that ended since this was done last, after downtime too; how many
    grids. What the day leaves behind is one entry of the district, so that it is done once.
    """
    if not _due(district, at):
        return 0
    with transaction.atomic():
        lock_all(GridPlan, GridPlan.objects.filter(district=district).values_list("pk", flat=True))
        due = _due(district, at)
        if not due:
            return 0
        shapes = GridShape.objects.filter(pk__in=[shape.pk for shape in due])
        for day in sorted({shape.valid_to for shape in due}):
            posts = DutyPost.objects.filter(as_of(day), district=district)
            end_service(district.pk, shapes.filter(valid_to=day), posts, day, by, at)
        leave_entry(
            district_id=district.pk, subject=subject_key(district), verb=VERB, by=by, at=at,
            body={"grids": sorted({shape.grid.code for shape in due}), "until": str(local_day(district, at))},
        )  # fmt: skip
        collected.join(VERB, plan=due[-1].plan, by=by, at=at)
    return len(due)


def _due(district: District, at: datetime) -> list[GridShape]:
    """Temporary shapes whose last day is over, of the days since the last entry; those that a plan ended were
    dealt with on its day.
    """
    since = _done_until(district)
    rows = _ending(district, local_day(district, at)).select_related("grid", "plan__district")
    rows = rows.filter(valid_to__gt=since) if since else rows
    return [row for row in rows.order_by("valid_to", "pk") if ends_by_itself(row) or "last_day" not in row.scope]


def _ending(district: District, today: date) -> QuerySet[GridShape]:
    plans = GridPlan.objects.filter(district=district, adopted_from__isnull=False).values("adopted_from")
    of_itself = Q(scope__has_key="last_day") | ~Q(valid_to__in=plans)
    rows = GridShape.objects.filter(of_itself, district=district, retired_at__isnull=True, valid_from__isnull=False)
    return rows.filter(valid_to__lte=today)


def _done_until(district: District) -> date | None:
    last = Entry.objects.filter(district=district, subject=subject_key(district), verb=VERB).order_by("-n").first()
    return local_day(district, last.at) if last else None
