"""施工与停水停电公告: works and outages that are known, where and from when to when."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models

from gridward.accounts.models import Body
from gridward.districts.models import District


class WorksNotice(models.Model):
    """What a body tells of works or an outage of its own: the answer to reports of these categories from this area
    during this time, before they are made. Nobody is kept from reporting. Ended early, ``to_at`` is when.
    """

    class Kind(models.TextChoices):
        WORKS = "works", "施工"
        WATER = "water", "停水"
        POWER = "power", "停电"
        GAS = "gas", "停气"
        ROAD = "road", "道路封闭"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    place_zh = models.CharField(max_length=120)
    place_en = models.CharField(max_length=200, blank=True)
    text_zh = models.CharField(max_length=500)
    text_en = models.CharField(max_length=800, blank=True)
    area = models.MultiPolygonField(srid=4326)
    category_ids = models.JSONField(default=list, help_text="reports of these categories get it as their answer")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", db_index=False)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="taken down before its time")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(to_at__gte=models.F("from_at")), name="works_notice_ends_after")
        ]
        indexes = [models.Index(fields=["district", "to_at"], name="works_notice_now")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.place_zh}"
