"""What happened, chained per subject and sealed per minute; bodies apart so that they can be purged."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from gridward.districts.models import District


class Step(models.Model):
    """One thing that somebody did to one subject. Never updated. Concrete tables: Entry, CaseStep.

    ``hash`` covers the format version, district, subject, n, verb, by, role, at, recorded_at, the digest of the
    body and ``prev``, the hash of the subject's step before. ``subject_from`` names the column that says whose
    step it is: a text like ``accounts.User:12``, or a foreign key to a row that keeps ``step_n``, ``step_hash``;
    ``also_hashed`` names further columns of a concrete table that the hash covers.
    """

    subject_from: ClassVar[str] = "subject"
    also_hashed: ClassVar[tuple[str, ...]] = ()

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    n = models.PositiveIntegerField(help_text="counts from 1 within the subject")
    verb = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    role = models.CharField(max_length=30)
    at = models.DateTimeField(help_text="when it happened")
    recorded_at = models.DateTimeField(help_text="when the server learnt of it")
    is_time_doubtful = models.BooleanField(default=False)
    prev = models.BinaryField(max_length=32)
    body_digest = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        abstract = True


class Entry(Step):
    """A step of any subject that has no step table of its own; ``subject`` is like ``accounts.User:12``."""

    subject = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "subject", "n"], name="entry_n_once"),
        ]
        indexes = [models.Index(fields=["district", "recorded_at"], name="entry_recorded")]


class Chain(models.Model):
    """The counter and head of one subject's entries; locked while a step is added."""

    district = models.ForeignKey(District, models.PROTECT)
    subject = models.CharField(max_length=80)
    n = models.PositiveIntegerField(default=0)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "subject"], name="chain_once")]


class StepBody(models.Model):
    """What a step said, as canonical JSON with its salt; the row may be purged, the chain stays whole."""

    table = models.CharField(max_length=60)
    step_id = models.BigIntegerField()
    salt = models.BinaryField(max_length=16)
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "step_id"], name="step_body_once")]


class Read(models.Model):
    """One request that opened personal data: who, in which role, why (purpose and the open thing)."""

    district = models.ForeignKey(District, models.PROTECT)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="none: the system, to send"
    )
    role = models.CharField(max_length=30)
    purpose = models.CharField(max_length=40)
    thing = models.CharField(max_length=80, help_text="the open thing that justifies it, like cases.Case:12")
    was_refused = models.BooleanField(default=False)
    at = models.DateTimeField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["district", "thing"], name="read_thing"),
            models.Index(fields=["district", "at"], name="read_at"),
        ]


class ReadPerson(models.Model):
    """A person whose data a read opened, as a text key like ``cases.Contact:7``."""

    read = models.ForeignKey(Read, models.PROTECT, related_name="persons")
    person = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["read", "person"], name="read_person_once")]
        indexes = [models.Index(fields=["person"], name="read_person")]


class Seal(models.Model):
    """A minute's Merkle root over all rows committed and not yet sealed, signed outside the database."""

    district = models.ForeignKey(District, models.PROTECT)
    n = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    root = models.BinaryField(max_length=32)
    prev = models.BinaryField(max_length=32)
    hmac = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "n"], name="seal_n_once")]


class SealLeaf(models.Model):
    """One sealed row; its place in the seal's tree is ``n``."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="leaves")
    n = models.PositiveIntegerField()
    table = models.CharField(max_length=60)
    step_id = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "step_id"], name="leaf_row_once"),
            models.UniqueConstraint(fields=["seal", "n"], name="leaf_n_once"),
        ]
