"""Words of a text that a full-text index can hold: Chinese as pairs of characters, digits and Latin as whole words.

No index knows where a Chinese word ends: SQLite's trigrams find nothing for words of two characters, PostgreSQL's
own parser keeps a sentence whole. So a run of Chinese characters becomes every pair of neighbours and its last
character (修路灯 → 修路 路灯 灯); a word of any length is then a phrase of pairs, and one character is the beginning of
a pair. The same run, kept as it stands between two spaces, answers the same question without an index.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from gridward.core.search.scrub import scrubbed

MOST_INDEXED = 12_000
MOST_PHRASES, MOST_ASKED = 8, 40
# Scripts that put no space between words: Han with its extensions, kana, hangul.
_SCRIPTS = "\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
_PAIRED = re.compile(f"[{_SCRIPTS}]")
_RUN = re.compile(f"[{_SCRIPTS}]+|[^\\W_{_SCRIPTS}]+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that must follow each other.

    Attributes
    ----------
    tokens
        in order; the last one may be the beginning of a token
    is_prefix
        whether it is
    inside
        what the kept text holds where, and only where, the phrase stands in it
    """

    tokens: tuple[str, ...]
    is_prefix: bool
    inside: str


def normal(text: str) -> str:
    """Small letters, full-width and half-width forms as one."""
    return unicodedata.normalize("NFKC", text).casefold()


def _is_pairs(run: str) -> bool:
    return _PAIRED.match(run) is not None


def kept_text(parts: Iterable[str]) -> str:
    """What is kept of some texts: their runs with a space around each, without phones and identity numbers."""
    runs = [run for part in parts for run in _runs(part)]
    return f" {' '.join(runs)} "[:MOST_INDEXED] if runs else ""


@lru_cache(maxsize=4096)
def _runs(text: str) -> tuple[str, ...]:
    """Categories, places and whole reports return in very many cases."""
    return tuple(_RUN.findall(scrubbed(normal(text))))


def tokens_of(kept: str) -> list[str]:
    """The tokens of a kept text, in order."""
    return [token for run in kept.split() for token in _pieces(run)]


@lru_cache(maxsize=16384)
def _pieces(run: str) -> tuple[str, ...]:
    if run.isascii() or not _is_pairs(run):
        return (run,)
    return (*map(add, run, run[1:]), run[-1])


def phrases_of(words: str) -> tuple[Phrase, ...]:
    """What somebody asks for: each word between spaces is a phrase, and all of them must be there."""
    asked = normal(words)[: MOST_ASKED * 2].split()
    found = (_phrase(_RUN.findall(word)) for word in asked)
    return tuple(dict.fromkeys(phrase for phrase in found if phrase))[:MOST_PHRASES]


def _phrase(runs: list[str]) -> Phrase | None:
    """The last run of a question may go on in the text; every one before it ended there."""
    if not runs:
        return None
    *whole, last = runs
    is_open = _is_pairs(last)
    tokens = [token for run in whole for token in _pieces(run)]
    tokens += _pieces(last)[:-1] or (last,) if is_open else (last,)
    start = "" if _is_pairs(runs[0]) else " "
    inside = start + " ".join(runs) + ("" if is_open else " ")
    return Phrase(tuple(tokens), is_open and len(last) == 1, inside)
