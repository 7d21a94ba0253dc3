"""The list of responsibilities from a CSV or XLSX sheet: tried first, then put line by line, undone as a batch."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gridward.accounts.importing.sheets import SheetUnreadable, read_sheet
from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.actions.responsibilities import Answer, put_responsibility, require_keeper
from gridward.cases.models import Category, Responsibility
from gridward.cases.queries.choices import HANDLING_KINDS
from gridward.cases.queries.responsibilities import KIND
from gridward.cases.queries.routing import major_key
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

T = TypeVar("T")
COLUMNS = {
    "matter": ("matter", "事项"), "kind": ("kind", "类型"), "subdistrict": ("subdistrict", "街道"),
    "place": ("place", "地点类型"), "body": ("body", "责任单位"), "assistants": ("assistants", "协办单位"),
    "basis": ("basis", "依据"), "valid_from": ("valid_from", "起始日期"), "valid_to": ("valid_to", "截止日期"),
}  # fmt: skip
KINDS = {"部件": "component", "事件": "event", "服务": "service"}
PLACES = {"社区": "community", "道路": "road", "单位": "premises"}
OWN = {
    "属地街道": Body.Kind.SUBDISTRICT_OFFICE, "subdistrict_office": Body.Kind.SUBDISTRICT_OFFICE,
    "属地居委会": Body.Kind.RESIDENTS_COMMITTEE, "residents_committee": Body.Kind.RESIDENTS_COMMITTEE,
}  # fmt: skip
SEPARATORS = re.compile(r"[,，、;；]+")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line, understood as far as possible, with what is wrong about it."""

    line: int
    name: str
    given: Mapping[str, Any]
    problems: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        division = self.given.get("subdistrict")
        return self.given.get("matter"), division.pk if division else None, self.given.get("place")


def read_lines(district: District, content: bytes, today: date) -> list[SheetLine]:
    """The lines of a sheet. Raises RuleBroken ``responsibility.sheet_unreadable``."""
    try:
        table = read_sheet(content)
    except SheetUnreadable as error:
        raise RuleBroken("responsibility.sheet_unreadable") from error
    return understood(district, table, today)


def understood(district: District, table: Iterable[Mapping[str, str]], today: date) -> list[SheetLine]:
    """Cells by the names of their columns, in either language, as lines of the list."""
    reader = _Reader(district, today)
    names = {word: column for column, words in COLUMNS.items() for word in words}
    lines = [
        reader.line(n, dict.fromkeys(COLUMNS, "") | {names[k]: v for k, v in cells.items() if k in names})
        for n, cells in enumerate(table, start=2)
    ]
    keys = [one.key for one in lines]
    twice = _("The same matter and place stands in the sheet twice.")
    return [SheetLine(one.line, one.name, one.given, (*one.problems, twice))
            if one.given and keys.count(one.key) > 1 else one for one in lines]  # fmt: skip


class _Reader:
    """Names and codes of one district, each looked up once; a name that two bear finds neither."""

    def __init__(self, district: District, today: date) -> None:
        self.today = today
        rows = Category.objects.filter(district=district, is_in_use=True).order_by("sort_key")
        self.matters: dict[str, set[tuple[str, str]]] = {}
        for row in rows:
            for word in {row.code, row.name_zh, row.name_en}:
                self.matters.setdefault(word, set()).add((row.kind, str(row.pk)))
            for word in {row.major_zh, row.major_en} - {""}:
                self.matters.setdefault(word, set()).add((row.kind, major_key(row)))
        bodies = Body.objects.filter(district=district, valid_to__isnull=True, kind__in=HANDLING_KINDS)
        self.bodies = _by_name(bodies)
        level = Division.Level.SUBDISTRICT
        self.areas = _by_name(Division.objects.filter(district=district, is_in_use=True, level=level))

    def line(self, n: int, cells: dict[str, str]) -> SheetLine:
        wrong: list[str] = []
        given: dict[str, Any] = {
            "matter": self._matter(cells, wrong), "place": self._place(cells["place"], wrong),
            "subdistrict": self._found(self.areas, cells["subdistrict"], wrong),
            "valid_from": self._day(cells["valid_from"], wrong) or self.today,
            "valid_to": self._day(cells["valid_to"], wrong),
            "answer": self._answer(cells, wrong),
        }  # fmt: skip
        return SheetLine(n, cells["matter"], given, tuple(wrong))

    def _matter(self, cells: Mapping[str, str], wrong: list[str]) -> str:
        kind = KINDS.get(cells["kind"], cells["kind"])
        found = {code for one, code in self.matters.get(cells["matter"], ()) if kind in ("", one)}
        if len(found) != 1:
            told = _("There is no such matter: %(name)s") if not found else _(
                "More than one matter is called %(name)s: say component, event or service in “kind”, or give its code."
            )  # fmt: skip
            wrong.append(told % {"name": cells["matter"] or "—"})
        return next(iter(found), "")

    def _place(self, word: str, wrong: list[str]) -> str:
        place = PLACES.get(word, word)
        if place not in ("", *Responsibility.Place.values):
            wrong.append(_("The kind of place is 社区, 道路, 单位 (community, road, premises) or empty."))
        return place

    def _found(self, rows: Mapping[str, T], word: str, wrong: list[str]) -> T | None:
        if word and word not in rows:
            wrong.append(_("Not found, or more than one: %(name)s") % {"name": word})
        return rows.get(word) if word else None

    def _answer(self, cells: Mapping[str, str], wrong: list[str]) -> Answer:
        own = OWN.get(cells["body"], "")
        if not cells["body"]:
            wrong.append(_("The responsible body is missing."))
        body = None if own else self._found(self.bodies, cells["body"], wrong)
        helping = [self._found(self.bodies, word.strip(), wrong) for word in SEPARATORS.split(cells["assistants"])]
        return Answer(body, own, tuple(one for one in helping if one), cells["basis"])

    def _day(self, word: str, wrong: list[str]) -> date | None:
        if not word:
            return None
        try:
            return datetime.fromisoformat(word.replace("/", "-").replace(".", "-")).date()
        except ValueError:
            wrong.append(_("A day is written 2027-01-01: %(day)s") % {"day": word})
            return None


