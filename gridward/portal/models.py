"""How many reports came from where in an hour, without keeping where: a hash with a salt of the day."""

from django.db import models

from gridward.districts.models import District


class ReportCount(models.Model):
    """Reports of one address range in one hour. The hash cannot be compared across days; rows go after two."""

    district = models.ForeignKey(District, models.PROTECT)
    origin = models.BinaryField(max_length=32)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "origin", "hour"], name="report_count_once")]
        indexes = [models.Index(fields=["hour"], name="report_count_hour")]
