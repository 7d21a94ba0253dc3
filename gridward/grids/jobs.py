"""What is due each minute: plans adopted for a day that has come."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gridward.districts.queries import local_day
from gridward.grids.actions import put_in_force
from gridward.grids.actions.computing import compute_drafts
from gridward.grids.actions.designing import KIND as DESIGN
from gridward.grids.models import GridPlan


def put_plans_in_force(*, at: datetime) -> int:
    """On the day of adoption open work moves to the new grids."""
    awaited = GridPlan.objects.filter(is_awaited=True).select_related("district").order_by("adopted_from", "pk")
    due = [plan for plan in awaited if plan.adopted_from and plan.adopted_from <= local_day(plan.district, at)]
    return sum(put_in_force(plan=plan, at=at) for plan in due)


NAMES = {
    "grids.put_plans_in_force": _("Plans of grids whose day has come are put in force"),
    DESIGN: _("Grids of an area are designed"),
}
SWEEPS = (("grids.put_plans_in_force", put_plans_in_force),)
JOBS: dict[str, tuple[object, ...]] = {}
RUNS = {DESIGN: compute_drafts}
