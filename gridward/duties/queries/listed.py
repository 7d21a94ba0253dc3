"""What may be passed to communities: the list, what was admitted beyond it, and what that means for one matter."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Q, QuerySet

from gridward.core.workflow.roles import Role
from gridward.duties.models import ListedDuty
from gridward.work import collected

KEEPERS = frozenset({Role.SYSADMIN, Role.DUTY_CHIEF})
ASKERS = frozenset({Role.DISPATCHER, Role.DUTY_CHIEF, Role.DEPARTMENT})
DECIDERS = frozenset({Role.SUBDISTRICT_LEADER, Role.DISTRICT_DIRECTOR})
LISTS = (ListedDuty.State.LISTED, ListedDuty.State.ADMITTED)


@dataclass(frozen=True, slots=True)
class MatterName:
    """A matter that could be listed, as the app above names it; ``group`` is what it stands under in a choice."""

    code: str
    zh: str
    en: str
    group: str


def matter_names(district_id: int) -> dict[str, MatterName]:
    """Everything that apps above could pass to a community, by code."""
    providers = collected.joins().get("duties.matters", ())
    return {one.code: one for provider in providers for one in provider(district_id=district_id)}


def in_force_on(district_id: int, day: date) -> QuerySet[ListedDuty]:
    """What is listed or admitted on a day."""
    open_end = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    return ListedDuty.objects.filter(open_end, district_id=district_id, state__in=LISTS, valid_from__lte=day)


class Passing(StrEnum):
    """Whether a matter may be passed to a community: to lead it, to help with it only, or not at all."""

    LEAD = "lead"
    ASSIST = "assist"
    NO = "no"


def passing(district_id: int, matters: Iterable[str], divisions: Iterable[int | None], day: date) -> Passing:
    """What the list says of a matter (by any of its codes) at a place; a list that was never made binds nobody."""
    rows = in_force_on(district_id, day).filter(matter__in=list(matters)).values_list("only_assists", "division_id")
    found = [assists for assists, division in rows if division is None or division in set(divisions)]
    kept = ListedDuty.objects.filter(district_id=district_id, state=ListedDuty.State.LISTED, valid_from__lte=day)
    return _said(found, lambda: kept.exists())


def _said(found: Sequence[bool], is_kept: Callable[[], bool]) -> Passing:
    """``found`` says of each row that fits whether communities only assist."""
    if found:
        return Passing.ASSIST if all(found) else Passing.LEAD
    return Passing.NO if is_kept() else Passing.LEAD


class Listed(NamedTuple):
    """A row of the list as far as it is asked."""

    state: str
    only_assists: bool
    division: int | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class WholeList:
    """All that was ever listed or admitted in a district, read once by who asks of thousands of matters."""

    by_matter: Mapping[str, Sequence[Listed]]

    def passing(self, matters: Iterable[str], divisions: Iterable[int | None], day: date) -> Passing:
        """The twin of ``passing``."""
        places = {None, *divisions}
        rows = [row for matter in matters for row in self.by_matter.get(matter, ())]
        in_force = [row for row in rows if row.valid_from <= day and (row.valid_to is None or row.valid_to > day)]
        return _said([row.only_assists for row in in_force if row.division in places], lambda: self._is_kept(day))

    def _is_kept(self, day: date) -> bool:
        rows = (row for of_matter in self.by_matter.values() for row in of_matter)
        return any(row.state == ListedDuty.State.LISTED and row.valid_from <= day for row in rows)


def whole_list(district_id: int) -> WholeList:
    """One statement."""
    found: dict[str, list[Listed]] = {}
    rows = ListedDuty.objects.filter(district_id=district_id, state__in=LISTS)
    for matter, *row in rows.values_list(
        "matter", "state", "only_assists", "division_id", "valid_from", "valid_to"
    ):  # fmt: skip
        found.setdefault(matter, []).append(Listed(*row))
    return WholeList(found)


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list as a page shows it: in force, waiting for a decision, and what ended or was refused (the newest)."""

    listed: list[ListedDuty]
    admitted: list[ListedDuty]
    asked: list[ListedDuty]
    past: list[ListedDuty]


def list_page(district_id: int, day: date, *, past: int = 30) -> ListPage:
    rows = ListedDuty.objects.filter(district_id=district_id).select_related("division", "asked_by", "decided_by")
    now = list(rows.filter(pk__in=in_force_on(district_id, day).values("pk")).order_by("name_zh", "pk"))
    asked = rows.filter(state=ListedDuty.State.ASKED, valid_to__gt=day).order_by("-pk")
    gone = rows.exclude(pk__in=[row.pk for row in now]).exclude(state=ListedDuty.State.ASKED, valid_to__gt=day)
    return ListPage(
        [row for row in now if row.state == ListedDuty.State.LISTED],
        [row for row in now if row.state == ListedDuty.State.ADMITTED], list(asked), list(gone.order_by("-pk")[:past]),
    )  # fmt: skip


def get_duty(district_id: int, pk: int) -> ListedDuty | None:
    """A row of the district's list."""
    return ListedDuty.objects.select_related("division").filter(district_id=district_id, pk=pk).first()
