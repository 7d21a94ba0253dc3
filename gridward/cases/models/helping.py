"""What was learnt from closed cases to help choosing a category."""

from django.db import models

from gridward.districts.models import District


class CategoryHelp(models.Model):
    """One training: the weights of pieces of words and how good they were on cases that were not read.

    It holds no text and no piece that fewer than five cases share; it only proposes.
    """

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    trained_at = models.DateTimeField()
    trained_by_id = models.BigIntegerField(null=True)
    is_used = models.BooleanField(help_text="it was no worse than the names of the categories")
    lesson = models.JSONField(help_text="core.suggest.learning.Lesson")
    weights = models.BinaryField(help_text="core.suggest.linear.LinearModel, compressed")

    class Meta:
        indexes = [models.Index(fields=["district", "trained_at"], name="category_help_newest")]
