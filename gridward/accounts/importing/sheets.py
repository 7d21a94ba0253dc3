"""Sheets from strangers: XLSX or CSV, bounded before they are opened."""

import csv
import io
import zipfile
from collections.abc import Iterator

from django.utils.translation import gettext_noop
from openpyxl import load_workbook

MOST_BYTES = 5 * 2**20
MOST_UNPACKED = 60 * 2**20
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 5_000, 30, 200


class SheetUnreadable(Exception):  # noqa: N818 - reads as a sentence, like RuleBroken
    """The file is not such a sheet; the message, an English message id, says why."""


def read_sheet(content: bytes, *, most_bytes: int = MOST_BYTES, most_rows: int = MOST_ROWS) -> list[dict[str, str]]:
    """Rows of the first sheet by the words of its first line; empty rows are left out, rows beyond ``most_rows`` too.

    Raises SheetUnreadable for a file that is too large, not XLSX or CSV, or without rows.
    """
    if len(content) > most_bytes:
        raise SheetUnreadable(gettext_noop("The file is larger than 5 MB."))
    rows = _xlsx(content, most_rows) if content.startswith(b"PK") else _csv(content, most_rows)
    head = next(rows, None)
    if not head or not any(head):
        raise SheetUnreadable(gettext_noop("The first line must hold the names of the columns."))
    table = [dict(zip(head, row, strict=False)) for row in rows if any(row)]
    if not table:
        raise SheetUnreadable(gettext_noop("The sheet has no rows."))
    return table


def _xlsx(content: bytes, most_rows: int) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > max(MOST_UNPACKED, most_rows * 1_000):
                raise SheetUnreadable(gettext_noop("The file unpacks to more than a sheet of people can hold."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        lines = list(sheet.iter_rows(max_row=most_rows + 1, max_col=MOST_COLUMNS, values_only=True))
    except SheetUnreadable:
        raise
    except Exception as error:  # the reader raises whatever a damaged file makes it stumble over
        raise SheetUnreadable(gettext_noop("This is not an XLSX sheet that can be read.")) from error
    return iter([[_text(cell) for cell in line] for line in lines])


def _csv(content: bytes, most_rows: int) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            lines = content.decode(encoding).splitlines()
        except UnicodeDecodeError:
            continue
        if any("\0" in line for line in lines):
            break
        try:
            rows = list(csv.reader(lines[: most_rows + 1]))
        except csv.Error:
            break
        return iter([[_text(cell) for cell in row[:MOST_COLUMNS]] for row in rows])
    raise SheetUnreadable(gettext_noop("This is neither an XLSX nor a CSV sheet."))


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()[:MOST_CHARACTERS]
