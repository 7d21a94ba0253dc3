"""The list of responsibilities 权责清单: who answers for a matter at a place, and the rules that follow.

The narrowest line holds: one category before its major class, one subdistrict before the district, one kind of place
before any. Lines look at nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gridward.core.dispatch.rules import MOST_VALUES, Conditions, Find, Matter, Target


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list. ``matter`` is the code of a category or of a major class (``is_class``); ``subdistrict``
    and ``place`` are empty where it holds everywhere.
    """

    id: int
    matter: str
    is_class: bool
    subdistrict: str
    place: str
    target: Target
    basis: str = ""

    @property
    def conditions(self) -> Conditions:
        """The same, as a routing rule says it."""
        return Conditions(categories=frozenset({self.matter}), subdistricts=frozenset({self.subdistrict} - {""}),
                          places=frozenset({self.place} - {""}))  # fmt: skip

    @property
    def width(self) -> tuple[bool, bool, bool]:
        """Smaller is narrower."""
        return self.is_class, not self.subdistrict, not self.place


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule that lines of one width and one target make together, with their bases."""

    conditions: Conditions
    target: Target
    bases: tuple[str, ...]


def responsible(lines: Iterable[Line], matter: Matter, find: Find) -> tuple[Line, int] | None:
    """The narrowest line that holds and whose body ``find`` knows, with that body; none where there is none."""
    for line in sorted(lines, key=lambda line: (line.width, line.id)):
        if line.conditions.hold(matter):
            body = find(line.target)
            if body is not None:
                return line, body
    return None


def proposals(lines: Iterable[Line]) -> list[Proposal]:
    """Rules that send where the list says: the narrow ones first, categories of one target and place in one rule."""
    together: dict[tuple[tuple[bool, bool, bool], str, str, int, str], list[Line]] = {}
    for line in lines:
        key = (line.width, line.subdistrict, line.place, line.target.body or 0, line.target.kind)
        together.setdefault(key, []).append(line)
    return [_proposal(group[n : n + MOST_VALUES]) for _, group in sorted(together.items(), key=lambda item: item[0])
            for n in range(0, len(group), MOST_VALUES)]  # fmt: skip


def _proposal(group: Sequence[Line]) -> Proposal:
    matters = frozenset(line.matter for line in group)
    bases = tuple(dict.fromkeys(line.basis for line in group if line.basis))
    return Proposal(replace(group[0].conditions, categories=matters), group[0].target, bases)
