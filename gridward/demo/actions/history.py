"""The history behind the month: as many cases as were asked for, by all processors at once, taken up where it stopped.

It goes back as far as the grids and the packaged holidays do. What does not fit into that time at the usual
150 to 400 reports a day makes every day, those of the month too, so many times busier.
"""

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from gridward.cases.actions.bulk import WRITTEN, uncollected
from gridward.demo.actions.month import DAYS, Month, day_is_whole, grow_day
from gridward.demo.actions.people import SINCE
from gridward.demo.month.rhythm import day_of
from gridward.gpkg.indexes import set_indexes_aside

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class History:
    """Days behind the month, the newest first, and how many times busier than usual every day is."""

    days: tuple[date, ...]
    load: float


def history_of(cases: int, today: date, seed: int, off: frozenset[date]) -> History:
    """The days that bring about so many cases together with the month."""
    days, total = list[date](), 0
    on = today
    while on >= SINCE and total < cases:
        total += day_of(on, seed, off).count
        days.append(on)
        on -= timedelta(days=1)
    return History(tuple(days[DAYS:]), max(1.0, cases / total) if total else 1.0)


def grow_history(month: Month, days: Sequence[date], until: datetime) -> None:
    """Grow the days that are missing, in a process of its own: the collector never walks the town again, and a day's
    rests once. The indexes are left aside for the caller to put back when all processes are done.
    """
    gc.collect()
    gc.freeze()
    with uncollected():
        for on in days:
            if day_is_whole(month, on, until, MOST_AT_ONCE):
                continue
            set_indexes_aside(connection, WRITTEN)
            grow_day(month, on, until, most=MOST_AT_ONCE)
            gc.collect()
