"""Routing rules 派遣规则: ordered, of typed conditions; the first one that holds and finds its body wins.

A rule looks at the matter, its place, its hour and its source, never at the person who reported.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from gridward.core.errors import RuleBroken

DAY_MINUTES = 24 * 60
DAYS = ("working", "rest")
MOST_VALUES = 200


@dataclass(frozen=True, slots=True)
class Matter:
    """What a rule may look at. ``categories``: codes of the category and its major class; ``minute``: of the day on
    which it was reported, in the district's zone; codes are empty where there is none. ``keepers``: the bodies that
    maintain and own the component that was chosen, by id; no rule looks at them, they go before all rules.
    """

    family: str
    categories: frozenset[str]
    subdistrict: str
    community: str
    grid: str
    place: str
    channel: str
    is_urgent: bool
    minute: int
    is_working_day: bool
    keepers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that are given must hold; of the values of one, any. ``hours`` are minutes [from, to) and may pass midnight;
    ``days`` is ``working`` or ``rest``.
    """

    families: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    subdistricts: frozenset[str] = frozenset()
    communities: frozenset[str] = frozenset()
    grids: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    is_urgent: bool | None = None
    days: str = ""
    hours: tuple[int, int] | None = None

    def hold(self, matter: Matter) -> bool:
        """Whether a matter fulfils all of them."""
        return (
            _among(matter.family, self.families)
            and (not self.categories or not self.categories.isdisjoint(matter.categories))
            and _among(matter.subdistrict, self.subdistricts)
            and _among(matter.community, self.communities)
            and _among(matter.grid, self.grids)
            and _among(matter.place, self.places)
            and _among(matter.channel, self.channels)
            and self.is_urgent in (None, matter.is_urgent)
            and (not self.days or (self.days == "working") == matter.is_working_day)
            and (self.hours is None or _within(matter.minute, *self.hours))
        )

    def as_data(self) -> dict[str, Any]:
        """Only what is given, as JSON keeps it; ``conditions_from`` reads it again."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        said = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in given.items()}
        return {name: list(value) if name == "hours" and value else value
                for name, value in said.items() if value not in ("", None, [])}  # fmt: skip


def _among(value: str, wanted: frozenset[str]) -> bool:
    return not wanted or value in wanted


def _within(minute: int, start: int, end: int) -> bool:
    return start <= minute < end if start < end else minute >= start or minute < end


def conditions_from(data: Mapping[str, Any]) -> Conditions:
    """Conditions as they were kept or given. Raises RuleBroken ``routing.condition_unknown`` or ``_unreadable``."""
    known = {field.name for field in fields(Conditions)}
    if unknown := sorted(data.keys() - known):
        raise RuleBroken("routing.condition_unknown", name=unknown[0])
    return Conditions(**{name: _value(name, value) for name, value in data.items()})


def _value(name: str, value: Any) -> Any:
    if name == "is_urgent" and (value is None or isinstance(value, bool)):
        return value
    if name == "days" and value in ("", *DAYS):
        return value
    if name == "hours":
        return _hours(value)
    if name in ("is_urgent", "days") or not _are_codes(value):
        raise RuleBroken("routing.condition_unreadable", name=name)
    return frozenset(value)


def _are_codes(value: Any) -> bool:
    few = isinstance(value, (list, tuple, set, frozenset)) and len(value) <= MOST_VALUES
    return few and all(isinstance(one, str) and one for one in value)


def _hours(value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise RuleBroken("routing.condition_unreadable", name="hours")
    start, end = value
    if not all(isinstance(one, int) and 0 <= one <= DAY_MINUTES for one in value) or start == end:
        raise RuleBroken("routing.condition_unreadable", name="hours")
    return start, end


@dataclass(frozen=True, slots=True)
class Target:
    """Either one body by its id, or the body of a kind that answers for the place: its community's, else its
    subdistrict's.
    """

    body: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """``number`` is what people call it (rule 14); the order is that of the list it stands in."""

    number: int
    conditions: Conditions
    target: Target


@dataclass(frozen=True, slots=True)
class Route:
    """Where a matter goes: the id of a body, and the rule's number; 0 for the usual body of its category, or for the
    keeper of the component that it is about.
    """

    body: int
    rule: int
    is_of_component: bool = False


Find = Callable[[Target], int | None]


def route(rules: Iterable[Rule], matter: Matter, find: Find, usual: int | None) -> Route | None:
    """Who keeps the component that was chosen; else the first rule that holds and whose target ``find`` knows; else the
    usual body; none where there is neither. Areas and categories only guess at what the register knows.

    ``find`` answers none for a body that is not there or that may not have this case (the subject of a complaint):
    the next rule is asked then.
    """
    keeper = next((pk for pk in matter.keepers if find(Target(pk)) is not None), None)
    if keeper is not None:
        return Route(keeper, 0, is_of_component=True)
    for rule in rules:
        if rule.conditions.hold(matter):
            body = find(rule.target)
            if body is not None:
                return Route(body, rule.number)
    return Route(usual, 0) if usual is not None else None
