"""What the jobs process has still to do: plans whose day has come, temporary grids whose last day is over."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from django.db.models import Q

from gridward.audit.models import Entry
from gridward.districts.models import District
from gridward.districts.queries import local_day, zone_of
from gridward.grids.models import GridPlan, GridShape
from gridward.grids.queries.days import ends_by_itself
from gridward.work.actions import subject_key

PATIENCE = timedelta(minutes=3)
ENDED = "grids.end_temporary"


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


# --- temporary grids ------------------------------------------------------------------------------------


def ended_temporary(district: District, at: datetime) -> list[GridShape]:
    """Temporary shapes whose last day is over, of the days since this was dealt with last; those that a plan ended
    were dealt with on its day.
    """
    plans = GridPlan.objects.filter(district=district, adopted_from__isnull=False).values("adopted_from")
    of_itself = Q(scope__has_key="last_day") | ~Q(valid_to__in=plans)
    rows = GridShape.objects.filter(of_itself, district=district, retired_at__isnull=True, valid_from__isnull=False)
    rows = rows.filter(valid_to__lte=local_day(district, at)).select_related("grid", "plan__district")
    since = _ended_until(district)
    rows = rows.filter(valid_to__gt=since) if since else rows
    return [row for row in rows.order_by("valid_to", "pk") if ends_by_itself(row) or "last_day" not in row.scope]


def _ended_until(district: District) -> date | None:
    last = Entry.objects.filter(district=district, subject=subject_key(district), verb=ENDED).order_by("-n").first()
    return local_day(district, last.at) if last else None


def temporary_behind(district: District, at: datetime) -> list[GridShape]:
    """Those of which open work should have moved some minutes ago; asked like ``plans_behind``."""
    ended = _ended(district.pk, int(at.timestamp()) // 60)
    return [row for row in ended if at - datetime.combine(row.valid_to, time(), zone_of(district)) >= PATIENCE]


@lru_cache(maxsize=16)
def _ended(district_id: int, minute: int) -> tuple[GridShape, ...]:
    moment = datetime.fromtimestamp(minute * 60, UTC)
    return tuple(ended_temporary(District.objects.get(pk=district_id), moment))
