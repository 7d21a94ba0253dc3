"""Joint handling: a call for help on a case, and the task of each body that was called."""

import uuid

from django.conf import settings
from django.db import models

from gridward.accounts.models import Body
from gridward.cases.models.case import Case
from gridward.districts.models import District


class JointCall(models.Model):
    """吹哨: a subdistrict, or the duty chief, calls bodies to a case that its lead body keeps."""

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="joint_calls")
    body = models.ForeignKey(
        Body, models.PROTECT, related_name="+", db_index=False, help_text="whose call it is: it is rated, no person"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=1000)
    meet_at = models.DateTimeField(null=True, help_text="when all meet on the spot")
    called_at = models.DateTimeField()
    recorded_at = models.DateTimeField()


class JointTask(models.Model):
    """协办任务: what one assisting body does, with a clock of its own; the case itself does not move by it.

    ``turnout`` is how the caller found the body's turning up, ``need`` how the body found the call.
    """

    class State(models.TextChoices):
        CALLED = "called"
        TAKEN = "taken", "报到: turned up and took it on"
        DONE = "done"
        RETURNED = "returned"
        EXCUSED = "excused", "the lead said why it goes on without"
        LAPSED = "lapsed", "the case ended, or the body became its lead"

    class Mark(models.TextChoices):
        GOOD = "good"
        FAIR = "fair"
        POOR = "poor"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    call = models.ForeignKey(JointCall, models.PROTECT, related_name="tasks")
    case = models.ForeignKey(Case, models.PROTECT, related_name="joint_tasks")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", db_index=False)
    task = models.CharField(max_length=1000, help_text="分工: what this body is to do")
    state = models.CharField(max_length=8, choices=State, default=State.CALLED)
    amount_s = models.PositiveIntegerField(help_text="seconds as the unit counts them")
    unit = models.CharField(max_length=20)
    called_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="on the body's own calendar")
    is_provisional = models.BooleanField(default=False)
    derivation = models.JSONField(default=list, help_text="codes and values, spoken by the page")
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=2000, blank=True, help_text="the result, or why not")
    turnout = models.CharField(max_length=4, choices=Mark, blank=True)
    turnout_words = models.CharField(max_length=500, blank=True)
    need = models.CharField(max_length=4, choices=Mark, blank=True)
    need_words = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "body"],
                condition=models.Q(state__in=["called", "taken"]),
                name="one_open_task_of_a_body",
            )
        ]
        indexes = [models.Index(fields=["district", "body", "state", "due_at"], name="joint_task_body")]
