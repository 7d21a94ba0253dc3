"""Documents that an office can edit (DOCX): the default layout of a form, and any template filled in.

Loaded late through ``core.lazy``: the libraries take 0.1 s and 20 MB that pages need not spend. A template is
mail-merge in the plainest sense: a placeholder is replaced by text, nothing in it is ever executed. Source of the
format: ECMA-376 part 1, WordprocessingML.
"""

import copy
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.exceptions import PythonDocxError
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from gridward.core.papers.forms import Form, Signature, load
from gridward.core.papers.sheet import in_language
from gridward.core.papers.words import PLACEHOLDER, filled, is_left_out, writable

SANS, SERIF = "Noto Sans CJK SC", "Noto Serif CJK SC"
# Who has no Noto reads in the next open font: Word, WPS and LibreOffice take the first that is installed.
INSTEAD = {SANS: "Source Han Sans SC,思源黑体,WenQuanYi Micro Hei,文泉驿微米黑",
           SERIF: "Source Han Serif SC,思源宋体,WenQuanYi Zen Hei,文泉驿正黑"}  # fmt: skip
FONTS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{fonts}</w:fonts>'
)
LABEL_MM, VALUE_MM, LINE_MM, SIGN_MM = 30, 63, 6.5, 13
PAPER_MM, MARGINS_MM = (210, 297), (14, 12)
SIGN_LABELS = {"zh": "签字、日期", "en": "Signature, date"}
SIGN_NAMES = {"zh": ("签字{n}", "签字日期{n}"), "en": ("sign_{n}", "sign_{n}_on")}


# ---------------------------------------------------------------- the default layout


def default_template(form: Form, language: str, *, plain: bool = False) -> bytes:
    """The form as a template with placeholders, laid out as on the print page: A4, open fonts by name."""
    document = _blank(24.0 if plain else 13.0 if form.is_letter else 11.0)
    _line(document, "{{office}}", size=12)
    title = _line(document, "{{title}}", size=28 if plain else 20, font=SERIF, is_bold=True)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if form.is_letter:
        for text in form.letter.paragraphs(language, plain=plain):
            _line(document, _with_labels(text, language), size=20 if plain else 13)
        _line(document, "", size=8)
    table = _table(document)
    for row in form.rows:
        _row(table, [_label_and_place(code, language) for code in row], _lines(row))
    for n, sign in enumerate(form.signs, 1):
        _row(table, _sign_cells(n, sign, language), None)
    if not form.is_letter:
        foot = _line(document, _with_labels("{{printed_on}}", language), size=9)
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return _bytes(document)


def _blank(size: float) -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAPER_MM[0]), Mm(PAPER_MM[1])
    section.top_margin = section.bottom_margin = Mm(MARGINS_MM[0])
    section.left_margin = section.right_margin = Mm(MARGINS_MM[1])
    normal = document.styles["Normal"]
    normal.font.size = Pt(size)
    _set_font(normal.element.get_or_add_rPr(), SANS)
    normal.paragraph_format.space_after = Pt(4)
    for spoken in document.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:eastAsia"), "zh-CN")
    _name_fonts(document)
    return document


def _name_fonts(document: Any) -> None:
    """The table of fonts: names and what to read instead; no font is ever embedded. The stock picture goes."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/></w:font>' for name, others in INSTEAD.items()
    )
    for related in document.part.rels.values():
        if related.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            related.target_part._blob = FONTS.format(fonts=rows).encode()
    package = document.part.package
    stock = [rid for rid, row in package.rels.items() if row.reltype == RELATIONSHIP_TYPE.THUMBNAIL]
    for rid in stock:
        del package.rels[rid]


def _set_font(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), font)
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)


def _line(document: Any, text: str, *, size: float, font: str = SANS, is_bold: bool = False) -> Any:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), is_bold
    _set_font(run._element.get_or_add_rPr(), font)
    return paragraph


def _with_labels(text: str, language: str) -> str:
    """Placeholders by their label, as an administrator reads them."""
    fields = load().fields
    return PLACEHOLDER.sub(lambda found: "{{%s}}" % in_language(fields[found[1]], language), text)  # noqa: UP031


def _table(document: Any) -> Any:
    table = document.add_table(rows=0, cols=4, style="Table Grid")
    table.autofit = False
    for n, column in enumerate(table.columns):
        column.width = Mm(VALUE_MM if n % 2 else LABEL_MM)
    return table


def _label_and_place(code: str, language: str) -> tuple[str, str]:
    label = in_language(load().fields[code], language)
    return label, f"{{{{{label}}}}}"


def _sign_cells(n: int, sign: Signature, language: str) -> list[tuple[str, str]]:
    who, on = ("{{%s}}" % name.format(n=n) for name in SIGN_NAMES[language])  # noqa: UP031
    return [(in_language(sign, language), who), (SIGN_LABELS[language], on)]


def _lines(codes: Sequence[str]) -> int:
    return max(load().fields[code].lines for code in codes)


def _row(table: Any, pairs: Sequence[tuple[str, str]], lines: int | None) -> None:
    """A row of one or two labels with their places; a single one takes the whole width."""
    row = table.add_row()
    row.height = Mm(SIGN_MM if lines is None else LINE_MM * lines + 1.5)
    cells = row.cells
    for at in (0, 2):
        cells[at].width, cells[at + 1].width = Mm(LABEL_MM), Mm(VALUE_MM)
    if len(pairs) == 1:
        cells[1].merge(cells[3])
    for at, (label, place) in zip((0, 2), pairs, strict=False):
        cells[at].paragraphs[0].add_run(label)
        cells[at].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cells[at + 1].paragraphs[0].add_run(place)


def _bytes(document: Any) -> bytes:
    """The document as a file; its parts carry no time, so that the same words are the same bytes."""
    stream, packed = io.BytesIO(), io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


# ---------------------------------------------------------------- filling


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the document says of itself: never who printed it."""

    title: str
    office: str
    at: datetime
    mark: str = ""


