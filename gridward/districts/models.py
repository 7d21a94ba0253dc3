"""The tenant and its working calendars."""

from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator


class District(models.Model):
    """A county-level district 区: the tenant. Every row that belongs to one carries its id."""

    id = models.PositiveSmallIntegerField(primary_key=True, validators=[MinValueValidator(1), MaxValueValidator(4095)])
    code6 = models.CharField(max_length=6, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    central_meridian = models.PositiveSmallIntegerField(
        default=114, help_text="of the local projection, degrees east; EPSG 4534 + (CM - 75) / 3"
    )
    outline = models.MultiPolygonField(srid=4326, null=True)
    hotline = models.CharField(max_length=30, blank=True)
    is_demo = models.BooleanField(default=False, help_text="an example: invented, marked everywhere, own clock")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id__gte=1, id__lte=4095), name="district_id_in_range")]

    def __str__(self) -> str:
        return self.name_zh


class WorkingCalendar(models.Model):
    """Opening periods of a week; ``version`` grows with every change so that clocks can say which they used."""

    district = models.ForeignKey(District, models.PROTECT)
    code = models.SlugField(max_length=30)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    week = models.JSONField(help_text='per weekday 0-6 the opening periods: [[["08:00", "12:00"], …], …]')

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="calendar_code_once")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class CalendarDay(models.Model):
    """A dated exception: a holiday, or a make-up day 调休 that works like the given weekday."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday"
        WORKDAY = "workday"

    district = models.ForeignKey(District, models.PROTECT)
    calendar = models.ForeignKey(WorkingCalendar, models.PROTECT, related_name="days")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    name_zh = models.CharField(max_length=30, blank=True)
    name_en = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day"],
                condition=models.Q(retired_at__isnull=True),
                name="calendar_day_once",
            )
        ]
