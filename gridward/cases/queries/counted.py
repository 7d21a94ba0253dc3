"""The kept counts beside what they count: where a case is counted, what its steps say, what stands in the rollups."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import DateField, Q, Sum
from django.db.models.functions import Cast, TruncMonth

from gridward.audit.queries import one_moment
from gridward.cases.models import (
    Case,
    CaseClock,
    CaseStep,
    RollupCategoryMonth,
    RollupDelta,
    RollupDistrictMonth,
    RollupFlow,
    RollupGridMonth,
    RollupStock,
)
from gridward.cases.models.rollup import APART, NONE
from gridward.core.workflow.clocks import ClockState
from gridward.core.workflow.counting import Fact, Passed, Stop, counted_moves, facts_of
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import ClockKind
from gridward.grids.models import Grid

PLACE = ("district_id", "subdistrict_id", "community_id", "grid_id", "category_id")
CATEGORY_MONTH = ("district_id", "subdistrict_id", "category_id", "metric", "month")
DISTRICT_MONTH = ("district_id", "category_id", "metric", "month")
GRID_MONTH = ("district_id", "subdistrict_id", "community_id", "grid_id", "metric", "month")
COLUMNS = ("pk", "district_id", "subdistrict_id", "community_id", "grid_id", "duty_grid_id", "category_id",
           "complained_body_id", "is_open", "state", "table")  # fmt: skip
STEP = ("verb", "state_from", "state_to", "at", "recorded_at")
STOPPED = (ClockState.MET, ClockState.LATE)
AT_ONCE = 500
Sums = Counter[Any]


class Kept(NamedTuple):
    """The models that are counted and that count: as they are now, or as a migration knows them."""

    case: Any = Case
    step: Any = CaseStep
    clock: Any = CaseClock
    delta: Any = RollupDelta
    stock: Any = RollupStock
    flow: Any = RollupFlow
    category_month: Any = RollupCategoryMonth
    grid_month: Any = RollupGridMonth
    grid: Any = Grid
    district_month: Any = RollupDistrictMonth

    @property
    def months(self) -> tuple[tuple[Any, tuple[str, ...]], ...]:
        """The tables of months with their keys; a migration may know fewer."""
        tables = (
            (self.category_month, CATEGORY_MONTH),
            (self.grid_month, GRID_MONTH),
            (self.district_month, DISTRICT_MONTH),
        )
        return tuple((model, key) for model, key in tables if model is not None)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that these models have a column for."""
        there = {field.name for field in self.flow._meta.fields}
        return tuple(fact.value for fact in Fact if fact.value in there)


NOW = Kept()


class Spot(NamedTuple):
    """Where and about what a case is counted."""

    district_id: int
    subdistrict_id: int
    community_id: int
    grid_id: int
    category_id: int


class Stands(NamedTuple):
    """A key of the stock."""

    spot: Spot
    state: str


class Happened(NamedTuple):
    """A key of the flow, with one of its facts."""

    spot: Spot
    day: date
    fact: str


def spot_of(row: Mapping[str, Any], grid_id: int | None) -> Spot:
    """Complaints about a body are counted without their place."""
    if row["complained_body_id"] is not None:
        return Spot(row["district_id"], APART, APART, APART, row["category_id"])
    subdistrict, community = row["subdistrict_id"] or NONE, row["community_id"] or NONE
    return Spot(row["district_id"], subdistrict, community, grid_id or NONE, row["category_id"])


def stands(row: Mapping[str, Any]) -> Stands:
    """Where a case stands, by its columns: an open one with who serves its place, an ended one with its grid."""
    return Stands(spot_of(row, row["duty_grid_id"] if row["is_open"] else row["grid_id"]), row["state"])


def happens(row: Mapping[str, Any]) -> Spot:
    """Where what happens to a case is counted."""
    return spot_of(row, row["grid_id"])


def stops_of(clocks: Iterable[Any]) -> list[Stop]:
    """The total clocks that were stopped, of those given, in their order."""
    stopped = (row for row in clocks if row.kind == ClockKind.TOTAL and row.state in STOPPED)
    return [Stop(row.stopped_at, ClockState(row.state)) for row in stopped]


def grid_keys(district_id: int, kept: Kept = NOW) -> list[int]:
    """What the rollups of a district are compared by, in order: its grids, no grid, complaints apart, and whatever
    else stands in them.
    """
    found = {NONE, APART, *kept.grid.objects.filter(district_id=district_id).values_list("pk", flat=True)}
    for model in (kept.stock, kept.grid_month, kept.delta):
        found |= set(model.objects.filter(district_id=district_id).values_list("grid_id", flat=True).distinct())
    return sorted(found)


def differences(district_id: int, zone: str, key: int, kept: Kept = NOW) -> Sums:
    """What has to be added to the rollups of one grid so that they say what its cases and their steps say.

    Both are read as of one moment. A step that is made later adds the same to both, so the difference stays true
    until it is written, whoever writes meanwhile.
    """
    with one_moment():
        sums = _truth(district_id, ZoneInfo(zone), key, kept)
        sums.subtract(_stored(district_id, key, kept))
    return Counter({found: n for found, n in sums.items() if n})


