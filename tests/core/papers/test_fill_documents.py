"""Documents: the default layout of every form, placeholders split by an office, long words, many sheets."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from defusedxml.ElementTree import fromstring
from docx import Document
from docx.oxml.ns import qn

from gridward.core.papers import engine
from gridward.core.papers.checking import check_template
from gridward.core.papers.forms import Form, load
from gridward.core.papers.sheet import names_of

IMPRINT = engine.Imprint("标题", "某区", datetime(2026, 3, 4, tzinfo=UTC))
LONG = ("灯杆倾斜👵🏽🦯\n" * 223)[:2000]
FORMS = list(load().forms.values())
EVERYTHING = [(f, language, p) for f in FORMS for language in ("zh", "en") for p in (False, True)[: 1 + f.is_letter]]


def words_of(content: bytes) -> str:
    """All that a document says, read by unzip and a defused parser alone."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        trees = {name: fromstring(archive.read(name)) for name in archive.namelist() if name.endswith((".xml", "rels"))}
    assert not any("External" in row.attrib.values() for tree in trees.values() for row in tree.iter())
    body = trees["word/document.xml"]
    pieces = [("\n" if piece.tag.endswith("}br") else piece.text or "") for piece in body.iter()
              if piece.tag.endswith(("}t", "}br"))]  # fmt: skip
    return "".join(pieces)


@pytest.mark.parametrize(("form", "language", "plain"), EVERYTHING, ids=lambda one: getattr(one, "code", str(one)))
def test_every_default_template_is_a_template_and_takes_every_value(form: Form, language: str, plain: bool) -> None:
    template = engine.default_template(form, language, plain=plain)
    names = names_of(form)
    used = check_template(template, names)
    wanted = {
        name for text in form.letter.paragraphs(language, plain=plain) for name in engine.PLACEHOLDER.findall(text)
    }
    assert {names[name] for name in used} >= {*(code for row in form.rows for code in row), *wanted, "title", "office"}
    filled = engine.fill(template, [{name: f"〔{name}〕" for name in names}], IMPRINT)
    text = words_of(filled)
    assert all(f"〔{name}〕" in text for name in used) and "{{" not in text
    opened = Document(io.BytesIO(filled))
    assert opened.core_properties.author == "某区" and opened.core_properties.last_modified_by == "某区"
    assert round(opened.sections[0].page_width.mm) == 210
    assert opened.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "Noto Sans CJK SC"


def template_of(*paragraphs: list[str]) -> bytes:
    """A template whose paragraphs are split into these runs, as an office splits them; every other one is bold."""
    document = Document()
    for runs in paragraphs:
        paragraph = document.add_paragraph()
        for n, words in enumerate(runs):
            paragraph.add_run(words).bold = n % 2 == 1
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def filled(template: bytes, **values: str) -> list[str]:
    return [block.text for block in engine.outline(engine.fill(template, [values], IMPRINT))]


def test_a_placeholder_that_an_office_split_is_filled_and_looks_like_its_beginning() -> None:
    template = template_of(["编号：", "{{num", "ber}", "}，", "地点{{ place }}", "。"])
    content = engine.fill(template, [{"number": "1", "place": "柳荫巷"}], IMPRINT)
    assert words_of(content) == "编号：1，地点柳荫巷。"
    runs = Document(io.BytesIO(content)).paragraphs[0].runs
    assert [(run.text, run.bold) for run in runs if run.text == "1"] == [("1", True)]
    assert filled(template_of(["{{a}}{{b}}{{a}}"]), a="x", b="{{a}}") == ["x{{a}}x"]


def test_a_paragraph_whose_fields_are_all_empty_is_left_out_and_long_words_stay_whole() -> None:
    template = template_of(["前"], ["理由：{{reason}}"], ["{{a}}或{{reason}}"], ["后 {{words}}"])
    assert filled(template, reason="", a="甲", words=LONG) == ["前", "甲或", f"后 {LONG}"]
    assert filled(template, reason="\x00\x0b好\r\n", a="", words="") == ["前", "理由：好\n", "或好\n"]


def test_many_sheets_are_one_document_each_on_its_page_with_the_mark() -> None:
    template = engine.default_template(load().forms["task"], "zh")
    values = [dict.fromkeys(names_of(load().forms["task"]), str(n)) for n in range(3)]
    marked = engine.Imprint("标题", "某区", IMPRINT.at, "示例")
    content = engine.fill(template, values, marked)
    document = Document(io.BytesIO(content))
    assert len(document.tables) == 3 and words_of(content).count("示例") == 3
    breaks = [paragraph.paragraph_format.page_break_before for paragraph in document.paragraphs]
    assert breaks.count(True) == 2 and document.element.body[-1].tag == qn("w:sectPr")
    assert engine.fill(template, values, marked) == content


def test_no_font_and_no_picture_travels_along() -> None:
    with zipfile.ZipFile(io.BytesIO(engine.default_template(load().forms["result"], "zh"))) as archive:
        names = archive.namelist()
        assert not any(name.endswith((".odttf", ".ttf", ".jpeg", ".png")) for name in names)
        fonts = archive.read("word/fontTable.xml").decode()
    assert "文泉驿微米黑" in fonts and "思源宋体" in fonts and "embed" not in fonts
