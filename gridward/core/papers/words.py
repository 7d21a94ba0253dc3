"""Placeholders in texts: ``{{number}}`` or ``{{案卷编号}}``, filled with values that are never read as a pattern."""

import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]{1,60}?)\s*\}\}")
NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def placeholders(text: str) -> list[str]:
    """The names between double braces, in order."""
    return PLACEHOLDER.findall(text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every known placeholder replaced; an unknown one stays as it is written."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def is_left_out(text: str, values: Mapping[str, str]) -> bool:
    """A paragraph of which every field is empty says nothing."""
    names = placeholders(text)
    return bool(names) and not any(values.get(name, "") for name in names)


def writable(text: str) -> str:
    """The text without what no XML may hold; line ends as line feeds."""
    return NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
