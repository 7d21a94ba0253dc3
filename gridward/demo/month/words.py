"""What is said: reports dealt from a deck so that no page shows a text twice; replies and remarks by kind."""

import random
from collections import defaultdict

from gridward.demo.content import rows

APART = 60
WET_CODES = frozenset({"10994", "10997", "01003", "01004", "D002"})


class Words:
    """One talker a day."""

    def __init__(self, rng: random.Random, is_wet: bool) -> None:
        self.rng, self.is_wet = rng, is_wet
        self.deck: list[dict[str, str]] = []
        self.recent: list[str] = []
        self.remarks: dict[str, list[str]] = defaultdict(list)
        for row in rows("remarks"):
            self.remarks[row["kind"]].append(row["text"])
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

    def remark(self, kind: str) -> str:
        return self.rng.choice(self.remarks[kind])

    def outcome(self, code: str) -> tuple[str, str]:
        """What was done, and the plain reply."""
        return self.rng.choice(self.replies.get(code) or self.replies["06010"])
