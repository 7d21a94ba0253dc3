"""Sheets as documents that an office can edit: one of many sheets, or an archive of many documents."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gridward.core.lazy import LazyModule
from gridward.core.papers.sheet import Sheet, values_of

engine: Any = LazyModule("gridward.core.papers.engine")


def document_of(sheets: Sequence[Sheet], *, at: datetime) -> bytes:
    """One document of sheets of one form, each on a page of its own."""
    first = sheets[0]
    template = engine.default_template(first.form, first.language, plain=first.is_plain)
    return bytes(engine.fill(template, [values_of(one) for one in sheets], _imprint(first, at)))


def archive_of(sheets: Sequence[Sheet], *, at: datetime) -> bytes:
    """An archive with a document for each sheet, named by form and case number."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            row = zipfile.ZipInfo(f"{sheet.file_name}.docx", at.timetuple()[:6])
            archive.writestr(row, document_of([sheet], at=at))
    return stream.getvalue()


def _imprint(sheet: Sheet, at: datetime) -> Any:
    return engine.Imprint(sheet.title, sheet.office, at, sheet.mark)
