"""What a step changes in the kept counts, written beside it; and how the jobs process adds it up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from gridward.cases.models import CaseStep, RollupDelta
from gridward.cases.models.rollup import month_of
from gridward.cases.queries.counted import (
    NOW,
    PLACE,
    Happened,
    Kept,
    Spot,
    Stands,
    Sums,
    happens,
    said_by,
    stands,
    stops_of,
)
from gridward.core.workflow.counting import Fact, Passed, counted_moves, facts_of
from gridward.core.workflow.outcome import METRIC_VERSION
from gridward.core.workflow.parse import load
from gridward.districts.queries import zone_of
from gridward.gpkg.adding import add_many
from gridward.gpkg.many import insert_many, new_row

if TYPE_CHECKING:
    from gridward.cases.actions.desk import CaseDesk

FACTS = tuple(fact.value for fact in Fact)
DELTA = (*PLACE, "state", "day", "n", *FACTS)
DAYS = (*PLACE, "metric", "day")
AT_ONCE = 500


def changes_of(desk: CaseDesk) -> Sums:
    """What a desk changed: where its case stands, and the facts of its new steps. Where the case is now counted under
    another category, or apart, its earlier facts move with it.
    """
    now, read = desk.case.__dict__, desk.read if desk.read.get("step_n") else None
    sums: Sums = Counter({stands(now): 1})
    here, before = happens(now), happens(read) if read else None
    if read is not None:
        sums[stands(read)] -= 1
    table, zone = load(desk.case.table), zone_of(desk.book.district)
    may_count = counted_verbs(desk.case.table)
    passed = [*desk.told, *(_passed(step) for step, _ in desk.new_steps if step.verb in may_count)]
    for told in facts_of(table, passed, stops_of(desk.clocks)):
        is_new = told.place >= len(desk.told)
        if is_new or here != before:
            day = told.recorded_at.astimezone(zone).date()
            sums[Happened(here, day, told.fact.value)] += 1
            if not is_new and before is not None:
                sums[Happened(before, day, told.fact.value)] -= 1
    return sums


@cache
def counted_verbs(table: str) -> frozenset[str]:
    """The verbs of the steps of a table that may count."""
    return frozenset(f"cases.{move}" for move in counted_moves(table))


def _passed(step: CaseStep) -> Passed:
    return Passed(step.verb.removeprefix("cases."), step.state_from, step.state_to, step.at, step.recorded_at)


def moved_home(row: Mapping[str, Any], home: int | None) -> Sums:
    """An open case that another grid serves from now on."""
    sums: Sums = Counter({stands({**row, "duty_grid_id": home}): 1})
    sums[stands(row)] -= 1
    return sums


def append_changes(changes: Iterable[Sums]) -> None:
    """Keep them beside the steps, in one statement: nothing is locked, so nobody waits for a count."""
    total: Sums = Counter()
    for sums in changes:
        for key, n in sums.items():
            total[key] += n
    insert_many(_delta(*row) for row in _rows(total))


def _rows(sums: Sums) -> Iterator[tuple[Spot, str, date | None, dict[str, int]]]:
    """One row for each key of the stock, and one for all facts of a key of the flow."""
    days: dict[tuple[Spot, date], dict[str, int]] = {}
    for key, n in sums.items():
        if n and isinstance(key, Stands):
            yield key.spot, key.state, None, {"n": n}
        elif n:
            days.setdefault((key.spot, key.day), {})[key.fact] = n
    for (spot, day), facts in days.items():
        yield spot, "", day, facts


def _delta(spot: Spot, state: str, day: date | None, counts: dict[str, int]) -> RollupDelta:
    return new_row(RollupDelta, **spot._asdict(), state=state, day=day, **counts)


def fold_deltas(*, at: datetime) -> int:
    """Add all that waits to the counts; answer how many rows."""
    count = 0
    while folded := fold_some():
        count += folded
    return count


@transaction.atomic
def fold_some() -> int:
    """Add up to five hundred rows that nobody else is adding, and remove exactly these; answer how many.

    All in one transaction: a kill leaves them as they were, and no other process sees the same rows.
    """
    skip = connection.features.has_select_for_update_skip_locked
    free = RollupDelta.objects.select_for_update(skip_locked=skip).order_by("pk")
    rows = list(free.values_list("pk", *DELTA)[:AT_ONCE])
    if not rows:
        return 0
    sums: Sums = Counter()
    for row in rows:
        sums.update(said_by(row[1:], FACTS))
    add_up(sums)
    gone, _ = RollupDelta.objects.filter(pk__in=[row[0] for row in rows]).delete()
    if gone != len(rows):
        raise RuntimeError("rows of the rollup were removed by somebody else")
    return gone


def add_up(sums: Sums, kept: Kept = NOW) -> None:
    """Into the stock, the days, and the tables of months."""
    stock, days, facts = [], [], kept.facts
    for spot, state, day, counts in _rows(sums):
        if day is None:
            stock.append((*spot, state, counts["n"]))
        else:
            days.append((*spot, METRIC_VERSION, day, *(counts.get(fact, 0) for fact in facts)))
    add_many(kept.stock, (*PLACE, "state"), ("n",), stock)
    add_many(kept.flow, DAYS, facts, days)
    for model, key in kept.months:
        add_many(model, key, facts, _months(days, key))


def _months(days: Sequence[tuple[Any, ...]], key: Sequence[str]) -> list[tuple[Any, ...]]:
    """The same sums by month and fewer columns; the month is the last of a key."""
    places = [DAYS.index(name) for name in key[:-1]]
    sums: dict[tuple[Any, ...], list[int]] = {}
    for row in days:
        at, counts = (*(row[place] for place in places), month_of(row[len(DAYS) - 1])), row[len(DAYS) :]
        sums[at] = [a + b for a, b in zip(sums.get(at, [0] * len(counts)), counts, strict=True)]
    return [(*at, *counts) for at, counts in sums.items() if any(counts)]
