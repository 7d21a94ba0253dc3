"""When posts are on duty."""

from django.db import models

from gridward.accounts.models import Body
from gridward.districts.models import District


class Shift(models.Model):
    """A weekly pattern of duty of a body's posts during [valid_from, valid_to).

    ``ends_at`` ≤ ``starts_at`` means the shift runs past midnight. A ``duty_roster`` shift is the one that
    urgent cases go to: the roster must cover the 24 hours.
    """

    district = models.ForeignKey(District, models.PROTECT)
    body = models.ForeignKey(Body, models.PROTECT, related_name="shifts")
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    weekdays = models.CharField(max_length=7, help_text="seven of 0 and 1, Monday first")
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    follows_calendar = models.BooleanField(default=True, help_text="off on holidays, on at make-up days")
    is_duty_roster = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["district", "body", "valid_from"], name="shift_body")]
