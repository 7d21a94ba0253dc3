"""Words of a reply with places for what differs from case to case; which places there are is a closed list.

A text holds ``{name}`` in braces, by the Chinese or the English name of a variable. What is not known stands as a
blank, and no reply is sent while a blank stands in it. No variable says who reported, where exactly, or in which words:
a reply is read by everybody who joined a report.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gridward.core.errors import RuleBroken

BLANK = "____"
PLACE = re.compile(r"\{([^{}]*)\}")


class Variable(NamedTuple):
    """What may stand in braces: its two names, and what it holds."""

    code: str
    zh: str
    holds_zh: str
    holds_en: str


VARIABLES = (
    Variable("category", "事项", "类别的通俗说法", "the category as a resident says it"),
    Variable("community", "社区", "事情所在的社区", "the community of the place"),
    Variable("number", "编号", "案卷编号", "the number of the case"),
    Variable("told_on", "反映日期", "诉求人告诉我们的日子", "the day on which we were told"),
    Variable("body", "承办单位", "办这件事的单位", "the body that did the work"),
    Variable("result", "办理结果", "处置人员写的结果", "the result as the handler wrote it"),
    Variable("today", "今天", "答复的日子", "the day of the reply"),
    Variable("hotline", "热线", "服务电话", "the number to call"),
    Variable("blank", "待填", "留给写答复的人填", "left for who writes the reply"),
)
CODES: Mapping[str, str] = {name: one.code for one in VARIABLES for name in (one.code, one.zh)}


def check_words(text: str) -> None:
    """Refuse words with an unknown variable or a brace that stands alone.

    Raises
    ------
    RuleBroken
        ``reply.variable_unknown``, ``reply.brace_alone``.
    """
    for name in PLACE.findall(text):
        if name.strip() not in CODES:
            raise RuleBroken("reply.variable_unknown", name=name[:40])
    if {"{", "}"} & set(PLACE.sub("", text)):
        raise RuleBroken("reply.brace_alone")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The words with every variable filled in; a blank where nothing is known."""
    return PLACE.sub(lambda found: values.get(CODES.get(found[1].strip(), ""), "") or BLANK, text)


def has_blank(text: str) -> bool:
    """Whether something is still to be written."""
    return BLANK in text


def scopes_of(category_id: int, family: str) -> Iterator[str]:
    """Whose words hold for a category: its own before those of its family before those for all."""
    yield from (f"category:{category_id}", f"family:{family}", "all")
