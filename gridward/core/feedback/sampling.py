"""A random sample that anybody can draw again: the same cases, seed and share always give the same ones.

Each case gets a ticket, the SHA-256 of the seed and its number; the lowest tickets are drawn. The order in which cases
are read, the database and the machine do not matter.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources

PERMILLE = 1000


@dataclass(frozen=True, slots=True)
class Calling:
    """How many are called back, as data (``calling.toml``): of a thousand, at least and at most."""

    share_permille: int
    least: int
    most: int


@cache
def usual_calling() -> Calling:
    """What is offered where nothing else is chosen."""
    text = resources.files("gridward.core.feedback").joinpath("calling.toml").read_text("utf-8")
    return Calling(**tomllib.loads(text))


def size_of(frame: int, calling: Calling) -> int:
    """How many of so many cases are drawn: the share, rounded up, between the bounds, never more than there are."""
    wanted = -(-frame * calling.share_permille // PERMILLE)
    return min(frame, calling.most, max(calling.least, wanted))


def ticket(seed: str, number: str) -> bytes:
    """What decides whether a case is drawn."""
    return sha256(f"{seed}:{number}".encode()).digest()


def drawn(numbers: Iterable[str], *, seed: str, calling: Calling) -> list[str]:
    """The drawn numbers in the order in which they are called."""
    by_ticket = sorted(set(numbers), key=lambda number: ticket(seed, number))
    return by_ticket[: size_of(len(by_ticket), calling)]
