"""A district's own words of replies, kept in versions."""

from django.conf import settings
from django.db import models

from gridward.districts.models import District


class ReplyTemplate(models.Model):
    """One version of the words that the form of a move offers; in use is the newest that was not taken back.

    Without one, those that come with the software (``reference/replies.csv``). Words are never rewritten.
    """

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    move = models.SlugField(max_length=20, db_index=False)
    scope = models.CharField(max_length=40, help_text="all, family:code or category:id")
    n = models.PositiveSmallIntegerField(help_text="counts from 1 within move and scope")
    zh = models.CharField(max_length=1500)
    en = models.CharField(max_length=1500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "move", "scope", "n"], name="reply_template_n_once")]
