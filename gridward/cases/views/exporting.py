"""The list as a file: CSV, Excel or GeoJSON, in the reader's language, without texts and without who reported."""

import csv
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from openpyxl import Workbook

from gridward.accounts.access import business_view
from gridward.cases.models import Case
from gridward.cases.queries.exporting import Book, Row, cells, heads, pages
from gridward.cases.queries.listing import narrowed
from gridward.cases.views.listing import found_cases
from gridward.work import clock
from gridward.work.actions import leave_entry

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MOST_IN_EXCEL = 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Table = Iterator[list[tuple[str, ...]]]


def quoted(text: str) -> str:
    """Cells that a spreadsheet would run as a formula begin with an apostrophe."""
    return f"'{text}" if text.lstrip(" ")[:1] in FORMULA_STARTS else text


@contextmanager
def as_asked(language: str, zone: Any) -> Iterator[None]:
    """A stream is read after its request has ended: each page speaks the reader's language by itself."""
    with translation.override(language), timezone.override(zone):
        yield


def _each_page(rows: QuerySet[Case], district_id: int, make: Callable[[Row, Book], Any], *more: str) -> Iterator[Any]:
    """What is made of each row, a page at a time."""
    language, zone = translation.get_language(), timezone.get_current_timezone()
    book = Book.of(district_id)
    for page in pages(rows, *more):
        with as_asked(language, zone):
            yield [make(row, book) for row in page]


def _table(rows: QuerySet[Case], district_id: int) -> Table:
    return chain([[heads()]], _each_page(rows, district_id, lambda row, book: tuple(map(quoted, cells(row, book)))))


class _Lines:
    """csv wants a file; a streamed answer wants the text of a page."""

    write = str

    def __init__(self) -> None:
        self.writer = csv.writer(self)

    def of(self, page: list[tuple[str, ...]]) -> str:
        return "".join(map(self.writer.writerow, page))


def _csv(rows: QuerySet[Case], district_id: int) -> HttpResponseBase:
    lines = (_Lines().of(page) for page in _table(rows, district_id))
    return StreamingHttpResponse(chain(["\ufeff"], lines), content_type="text/csv; charset=utf-8")


def _xlsx(rows: QuerySet[Case], district_id: int) -> HttpResponseBase:
    """Excel's rows are written to a file first; the newest, as many as a person may still look through."""
    book = Workbook(write_only=True)
    sheet, left = book.create_sheet(_("Cases")), MOST_IN_EXCEL + 1
    for page in _table(rows, district_id):
        for line in page[:left]:
            sheet.append(line)
        left -= len(page)
        if left <= 0:
            sheet.append([_("The newest %(most)s; the CSV file holds all.") % {"most": f"{MOST_IN_EXCEL:,}"}])
            break
    made = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    book.save(made)
    made.seek(0)
    return FileResponse(made, content_type=XLSX)


def _geojson(rows: QuerySet[Case], district_id: int) -> HttpResponseBase:
    """Points with the same columns as the table."""

    def feature(row: Row, book: Book) -> str:
        lon, lat = row[-1].coords
        told = dict(zip(heads(), cells(row, book), strict=True))
        where = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
        return json.dumps({"type": "Feature", "geometry": where, "properties": told}, ensure_ascii=False)

    made = _each_page(rows.filter(position__isnull=False), district_id, feature, "position")
    whole = chain(['{"type": "FeatureCollection", "features": [\n'], _parted(made), ["\n]}\n"])
    return StreamingHttpResponse(whole, content_type="application/geo+json; charset=utf-8")


def _parted(pages: Iterator[list[str]]) -> Iterator[str]:
    before = ""
    for page in pages:
        yield before + ",\n".join(page)
        before = ",\n"


KINDS: dict[str, Callable[[QuerySet[Case], int], HttpResponseBase]] = {"csv": _csv, "xlsx": _xlsx, "geojson": _geojson}


@require_GET
@business_view
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The filtered list as a file; that it was taken is an entry."""
    if kind not in KINDS:
        raise Http404
    asked = found_cases(request, clock.now())
    rows = narrowed(asked.rows, asked.words).saying if asked.words else asked.rows
    _leave_entry(request, kind)
    answer = KINDS[kind](rows, request.district.pk)
    answer["Content-Disposition"] = f'attachment; filename="cases.{kind}"'
    return answer


def _leave_entry(request: HttpRequest, kind: str) -> None:
    """Who took which file by which filters; the words looked for are not told."""
    filters = {name: value[:80] for name, value in request.GET.items() if name not in ("q", "after", "map") and value}
    body = {"kind": kind, "filters": filters, "by_words": bool(request.GET.get("q"))}
    leave_entry(
        district_id=request.actor.district_id, subject=f"accounts.Body:{request.actor.body_id}",
        verb="cases.export", by=request.actor, at=clock.now(), body=body,
    )  # fmt: skip
