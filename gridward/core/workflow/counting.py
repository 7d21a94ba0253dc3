"""What the steps of a case count as in figures. Rollups, their rebuild and evaluations ask here and nowhere else.

Every fact belongs to the day on which its step was recorded. The definitions are those of ``METRIC_VERSION``
(``outcome.py``): a change of any of them is a new version, whose figures stand beside those of the old one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from gridward.core.workflow.clocks import ClockState
from gridward.core.workflow.outcome import ENDINGS, Ending, outcome_of
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import Move, Table

LONG = timedelta(hours=24)
CONFIRM = "confirm_times"


class Fact(StrEnum):
    """What one step can count as, once each.

    ``FILED`` is the first filing of a case. ``CLOSED`` is closed by the standard; the other ends are counted apart and
    never are on time: ``UNRESOLVED`` not solvable now, ``FORCED`` by special approval, ``VOIDED``, ``SELF_HANDLED``
    solved on the spot, without filing and without a limit. ``ON_TIME`` is a closing within the total limit, or the
    granted appeal that excused it; ``LATE`` is any of the closings after the limit and stays, also when excused.
    """

    REPORTED = "reported"
    FILED = "filed"
    CLOSED = "closed"
    ON_TIME = "on_time"
    LATE = "late"
    UNRESOLVED = "unresolved"
    FORCED = "forced"
    VOIDED = "voided"
    SELF_HANDLED = "self_handled"
    RETURNED = "returned"
    REWORKED = "reworked"
    REOPENED = "reopened"


OF_END = {
    "closed": Fact.CLOSED,
    "closed_unresolved": Fact.UNRESOLVED,
    "forced_closed": Fact.FORCED,
    "void": Fact.VOIDED,
    "self_handled": Fact.SELF_HANDLED,
}
OF_COUNTER = {"return_count": Fact.RETURNED, "rework_count": Fact.REWORKED, "reopen_count": Fact.REOPENED}
EXCUSED = "is_timeout_exempt"


class Passed(NamedTuple):
    """A step as it is counted; ``at`` is when it was made, ``recorded_at`` when it was written down."""

    move: str
    state_from: str
    state_to: str
    at: datetime
    recorded_at: datetime


class Stop(NamedTuple):
    """A total clock that was stopped: when, and whether in time."""

    at: datetime
    state: ClockState


class Told(NamedTuple):
    """A fact, the place of its step in the history, from 0 on, and when that step was recorded."""

    place: int
    recorded_at: datetime
    fact: Fact


@dataclass(slots=True)
class _End:
    """The last end of a case, until it is on time for good."""

    state: str
    total: ClockState | None
    is_confirmed: bool
    is_exempt: bool = False
    is_counted: bool = False

    def facts(self) -> Iterator[Fact]:
        """On time, once, as soon as it is so; what was handled on the spot has no limit to keep."""
        outcome = outcome_of(self.state, self.total, is_exempt=self.is_exempt, is_confirmed=self.is_confirmed)
        if outcome.is_on_time and OF_END[self.state] is Fact.CLOSED and not self.is_counted:
            self.is_counted = True
            yield Fact.ON_TIME


@cache
def counted_moves(table: str) -> frozenset[str]:
    """The codes of the steps of a table, by its full name, that may count; others can be left out of a history."""
    moves = load(table).moves
    return frozenset({CONFIRM, load(table).start, "file", *(code for code, move in moves.items() if _counts(move))})


def _counts(move: Move) -> bool:
    """Also a move to an end that counts as nothing: it takes the place of the end before."""
    return bool(OF_COUNTER.keys() & move.counts or EXCUSED in move.sets or ENDINGS.keys() & {*move.targets.values()})


def facts_of(table: Table, steps: Iterable[Passed], stops: Iterable[Stop]) -> list[Told]:
    """The facts of one case, in the order of its steps.

    Parameters
    ----------
    table
        The workflow table of the case.
    steps
        In their order, from the first one on; those that are not ``counted_moves`` may be missing.
    stops
        Its stopped total clocks in the order in which they were opened, those that were discarded left out.

    Notes
    -----
    A history that goes on has the same facts and more: what was counted is never taken back by a later step.
    """
    return list(_facts(table, steps, list(stops)))


def _facts(table: Table, steps: Iterable[Passed], stops: list[Stop]) -> Iterator[Told]:
    is_filed, end = False, None
    for place, step in enumerate(steps):
        move = table.moves.get(step.move)
        told: list[Fact] = []
        if move is not None:
            told = [Fact.REPORTED] if step.move == table.start else []
            told += [OF_COUNTER[counter] for counter in move.counts if counter in OF_COUNTER]
            if step.move == "file" and not is_filed:
                is_filed = True
                told.append(Fact.FILED)
            if step.state_to != step.state_from and step.state_to in ENDINGS:
                end = _End(step.state_to, _taken(stops, step.at), step.recorded_at - step.at <= LONG)
                told += _facts_of_end(end)
            if EXCUSED in move.sets and end:
                end.is_exempt = True
                told += end.facts()
        elif step.move == CONFIRM and end:
            end.is_confirmed = True
            told += end.facts()
        for fact in told:
            yield Told(place, step.recorded_at, fact)


def _facts_of_end(end: _End) -> Iterator[Fact]:
    if end.state in OF_END:
        yield OF_END[end.state]
    outcome = outcome_of(end.state, end.total)
    if outcome.is_late and outcome.ending is not Ending.NOT_TAKEN_ON:
        yield Fact.LATE
    yield from end.facts()


def _taken(stops: list[Stop], at: datetime) -> ClockState | None:
    """How the total clock ended that a closing of this moment stopped; it is not asked again."""
    for place, stop in enumerate(stops):
        if stop.at == at:
            return stops.pop(place).state
    return None
