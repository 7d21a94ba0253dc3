"""Categories and standards as lists to administer."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404

from gridward.cases.models import Category, Standard
from gridward.cases.models.category import Family
from gridward.cases.queries.choices import in_force
from gridward.web.moments import is_chinese
from gridward.work.models import ImportBatch


@dataclass(frozen=True, slots=True)
class StandardRow:
    """A standard with where it stands on a day: ``now``, ``coming`` or ``ended``."""

    standard: Standard
    when: str


@dataclass(frozen=True, slots=True)
class MajorClass:
    """A major class of categories and how many it has."""

    family: str
    kind: str
    major_zh: str
    major_en: str
    count: int

    @property
    def group(self) -> str:
        """The family, or for city management the kind: components and events are many."""
        return self.kind if self.family == Family.CITY_MANAGEMENT else self.family

    @property
    def name(self) -> str:
        return self.major_zh if is_chinese() else self.major_en


def chosen_major(majors: list[MajorClass], group: str, name_zh: str) -> MajorClass:
    """The one that was asked for; else the first of its group, else the first of all."""
    ours = [one for one in majors if one.group == group] or majors
    return next((one for one in ours if one.major_zh == name_zh), ours[0])


def major_classes(district_id: int) -> list[MajorClass]:
    """All major classes in the order of their codes."""
    names = ("family", "kind", "major_zh", "major_en")
    counted = Category.objects.filter(district_id=district_id).values(*names)
    counted = counted.annotate(count=Count("pk"), first=Min("sort_key")).order_by("first")
    return [MajorClass(*row) for row in counted.values_list(*names, "count")]


def categories_of(district_id: int, major: MajorClass) -> QuerySet[Category]:
    """The categories of a major class."""
    same = {"family": major.family, "kind": major.kind, "major_zh": major.major_zh, "major_en": major.major_en}
    return Category.objects.filter(district_id=district_id, **same).select_related("default_body").order_by("sort_key")


def found_categories(district_id: int, words: str) -> QuerySet[Category]:
    """Categories by words of their names, spoken words or code."""
    rows = Category.objects.filter(district_id=district_id).select_related("default_body")
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
