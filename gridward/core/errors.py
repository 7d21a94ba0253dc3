"""Refusals: a rule that was broken, as a code and values; the edge speaks it in the reader's language.

``refusals.toml`` is the one catalogue: per code the zh and en sentence, what to do next, and the HTTP
status. Audit keeps code and values, never prose.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row of the catalogue."""

    code: str
    status: int
    zh: str
    en: str
    next_zh: str
    next_en: str


@cache
def catalogue() -> dict[str, Refusal]:
    """All refusals by code, read from ``core/refusals.toml``."""
    text = resources.files("gridward.core").joinpath("refusals.toml").read_text("utf-8")
    return {
        f"{topic}.{name}": Refusal(code=f"{topic}.{name}", **row)
        for topic, rows in tomllib.loads(text).items()
        for name, row in rows.items()
    }


class RuleBroken(Exception):  # noqa: N818 - reads as a sentence: raise RuleBroken("case.already_moved")
    """A rule refuses what was asked. ``values`` fill the sentence's placeholders."""

    def __init__(self, code: str, /, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values_given = values

    @property
    def status(self) -> int:
        return catalogue()[self.code].status

    def sentence(self, language: str) -> str:
        """What is wrong and what to do next, in ``zh`` or ``en``."""
        row = catalogue()[self.code]
        words = (row.zh, row.next_zh) if language.startswith("zh") else (row.en, row.next_en)
        joiner = "" if language.startswith("zh") else " "
        return joiner.join(part for part in words if part).format(**self.values_given)

    def __str__(self) -> str:
        return self.sentence("en")
