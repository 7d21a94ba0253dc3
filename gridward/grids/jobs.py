"""What is due each minute: plans adopted for a day that has come."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.actions import end_temporary_grids, put_in_force
from gridward.grids.actions.computing import compute_drafts
from gridward.grids.actions.designing import KIND as DESIGN
from gridward.grids.models import GridPlan


def put_plans_in_force(*, at: datetime) -> int:
    """On the day of adoption open work moves to the new grids."""
    awaited = GridPlan.objects.filter(is_awaited=True).select_related("district").order_by("adopted_from", "pk")
    due = [plan for plan in awaited if plan.adopted_from and plan.adopted_from <= local_day(plan.district, at)]
    return sum(put_in_force(plan=plan, at=at) for plan in due)


def end_temporary(*, at: datetime) -> int:
    """The day after the last one of a temporary grid its open work moves and its posts end."""
    return sum(end_temporary_grids(district=district, at=at) for district in District.objects.order_by("pk"))


NAMES = {
    "grids.put_plans_in_force": _("Plans of grids whose day has come are put in force"),
    "grids.end_temporary": _("Temporary grids whose last day is over hand on their open work"),
    DESIGN: _("Grids of an area are designed"),
}
SWEEPS = (("grids.put_plans_in_force", put_plans_in_force), ("grids.end_temporary", end_temporary))
JOBS: dict[str, tuple[object, ...]] = {}
RUNS = {DESIGN: compute_drafts}
