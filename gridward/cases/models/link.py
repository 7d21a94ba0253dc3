"""Private addresses for one case without an account, and the photos that came by them and wait for a move."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models

from gridward.accounts.models import Body
from gridward.cases.models.case import Case
from gridward.districts.models import District
from gridward.files.models import StoredFile


class CaseLink(models.Model):
    """A contractor's way to one case, or the way from one's own phone to a form. Of its secret only the hash is
    kept; it ends by itself, and shows nobody who reported.
    """

    class Kind(models.TextChoices):
        CONTRACTOR = "contractor", "外协: who does the work for the body"
        PHONE = "phone", "one's own phone, for some minutes"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    kind = models.CharField(max_length=10, choices=Kind)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    link_hash = models.BinaryField(max_length=32, unique=True)
    name = models.CharField(max_length=60, blank=True, help_text="the company or team, no person")
    task = models.CharField(max_length=1000, blank=True, help_text="what to do, as the body wrote it")
    fields = models.CharField(max_length=60, help_text="the photo fields that it fills, separated by commas")
    released = models.JSONField(default=list, help_text="public ids of the photos of the case that it shows")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    uploads = models.PositiveSmallIntegerField(default=0)

    @property
    def photo_fields(self) -> list[str]:
        return self.fields.split(",")


class WaitingPhoto(models.Model):
    """A photo that was sent and waits for the move that takes it into the case: from a contractor for whoever
    handles it, else for one person.
    """

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="waiting_photos")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    link = models.ForeignKey(CaseLink, models.PROTECT, null=True, related_name="photos")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    field = models.CharField(max_length=12)
    file = models.ForeignKey(StoredFile, models.PROTECT, db_index=False)
    taken_at = models.DateTimeField(null=True)
    position = models.PointField(srid=4326, null=True)
    recorded_at = models.DateTimeField()
