"""A district's own templates of its forms, kept in versions."""

from django.conf import settings
from django.db import models

from gridward.districts.models import District
from gridward.files.models import StoredFile


class PaperTemplate(models.Model):
    """One version of a template: looked over first, then taken into use, and taken back when wished.

    In use is the newest version that was taken into use and not taken back; without one, the layout that is made by
    code. The file of every version is kept.
    """

    class Variant(models.TextChoices):
        ZH = "zh", "中文"
        EN = "en", "English"
        PLAIN_ZH = "plain_zh", "中文，大字明白话"
        PLAIN_EN = "plain_en", "English, in large plain words"

    district = models.ForeignKey(District, models.PROTECT, db_index=False)
    form = models.SlugField(max_length=30, db_index=False, help_text="a code of core/papers/forms.toml")
    variant = models.CharField(max_length=10, choices=Variant)
    n = models.PositiveSmallIntegerField(help_text="counts from 1 within form and variant")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=100, blank=True, help_text="of the uploaded file, without its ending")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    adopted_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "form", "variant", "n"], name="paper_template_n_once")
        ]

    @property
    def state(self) -> str:
        """``draft``, ``adopted`` or ``retired``."""
        return "retired" if self.retired_at else "adopted" if self.adopted_at else "draft"
