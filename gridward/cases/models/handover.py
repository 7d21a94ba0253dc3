"""What one shift of the centre passes on to the next, and reminders that were made by phone."""

import uuid

from django.conf import settings
from django.db import models

from gridward.accounts.models import Body
from gridward.cases.models.case import Case
from gridward.districts.models import District


class PhoneReminder(models.Model):
    """催办 by phone: which body was rung up about a case, at which post, and what was promised. Append-only.

    The post, never the person at the other end.
    """

    class Post(models.TextChoices):
        DESK = "desk", "the body's desk"
        DUTY_ROOM = "duty_room", "its duty room"
        TEAM = "team", "the team on the spot"
        LEADER = "leader", "who leads it"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="phone_reminders")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", db_index=False)
    post = models.CharField(max_length=10, choices=Post)
    was_reached = models.BooleanField()
    promised = models.CharField(max_length=500, blank=True)
    promised_by = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["district", "promised_by"], condition=models.Q(promised_by__isnull=False), name="promise_by"
            )
        ]


class Handover(models.Model):
    """交接班: what stands open when a shift ends, signed by who gives and by who takes; never changed afterwards.

    ``told`` holds numbers, states and due times as they were, no words of a case: a page shows of it only the cases
    that its reader sees.
    """

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", db_index=False)
    told = models.JSONField()
    notes = models.TextField(blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    given_role = models.CharField(max_length=30)
    given_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    taken_role = models.CharField(max_length=30, blank=True)
    taken_at = models.DateTimeField(null=True)
    taken_note = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "body"],
                condition=models.Q(taken_at__isnull=True, withdrawn_at__isnull=True),
                name="one_handover_waits",
            )
        ]
        indexes = [models.Index(fields=["district", "body", "-given_at"], name="handover_newest")]