def _by_name(rows: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        for word in {row.code, row.name_zh, row.name_en} - {""}:
            found.setdefault(word, []).append(row)
    return {word: same[0] for word, same in found.items() if len(same) == 1}


def try_sheet(*, district: District, lines: Iterable[SheetLine], by: Actor, at: datetime) -> Imported:
    """What an import would do: every line is really put, and taken back at once."""
    return _import(district, lines, None, by, at)


def import_sheet(
    *, district: District, lines: list[SheetLine], file_name: str, sha256: str, by: Actor, at: datetime
) -> Imported:
    """Put all lines; nothing is put when one would be refused.

    Raises RuleBroken ``responsibility.sheet_refused``, ``responsibility.not_keeper``.
    """
    tried = try_sheet(district=district, lines=lines, by=by, at=at)
    if not tried.is_clean:
        raise RuleBroken("responsibility.sheet_refused", lines=tried.wrong)
    report = {"lines": len(lines), "created": [], "ended": []}
    batch = keep_batch(
        district_id=district.pk, kind=KIND, file_name=file_name, sha256=sha256, report=report, by=by, at=at
    )
    done = _import(district, lines, batch, by, at)
    batch.refresh_from_db()
    return done


def _import(
    district: District, lines: Iterable[SheetLine], batch: ImportBatch | None, by: Actor, at: datetime
) -> Imported:
    require_keeper(by, district.pk, at)
    done = Imported(batch=batch)
    for one in lines:
        read = [Outcome(one.line, str(one.given.get("matter", "")), one.name, problems=one.problems)]
        do_lines(done, read, partial(_put, district, one, batch, by, at))
    return done


def _put(district: District, one: SheetLine, batch: ImportBatch | None, by: Actor, at: datetime) -> list[Outcome]:
    put = put_responsibility(district=district, by=by, at=at, **one.given)
    if batch is not None and put.is_new:
        note_in_batch(batch=batch, created=[put.row.pk], ended=[list(one) for one in put.ended])  # type: ignore[arg-type]
    what = _("Is so already")
    if put.is_new:
        what = _("Takes the place of the line there is") if put.ended else _("New line")
    return [Outcome(one.line, put.row.category.code, one.name, what)]


@transaction.atomic
def undo_sheet(*, batch: ImportBatch, by: Actor, at: datetime) -> list[Responsibility]:
    """Take an import back: its lines are withdrawn, those that it ended hold again. What was changed since stays, and
    is answered.

    Raises RuleBroken ``work.batch_undone`` the second time, ``responsibility.not_keeper``.
    """
    require_keeper(by, batch.district_id, at)
    batch, left = applied_batch(batch.pk), []
    for pk in batch.report["created"]:
        row = lock(Responsibility, pk)
        if row.retired_at is not None or _of_place(row).filter(retired_at=None, pk__gt=pk).exists():
            left.append(row)
            continue
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
        _restore(row, batch.report["ended"])
        leave_entry(district_id=row.district_id, subject=subject_key(row), verb="cases.undo_responsibility", by=by,
                    at=at, body={"batch": batch.pk})  # fmt: skip
    close_batch(batch=batch, verb="cases.undo_responsibilities", left=[one.pk for one in left], by=by, at=at)
    return left


def _of_place(row: Responsibility) -> QuerySet[Responsibility]:
    """All lines about the same matter at the same place."""
    same = {"matter": row.matter, "subdistrict_id": row.subdistrict_id, "place": row.place}
    return Responsibility.objects.filter(district_id=row.district_id, **same)


def _restore(row: Responsibility, ended: list[list[Any]]) -> None:
    """The lines that this one took the place of hold again, as long as they would have."""
    for pk, day in ended:
        last = date.fromisoformat(day) if day else None
        _of_place(row).filter(pk=pk).update(valid_to=last, retired_at=None)
