"""How likely two reports tell of the same thing: near in place and time, of one kind, in the same words.

Points of a hundred, each part with its reason, so that a person sees why a report is proposed and decides. Nothing is
joined by points alone.
"""

from collections.abc import Collection
from typing import NamedTuple

from gridward.core.search.bigrams import kept_text, tokens_of

FAR_M, LONG_DAYS = 150.0, 30.0
SAME_HOME_M = 30.0
POINTS_PLACE, POINTS_KIND, POINTS_TIME, POINTS_WORDS = 35.0, 25.0, 15.0, 25.0
SAME_COMMUNITY, KIN = 10.0, 10.0
LIKELY = 50.0
FEWEST_WORDS, ALIKE = 4, 0.3
# Pairs that stand in any report and tell nothing of this one.
_COMMON = (
    "这里 那里 里有 有一 一个 个人 没有 有人 人在 我们 你们 他们 已经 经常 还是 不能 可以 现在 今天 昨天 晚上 早上 "
    "请尽 尽快 快处 处理 希望 麻烦 谢谢 反映 问题 情况 影响 the and this that there here with was has have for not "
    "please very our your from are its"
)
COMMON = frozenset(_COMMON.split())


class Beside(NamedTuple):
    """Two reports side by side: metres apart (None where one has no point, but the same community), whether of the
    same category or only of its kin, days between them, and the share of words that both have, 0 to 1. A matter of
    a home (``is_of_a_home``) is the same only at the same home: the neighbour's is another one.
    """

    metres: float | None
    same_category: bool
    days: float
    words: float
    is_of_a_home: bool = False


class Reason(NamedTuple):
    """One part of the likeness, as a code and its value: spoken by the page."""

    code: str
    value: float = 0.0


class Alike(NamedTuple):
    """Points of a hundred and what they were given for."""

    points: float
    reasons: tuple[Reason, ...]

    @property
    def is_likely(self) -> bool:
        """Whether it is worth a person's look."""
        return self.points >= LIKELY


def words_in(*texts: str) -> frozenset[str]:
    """The pairs and words that some texts are compared by: no single characters, none that stand in any report."""
    return frozenset(token for token in tokens_of(kept_text(texts)) if len(token) > 1) - COMMON


def shared_words(one: Collection[str], other: Collection[str]) -> float:
    """The share of the shorter text's words that stand in the longer one too.

    Texts of fewer than ``FEWEST_WORDS`` words are taken as that long: two short words in common are not yet a story.
    """
    least = max(min(len(one), len(other)), FEWEST_WORDS)
    return len(frozenset(one) & frozenset(other)) / least


def alike(two: Beside) -> Alike:
    """The likeness of two reports, with its reasons in the order place, kind, time, words; none from afar."""
    far = SAME_HOME_M if two.is_of_a_home else FAR_M
    place = SAME_COMMUNITY if two.metres is None else POINTS_PLACE * (1.0 - two.metres / far)
    if place <= 0.0:
        return Alike(0.0, ())
    kind = POINTS_KIND if two.same_category else KIN
    soon = POINTS_TIME * max(1.0 - abs(two.days) / LONG_DAYS, 0.0)
    reasons = [
        Reason("same_community") if two.metres is None else Reason("metres", two.metres),
        Reason("same_category" if two.same_category else "kin"), Reason("days", two.days),
        *([Reason("words", two.words)] if two.words >= ALIKE else []),
    ]  # fmt: skip
    return Alike(place + kind + soon + POINTS_WORDS * min(two.words, 1.0), tuple(reasons))
