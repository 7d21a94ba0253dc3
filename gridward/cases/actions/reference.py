"""The lists that come with the software: categories of four families and their standards."""

import csv
from collections.abc import Iterator
from datetime import date
from importlib import resources
from typing import Any

from django.db import transaction

from gridward.accounts.models import Body
from gridward.cases.models import Category, Standard
from gridward.core.actor import Actor
from gridward.districts.models import District
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key

HIRED = (Body.Kind.CONTRACTOR, Body.Kind.PROPERTY_COMPANY)
CITY_FILES = ("city_management.csv", "city_management_local.csv")
FLAGS = (
    "needs_before_photo", "needs_after_photo", "allows_desk_check", "allows_self_handling", "is_urgent",
    "is_about_body", "is_local", "is_public", "is_shown_nearby",
)  # fmt: skip
TEXTS = (
    "scheme", "kind", "code", "family", "major_code", "major_zh", "major_en", "name_zh", "name_en", "sort_key",
    "public_zh", "public_en", "synonyms", "speciality", "reply_hint_zh", "reply_hint_en",
)  # fmt: skip


def reference_rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of a packaged list; lines that begin with ``#`` explain it."""
    text = resources.files("gridward.cases").joinpath("reference", name).read_text("utf-8")
    yield from csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


def _category(district: District, row: dict[str, str], bodies: dict[str, Body]) -> Category:
    texts = {name: row.get(name) or "" for name in TEXTS}
    flags = {name: row.get(name) == "yes" for name in FLAGS}
    flags["is_shown_nearby"] |= row["family"] == "city_management"
    return Category(district=district, default_body=bodies.get(row["speciality"]), **texts, **flags)


def bodies_by_speciality(district: District) -> dict[str, Body]:
    """The body that answers for a speciality: a department before the companies that work for it; none where several
    of the same standing share it, because then the place decides.
    """
    rows = Body.objects.filter(district=district, valid_to__isnull=True).exclude(speciality="").order_by("pk")
    sharing: dict[str, tuple[list[Body], list[Body]]] = {}
    for body in rows:
        sharing.setdefault(body.speciality, ([], []))[body.kind in HIRED].append(body)
    answers = {speciality: departments or hired for speciality, (departments, hired) in sharing.items()}
    return {speciality: bodies[0] for speciality, bodies in answers.items() if len(bodies) == 1}


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _standard(category: Category, n: int, row: dict[str, str], day: date) -> Standard:
    return Standard(
        district_id=category.district_id, category=category, n=n,
        filing_zh=row["filing_zh"], filing_en=row["filing_en"],
        closing_zh=row["closing_zh"], closing_en=row["closing_en"],
        limit_value=int(row["limit_value"]), limit_unit=row["limit_unit"],
        make_safe_value=_number(row.get("make_safe_value")), make_safe_unit=row.get("make_safe_unit") or "",
        closes_by_notice=row.get("closing_by_notice") == "yes", basis=row.get("legal_basis_zh") or "",
        valid_from=day, recorded_at=clock.now(),
    )  # fmt: skip


def load_reference_lists(*, district: District, by: Actor, valid_from: date) -> dict[str, int]:
    """Give a district the packaged categories and standards; lists it has already are left alone."""
    if Category.objects.filter(district=district).exists():
        return {"categories": 0, "standards": 0}
    categories, standards = _packaged(district, valid_from)
    counts: dict[str, Any] = {"categories": len(categories), "standards": len(standards)}
    with transaction.atomic():
        Category.objects.bulk_create(categories, batch_size=200)
        for standard in standards:
            standard.category_id = standard.category.pk
        Standard.objects.bulk_create(standards, batch_size=200)
        leave_entry(
            district_id=district.pk, subject=subject_key(district), verb="cases.load_reference_lists", by=by,
            at=clock.now(), body=counts,
        )  # fmt: skip
    return counts


def _packaged(district: District, day: date) -> tuple[list[Category], list[Standard]]:
    """All rows of the packaged lists, not yet written."""
    bodies = bodies_by_speciality(district)
    local = list(reference_rows("local_services.csv"))
    rows = [row for name in CITY_FILES for row in reference_rows(name)] + local
    categories = {(row["scheme"], row["kind"], row["code"]): _category(district, row, bodies) for row in rows}
    standards = [
        _standard(categories[row["scheme"], kind, row["code"]], int(row["n"]), row, day)
        for row in reference_rows("standards.csv")
        for kind in row["kinds"].split("+")
    ]
    standards += [_standard(categories[row["scheme"], row["kind"], row["code"]], 1, row, day) for row in local]
    return list(categories.values()), standards
