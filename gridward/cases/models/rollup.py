"""Counts of cases that are kept, not counted again: what stands where, and what happened on each day.

A step appends ``RollupDelta`` rows in its own transaction; the jobs process adds them to the other four. Whoever reads
adds what is not added yet. ``gridward rebuild-rollups`` makes all of it again from the cases and their steps.

``subdistrict``, ``community`` and ``grid`` hold 0 where a case has none, and -1 for a complaint about a body: that is
counted without its place, so that no figure of a small area tells a body that somebody complained.
"""

from datetime import date
from typing import Any

from django.db import models

from gridward.areas.models import Division
from gridward.cases.models.category import Category
from gridward.core.workflow.outcome import METRIC_VERSION
from gridward.districts.models import District
from gridward.grids.models import Grid

NONE, APART = 0, -1


def month_of(day: date) -> date:
    """The first day of its month: how months are named here."""
    return day.replace(day=1)


def _counted(model: type[models.Model]) -> models.ForeignKey[Any, Any]:
    """By what is counted: an id without a constraint, because it may be NONE or APART; the whole key is indexed."""
    return models.ForeignKey(model, models.PROTECT, db_constraint=False, db_index=False, related_name="+")


class Counted(models.Model):
    """Of which district and subdistrict."""

    district = models.ForeignKey(District, models.PROTECT, db_index=False, related_name="+")
    subdistrict = _counted(Division)

    class Meta:
        abstract = True


class Facts(models.Model):
    """How often each fact of ``core.workflow.counting`` happened, by the metric version of its definition."""

    metric = models.PositiveSmallIntegerField(default=METRIC_VERSION)
    reported = models.IntegerField(default=0)
    filed = models.IntegerField(default=0)
    closed = models.IntegerField(default=0, help_text="by the standard")
    on_time = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    unresolved = models.IntegerField(default=0, help_text="ended as not solvable now")
    forced = models.IntegerField(default=0, help_text="ended by special approval")
    voided = models.IntegerField(default=0)
    self_handled = models.IntegerField(default=0)
    returned = models.IntegerField(default=0)
    reworked = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)

    class Meta:
        abstract = True


class RollupDelta(Counted, Facts):
    """What one step, or one chunk of steps, changed: rows with a state change the stock, rows with a day the flow."""

    community = _counted(Division)
    grid = _counted(Grid)
    category = _counted(Category)
    state = models.CharField(max_length=30, blank=True)
    day = models.DateField(null=True, help_text="of the step's recorded_at, in the district's zone")
    n = models.IntegerField(default=0, help_text="cases in the state")


class RollupStock(Counted):
    """How many cases stand in a state now: open ones by the grid that serves them, ended ones by that of the report."""

    community = _counted(Division)
    grid = _counted(Grid)
    category = _counted(Category)
    state = models.CharField(max_length=30)
    n = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "state", "grid", "category", "community", "subdistrict"], name="rollup_stock_once"
            )
        ]
        # Holds all that is asked of open cases; none may begin with the grid or the category: SQLite, which takes all
        # states for equally frequent, would walk every ended case in that order instead of finding the open ones.
        indexes = [
            models.Index(
                fields=["district", "state", "category", "grid", "community", "subdistrict", "n"],
                name="rollup_stock_now",
            )
        ]


class RollupFlow(Counted, Facts):
    """What happened on a day, by the grid of the report and the category that the case has now."""

    community = _counted(Division)
    grid = _counted(Grid)
    category = _counted(Category)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "grid", "day", "category", "community", "subdistrict", "metric"],
                name="rollup_flow_once",
            )
        ]
        indexes = [models.Index(fields=["district", "community", "day"], name="rollup_flow_community")]


class RollupDistrictMonth(Facts):
    """Sums of the flow: a month of a category in the whole district."""

    district = models.ForeignKey(District, models.PROTECT, db_index=False, related_name="+")
    category = _counted(Category)
    month = models.DateField(help_text="its first day")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "month", "category", "metric"], name="rollup_district_month_once"
            )
        ]


class RollupCategoryMonth(Counted, Facts):
    """Sums of the flow: a month of a category in a subdistrict."""

    category = _counted(Category)
    month = models.DateField(help_text="its first day")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "month", "subdistrict", "category", "metric"], name="rollup_category_month_once"
            )
        ]


class RollupGridMonth(Counted, Facts):
    """Sums of the flow: a month of a grid, all categories."""

    community = _counted(Division)
    grid = _counted(Grid)
    month = models.DateField(help_text="its first day")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "month", "community", "grid", "subdistrict", "metric"],
                name="rollup_grid_month_once",
            )
        ]
