"""What search knows of a case: derived, made anew at any time."""

from django.contrib.gis.db import models

from gridward.cases.models.case import Case
from gridward.gpkg.fulltext import WordsField


class SearchText(models.Model):
    """The words by which a case is found, without phones, identity numbers and who reported it."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, db_column="id", related_name="search_text")
    newness = models.BigIntegerField(help_text="higher is reported later; no two cases have the same")
    words = WordsField()

    class Meta:
        indexes = [models.Index(fields=["newness"], name="search_text_newness")]
