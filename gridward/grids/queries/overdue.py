"""Plans whose day has come while open work has not moved yet."""

from datetime import datetime, time, timedelta
from functools import lru_cache

from gridward.districts.models import District
from gridward.districts.queries import local_day, zone_of
from gridward.grids.models import GridPlan

PATIENCE = timedelta(minutes=3)


def plans_behind(district: District, at: datetime) -> list[GridPlan]:
    """Awaited plans of which the jobs process should have moved open work some minutes ago.

    Asked by every page of staff: the database is asked once a minute in each process.
    """
    today = local_day(district, at)
    awaited = _awaited(district.pk, int(at.timestamp()) // 60)
    due = [plan for plan in awaited if plan.adopted_from and plan.adopted_from <= today]
    return [plan for plan in due if at - datetime.combine(plan.adopted_from, time(), zone_of(district)) >= PATIENCE]


@lru_cache(maxsize=16)
def _awaited(district_id: int, minute: int) -> tuple[GridPlan, ...]:
    return tuple(GridPlan.objects.filter(district_id=district_id, is_awaited=True).order_by("adopted_from", "pk"))
