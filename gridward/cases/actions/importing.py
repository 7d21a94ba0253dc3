"""Lists of categories and standards from a CSV file: tried first, then made category by category, undone as a batch.

The columns are those of the packaged lists (``cases/reference``). A row names a category by scheme, kind and code; what
it says besides is made or changed; with ``limit_value`` it also puts a standard from a day on.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.cases.actions.reference import FLAGS, TEXTS, bodies_by_speciality
from gridward.cases.actions.standards import CHANGEABLE, StandardText, change_category, put_standard, require_lists
from gridward.cases.models import Category, Standard
from gridward.cases.models.category import Family
from gridward.cases.words import UNIT_WORDS
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.districts.models import District
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.actions.batches import (
    Imported,
    Outcome,
    applied_batch,
    close_batch,
    do_lines,
    keep_batch,
    note_in_batch,
)
from gridward.work.locks import lock
from gridward.work.models import ImportBatch

KIND = "cases.import_lists"
MOST_BYTES, MOST_ROWS, MOST_LIMIT = 2 * 2**20, 5_000, 1000
KEY = ("scheme", "kind", "code")
STANDARD = ("filing_zh", "filing_en", "closing_zh", "closing_en", "limit_unit")
Row = dict[str, str]


def read_lists(content: bytes) -> list[Row]:
    """Rows with their line numbers under ``line``; ``kinds`` joined by ``+`` become one row each.

    Raises RuleBroken ``case.list_unreadable``.
    """
    rows = _table(content) if len(content) <= MOST_BYTES and b"\0" not in content else []
    if not rows or len(rows) > MOST_ROWS or not {"scheme", "code"} <= set(rows[0]):
        raise RuleBroken("case.list_unreadable", most=MOST_ROWS)
    plain = [{str(key): str(value or "").strip() for key, value in row.items()} for row in rows]
    return [{**row, "kind": kind} for row in plain for kind in (row.get("kinds") or row.get("kind") or "").split("+")]


def _table(content: bytes) -> list[dict[Any, Any]]:
    """The rows of the file; lines that begin with ``#`` explain it."""
    try:
        lines = content.decode("utf-8-sig").splitlines(keepends=True)
        told = [line for line in lines if not line.startswith("#")]
        reader = csv.DictReader(io.StringIO("".join(told)))
        return [{**row, "line": str(reader.line_num + len(lines) - len(told))} for row in reader]
    except (UnicodeDecodeError, csv.Error):
        return []


def try_lists(*, district: District, rows: Iterable[Row], valid_from: date, by: Actor, at: datetime) -> Imported:
    """What an import of these rows would do: everything is really made, and taken back at once."""
    return _import(district, rows, valid_from, None, by, at)


def import_lists(
    *, district: District, rows: list[Row], valid_from: date, file_name: str, sha256: str, by: Actor, at: datetime
) -> Imported:
    """Make and change what the rows say. Nothing is made when one row would be refused.

    Raises RuleBroken ``case.list_refused`` with the number of such rows, ``accounts.not_administrator``.
    """
    require_lists(by, district.pk, at)
    tried = try_lists(district=district, rows=rows, valid_from=valid_from, by=by, at=at)
    if not tried.is_clean:
        raise RuleBroken("case.list_refused", lines=tried.wrong)
    report = {"lines": len(rows), "created": [], "changed": [], "standards": [], "ended": []}
    batch = keep_batch(
        district_id=district.pk, kind=KIND, file_name=file_name, sha256=sha256, report=report, by=by, at=at
    )
    done = _import(district, rows, valid_from, batch, by, at)
    batch.refresh_from_db()
    return done


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in KEY)


def _import(
    district: District, rows: Iterable[Row], day: date, batch: ImportBatch | None, by: Actor, at: datetime
) -> Imported:
    require_lists(by, district.pk, at)
    done, ordered = Imported(batch=batch), sorted(rows, key=lambda row: (_key(row), int(row["line"])))
    twice = {key for key, n in Counter((*_key(row), row.get("n") or "1") for row in ordered).items() if n > 1}
    for _same, group in groupby(ordered, _key):
        lines = list(group)
        read = [_read(row, twice) for row in lines]
        do_lines(done, read, partial(_make, district, lines, day, batch, by, at))
    done.outcomes.sort(key=lambda one: one.line)
    return done


