"""Cells for codes and statistics; grids for duty; plans that divide an area from a day on."""

from django.conf import settings
from django.contrib.gis.db import models

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.districts.models import District


class Cell(models.Model):
    """A stable piece of about 10,000 m² 单元网格 with a 15-digit code, inside exactly one community."""

    district = models.ForeignKey(District, models.PROTECT)
    code = models.CharField(max_length=15)
    community = models.ForeignKey(Division, models.PROTECT, null=True)
    shape = models.MultiPolygonField(srid=4326)
    area_m2 = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="cell_code_once")]


class Grid(models.Model):
    """The identity of a duty grid 责任网格; its polygon stands in GridShape rows."""

    class Level(models.TextChoices):
        SUBDISTRICT = "subdistrict"
        COMMUNITY = "community"
        PREMISES = "premises", "building or premises"

    class Kind(models.TextChoices):
        COMMUNITY = "community"
        ROAD = "road"
        PREMISES = "premises"

    district = models.ForeignKey(District, models.PROTECT)
    code = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    level = models.CharField(max_length=12, choices=Level)
    kind = models.CharField(max_length=10, choices=Kind)
    subdistrict = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    community = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    body = models.ForeignKey(Body, models.PROTECT, null=True, help_text="whose grid it is")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="grid_code_once")]
        indexes = [models.Index(fields=["district", "community"], name="grid_community")]

    def __str__(self) -> str:
        return self.name_zh


class PremisesUse(models.TextChoices):
    """What a premises grid is for: the founding paper's kinds, and those that last for some days only."""

    WINDOW = "window", "service windows 窗口行业"
    CULTURE = "culture", "culture and museums 文博场馆"
    MINORS = "minors", "minors' venue 未成年人活动场所"
    SCHOOL = "school", "school 中小学校"
    SITE = "site", "building site 建筑工地"
    FESTIVAL = "festival"
    FLOOD = "flood"
    WORKS = "works", "works in a road or pipe"


TEMPORARY_USES = (PremisesUse.SITE, PremisesUse.FESTIVAL, PremisesUse.FLOOD, PremisesUse.WORKS)


class GridPlan(models.Model):
    """A division of an area into grids, drafted, compared, adopted from a day on."""

    class State(models.TextChoices):
        DRAFT = "draft"
        ADOPTED = "adopted"
        WITHDRAWN = "withdrawn"

    district = models.ForeignKey(District, models.PROTECT)
    division = models.ForeignKey(Division, models.PROTECT)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    adopted_from = models.DateField(null=True)
    is_awaited = models.BooleanField(default=False, help_text="adopted for a day to come; open work moves on that day")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="adopted") | models.Q(adopted_from__isnull=False),
                name="adopted_plan_has_day",
            )
        ]


class GridShape(models.Model):
    """The polygon of a grid under a plan during [valid_from, valid_to); never changed, only closed.

    ``valid_from`` is empty while the plan is a draft, ``valid_to`` only there where a temporary grid ends by
    itself. At most one shape of a grid holds on any day: an
    exclusion constraint on PostgreSQL, a check under the write lock on GeoPackage.
    """

    district = models.ForeignKey(District, models.PROTECT)
    plan = models.ForeignKey(GridPlan, models.PROTECT, related_name="shapes")
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="shapes")
    shape = models.MultiPolygonField(srid=4326)
    area_m2 = models.PositiveIntegerField()
    households = models.PositiveIntegerField(null=True)
    scope = models.JSONField(
        default=dict,
        help_text="of a road grid: road, from_mark, to_mark, side; of a premises grid: use, host, gate rule",
    )
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["district", "grid", "valid_from"], name="grid_shape_days"),
            models.Index(
                fields=["district", "valid_from", "valid_to", "recorded_at", "retired_at"], name="grid_shape_stamp"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="grid_shape_ends_after_it_begins",
            )
        ]


class DutyPost(models.Model):
    """A person serving a grid during [valid_from, valid_to). A grid's team has several posts.

    A person holds at most one post in a grid on any day, kept as for GridShape.
    """

    class Kind(models.TextChoices):
        FULL_TIME = "full_time"
        PART_TIME = "part_time"
        CONTRACT = "contract"
        LINKED = "linked", "linked official 联点干部"
        VOLUNTEER = "volunteer"
        BUILDING_HEAD = "building_head"

    district = models.ForeignKey(District, models.PROTECT)
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="posts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=14, choices=Kind)
    body = models.ForeignKey(Body, models.PROTECT)
    duty_phone = models.CharField(max_length=30, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["district", "grid", "valid_from"], name="post_grid"),
            models.Index(fields=["user", "valid_from"], name="post_user"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="post_ends_after_it_begins",
            )
        ]


class PlanReview(models.Model):
    """A draft laid open for comments 征求意见 through ``until``. Opened anew with another day, that day holds."""

    district = models.ForeignKey(District, models.PROTECT)
    plan = models.ForeignKey(GridPlan, models.PROTECT, related_name="reviews")
    until = models.DateField(help_text="the last day on which comments are taken")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["district", "plan", "recorded_at"], name="plan_review")]


class PlanComment(models.Model):
    """What somebody of the area says of a draft, or of one grid in it, and what the drafter answered; never erased."""

    class Outcome(models.TextChoices):
        TAKEN_UP = "taken_up"
        PARTLY = "partly", "taken up in part"
        NOT_TAKEN_UP = "not_taken_up"

    district = models.ForeignKey(District, models.PROTECT)
    plan = models.ForeignKey(GridPlan, models.PROTECT, related_name="comments")
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+", help_text="none: the whole plan")
    n = models.PositiveIntegerField(help_text="1, 2, 3 … within the plan")
    words = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, models.PROTECT, help_text="for whom it was said")
    recorded_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, help_text="empty: not answered yet")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "plan", "n"], name="plan_comment_once")]


class GridNotice(models.Model):
    """One of the four things made public 四公开 of the grids of a division, or of one grid, during
    [valid_from, valid_to); never changed, only closed. What is said nearest to a grid holds for it.
    """

    class Item(models.TextChoices):
        CONTACT = "contact"
        DUTIES = "duties"
        SUPERVISION = "supervision"
        ASSESSMENT = "assessment"

    district = models.ForeignKey(District, models.PROTECT)
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="notices")
    item = models.CharField(max_length=12, choices=Item)
    words_zh = models.TextField()
    words_en = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["district", "item", "valid_from"], name="grid_notice_item")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(division__isnull=True) ^ models.Q(grid__isnull=True),
                name="notice_of_division_or_grid",
            )
        ]
