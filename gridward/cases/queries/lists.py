"""Categories and standards as lists to administer."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from gridward.cases.models import Category, Standard
from gridward.cases.queries.choices import in_force
from gridward.work.models import ImportBatch


@dataclass(frozen=True, slots=True)
class StandardRow:
    """A standard with where it stands on a day: ``now``, ``coming`` or ``ended``."""

    standard: Standard
    when: str


def found_categories(district_id: int, words: str, family: str) -> QuerySet[Category]:
    """Categories by words of their names, spoken words or code."""
    rows = Category.objects.filter(district_id=district_id).select_related("default_body")
    if family:
        rows = rows.filter(family=family)
    for word in words.split()[:4]:
        rows = rows.filter(
            Q(name_zh__contains=word) | Q(name_en__icontains=word) | Q(public_zh__contains=word)
            | Q(synonyms__contains=word) | Q(code__startswith=word) | Q(major_zh__contains=word)
        )  # fmt: skip
    return rows.order_by("family", "sort_key")


def get_category(district_id: int, scheme: str, kind: str, code: str) -> Category:
    row = Category.objects.filter(district_id=district_id, scheme=scheme, kind=kind, code=code).first()
    if row is None:
        raise Http404
    return row


def standard_rows(category: Category, day: date) -> list[StandardRow]:
    """All standards of a category that were not withdrawn, by number and day."""
    rows = Standard.objects.filter(category=category, retired_at__isnull=True).order_by("n", "valid_from")
    now = set(rows.filter(in_force(day)).values_list("pk", flat=True))
    return [StandardRow(row, "now" if row.pk in now else "coming" if row.valid_from > day else "ended") for row in rows]


def list_batches(district_id: int) -> list[ImportBatch]:
    """Imports of lists, the latest first."""
    rows = ImportBatch.objects.filter(district_id=district_id, kind="cases.import_lists").select_related("by")
    return list(rows.order_by("-recorded_at")[:20])
