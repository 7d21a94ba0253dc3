"""Hostile and mistaken templates: each is refused by a sentence that names what is wrong."""

import io
import zipfile

import pytest
from docx import Document

from gridward.core.errors import RuleBroken
from gridward.core.papers import engine
from gridward.core.papers.checking import check_template
from gridward.core.papers.forms import load
from gridward.core.papers.sheet import names_of
from tests.core.papers.test_fill_documents import template_of

TASK = load().forms["task"]
GOOD = engine.default_template(TASK, "zh")
TYPES, RELS, BODY = "[Content_Types].xml", "word/_rels/document.xml.rels", "word/document.xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EMPTY_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def changed(part: str, old: str, new: str, **more: bytes) -> bytes:
    """The good template with one thing changed and parts added (``word__evil_bin`` is ``word/evil.bin``)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode(), 1)
            target.writestr(name, text)
        for name, text in more.items():
            folder, _, file = name.rpartition("__")
            target.writestr(f"{folder}/{file.replace('_', '.')}" if folder else file.replace("_", "."), text)
    return stream.getvalue()


def relation(kind: str, target: str, mode: str = "") -> bytes:
    row = f'<Relationship Id="rX" Type="{RELATION}/{kind}" Target="{target}"{mode}/></Relationships>'
    return changed(RELS, "</Relationships>", row)


def with_words(words: str) -> bytes:
    return changed(BODY, "<w:body>", f"<w:body><w:p>{words}</w:p>")


def override(part: str, kind: str, **more: bytes) -> bytes:
    return changed(TYPES, "</Types>", f'<Override PartName="{part}" ContentType="{kind}"/></Types>', **more)


OUT = ' TargetMode="External"'
FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>{said}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
INSIDE = "<w:r><w:instrText>D</w:instrText></w:r>" + FIELD.format(said="") + "<w:r><w:instrText>DE</w:instrText></w:r>"
SPLIT = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in ("DDE", 'AUTO cmd "/c calc"'))
PICTURE = '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata src="http://x.example/a.png"/></v:shape></w:pict></w:r>'
ENTITY = '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document '
MACROS = "application/vnd.ms-office.vbaProject"
HOSTILE = {
    "external template": (relation("attachedTemplate", "file:///x.dotm", OUT), "link", "file:///x.dotm"),
    "external link": (relation("hyperlink", "https://x.example/", OUT), "link", "https://x.example/"),
    "external picture": (relation("image", "\\\\host\\share\\a.png"), "link", "host"),
    "another document inside": (relation("aFChunk", "chunk.html"), "part", "aFChunk"),
    "an object inside": (relation("oleObject", "embeddings/o.bin"), "part", "oleObject"),
    "an embedded font": (relation("font", "fonts/f.odttf"), "part", "font"),
    "comments": (relation("comments", "comments.xml"), "part", "comments"),
    "a part without a type": (changed(BODY, "<w:body>", "<w:body>", word__evil_bin=b"MZ"), "part", "word/evil.bin"),
    "a program by type": (override("/word/m.bin", MACROS, word__m_bin=b"x"), "part", "m.bin"),
    "macros by type": (changed(TYPES, "document.main+xml", "document.macroEnabledTemplate.main+xml"), "part", BODY),
    "a picture of another kind": (override("/word/a.emf", "image/x-emf", word__a_emf=b"x"), "part", "word/a.emf"),
    "a text that calls itself a picture": (override("/word/a.xml", "image/png", word__a_xml=b"<a/>"), "part", "a.xml"),
    "a field": (with_words('<w:fldSimple w:instr=" INCLUDETEXT C:\\\\x "/>'), "code", "INCLUDETEXT"),
    "a field in pieces": (with_words(FIELD.format(said=SPLIT)), "code", "DDEAUTO"),
    "a field in a field": (with_words(FIELD.format(said=INSIDE)), "code", "D"),
    "a picture from elsewhere": (with_words(PICTURE), "link", "http://x.example/a.png"),
    "mail merge": (changed("word/settings.xml", "<w:zoom", "<w:mailMerge/><w:zoom"), "part", "mailMerge"),
    "an entity": (changed(BODY, "<w:document ", ENTITY), "broken", ""),
    "a declared kind": (changed(BODY, "<w:document ", "<!DOCTYPE w:document><w:document "), "broken", ""),
    "no types": (changed(TYPES, "<Types", EMPTY_TYPES + "<Types"), "broken", ""),
    "cut short": (GOOD[: len(GOOD) // 2], "broken", ""),
    "no archive": (b"PK\x03\x04 nothing", "broken", ""),
    "too large": (GOOD + b"\0" * 2**20, "too_large", "1 MB"),
    "unknown": (template_of(["{{number}} {{colour}} {{案卷号}}"]), "unknown", "{{colour}} {{案卷号}}"),
    "the reporter": (template_of(["{{number}} {{reporter}}"]), "unknown", "{{reporter}}"),
    "not closed": (template_of(["{{number}} 地点{{place}"]), "unclosed", "地点{{place}"),
    "nothing to fill": (template_of(["任务分派单"]), "empty", ""),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_or_mistaken_template_is_refused_by_name(what: str) -> None:
    content, code, named = HOSTILE[what]
    with pytest.raises(RuleBroken) as refused:
        check_template(content, names_of(TASK))
    assert refused.value.code == f"papers.template_{code}", refused.value
    assert named in refused.value.sentence("zh") and named in refused.value.sentence("en")


def test_what_offices_write_is_taken() -> None:
    assert "案卷编号" in check_template(GOOD, names_of(TASK))
    page = FIELD.format(said="<w:r><w:instrText> PAGE \\* MERGEFORMAT </w:instrText></w:r>")
    assert check_template(with_words(page), names_of(TASK))
    alt = '<w:r><w:drawing><wp:docPr xmlns:wp="http://x" id="1" name="a" descr="https://x.example/a.png"/></w:drawing></w:r>'
    assert check_template(with_words(alt), names_of(TASK))


def test_placeholders_outside_the_text_are_refused() -> None:
    document = Document(io.BytesIO(GOOD))
    document.sections[0].header.paragraphs[0].text = "{{案卷编号}}"
    stream = io.BytesIO()
    document.save(stream)
    with pytest.raises(RuleBroken, match="header"):
        check_template(stream.getvalue(), names_of(TASK))


def test_a_document_nested_beyond_reason_is_refused_or_read_but_breaks_nothing() -> None:
    deep = with_words("<w:r>" * 50_000 + "</w:r>" * 50_000)
    try:
        check_template(deep, names_of(TASK))
    except RuleBroken as refused:
        assert refused.code == "papers.template_broken"
    assert not engine.opens(deep)
    assert engine.opens(GOOD)