def _read(row: Row, twice: set[tuple[str, ...]]) -> Outcome:
    return Outcome(int(row["line"]), row.get("code", ""), row.get("name_zh", ""), problems=_problems(row, twice))


def _problems(row: Row, twice: set[tuple[str, ...]]) -> tuple[str, ...]:
    """What is wrong with one row by itself."""
    found = []
    if not all(_key(row)) or row["kind"] not in Category.Kind.values:
        found.append(_("scheme, kind (component, event or service) and code are needed."))
    for name in (*TEXTS, *STANDARD, "legal_basis_zh"):
        longest = _longest(name)
        if longest and len(row.get(name, "")) > longest:
            found.append(_("%(name)s is longer than %(most)s characters.") % {"name": name, "most": longest})
    found += [_("%(name)s is yes, no or empty.") % {"name": name} for name in FLAGS
              if row.get(name, "") not in ("", "yes", "no")]  # fmt: skip
    if (*_key(row), row.get("n") or "1") in twice:
        found.append(_("The same category and number stands in the file twice."))
    return (*found, *(_standard_problems(row) if row.get("limit_value") else ()))


def _longest(name: str) -> int | None:
    model = Standard if name in STANDARD else Category
    column = "basis" if name == "legal_basis_zh" else name
    length: int | None = (Standard if column == "basis" else model)._meta.get_field(column).max_length
    return length


def _standard_problems(row: Row) -> Iterable[str]:
    if not all(row.get(name) for name in STANDARD):
        yield _(
            "A standard needs the conditions of filing and closing in both languages, the limit and what it counts."
        )
    for value, unit in (("limit_value", "limit_unit"), ("make_safe_value", "make_safe_unit")):
        if row.get(value) and (not _is_number(row[value]) or row.get(unit) not in UNIT_WORDS):
            yield _("%(name)s is a number from 1 to %(most)s, with a word that says what it counts.") % {
                "name": value,
                "most": MOST_LIMIT,
            }
    if not _is_number(row.get("n") or "1"):
        yield _("%(name)s is a number from 1 to %(most)s, with a word that says what it counts.") % {
            "name": "n",
            "most": MOST_LIMIT,
        }


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST_LIMIT


def _make(
    district: District, lines: list[Row], day: date, batch: ImportBatch | None, by: Actor, at: datetime
) -> list[Outcome]:
    """One category with all its lines."""
    category, first = _category(district, lines[0], batch, by, at)
    outcomes = []
    for row in lines:
        said = [first] if row is lines[0] and first else []
        if row.get("limit_value"):
            said += [_("New standard")] if _standard(category, row, day, batch, by, at) else []
        outcomes.append(
            Outcome(int(row["line"]), category.code, category.name_zh, "; ".join(said) or _("Is so already"))
        )
    return outcomes


def _category(district: District, row: Row, batch: ImportBatch | None, by: Actor, at: datetime) -> tuple[Category, str]:
    """The category, made or changed, and what happened to it."""
    key = dict(zip(KEY, _key(row), strict=True))
    known = Category.objects.filter(district=district, **key).first()
    body = bodies_by_speciality(district).get(row.get("speciality", ""))
    if known is not None:
        return known, _change(known, row, body, batch, by, at)
    if not all(row.get(name) for name in ("family", "name_zh", "name_en")) or row["family"] not in Family.values:
        raise RuleBroken("case.list_category_unknown", code=row["code"])
    texts = {name: row.get(name, "") for name in TEXTS} | {"sort_key": row.get("sort_key") or row["code"]}
    flags = {name: row.get(name) == "yes" for name in FLAGS}
    made = Category.objects.create(district=district, default_body=body, **texts, **flags)
    subject = subject_key(made)
    leave_entry(district_id=district.pk, subject=subject, verb="cases.create_category", by=by, at=at, body=key)
    if batch is not None:
        note_in_batch(batch=batch, created=[made.pk])
    return made, _("New category")


