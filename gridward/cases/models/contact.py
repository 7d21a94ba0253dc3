"""Who reported, sealed apart from the case; photos; ratings. Private to this app's queries and actions."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models

from gridward.cases.models.case import Case
from gridward.cases.models.link import CaseLink
from gridward.districts.models import District
from gridward.files.models import StoredFile
from gridward.vault.fields import SealedField


class Contact(models.Model):
    """A reporter or follower. Name, phone and e-mail are sealed from the first migration; the phone has a
    blind index. The private link is stored as its hash only. Opened by acceptor and call-back, each read a row.
    """

    class Kind(models.TextChoices):
        REPORTER = "reporter"
        FOLLOWER = "follower"

    class Answer(models.TextChoices):
        LINK = "link", "private page"
        PHONE = "phone", "call back"
        COUNTER = "counter", "at the counter"
        NONE = "none", "no answer wished"

    district = models.ForeignKey(District, models.PROTECT)
    case = models.ForeignKey(Case, models.PROTECT, related_name="contacts")
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REPORTER)
    answer_by = models.CharField(max_length=10, choices=Answer, default=Answer.LINK)
    name = SealedField(blank=True)
    phone = SealedField(blank=True)
    email = SealedField(blank=True)
    phone_index = models.BinaryField(max_length=32, null=True)
    link_hash = models.BinaryField(max_length=32, unique=True)
    link_ends_at = models.DateTimeField(null=True)
    is_confirmed = models.BooleanField(default=False, help_text="the address answered once")
    answered_at = models.DateTimeField(null=True, help_text="when the reply was given by the reporter's channel")
    unreached_at = models.DateTimeField(null=True, help_text="when enough had been tried in vain to give it")
    recorded_at = models.DateTimeField()
    purged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["district", "phone_index"], name="contact_phone")]


class Attachment(models.Model):
    """A photo or paper of a case. The position is read from the photo, then the photo is stripped."""

    class Kind(models.TextChoices):
        REPORT = "report"
        VERIFICATION = "verification"
        BEFORE = "before"
        PROGRESS = "progress"
        AFTER = "after"
        INSPECTION = "inspection"
        PAPER = "paper"

    district = models.ForeignKey(District, models.PROTECT)
    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    file = models.ForeignKey(StoredFile, models.PROTECT)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=120, blank=True)
    position = models.PointField(srid=4326, null=True)
    taken_at = models.DateTimeField(null=True)
    is_drawing = models.BooleanField(default=False, help_text="示意图: drawn, not photographed")
    is_released = models.BooleanField(default=False)
    is_for_reporter = models.BooleanField(default=False, help_text="shown to the reporter")
    link = models.ForeignKey(
        CaseLink, models.PROTECT, null=True, related_name="+", db_index=False, help_text="the contractor it came from"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()


class Rating(models.Model):
    """What the reporter says of the outcome. Typed by staff it does not enter any rate (H32)."""

    district = models.ForeignKey(District, models.PROTECT)
    case = models.ForeignKey(Case, models.PROTECT, related_name="ratings")
    round = models.PositiveSmallIntegerField(help_text="reopen_count when it was given")
    is_solved = models.BooleanField(null=True, help_text="none = not said")
    stars = models.PositiveSmallIntegerField(null=True, help_text="1 to 5")
    words = models.CharField(max_length=2000, blank=True)
    is_typed_by_staff = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="one_rating_a_round")]
