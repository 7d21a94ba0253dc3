"""What is said: reports dealt from a deck so that no page shows a text twice; replies and remarks by kind."""

import random
from collections import defaultdict
from functools import cache

from gridward.demo.content import rows

APART = 60
NOUNS = (
    "坑", "桶", "灯", "井", "盖", "通道", "轮椅", "树", "水", "墙", "护栏",
    "料", "货", "泥", "砖", "沥青", "线", "业主", "管", "地铁",
    "草", "官司", "路", "防水", "大桥", "危房",
    "绿地", "违建", "店", "声音", "漏", "味道", "门牌", "老人家", "修", "清洁工",
)  # fmt: skip
WET_CODES = frozenset({"10994", "10997", "01003", "01004", "D002"})


@cache
def remarks() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Remarks by kind, each with the things that it names."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for row in rows("remarks"):
        found[row["kind"]].append((row["text"], tuple(noun for noun in NOUNS if noun in row["text"])))
    return found


class Words:
    """One talker a day."""

    def __init__(self, rng: random.Random, is_wet: bool) -> None:
        self.rng, self.is_wet = rng, is_wet
        self.deck: list[dict[str, str]] = []
        self.recent: list[str] = []
        self.replies: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in rows("replies"):
            for code in row["codes"].split():
                self.replies[code].append((row["result"], row["reply"]))

    def report(self) -> dict[str, str]:
        """The next report of the deck; on wet days the wet ones come up more often."""
        if not self.deck:
            self._shuffle()
        row = self.deck.pop()
        self.recent = [*self.recent[-APART:], row["text"]]
        return row

    def _shuffle(self) -> None:
        deck = [row for row in rows("reports") if row["text"] not in self.recent]
        if self.is_wet:
            deck += [row for row in deck if row["code"] in WET_CODES]
        self.rng.shuffle(deck)
        seen: set[str] = set()
        self.deck = [row for row in deck if not (row["text"] in seen or seen.add(row["text"]))]

    def remark(self, kind: str, about: str) -> str:
        """A remark that fits: one that names a thing is only made about that thing."""
        fitting = [text for text, nouns in remarks()[kind] if all(noun in about for noun in nouns)]
        return self.rng.choice(fitting)

    def outcome(self, code: str) -> tuple[str, str]:
        """What was done, and the plain reply."""
        return self.rng.choice(self.replies.get(code) or self.replies["06010"])