def _change(known: Category, row: Row, body: Body | None, batch: ImportBatch | None, by: Actor, at: datetime) -> str:
    """What the row says about an existing category; a column that is not there or empty changes nothing."""
    wanted: dict[str, Any] = {name: row[name] for name in TEXTS if row.get(name)}
    wanted |= {name: row[name] == "yes" for name in FLAGS if row.get(name)}
    wanted |= {"is_in_use": True} | ({"default_body": body} if body and known.default_body_id is None else {})
    before = {name: getattr(known, name) for name in wanted if name in CHANGEABLE}
    changes = {name: wanted[name] for name, value in before.items() if value != wanted[name]}
    if not changes:
        return ""
    change_category(category=known, changes=changes, by=by, at=at)
    if batch is not None:
        noted = [[known.pk, name, _plain(before[name]), _plain(value)] for name, value in changes.items()]
        note_in_batch(batch=batch, changed=noted)  # type: ignore[arg-type]
    return _("Changed: %(names)s") % {"names": ", ".join(sorted(changes))}


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Body) else value


def _standard(
    category: Category, row: Mapping[str, str], day: date, batch: ImportBatch | None, by: Actor, at: datetime
) -> bool:
    """Whether a standard was put: not when the same one holds already."""
    n = int(row.get("n") or 1)
    text = StandardText(
        **{name: row[name] for name in STANDARD}, limit_value=int(row["limit_value"]),
        make_safe_value=int(row["make_safe_value"]) if row.get("make_safe_value") else None,
        make_safe_unit=row.get("make_safe_unit", ""), closes_by_notice=row.get("closing_by_notice") == "yes",
        basis=row.get("legal_basis_zh", ""),
    )  # fmt: skip
    current = Standard.objects.filter(category=category, n=n, retired_at__isnull=True).exclude(valid_to__lte=day)
    if current.filter(valid_to__isnull=True, valid_from__lte=day, **asdict(text)).exists():
        return False
    ended = list(current.values_list("pk", flat=True))
    put = put_standard(category=category, n=n, text=text, valid_from=day, by=by, at=at)
    if batch is not None:
        note_in_batch(batch=batch, standards=[put.pk], ended=ended)
    return True


def undo_lists(*, batch: ImportBatch, by: Actor, at: datetime) -> list[Category]:
    """Take a batch back: its standards are retired, those it ended hold again, what it changed is as before, and new
    categories are no longer in use. What somebody changed since stays; those categories are answered.

    Raises RuleBroken ``work.batch_undone`` the second time, ``accounts.not_administrator``.
    """
    require_lists(by, batch.district_id, at)
    batch = applied_batch(batch.pk)
    report, touched = batch.report, Q(pk__in=[*batch.report["created"], *(one[0] for one in batch.report["changed"])])
    touched |= Q(standards__in=report["standards"])
    categories = Category.objects.filter(touched, district_id=batch.district_id).distinct().order_by("pk")
    left = [category for category in categories if not _take_back(category, report, by, at)]
    close_batch(batch=batch, verb="cases.undo_import", left=[one.pk for one in left], by=by, at=at)
    return left


@transaction.atomic
def _take_back(category: Category, report: Mapping[str, Any], by: Actor, at: datetime) -> bool:
    """Whether all of it could be taken back."""
    row, is_whole, now = lock(Category, category.pk), True, clock.now()
    standards = Standard.objects.filter(category=row, retired_at__isnull=True)
    for put in standards.filter(pk__in=report["standards"]):
        if put.valid_to is not None:
            is_whole = False
            continue
        put.retired_at = now
        put.save(update_fields=["retired_at"])
        before = Standard.objects.filter(category=row, n=put.n, pk__in=report["ended"])
        before.update(valid_to=None, retired_at=None)
    for _pk, name, old, new in (one for one in report["changed"] if one[0] == row.pk):
        if _plain(getattr(row, name)) != new:
            is_whole = False
        else:
            value = Body.objects.filter(pk=old).first() if name == "default_body" else old
            row = change_category(category=row, changes={name: value}, by=by, at=at)
    if row.pk in report["created"]:
        change_category(category=row, changes={"is_in_use": False}, by=by, at=at)
    leave_entry(district_id=row.district_id, subject=subject_key(row), verb="cases.undo_import", by=by, at=at, body={})
    return is_whole
