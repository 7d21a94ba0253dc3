"""Whether a district's own template is only what it seems: text, tables and pictures with known placeholders.

The archive itself was judged before (bounds, macros, passwords: ``files.paper``). Here every part, every relation and
every field code must be of a listed kind; nothing may point outside; no part may declare entities. Sources: ECMA-376
part 2 (parts, relations) and part 1, 17.16 (field codes).
"""

import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from gridward.core.errors import RuleBroken
from gridward.core.papers.words import PLACEHOLDER

MOST_BYTES, MOST_UNPACKED_BYTES, MOST_PARTS = 2**20, 16 * 2**20, 100
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = frozenset(
    {f"{OFFICE}wordprocessingml.{kind}+xml" for kind in (
        "document.main", "styles", "settings", "webSettings", "fontTable", "numbering", "header", "footer",
        "footnotes", "endnotes")}
    | {f"{OFFICE}{kind}+xml" for kind in ("theme", "customXmlProperties", "extended-properties", "custom-properties")}
    | {"application/vnd.openxmlformats-package.relationships+xml", "application/xml", "image/png", "image/jpeg",
       "application/vnd.openxmlformats-package.core-properties+xml", "application/vnd.ms-word.stylesWithEffects+xml"}
)  # fmt: skip
RELATIONS = frozenset(
    {"officeDocument", "styles", "stylesWithEffects", "settings", "webSettings", "fontTable", "numbering", "header",
     "footer", "footnotes", "endnotes", "theme", "image", "thumbnail", "customXml", "customXmlProps",
     "core-properties", "extended-properties", "custom-properties"}
)  # fmt: skip
FIELD_CODES = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
ELSEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:(?://|\\\\)|mailto:|file:|javascript:|data:|\\\\|//)", re.I)
OURS = ("http://schemas.openxmlformats.org/", "http://schemas.microsoft.com/")
WORDS_ONLY = ("descr", "title", "name")  # what a picture is called; nobody follows it
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a document: content by name, and the parsed ones that are XML."""

    content: dict[str, bytes]
    trees: dict[str, Any]


def check_template(content: bytes, names: Collection[str]) -> tuple[str, ...]:
    """The placeholders that a template uses, each once, in order.

    Parameters
    ----------
    content
        The file, as ``files.paper`` let it in.
    names
        Every placeholder that the form knows.

    Raises
    ------
    RuleBroken
        ``papers.template_…``: ``too_large``, ``broken``, ``part``, ``link``, ``code``, ``header``, ``unclosed``,
        ``unknown`` or ``empty``.
    """
    parts = _read(content)
    _check_types(parts)
    for name, tree in parts.trees.items():
        if name.endswith(".rels"):
            _check_relations(tree)
        elif name.startswith("word/"):
            _check_inside(name, tree)
    return _placeholders(parts, names)


def _read(content: bytes) -> Parts:
    if len(content) > MOST_BYTES:
        raise RuleBroken("papers.template_too_large", most=MOST_BYTES // 2**20)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rows = [row for row in archive.infolist() if not row.is_dir()]
            if len(rows) > MOST_PARTS or sum(row.file_size for row in rows) > MOST_UNPACKED_BYTES:
                raise RuleBroken("papers.template_too_large", most=MOST_BYTES // 2**20)
            found = {row.filename: archive.read(row) for row in rows}
        if len(found) < len(rows):
            raise RuleBroken("papers.template_broken")
        trees = {name: fromstring(text, forbid_dtd=True) for name, text in found.items() if _is_xml(name)}
    except (zipfile.BadZipFile, ParseError, DefusedXmlException, ValueError, LookupError, EOFError, OSError) as error:
        raise RuleBroken("papers.template_broken") from error
    return Parts(found, trees)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _check_types(parts: Parts) -> None:
    """Every part has a listed type; a part without one is not opened by any office, and not taken."""
    if "[Content_Types].xml" not in parts.trees or "word/document.xml" not in parts.trees:
        raise RuleBroken("papers.template_broken")
    rows = list(parts.trees["[Content_Types].xml"])
    by_name = {row.get("PartName", "").lower().lstrip("/"): row.get("ContentType", "") for row in rows}
    by_ending = {row.get("Extension", "").lower(): row.get("ContentType", "") for row in rows if row.get("Extension")}
    for name in parts.content.keys() - {"[Content_Types].xml"}:
        kind = by_name.get(name.lower()) or by_ending.get(name.rpartition(".")[2].lower(), "")
        if kind not in TYPES or _is_xml(name) != kind.endswith("xml"):
            raise RuleBroken("papers.template_part", part=name[:80])


def _check_relations(tree: Any) -> None:
    for row in tree.iter():
        if row.get("TargetMode", "").lower() == "external" or ELSEWHERE.match(row.get("Target", "")):
            raise RuleBroken("papers.template_link", target=row.get("Target", "")[:80])
        kind = row.get("Type", "").rpartition("/")[2]
        if row.get("Type") is not None and kind not in RELATIONS:
            raise RuleBroken("papers.template_part", part=kind[:80])


def _check_inside(name: str, tree: Any) -> None:
    """No attribute that an office follows to elsewhere, no mail merge, no field code but page numbers."""
    for element in tree.iter():
        if _local(element.tag) == "mailMerge":
            raise RuleBroken("papers.template_part", part="mailMerge")
        for key, value in element.items():
            if ELSEWHERE.match(value) and not value.startswith(OURS) and _local(key) not in WORDS_ONLY:
                raise RuleBroken("papers.template_link", target=value[:80])
    for code in _field_codes(tree):
        if code not in FIELD_CODES:
            raise RuleBroken("papers.template_code", code=code[:40])


def _field_codes(tree: Any) -> Iterator[str]:
    """The first word of every field, also where an office split it; fields inside fields are looked at as well."""
    said = ""
    for element in tree.iter():
        if element.tag == f"{WORD}fldSimple":
            yield from _first_word(element.get(f"{WORD}instr", ""))
        elif element.tag == f"{WORD}instrText":
            said += element.text or ""
        elif element.tag == f"{WORD}fldChar":
            yield from _first_word(said)
            said = ""
    yield from _first_word(said)


def _first_word(text: str) -> list[str]:
    return [word.upper() for word in text.split()[:1]]


def _paragraphs(tree: Any) -> Iterator[str]:
    """The text of each paragraph without that of text boxes inside it, which are paragraphs of their own."""
    for paragraph in tree.iter(f"{WORD}p"):
        yield "".join(_own_text(paragraph))


def _own_text(paragraph: Any) -> Iterator[str]:
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag == f"{WORD}t":
            yield element.text or ""
        elif element.tag != f"{WORD}p":
            waiting.extend(reversed(element))


def _placeholders(parts: Parts, names: Collection[str]) -> tuple[str, ...]:
    for name, tree in parts.trees.items():
        outside = name.startswith("word/") and name != "word/document.xml" and not name.endswith(".rels")
        if outside and any("{{" in text for text in _paragraphs(tree)):
            raise RuleBroken("papers.template_header")
    texts = list(_paragraphs(parts.trees["word/document.xml"]))
    _check_braces(texts)
    found = tuple(dict.fromkeys(name for text in texts for name in PLACEHOLDER.findall(text)))
    unknown = [name for name in found if name not in names]
    if unknown:
        raise RuleBroken("papers.template_unknown", names=_listed(unknown))
    if not found:
        raise RuleBroken("papers.template_empty")
    return found


def _listed(names: list[str]) -> str:
    return "".join("{{" + name + "}} " for name in names[:SHOWN]).strip() + (" …" if len(names) > SHOWN else "")


def _check_braces(texts: Iterable[str]) -> None:
    for text in texts:
        rest = PLACEHOLDER.sub("", text)
        at = max(rest.find("{{"), rest.find("}}"))
        if at >= 0:
            raise RuleBroken("papers.template_unclosed", words=rest[max(at - 5, 0) : at + 15])