def fill(template: bytes, sheets: Sequence[Mapping[str, str]], imprint: Imprint) -> bytes:
    """One document with a sheet for each mapping of placeholder names to values, each beginning a page."""
    document = Document(io.BytesIO(template))
    body = document.element.body
    pattern = [element for element in body if element.tag != qn("w:sectPr")]
    for element in pattern:
        body.remove(element)
    end = body.find(qn("w:sectPr"))
    for n, values in enumerate(sheets):
        block = _sheet(pattern, {name: writable(value) for name, value in values.items()}, imprint.mark, is_new=n > 0)
        for element in block:
            body.append(element) if end is None else end.addprevious(element)
    _number_drawings(body)
    _imprint(document, imprint)
    return _bytes(document)


def _sheet(pattern: Sequence[Any], values: Mapping[str, str], mark: str, *, is_new: bool) -> list[Any]:
    elements = [copy.deepcopy(element) for element in pattern]
    kept = [element for element in elements if not _fill_element(element, values)]
    if mark:
        kept.insert(0, _marked(mark))
    if is_new:
        kept = _on_new_page(kept)
    return kept


def _marked(mark: str) -> Any:
    paragraph, run, text = OxmlElement("w:p"), OxmlElement("w:r"), OxmlElement("w:t")
    text.text = mark
    run.append(text)
    paragraph.append(run)
    return paragraph


def _on_new_page(elements: list[Any]) -> list[Any]:
    if not elements or elements[0].tag != qn("w:p"):
        elements.insert(0, OxmlElement("w:p"))
    elements[0].get_or_add_pPr().get_or_add_pageBreakBefore()
    return elements


def _fill_element(element: Any, values: Mapping[str, str]) -> bool:
    """Fill every paragraph inside; true when the element itself is a paragraph that says nothing."""
    for paragraph in list(element.iter(qn("w:p"))):
        texts = texts_of(paragraph)
        whole = "".join(text.text or "" for text in texts)
        if not PLACEHOLDER.search(whole):
            continue
        if paragraph is element and is_left_out(whole, values):
            return True
        _fill_texts(texts, whole, values)
    return False


def texts_of(paragraph: Any) -> list[Any]:
    """The pieces of text of a paragraph itself, not of a text box inside it; an office splits words as it likes."""
    found = paragraph.iter(qn("w:t"))
    return [text for text in found if next(text.iterancestors(qn("w:p")), None) is paragraph]


def _fill_texts(texts: Sequence[Any], whole: str, values: Mapping[str, str]) -> None:
    """Each value stands in the piece where its placeholder begins and looks like it."""
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text.text or "")
    for found in reversed(list(PLACEHOLDER.finditer(whole))):
        _replace(texts, starts, found.start(), found.end(), filled(found[0], values))
    for text in texts:
        _break_lines(text)


def _replace(texts: Sequence[Any], starts: Sequence[int], begin: int, end: int, value: str) -> None:
    for text, start in reversed(list(zip(texts, starts, strict=True))):
        old = text.text or ""
        low, high = max(begin - start, 0), min(end - start, len(old))
        if low < len(old) and high > low:
            is_first = start <= begin
            text.text = old[:low] + (value if is_first else "") + old[high:]


def _break_lines(text: Any) -> None:
    """Line ends become breaks; spaces at the ends of a line stay."""
    first, *others = (text.text or "").split("\n")
    text.text = first
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for line in reversed(others):
        following, line_break = OxmlElement("w:t"), OxmlElement("w:br")
        following.text = line
        following.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        text.addnext(following)
        text.addnext(line_break)


def _number_drawings(body: Any) -> None:
    """Copies of a drawing get numbers of their own, as the format asks."""
    for n, drawing in enumerate(body.iter(qn("wp:docPr")), 1):
        drawing.set("id", str(n))


def _imprint(document: Any, imprint: Imprint) -> None:
    said = document.core_properties
    said.title, said.author, said.last_modified_by = imprint.title[:255], imprint.office[:255], imprint.office[:255]
    said.comments, said.keywords, said.subject, said.category = "", "", "", ""
    said.created = said.modified = imprint.at.replace(tzinfo=None)
    said.revision = 1


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or the rows of a table, as text: how a document reads without an office."""

    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def opens(content: bytes) -> bool:
    """Whether the library can open and fill it; what it stumbles over an office may, too."""
    try:
        fill(content, [{}], Imprint("", "", datetime(2000, 1, 1, tzinfo=UTC)))
    except (SyntaxError, LookupError, ValueError, AttributeError, TypeError, AssertionError, PythonDocxError):
        return False
    return True


def outline(content: bytes) -> tuple[Block, ...]:
    """What a document says, in order."""
    document = Document(io.BytesIO(content))
    return tuple(_blocks(document.element.body))


def _blocks(body: Any) -> Iterator[Block]:
    for element in body:
        if element.tag == qn("w:p"):
            yield Block(text=_text(element))
        elif element.tag == qn("w:tbl"):
            yield Block(rows=tuple(tuple(_rows(row)) for row in element.iter(qn("w:tr"))))


def _rows(row: Any) -> Iterator[str]:
    for cell in row.iter(qn("w:tc")):
        yield "\n".join(_text(paragraph) for paragraph in cell.iter(qn("w:p")))


def _text(paragraph: Any) -> str:
    """The words of a paragraph, line breaks as line feeds."""
    pieces = (("\n" if one.tag == qn("w:br") else one.text or "") for one in paragraph.iter(qn("w:t"), qn("w:br")))
    return "".join(pieces)
