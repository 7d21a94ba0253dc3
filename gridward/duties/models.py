"""When posts are on duty, and what may be passed to communities at all."""

from django.conf import settings
from django.db import models

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.districts.models import District


class Shift(models.Model):
    """A weekly pattern of duty of a body's posts during [valid_from, valid_to).

    ``ends_at`` ≤ ``starts_at`` means the shift runs past midnight. A ``duty_roster`` shift is the one that
    urgent cases go to: the roster must cover the 24 hours.
    """

    district = models.ForeignKey(District, models.PROTECT)
    body = models.ForeignKey(Body, models.PROTECT, related_name="shifts")
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    weekdays = models.CharField(max_length=7, help_text="seven of 0 and 1, Monday first")
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    follows_calendar = models.BooleanField(default=True, help_text="off on holidays, on at make-up days")
    is_duty_roster = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["district", "body", "valid_from"], name="shift_body")]


class ListedDuty(models.Model):
    """事项准入: a matter that may be passed to the bodies of communities during [valid_from, valid_to).

    Listed without end by who keeps the list; or, beyond the list, asked for by one role and admitted by another,
    with a reason and an end. ``matter`` names it as the app above does that passes it (join ``duties.matters``).
    """

    class State(models.TextChoices):
        LISTED = "listed"
        ASKED = "asked"
        ADMITTED = "admitted"
        REFUSED = "refused"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    state = models.CharField(max_length=8, choices=State)
    matter = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=240)
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="the subdistrict it is admitted in; none = the whole district",
    )  # fmt: skip
    only_assists = models.BooleanField(default=False, help_text="communities help with it and never lead it")
    basis = models.CharField(max_length=200, blank=True, help_text="in law, or why it is asked for")
    answer = models.CharField(max_length=200, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_role = models.CharField(max_length=30)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_role = models.CharField(max_length=30, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="listed") | models.Q(valid_to__isnull=False), name="admitted_for_a_time"
            )
        ]
        indexes = [models.Index(fields=["district", "matter", "valid_from"], name="listed_duty_matter")]


class Absence(models.Model):
    """Somebody is away during [valid_from, valid_to), and who stands in. Why is nobody's business and is not kept.

    ``lent`` are the grants that the cover got for this time. Ended by an earlier ``valid_to``, never deleted.
    """

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    cover = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()
    hands_over = models.BooleanField(default=False, help_text="open work goes to the cover when it begins")
    lent = models.JSONField(default=list)
    begun_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, help_text="taken back before it began")

    class Meta:
        indexes = [models.Index(fields=["district", "valid_to"], name="absence_until")]


class Turn(models.Model):
    """值班表: who has a shift of their body on one day. Taken off rather than changed."""

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="turns", db_index=False)
    day = models.DateField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="turns", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "shift", "day", "user"],
                condition=models.Q(retired_at__isnull=True),
                name="a_turn_once",
            )
        ]
        indexes = [models.Index(fields=["district", "day"], name="turn_of_day")]
