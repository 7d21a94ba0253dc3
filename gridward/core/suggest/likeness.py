"""Plain words to likely entries: shared pairs of characters and words, the rarer the heavier."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
LATIN = re.compile(r"[a-z0-9]+")
HAN = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Likely(Generic[T]):
    """An entry and the pieces that it shares with the words."""

    entry: T
    shared: frozenset[str]


def pieces(text: str) -> set[str]:
    """Latin words, and of Chinese every pair of neighbouring characters (a lone one stands for itself)."""
    folded = text.casefold()
    found = set(LATIN.findall(folded))
    for run in HAN.findall(folded):
        found |= {run[i : i + 2] for i in range(len(run) - 1)} or {run}
    return found


def _of_entry(text: str) -> set[str]:
    """Single characters too, so that one character finds what holds it."""
    return pieces(text) | set("".join(HAN.findall(text)))


def likely_rows(words: str, entries: Iterable[tuple[T, str]], most: int) -> list[Likely[T]]:
    """The entries whose texts share most with the words, best first; none without anything in common.

    A piece weighs 1 / (number of entries that hold it): “broken”, which half of them say, decides little.
    """
    wanted = pieces(words)
    held = [(entry, wanted & _of_entry(text)) for entry, text in entries]
    frequency = Counter(piece for _, shared in held for piece in shared)
    scored = [(sum(1 / frequency[piece] for piece in shared), -n) for n, (_entry, shared) in enumerate(held)]
    best = sorted((row for row in scored if row[0]), reverse=True)[:most]
    return [Likely(held[-n][0], frozenset(held[-n][1])) for _, n in best]


def likely(words: str, entries: Iterable[tuple[T, str]], most: int) -> list[T]:
    """The entries alone."""
    return [row.entry for row in likely_rows(words, entries, most)]
