"""Attempts to tell who reported what became of it."""

from django.conf import settings
from django.db import models

from gridward.cases.models.case import Case
from gridward.cases.models.contact import Contact
from gridward.districts.models import District


class TellingAttempt(models.Model):
    """One try to tell one reporter by phone, message or in person; who it was stays sealed. Append-only."""

    class Channel(models.TextChoices):
        PHONE = "phone"
        SMS = "sms"
        VISIT = "visit"
        COUNTER = "counter"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="telling_attempts")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="attempts", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel)
    was_reached = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
