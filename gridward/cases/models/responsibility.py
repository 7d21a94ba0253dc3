"""权责清单: which body answers for a matter at a place, who assists, on what basis, since when."""

from django.conf import settings
from django.db import models

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.models.category import Category
from gridward.districts.models import District


class Responsibility(models.Model):
    """One line of the list during [valid_from, valid_to). What changed is a new line; the old one is ended and kept.

    ``matter`` is what routing rules call it: a category's id, or the key of a whole major class.
    """

    class Place(models.TextChoices):
        COMMUNITY = "community"
        ROAD = "road"
        PREMISES = "premises"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    matter = models.CharField(max_length=120)
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="+", db_index=False, help_text="the category, or one of the class"
    )
    is_class = models.BooleanField(default=False, help_text="the whole major class of the category")
    place = models.CharField(max_length=10, choices=Place, blank=True, help_text="kind of its grid; empty = any")
    subdistrict = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+", db_index=False)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", db_index=False)
    body_kind = models.CharField(max_length=24, blank=True, choices=Body.Kind, help_text="the place's own of a kind")
    assistants = models.ManyToManyField(Body, related_name="+")
    basis = models.CharField(max_length=200, blank=True, help_text="in law")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, help_text="never held: corrected on its first day, or undone")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(body__isnull=True) ^ models.Q(body_kind=""), name="responsibility_one_target"
            )
        ]
        indexes = [models.Index(fields=["district", "matter", "valid_from"], name="responsibility_matter")]
