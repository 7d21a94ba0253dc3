"""Temporary grids end by themselves: the day after their last one nobody answers there for them any more."""

from datetime import datetime

from django.db import transaction

from gridward.core.actor import SYSTEM, Actor
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.actions.adopting import end_service
from gridward.grids.models import DutyPost, GridPlan, GridShape
from gridward.grids.queries.days import as_of
from gridward.grids.queries.overdue import ENDED, ended_temporary
from gridward.work import collected
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock_all


def end_temporary_grids(*, district: District, by: Actor = SYSTEM, at: datetime) -> int:
    """Open work and posts of temporary grids that ended since this was done last, after downtime too; how many
    grids. What the day leaves behind is one entry of the district, so that it is done once.
    """
    if not ended_temporary(district, at):
        return 0
    with transaction.atomic():
        lock_all(GridPlan, GridPlan.objects.filter(district=district).values_list("pk", flat=True))
        due = ended_temporary(district, at)
        if not due:
            return 0
        shapes = GridShape.objects.filter(pk__in=[shape.pk for shape in due])
        for day in sorted({shape.valid_to for shape in due}):
            posts = DutyPost.objects.filter(as_of(day), district=district)
            end_service(district.pk, shapes.filter(valid_to=day), posts, day, by, at)
        leave_entry(
            district_id=district.pk, subject=subject_key(district), verb=ENDED, by=by, at=at,
            body={"grids": sorted({shape.grid.code for shape in due}), "until": str(local_day(district, at))},
        )  # fmt: skip
        collected.join(ENDED, plan=due[-1].plan, by=by, at=at)
    return len(due)
