"""Figures from the kept counts: what stands where now, what happened in a time. Never stale: what a step appended and
nobody has added up yet is read in the same statement, so that nothing is missed or counted twice.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from operator import add
from typing import Any

from django.db.models import DateField, Q, QuerySet, Sum
from django.db.models.functions import Cast, TruncMonth

from gridward.areas.models import Division
from gridward.cases.models import (
    RollupCategoryMonth,
    RollupDelta,
    RollupDistrictMonth,
    RollupFlow,
    RollupGridMonth,
    RollupStock,
)
from gridward.cases.models.rollup import NONE
from gridward.core.scopes import Territory
from gridward.core.workflow.outcome import METRIC_VERSION
from gridward.core.workflow.parse import load

TABLE = "seven_stages@2"
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """Of what the figures are: a whole district (``division_ids`` None), or subdistricts with their communities."""

    district_id: int
    division_ids: frozenset[int] | None = None

    @property
    def is_whole(self) -> bool:
        return self.division_ids is None

    def placed(self) -> Q:
        """Of rows with a community."""
        if self.division_ids is None:
            return Q(district_id=self.district_id)
        inside = Q(community_id__in=self.division_ids)
        inside |= Q(community_id=NONE, subdistrict_id__in=self.division_ids)
        return Q(district_id=self.district_id) & inside

    def is_of_whole_subdistricts(self) -> bool:
        """Whether sums by subdistrict are enough for it."""
        ids, level = self.division_ids or frozenset(), Division.Level.SUBDISTRICT
        whole = Division.objects.filter(Q(level=level) | Q(parent_id__in=ids, parent__level=level), pk__in=ids)
        return self.is_whole or whole.count() == len(ids)

    def in_subdistricts(self) -> Q:
        """Of rows with a subdistrict only."""
        if self.division_ids is None:
            return Q(district_id=self.district_id)
        return Q(district_id=self.district_id, subdistrict_id__in=self.division_ids)


def area_of(seen: Territory) -> Area | None:
    """The area whose figures a territory shows; none for who sees cases by body or grid: they are counted by place."""
    if seen.whole_district:
        return Area(seen.district_id)
    by_place = seen.division_ids and not seen.body_ids and not seen.grid_ids
    return Area(seen.district_id, seen.division_ids) if by_place else None


def stock(area: Area, by: Sequence[str], *, states: Collection[str] = (), **where: Any) -> Counter[Key]:
    """How many cases stand where now: by ``subdistrict community grid category state``, ids but for the state."""
    where |= {"state__in": states or load(TABLE).states}  # each found by the index, also those of one grid
    kept = RollupStock.objects.filter(area.placed(), **where)
    waiting = RollupDelta.objects.filter(area.placed(), day__isnull=True, **where)
    found: Counter[Key] = Counter()
    for *key, n in _summed(kept, by, ("n",)).union(_summed(waiting, by, ("n",)), all=True):
        found[tuple(key)] += n
    return Counter({key: n for key, n in found.items() if n})


def flow(area: Area, since: date, until: date, by: Sequence[str], facts: Sequence[str], **where: Any) -> dict[Key, Key]:
    """How often each fact happened from a day until before another, by ``subdistrict community grid category month``.

    Whole months are read from their sums where these are told by what is asked.
    """
    kept = _source(area, since, until, {*by, *(name.removesuffix("_id") for name in where)})
    days = {"day__gte": since, "day__lt": until, "metric": METRIC_VERSION}
    waiting = RollupDelta.objects.filter(area.placed(), **days, **where)
    sums: dict[Key, Key] = {}
    for row in _summed(kept.filter(**where), by, facts).union(_summed(_monthly(waiting), by, facts), all=True):
        key, counts = tuple(row[: len(by)]), row[len(by) :]
        sums[key] = tuple(map(add, sums[key], counts)) if key in sums else counts
    return {key: counts for key, counts in sums.items() if any(counts)}


def _source(area: Area, since: date, until: date, names: set[str]) -> QuerySet[Any]:
    """The smallest table that knows the answer."""
    months = {"month__gte": since, "month__lt": until, "metric": METRIC_VERSION}
    if since.day == until.day == 1 and area.is_whole and not names & {"grid", "community", "subdistrict"}:
        return RollupDistrictMonth.objects.filter(district_id=area.district_id, **months)
    if since.day == until.day == 1 and not names & {"grid", "community"} and area.is_of_whole_subdistricts():
        return RollupCategoryMonth.objects.filter(area.in_subdistricts(), **months)
    if since.day == until.day == 1 and "category" not in names:
        return RollupGridMonth.objects.filter(area.placed(), **months)
    days = RollupFlow.objects.filter(area.placed(), day__gte=since, day__lt=until, metric=METRIC_VERSION)
    return _monthly(days)


def _monthly(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.annotate(month=Cast(TruncMonth("day"), DateField()))


def _summed(rows: QuerySet[Any], by: Sequence[str], columns: Sequence[str]) -> QuerySet[Any]:
    return rows.order_by().values_list(*by).annotate(**{f"sum_{column}": Sum(column) for column in columns})