def _cases(district_id: int, key: int, kept: Kept) -> Iterator[Mapping[str, Any]]:
    """Those reported in a grid, then those that it serves besides: two questions, so that each finds its index."""
    rows = kept.case.objects.filter(district_id=district_id)
    if key == APART:
        yield from rows.filter(complained_body__isnull=False).values(*COLUMNS).iterator(chunk_size=AT_ONCE)
        return
    rows, grid = rows.filter(complained_body__isnull=True), key or None
    elsewhere = Q(grid__isnull=False) if grid is None else Q(grid__isnull=True) | ~Q(grid_id=grid)
    for some in (rows.filter(grid_id=grid), rows.filter(elsewhere, duty_grid_id=grid, is_open=True)):
        yield from some.values(*COLUMNS).iterator(chunk_size=AT_ONCE)


def _truth(district_id: int, zone: ZoneInfo, key: int, kept: Kept) -> Sums:
    sums: Sums = Counter()
    rows = _cases(district_id, key, kept)
    while chunk := list(islice(rows, AT_ONCE)):
        by_case = {row["pk"]: row for row in chunk if happens(row).grid_id == key}
        sums.update(standing for row in chunk if (standing := stands(row)).spot.grid_id == key)
        sums.update(_happened(by_case, zone, kept))
    return sums


def _happened(by_case: Mapping[int, Mapping[str, Any]], zone: ZoneInfo, kept: Kept) -> Iterator[Happened]:
    """Every fact of these cases."""
    verbs = {f"cases.{move}" for table in {row["table"] for row in by_case.values()} for move in counted_moves(table)}
    passed: dict[int, list[Passed]] = defaultdict(list)
    steps = kept.step.objects.filter(case_id__in=list(by_case), verb__in=sorted(verbs)).order_by("case_id", "n")
    for case, verb, *rest in steps.values_list("case_id", *STEP):
        passed[case].append(Passed(verb.removeprefix("cases."), *rest))
    stops: dict[int, list[Stop]] = defaultdict(list)
    clocks = kept.clock.objects.filter(case_id__in=list(by_case), kind=ClockKind.TOTAL.value, state__in=STOPPED)
    for case, at, state in clocks.order_by("pk").values_list("case_id", "stopped_at", "state"):
        stops[case].append(Stop(at, ClockState(state)))
    for case, row in by_case.items():
        for told in facts_of(load(row["table"]), passed[case], stops[case]):
            yield Happened(happens(row), told.recorded_at.astimezone(zone).date(), told.fact.value)


def said_by(row: Sequence[Any], facts: Sequence[str]) -> Sums:
    """What a row of counts says: its place, state, day, n and facts, in this order."""
    spot, (state, day, n), counts = Spot(*row[:5]), row[5:8], row[8:]
    if day is None:
        return Counter({Stands(spot, state): n})
    return Counter({Happened(spot, day, fact): n for fact, n in zip(facts, counts, strict=True) if n})


def _stored(district_id: int, key: int, kept: Kept) -> Sums:
    """What the rollups say of one grid, with what is not added up yet."""
    sums, here, facts = Counter(), {"district_id": district_id, "grid_id": key}, kept.facts
    for row in kept.delta.objects.filter(**here).values_list(*PLACE, "state", "day", "n", *facts):
        sums.update(said_by(row, facts))
    for *place, state, n in kept.stock.objects.filter(**here).values_list(*PLACE, "state", "n").iterator():
        sums[Stands(Spot(*place), state)] += n
    for row in kept.flow.objects.filter(**here).values_list(*PLACE, "day", *facts).iterator():
        sums.update({Happened(Spot(*row[:5]), row[5], fact): n for fact, n in zip(facts, row[6:], strict=True) if n})
    return sums


def month_differences(district_id: int, kept: Kept = NOW) -> Iterator[tuple[Any, tuple[str, ...], list[Any]]]:
    """For each table of months: the model, its key, and rows of what has to be added so that they are the sums of
    the days.
    """
    facts = kept.facts
    for model, key in kept.months:
        with one_moment():
            days = kept.flow.objects.filter(district_id=district_id).annotate(
                month=Cast(TruncMonth("day"), DateField())
            )
            wanted = _by_key(days, key, facts)
            there = _by_key(model.objects.filter(district_id=district_id), key, facts)
        zero = (0,) * len(facts)
        rows = [
            (*at, *(a - b for a, b in zip(wanted.get(at, zero), there.get(at, zero), strict=True)))
            for at in sorted({*wanted, *there})
            if wanted.get(at, zero) != there.get(at, zero)
        ]
        yield model, key, rows


def _by_key(rows: Any, key: Sequence[str], facts: Sequence[str]) -> dict[tuple[Any, ...], tuple[int, ...]]:
    summed = {f"sum_{fact}": Sum(fact) for fact in facts}
    found = rows.order_by().values_list(*key).annotate(**summed)
    told = ((tuple(row[: len(key)]), tuple(row[len(key) :])) for row in found.iterator())
    return {at: counts for at, counts in told if any(counts)}
