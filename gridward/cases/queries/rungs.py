"""How far up the ladder a case was carried, and what comes next unless it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridward.cases.actions.clocks import ClockWork, core_clock
from gridward.cases.actions.escalating import on_duty_for
from gridward.cases.models import CaseClock, Escalation
from gridward.core.workflow.ladder import Level, Tell, next_rung

RUNNING = CaseClock.State.RUNNING


@dataclass(frozen=True, slots=True)
class RungRow:
    """One rung of one clock: told at a moment, or told then unless it is done before."""

    clock: CaseClock
    level: Level
    at: datetime
    tells: tuple[Tell, ...]
    is_told: bool


def rung_rows(work: ClockWork, clocks: Sequence[CaseClock], at: datetime) -> tuple[RungRow, ...]:
    """What was told of a case, then the next rung of each running clock, the soonest first."""
    by_id = {row.pk: row for row in clocks}
    told = Escalation.objects.filter(case_id=work.case.pk).order_by("recorded_at", "pk")
    rows = [RungRow(by_id[e.clock_id], Level(e.level), e.recorded_at, _tells(e.tells), True) for e in told]
    ahead = [_ahead(work, row, at) for row in clocks if row.state == RUNNING]
    return (*rows, *sorted((row for row in ahead if row), key=lambda row: row.at))


def _ahead(work: ClockWork, row: CaseClock, at: datetime) -> RungRow | None:
    on_duty, calendar = on_duty_for(work, row, at), work.calendar_of(row)
    found = next_rung(core_clock(row), Level(row.rung), work.book.ladder, calendar, on_duty)
    return RungRow(row, found[0].level, max(found[1], at), found[0].tells, False) if found else None


def _tells(words: str) -> tuple[Tell, ...]:
    return tuple(map(Tell, words.split()))
