"""What the designer divides, and the drafts that are made of it: counted units, work on an area, drafts to compare."""

from django.conf import settings
from django.contrib.gis.db import models

from gridward.areas.models import Division
from gridward.districts.models import District
from gridward.grids.models.grids import Cell
from gridward.work.models import Run


class Atom(models.Model):
    """A piece that no grid may cut 划分单元: a building, or a block or cell where no buildings are known.

    It holds counts of what there is to do, in all and never of anybody: ``counts`` by ``core.partition.workload``'s
    features. Rows are only closed: a new count retires the old one.
    """

    class Kind(models.TextChoices):
        BUILDING = "building"
        BLOCK = "block"
        CELL = "cell"

    district = models.ForeignKey(District, models.PROTECT)
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    use = models.CharField(
        max_length=20, blank=True, help_text="what most of it is used for: residential, shop, school"
    )
    community = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    cell = models.ForeignKey(Cell, models.PROTECT, null=True, related_name="+", help_text="the cell it stands in")
    block = models.CharField(max_length=40, blank=True, help_text="compound 小区, or block between streets")
    is_compound = models.BooleanField(default=False, help_text="the block is a walled compound")
    shape = models.GeometryField(srid=4326, help_text="footprint, point or ground")
    counts = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], condition=models.Q(retired_at__isnull=True), name="atom_code_once"
            )
        ]
        indexes = [models.Index(fields=["district", "community"], name="atom_community")]


class GridDesign(models.Model):
    """Work on the grids of one area: its units as they were counted on a day, and the drafts made of them.

    ``instance`` is ``core.partition.packing`` of those units; empty until the jobs process has counted them.
    """

    district = models.ForeignKey(District, models.PROTECT)
    division = models.ForeignKey(Division, models.PROTECT)
    day = models.DateField(help_text="today's grids are those of this day")
    asked = models.JSONField(default=dict, help_text="how many grids: grids, or minutes for each; empty: as today")
    instance = models.BinaryField(null=True)
    features = models.BinaryField(null=True, help_text="32-bit numbers, a row a unit: what its minutes are told by")
    lots = models.BinaryField(null=True, help_text="the ground of each unit: together they cover the area once")
    facts = models.JSONField(default=dict, help_text="where the counts come from, the model and its error")
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+", help_text="the latest that worked on it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["district", "recorded_at"], name="design_recorded")]


class DesignDraft(models.Model):
    """One way to divide the area of a design: today's, one that was asked for, or one drawn by hand.

    ``grid`` holds one 32-bit number a unit, an index into ``names``: the code of a grid of today that goes on, or
    a new name. ``locked`` names grids and pairs of grids whose boundary stays. ``undo`` are the last changes by
    hand, each as what its units were before.
    """

    class Origin(models.TextChoices):
        TODAY = "today"
        BALANCED = "balanced"
        WALKABLE = "walkable"
        STABLE = "stable"
        EVEN = "even", "all terms alike"

    district = models.ForeignKey(District, models.PROTECT)
    design = models.ForeignKey(GridDesign, models.PROTECT, related_name="drafts")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60, blank=True)
    origin = models.CharField(max_length=10, choices=Origin)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    is_by_hand = models.BooleanField(default=False, help_text="somebody changed it after it was computed")
    grid = models.BinaryField(null=True)
    names = models.JSONField(default=list)
    facts = models.JSONField(default=dict, help_text="J, its terms and what the search said")
    locked = models.JSONField(default=dict)
    undo = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    put_aside_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "design", "number"], name="draft_number_once")]
