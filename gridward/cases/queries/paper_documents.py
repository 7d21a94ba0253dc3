"""Sheets as documents that an office can edit: one of many sheets, or an archive of many documents."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

from gridward.cases.queries.paper_templates import content_of, engine, get_layout
from gridward.core.papers.sheet import Sheet, values_of


def _template(district_id: int, sheet: Sheet) -> bytes:
    """The district's own, or the layout made by code."""
    variant = f"plain_{sheet.language}" if sheet.is_plain else sheet.language
    return content_of(get_layout(district_id, sheet.form.code, variant))


def _filled(template: bytes, sheets: Sequence[Sheet], at: datetime) -> bytes:
    first = sheets[0]
    imprint = engine.Imprint(first.title, first.office, at, first.mark)
    return bytes(engine.fill(template, [values_of(one) for one in sheets], imprint))


def document_of(district_id: int, sheets: Sequence[Sheet], *, at: datetime) -> bytes:
    """One document of sheets of one form, each on a page of its own."""
    return _filled(_template(district_id, sheets[0]), sheets, at)


def archive_of(district_id: int, sheets: Sequence[Sheet], *, at: datetime) -> bytes:
    """An archive with a document for each sheet, named by form and case number."""
    template, stream = _template(district_id, sheets[0]), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            row = zipfile.ZipInfo(f"{sheet.file_name}.docx", at.timetuple()[:6])
            archive.writestr(row, _filled(template, [sheet], at))
    return stream.getvalue()
