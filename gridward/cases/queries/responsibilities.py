"""The list of responsibilities to read: what holds on a day, what it says of a case, its table with the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from gridward.accounts.models import Body
from gridward.cases.models import Case, Category, Responsibility
from gridward.cases.queries.routing import bodies_of, code_of, major_key
from gridward.core.dispatch.responsibility import Line, responsible
from gridward.core.dispatch.rules import Matter, Target
from gridward.core.workflow.roles import Role
from gridward.work.models import ImportBatch

KEEPERS = frozenset({Role.SYSADMIN, Role.DUTY_CHIEF})
KIND = "cases.import_responsibilities"
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What the list says of a case: the line, and the body that it means at this place."""

    row: Responsibility
    body: Body
    assistants: tuple[Body, ...]


def in_force_on(district_id: int, day: date) -> QuerySet[Responsibility]:
    """The lines that hold on a day."""
    open_end = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    return Responsibility.objects.filter(open_end, district_id=district_id, valid_from__lte=day, retired_at=None)


def as_line(row: Responsibility) -> Line:
    """A row as the core reads it."""
    target = Target(row.body_id, row.body_kind)
    return Line(row.pk, row.matter, row.is_class, code_of(row.subdistrict_id), row.place, target, row.basis)


def said_of(case: Case, day: date) -> Said | None:
    """What the list says of a case on a day; never the subject of a complaint. None where it says nothing."""
    codes = (str(case.category_id), major_key(case.category))
    rows = {row.pk: row for row in in_force_on(case.district_id, day).filter(matter__in=codes)}
    if not rows:
        return None
    complained = case.complained_body.path if case.complained_body else None
    find = bodies_of(case.district_id).finder((case.community_id, case.subdistrict_id), complained)
    found = responsible(map(as_line, rows.values()), matter_of(case, codes), find)
    if found is None:
        return None
    row = rows[found[0].id]
    helping = [body for body in row.assistants.order_by("sort_key")
               if not (complained and body.path.startswith(complained))]  # fmt: skip
    return Said(row, Body.objects.get(pk=found[1]), tuple(helping))


def matter_of(case: Case, codes: Sequence[str]) -> Matter:
    """What the list looks at of a case: its category and its place; the hour is of no account here."""
    place = case.duty_grid.kind if case.duty_grid else ""
    return Matter(case.family, frozenset(codes), code_of(case.subdistrict_id), code_of(case.community_id),
                  code_of(case.duty_grid_id), place, case.channel, case.is_urgent, 0, True)  # fmt: skip


def listed(district_id: int, day: date, *, words: str, history: bool) -> list[Responsibility]:
    """Lines by words of the category, its class, a body or the basis; with ``history`` also what ended."""
    rows = Responsibility.objects.filter(district_id=district_id) if history else in_force_on(district_id, day)
    for word in words.split()[:4]:
        rows = rows.filter(
            Q(category__name_zh__contains=word) | Q(category__name_en__icontains=word) | Q(body__name_zh__contains=word)
            | Q(category__major_zh__contains=word) | Q(category__code__startswith=word) | Q(basis__contains=word)
            | Q(body__name_en__icontains=word)
        )  # fmt: skip
    rows = rows.select_related("category", "subdistrict", "body", "by").prefetch_related("assistants")
    here = ("category__family", "category__kind", "category__major_zh", "-is_class", "category__sort_key")
    return list(rows.order_by(*here, "subdistrict_id", "place", "-valid_from", "-pk")[: MOST_SHOWN + 1])


def get_responsibility(district_id: int, pk: int) -> Responsibility | None:
    """A line of the district's list."""
    return Responsibility.objects.filter(district_id=district_id, pk=pk).select_related("category").first()


def list_imports(district_id: int) -> list[ImportBatch]:
    """Imports of the list, the latest first."""
    rows = ImportBatch.objects.filter(district_id=district_id, kind=KIND).select_related("by")
    return list(rows.order_by("-recorded_at")[:20])


def category_behind(district_id: int, matter: str) -> tuple[Category, bool] | None:
    """The category of a code, or one of the major class that it names (and that it is one)."""
    rows = Category.objects.filter(district_id=district_id, is_in_use=True)
    if matter.isascii() and matter.isdigit():
        found = rows.filter(pk=int(matter)).first() if len(matter) < 19 else None
        return (found, False) if found else None
    family, _, rest = matter.partition("/")
    kind, _, major = rest.partition("/")
    found = rows.filter(family=family, kind=kind, major_zh=major).order_by("sort_key").first() if major else None
    return (found, True) if found else None
