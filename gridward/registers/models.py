"""What stands in a district 底册: so far the components 部件 in public space, each with its national code."""

import uuid

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from gridward.accounts.models import Body
from gridward.districts.models import District
from gridward.gpkg.fulltext import WordsField
from gridward.grids.models import Cell
from gridward.work.models import ImportBatch


class Component(models.Model):
    """A lamp, a manhole, a bin: one row as it is now; what was done to it stands in the audit entries of its name.

    Its class is the category of the same code (GB/T 47678.5), which the cases app keeps. ``retired_at`` is set
    where an import was taken back; a component that is gone is in the state ``removed``.
    """

    class State(models.TextChoices):
        """部件状态 of GB/T 47678.5."""

        INTACT = "intact", _("Intact")
        DAMAGED = "damaged", _("Damaged")
        MISSING = "missing", _("Missing")
        ABANDONED = "abandoned", _("Out of use")
        REMOVED = "removed", _("Removed")

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, help_text="what its QR code leads to")
    code = models.CharField(max_length=17, help_text="部件标识码")
    class_code = models.CharField(max_length=5, help_text="digits 7 to 11 of the code")
    name = models.CharField(max_length=60, blank=True, help_text="what people call it")
    place = models.CharField(max_length=120, blank=True)
    position = models.PointField(srid=4326)
    cell = models.ForeignKey(Cell, models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", db_index=False, help_text="权属单位")
    maintainer = models.ForeignKey(
        Body, models.PROTECT, null=True, related_name="+", db_index=False, help_text="养护单位"
    )
    state = models.CharField(max_length=10, choices=State, default=State.INTACT)
    since = models.DateField(null=True, help_text="初始日期")
    changed_at = models.DateTimeField(null=True, help_text="变更日期; empty: never since it was registered")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], condition=models.Q(retired_at__isnull=True), name="component_code_once"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "class_code", "code"], name="component_class"),
            models.Index(fields=["district", "maintainer", "code"], name="component_maintainer"),
        ]

    def __str__(self) -> str:
        return self.code


class ComponentText(models.Model):
    """The words by which a component is found: derived, made anew at any time."""

    component = models.OneToOneField(
        Component, models.CASCADE, primary_key=True, db_column="id", related_name="search_text"
    )
    newness = models.BigIntegerField(help_text="its id: the latest registered come first")
    words = WordsField()

    class Meta:
        indexes = [models.Index(fields=["newness"], name="component_text_newness")]
