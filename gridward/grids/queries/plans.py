"""Plans, their shapes, and what they would change."""

from django.db.models import Q, QuerySet

from gridward.areas.models import Division
from gridward.grids.models import GridPlan, GridShape


def grids_under(division: Division, prefix: str = "") -> Q:
    """Grids of a division and everything below it; of the district: all. ``prefix`` like ``grid__``."""
    if division.level == Division.Level.DISTRICT:
        return Q()
    return Q(**{f"{prefix}community__path__startswith": division.path}) | Q(
        **{f"{prefix}subdistrict__path__startswith": division.path}
    )


def shapes_of(plan: GridPlan) -> QuerySet[GridShape]:
    """The shapes that a plan holds, without those replaced while it was drafted."""
    return GridShape.objects.filter(district_id=plan.district_id, plan=plan, retired_at__isnull=True)
