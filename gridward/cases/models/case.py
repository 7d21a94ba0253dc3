"""The case 案卷, its steps, its number."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.audit.models import Step
from gridward.cases.models.category import Category, Family, Standard
from gridward.districts.models import District
from gridward.grids.models import Cell, Grid
from gridward.registers.models import Component


class Case(models.Model):
    """One matter on its way through the seven stages; changed only by actions, each leaving a CaseStep.

    ``grid`` is the identity on the day of the report and is never rewritten; ``duty_grid`` is who serves the
    place now (open cases only). ``step_n`` and ``step_hash`` are the head of its chain.
    """

    class Channel(models.TextChoices):
        ONLINE = "online", "resident, on the web"
        GRID_WORKER = "grid_worker", "grid worker"
        COUNTER = "counter", "at the counter"
        PHONE = "phone", "by phone"
        LEADER = "leader", "leader's instruction"
        TRANSFER = "transfer", "passed on by a department"
        HOTLINE = "hotline", "12345 hotline"
        SENSOR = "sensor", "sensor"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    client_uuid = models.UUIDField(unique=True, help_text="chosen by the client: the same report twice is one case")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    number = models.CharField(max_length=19)
    spoken_code = models.CharField(
        max_length=12, blank=True, help_text="word and digits for the phone; empty once the link has ended"
    )
    channel = models.CharField(max_length=12, choices=Channel)
    family = models.CharField(max_length=16, choices=Family)
    category = models.ForeignKey(Category, models.PROTECT, db_index=False)
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, db_index=False)
    description = models.TextField()
    place = models.CharField(max_length=256)
    position = models.PointField(srid=4326, null=True)
    tile = models.BigIntegerField(
        null=True, help_text="the square of 100 m of its position, or minus its community: finds what lies near"
    )
    subdistrict = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+", db_index=False)
    community = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+", db_index=False)
    cell = models.ForeignKey(Cell, models.PROTECT, null=True, db_index=False)
    component = models.ForeignKey(
        Component, models.PROTECT, null=True, related_name="+", db_index=False, help_text="what is broken, if known"
    )
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+")
    duty_grid = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="open_cases", db_index=False)

    table = models.CharField(max_length=40)
    state = models.CharField(max_length=30)
    stage = models.PositiveSmallIntegerField()
    body = models.ForeignKey(Body, models.PROTECT, null=True, help_text="responsible body 承办单位", db_index=False)
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="asked by name to verify or inspect",
    )
    complained_body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", db_index=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)

    told_at = models.DateTimeField(help_text="when the resident first told us: no move changes it")
    reported_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    feedback_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    clock_from = models.DateTimeField(null=True, help_text="start of the clock that is due next")
    due_at = models.DateTimeField(null=True, help_text="due time of the clock that is due next")
    total_due_at = models.DateTimeField(null=True)
    suspended_until = models.DateField(null=True)
    review_on = models.DateField(null=True, help_text="not solvable now: looked at again on this day")

    return_count = models.PositiveSmallIntegerField(default=0)
    rework_count = models.PositiveSmallIntegerField(default=0)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    extension_count = models.PositiveSmallIntegerField(default=0)
    follower_count = models.PositiveSmallIntegerField(default=0)
    escalation = models.PositiveSmallIntegerField(
        default=0, help_text="highest rung that an open clock reached: a Level of core.workflow.ladder"
    )
    is_urgent = models.BooleanField(default=False)
    is_supervised = models.BooleanField(default=False)
    is_designated = models.BooleanField(default=False)
    is_late = models.BooleanField(default=False, help_text="a fact that nothing erases")
    is_timeout_exempt = models.BooleanField(default=False, help_text="appeal granted; is_late stays")
    is_quarantined = models.BooleanField(default=False, help_text="above the public budget; same clock")
    is_released = models.BooleanField(default=False, help_text="words and photos may be shown nearby")
    is_open = models.BooleanField(default=True)

    step_n = models.PositiveIntegerField(default=0)
    step_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="case_number_once"),
            models.UniqueConstraint(
                fields=["district", "spoken_code"],
                condition=~models.Q(spoken_code=""),
                name="case_spoken_code_once",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "-reported_at"], name="case_newest"),
            models.Index(fields=["district", "is_open", "due_at"], name="case_due"),
            models.Index(fields=["district", "state", "due_at"], name="case_state"),
            models.Index(fields=["district", "body", "is_open", "due_at"], name="case_body"),
            models.Index(fields=["district", "community", "is_open", "due_at"], name="case_community"),
            models.Index(fields=["district", "subdistrict", "is_open", "due_at"], name="case_subdistrict"),
            models.Index(fields=["district", "duty_grid", "is_open", "due_at"], name="case_duty_grid"),
            models.Index(fields=["district", "category", "-reported_at"], name="case_category"),
            models.Index(fields=["handler", "is_open"], name="case_handler"),
            models.Index(fields=["district", "tile", "category"], name="case_near"),
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="case_merged_into"
            ),
            models.Index(
                fields=["district", "is_open"],
                condition=models.Q(complained_body__isnull=False),
                name="case_about_body",
            ),
            models.Index(
                fields=["component", "-reported_at"],
                condition=models.Q(component__isnull=False),
                name="case_component",
            ),
            models.Index(fields=["district", "due_at"], condition=models.Q(escalation__gte=2), name="case_escalated"),
            models.Index(fields=["district", "due_at"], condition=models.Q(is_supervised=True), name="case_supervised"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseStep(Step):
    """One move: history and audit, with its deliveries as outbox."""

    subject_from = "case"
    also_hashed = ("state_from", "state_to", "stage", "body_id", "action_uuid")

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps", db_index=False)
    state_from = models.CharField(max_length=30, blank=True)
    state_to = models.CharField(max_length=30)
    stage = models.PositiveSmallIntegerField()
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, related_name="+", help_text="for whom the actor acted", db_index=False
    )
    action_uuid = models.UUIDField(null=True, help_text="chosen by the client: sent twice, done once")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "n"], name="case_step_n_once"),
            models.UniqueConstraint(fields=["case", "action_uuid"], name="case_action_once"),
        ]
        indexes = [
            models.Index(fields=["district", "recorded_at"], name="case_step_recorded"),
            models.Index(fields=["by", "-recorded_at"], name="case_step_by"),
        ]


class NumberSeries(models.Model):
    """The last case number given in a district on a day."""

    district = models.ForeignKey(District, models.PROTECT)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "day"], name="number_series_once")]


class Watch(models.Model):
    """我关注: a person keeps an eye on a case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="watches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="watch_once")]
