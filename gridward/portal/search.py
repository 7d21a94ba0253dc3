"""Plain words to likely entries: shared single characters and pairs, longer matches first. Pure."""

import re
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")
LATIN = re.compile(r"[a-z0-9]+")
HAN = re.compile(r"[\u4e00-\u9fff]+")


def pieces(text: str) -> set[str]:
    """Latin words, and of Chinese every pair of neighbouring characters (a lone one stands for itself)."""
    folded = text.casefold()
    found = set(LATIN.findall(folded))
    for run in HAN.findall(folded):
        found |= {run[i : i + 2] for i in range(len(run) - 1)} or {run}
    return found


def likely(words: str, entries: Iterable[tuple[T, str]], most: int) -> list[T]:
    """The entries whose texts share most with the words, best first; none without anything in common."""
    wanted = pieces(words)
    scored = [(len(wanted & pieces(text)), -number, entry) for number, (entry, text) in enumerate(entries)]
    hits = sorted((row for row in scored if row[0]), key=lambda row: row[:2], reverse=True)
    return [entry for _, _, entry in hits[:most]]
