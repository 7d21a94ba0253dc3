"""The clocks of a case, and what was asked for and decided about them."""

from django.conf import settings
from django.db import models

from gridward.accounts.models import Body
from gridward.cases.models.case import Case
from gridward.districts.models import District, WorkingCalendar


class CaseClock(models.Model):
    """One clock: at most one of each kind is open. It keeps what it was made of, so that it can be derived again."""

    class Kind(models.TextChoices):
        STAGE = "stage"
        HANDLE = "handle"
        MAKE_SAFE = "make_safe"
        TOTAL = "total"

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        MET = "met"
        LATE = "late", "stopped after its due time"
        DISCARDED = "discarded"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    body = models.ForeignKey(Body, models.PROTECT, null=True, db_index=False)
    limit = models.CharField(max_length=20, blank=True, help_text="which stage limit it is")
    calendar = models.ForeignKey(WorkingCalendar, models.PROTECT, null=True, help_text="none = the shifts of the body")
    calendar_code = models.CharField(max_length=60)
    calendar_version = models.PositiveIntegerField(default=0)
    unit = models.CharField(max_length=20)
    amount_s = models.PositiveIntegerField(help_text="seconds as the unit counts them")
    opened_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    paused_s = models.PositiveIntegerField(default=0)
    pauses = models.PositiveSmallIntegerField(default=0)
    extensions = models.PositiveSmallIntegerField(default=0)
    extended_s = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    is_provisional = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True)
    derivation = models.JSONField(default=list, help_text="codes and values, spoken by the page")
    rung = models.PositiveSmallIntegerField(default=0, help_text="highest rung of the ladder that was told")
    rung_at = models.DateTimeField(null=True, help_text="the next rung is not reached before")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=models.Q(state__in=["running", "paused"]),
                name="one_open_clock_of_a_kind",
            )
        ]
        indexes = [
            models.Index(fields=["rung_at"], condition=models.Q(state="running"), name="clock_running_rung"),
        ]


class Escalation(models.Model):
    """催督办: one rung of the ladder that one clock reached, told once; append-only."""

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="escalations")
    clock = models.ForeignKey(CaseClock, models.PROTECT, related_name="escalations", db_index=False)
    level = models.PositiveSmallIntegerField(help_text="a Level of core.workflow.ladder")
    tells = models.CharField(max_length=80, help_text="who was told: codes of core.workflow.ladder, by spaces")
    due_at = models.DateTimeField(help_text="the clock's due time when it was told")
    step_n = models.PositiveIntegerField(help_text="the step of the case that says so")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "level"], name="a_rung_once")]


class CaseRequest(models.Model):
    """A two-step wish: somebody asks to extend, suspend, void or appeal; somebody else decides."""

    class Kind(models.TextChoices):
        EXTEND = "extend"
        SUSPEND = "suspend"
        VOID = "void"
        APPEAL = "appeal"
        REVIEW = "review"

    class State(models.TextChoices):
        ASKED = "asked"
        GRANTED = "granted"
        REFUSED = "refused"
        LAPSED = "lapsed"

    district = models.ForeignKey(District, models.PROTECT)
    case = models.ForeignKey(Case, models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    reason = models.CharField(max_length=2000)
    until = models.DateField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=models.Q(state="asked"), name="one_open_request_of_a_kind"
            )
        ]
        indexes = [models.Index(fields=["district", "state", "asked_at"], name="request_state")]
