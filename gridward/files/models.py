"""Files lie content-addressed under GRIDWARD_HOME/files; a row counts who refers to them."""

from django.db import models

from gridward.districts.models import District


class StoredFile(models.Model):
    """One content, kept once per district; removed when nothing refers to it."""

    district = models.ForeignKey(District, models.PROTECT)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="bytes")
    media_type = models.CharField(max_length=80)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    references = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "sha256"], name="file_once")]
