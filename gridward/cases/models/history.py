"""Past cases by the grids of a later plan: derived, told again at any time; the case itself keeps its grid."""

from django.db import models

from gridward.cases.models.case import Case
from gridward.districts.models import District
from gridward.grids.models import Grid, GridPlan


class CaseInGrid(models.Model):
    """Which grid a case from before a plan's first day lies in since that day; none where no grid covers it."""

    district = models.ForeignKey(District, models.PROTECT)
    plan = models.ForeignKey(GridPlan, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField(help_text="as the case says")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "plan", "case"], name="case_in_grid_once")]
        indexes = [models.Index(fields=["district", "plan", "grid", "reported_at"], name="case_in_grid_count")]
