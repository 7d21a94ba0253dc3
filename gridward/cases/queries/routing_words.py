"""Routing rules in the reader's words: every code of a condition by the name of what it stands for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.models import Category, RoutingRule
from gridward.cases.words import bodies_of_place, place_kinds
from gridward.grids.models import Grid
from gridward.web.moments import is_chinese

Say = Mapping[str, str]
FIRST_NAMED, MOST_NAMED = 4, 6


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """What is looked at and what it must be; of many values ``first`` names some, ``more`` counts the others."""

    name: str
    value: str
    first: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule to read: when it holds, and where it sends."""

    number: int
    conditions: tuple["ConditionLine", ...]
    target: str
    reason: str


def in_words(rows: Sequence[RoutingRule], *, families: Say, channels: Say) -> list[RuleLine]:
    """All rules of a version, with a statement for each kind of thing that they name."""
    names = _Names(rows, {"families": families, "channels": channels, "places": place_kinds()})
    return [RuleLine(row.number, tuple(names.conditions(row)), names.target(row), row.reason) for row in rows]


def clock_words(minute: int) -> str:
    """``22:30``; the end of the day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


class _Names:
    def __init__(self, rows: Sequence[RoutingRule], fixed: dict[str, Say]) -> None:
        self.fixed = fixed
        self.bodies = _named(Body, {row.body_id for row in rows if row.body_id})
        self.divisions = _named(Division, _ids(rows, "subdistricts") | _ids(rows, "communities"))
        self.categories = _named(Category, _ids(rows, "categories"))
        self.grids = dict(Grid.objects.filter(pk__in=_ids(rows, "grids")).values_list("pk", "code"))

    def conditions(self, row: RoutingRule) -> Iterable[ConditionLine]:
        """Every condition of a rule by name."""
        labels = condition_labels()
        for name, value in row.conditions.items():
            said = self._values(name, value)
            many = len(said) > MOST_NAMED
            yield ConditionLine(
                labels[name], _joined(said), _joined(said[:FIRST_NAMED]) if many else "",
                len(said) - FIRST_NAMED if many else 0,
            )  # fmt: skip

    def _values(self, name: str, value: Any) -> list[str]:
        if name == "is_urgent":
            return [_("yes") if value else _("no")]
        if name == "days":
            return [_("working days") if value == "working" else _("days off")]
        if name == "hours":
            return [f"{clock_words(value[0])}–{clock_words(value[1])}"]
        return [self._code(name, code) for code in value]

    def _code(self, name: str, code: str) -> str:
        if name in self.fixed:
            return self.fixed[name].get(code, code)
        if not code.isdecimal():
            return code.rpartition("/")[2]
        known = {"categories": self.categories, "grids": self.grids}.get(name, self.divisions)
        return str(known.get(int(code), "—"))

    def target(self, row: RoutingRule) -> str:
        return bodies_of_place()[row.body_kind] if row.body_kind else self.bodies[row.body_id]


def _joined(values: Sequence[str]) -> str:
    return ("、" if is_chinese() else ", ").join(values)


def _ids(rows: Sequence[RoutingRule], name: str) -> set[int]:
    return {int(code) for row in rows for code in row.conditions.get(name, ()) if code.isdecimal()}


def _named(model: Any, ids: set[int]) -> dict[int, str]:
    name = "name_zh" if is_chinese() else "name_en"
    return dict(model.objects.filter(pk__in=ids).values_list("pk", name)) if ids else {}


def condition_labels() -> dict[str, str]:
    """What a rule may look at, in the order of the form."""
    return {
        "families": _("Family"), "categories": _("Categories and major classes"), "subdistricts": _("Subdistricts"),
        "communities": _("In these communities"), "grids": _("Grids"), "places": _("Kind of its grid"),
        "channels": _("How it came in"), "is_urgent": _("Urgent"), "days": _("On which days"),
        "hours": _("At which hours"),
    }  # fmt: skip
