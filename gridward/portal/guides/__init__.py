"""Service guides as data: who, papers, where, how long, fee, law; one TOML file each."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Words:
    """A guide in one language."""

    title: str
    summary: str
    who: str
    papers: tuple[str, ...]
    where: str
    how_long: str
    fee: str
    law: tuple[str, ...]
    steps: tuple[str, ...]
    community_does: str
    community_does_not: str


@dataclass(frozen=True, slots=True)
class Guide:
    """One matter that people ask about."""

    code: str
    topic: str
    sort_key: str
    phone: str
    category: tuple[str, str, str]
    search_words: tuple[str, ...]
    zh: Words
    en: Words

    @property
    def text(self) -> str:
        """What a search looks through."""
        return " ".join((self.zh.title, self.zh.summary, self.en.title, *self.search_words))


def _words(raw: dict[str, object]) -> Words:
    return Words(**{name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()})  # type: ignore[arg-type]


@cache
def guides() -> tuple[Guide, ...]:
    """All guides in their order."""
    found = []
    for file in resources.files("gridward.portal.guides").iterdir():
        if file.name.endswith(".toml"):
            raw = tomllib.loads(file.read_text("utf-8"))
            category = raw.get("category", {})
            found.append(
                Guide(
                    raw["code"], raw["topic"], raw["sort_key"], raw["phone"],
                    (category.get("scheme", ""), category.get("kind", ""), category.get("code", "")),
                    tuple(raw["search_words"]), _words(raw["zh"]), _words(raw["en"]),
                )
            )  # fmt: skip
    return tuple(sorted(found, key=lambda guide: guide.sort_key))


def guide_of(code: str) -> Guide | None:
    """One guide by its code."""
    return next((guide for guide in guides() if guide.code == code), None)
