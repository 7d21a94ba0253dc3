"""What follows a step, and long work: the outbox, runs, import batches."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridward.districts.models import District


class Delivery(models.Model):
    """One handler's duty after one step, written in the step's own transaction; done at least once."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        PARKED = "parked"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    table = models.CharField(max_length=60)
    step_id = models.BigIntegerField()
    handler = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "step_id", "handler"], name="delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["district", "due_at"], condition=models.Q(state="parked"), name="delivery_parked"),
        ]


class Run(models.Model):
    """Long work in a child process: its progress, and the wish to stop it; resumed from ``cursor``."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    district = models.ForeignKey(District, models.PROTECT)
    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cursor = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    is_stop_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="times a process took it up")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "recorded_at"], name="run_state")]


class ImportBatch(models.Model):
    """One file that was read in, by whom, with its report; undone as a whole."""

    class State(models.TextChoices):
        APPLIED = "applied"
        UNDONE = "undone"

    district = models.ForeignKey(District, models.PROTECT)
    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.APPLIED)
    report = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["district", "kind", "recorded_at"], name="batch_kind")]


class Pulse(models.Model):
    """The last sign of life of a background duty (jobs, seals, sweeps), written at most once a minute."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True, help_text="why its last round failed; no personal data")
