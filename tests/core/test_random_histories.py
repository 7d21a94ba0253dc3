"""Random lives of the clocks of a case against calendars that count minutes: moves, pauses, extensions, returns,
rework, reopening, shifts and new versions of the calendar. Every deadline is compared, and what must never happen is
looked for.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gridward.core.calendar.due import days_since
from gridward.core.calendar.holidays import DayException, DayKind, chinese_days
from gridward.core.calendar.working import WorkingCalendar, week_from_json
from gridward.core.errors import RuleBroken
from gridward.core.workflow.clocks import Clock, ClockState, recompute
from gridward.core.workflow.clockwork import Limit, apply_changes
from gridward.core.workflow.facts import CaseFacts, Made
from gridward.core.workflow.moves import check_move, clock_changes, possible
from gridward.core.workflow.outcome import ENDINGS, Ending, outcome_of
from gridward.core.workflow.parse import load, names
from gridward.core.workflow.roles import Role
from gridward.core.workflow.table import ClockKind, Move, MoveKind, Table
from tests.tiers import TIER

HISTORIES, MOVES = (10_000 if TIER == "full" else 300), 30
SHANGHAI, FIRST = ZoneInfo("Asia/Shanghai"), datetime(2025, 1, 1)  # noqa: DTZ001 - wall clock of the oracle
MINUTES = (date(2027, 1, 1) - FIRST.date()).days * 1440
OTHER = {  # another version of the calendar: every third Wednesday is free, every second Saturday is worked
    **{date(2025, 1, 1) + timedelta(weeks=3 * n): DayException(DayKind.HOLIDAY, "停工", "Closed") for n in range(34)},
    **{date(2025, 1, 4) + timedelta(weeks=2 * n): DayException(DayKind.WORKDAY, "补班", "Make-up") for n in range(51)},
}
VERSIONS = (WorkingCalendar(version=1), WorkingCalendar(version=2, days={**chinese_days(), **OTHER}))
SHIFT = WorkingCalendar("shift", week=week_from_json([[["20:00", "08:00"]]] * 7), days={})
GIVEN = dict.fromkeys(load().fields, "写得足够长的一句说明文字")
PEOPLE = tuple("abcdefghij")


def _flags(calendar: WorkingCalendar) -> np.ndarray:
    """One flag per minute, written without the code under test."""
    if calendar is SHIFT:
        hour = np.arange(MINUTES) % 1440 // 60
        return (hour >= 20) | (hour < 8)
    open_minutes = np.zeros(MINUTES, bool)
    for day in range(MINUTES // 1440):
        on = FIRST.date() + timedelta(days=day)
        row = calendar.days.get(on)
        if row.kind == "workday" if row else on.weekday() < 5:
            for begin, end in ((8, 12), (14, 18)):
                open_minutes[day * 1440 + begin * 60 : day * 1440 + end * 60] = True
    return open_minutes


COUNTED = {calendar: np.concatenate([[0], np.cumsum(_flags(calendar))]) for calendar in (*VERSIONS, SHIFT)}


def minute(at: datetime) -> int:
    return int((at.astimezone(SHANGHAI).replace(tzinfo=None) - FIRST).total_seconds() // 60)


def brute_due(clock: Clock, calendar: WorkingCalendar) -> datetime:
    """The end of the minute in which the amount is used up."""
    need = (clock.amount_s + clock.paused_s + clock.extended_s) // 60
    if clock.unit.value == "urgent_hour":
        return clock.opened_at + timedelta(minutes=need)
    counted = COUNTED[calendar]
    end = int(np.searchsorted(counted, counted[minute(clock.opened_at)] + need, side="left"))
    return (FIRST + timedelta(minutes=end)).replace(tzinfo=SHANGHAI)


def brute_elapsed(a: datetime, b: datetime, unit: str, calendar: WorkingCalendar) -> int:
    if unit == "urgent_hour":
        return int((b - a).total_seconds())
    return int(COUNTED[calendar][minute(b)] - COUNTED[calendar][minute(a)]) * 60


@dataclass
class Life:
    """One case of one table: its facts, its clocks, and the last that ended of each kind."""

    table: Table
    rng: random.Random
    told_at: datetime
    now: datetime
    facts: CaseFacts
    unit: str
    amount_s: int
    calendar: WorkingCalendar = VERSIONS[0]
    open: dict[ClockKind, Clock] = field(default_factory=dict)
    ended: list[Clock] = field(default_factory=list)
    was_safe: bool = False

    def calendars(self) -> dict[ClockKind, WorkingCalendar]:
        return {kind: SHIFT if kind is ClockKind.STAGE else self.calendar for kind in ClockKind}

    def limits(self) -> dict[ClockKind, Limit]:
        found = {ClockKind.STAGE: Limit(900, "shift_minute"), ClockKind.HANDLE: Limit(self.amount_s, self.unit),
                 ClockKind.TOTAL: Limit(self.amount_s + 36_000, "work_hour")}  # fmt: skip
        return found if self.was_safe else found | {ClockKind.MAKE_SAFE: Limit(3600, "urgent_hour")}

    def turn(self, move: str) -> None:
        """Apply the move's clock changes and look at each clock that it touched."""
        before, late = dict(self.open), self.late()
        changed = apply_changes(self.open, clock_changes(self.table, self.facts.state, move), self.now,
                                limits=self.limits(), calendars=self.calendars())  # fmt: skip
        for one in changed:
            kind = one.after.kind
            self.open.pop(kind, None)
            if one.after.is_open:
                assert kind not in self.open, "one open clock of a kind"
                self.open[kind] = one.after
            else:
                self.ended.append(one.after)
                self.was_safe = self.was_safe or (kind is ClockKind.MAKE_SAFE and one.after.state in DONE)
            self.look(one.before, one.after)
        assert self.late() >= late and set(before) - set(self.open) <= {one.after.kind for one in changed}

    def look(self, before: Clock | None, after: Clock) -> None:
        """Deadlines as minutes count them; pauses and extensions by exactly their time, never after lateness."""
        calendar = self.calendars()[after.kind]
        if before is None or before.due_at != after.due_at:
            assert after.due_at == brute_due(after, calendar)
        if before is not None and before.state is ClockState.PAUSED and after.state is ClockState.RUNNING:
            stood = brute_elapsed(before.paused_at, self.now, after.unit.value, calendar)
            assert after.paused_s == before.paused_s + stood
        if before is not None and after.extensions > before.extensions:
            assert self.now <= before.due_at and after.due_at > before.due_at
        if after.state in DONE:
            assert (after.state is ClockState.MET) is ((after.paused_at or after.stopped_at) <= after.due_at)

    def late(self) -> int:
        """How many clocks are late: no move makes them fewer."""
        ended = sum(clock.state is ClockState.LATE for clock in self.ended)
        return ended + sum(clock.is_late(self.now) for clock in self.open.values())

    def new_version(self) -> None:
        """Open clocks by another version: due anew, or left where they would become late by the change itself."""
        self.calendar = next(each for each in VERSIONS if each is not self.calendar)
        for kind, clock in self.open.items():
            if kind is ClockKind.STAGE:
                continue
            after, would = recompute(clock, self.now, self.calendar), brute_due(clock, self.calendar)
            stands = clock.is_late(self.now) or would < (clock.paused_at or self.now)
            assert after.due_at == (clock.due_at if stands else would)
            assert after.is_late(self.now) is clock.is_late(self.now)
            self.open[kind] = after

    def step(self) -> bool:
        """One move that somebody may make; whether there was one."""
        handle = self.open.get(ClockKind.HANDLE)
        facts = self.facts._replace(
            now=self.now, handle_due_at=handle.due_at if handle else None,
            suspended_in_this_handling=bool(handle and handle.pauses),
            make_safe_is_running=ClockKind.MAKE_SAFE in self.open,
            is_late=any(clock.state is ClockState.LATE for clock in self.ended),
        )  # fmt: skip
        person = self.rng.choice(PEOPLE)
        offers = [o.move for o in possible(self.table, facts, frozenset(Role), person) if o.allowed]
        moves = [m for m in offers if m.kind is not MoveKind.FLAG and m.code != "merge"]
        if not moves:
            return bool(offers)
        move = self.rng.choices(moves, [self.likely(move) for move in moves])[0]
        try:
            target = check_move(self.table, move.code, facts, role=min(move.roles), person=person, given=GIVEN)
            self.turn(move.code)
        except RuleBroken as refused:
            assert refused.code in ("clock.pause_after_late", "case.extension_after_late"), refused.code
            return True
        self.facts = after(facts, move, target.code, person, self.table)
        self.look_at_end(target.code)
        return True

    def likely(self, move: Move) -> float:
        """Lives get far: going on and deciding are likelier than ending and asking."""
        target = move.targets[self.facts.state]
        if target in ENDINGS and target != self.facts.state:
            return 0.3
        return 1.0 if move.kind is MoveKind.ASK or target == self.facts.state else 3.0

    def look_at_end(self, state: str) -> None:
        """Unresolved and special ends are neither solved nor on time; late stays late."""
        if state not in ENDINGS:
            return
        totals = [clock for clock in self.ended if clock.kind is ClockKind.TOTAL]
        judged = outcome_of(state, totals[-1].state if totals else None, is_exempt=self.rng.random() < 0.3)
        if judged.ending is not Ending.SOLVED:
            assert not judged.is_solved and not judged.is_on_time
        assert judged.is_late is bool(totals and totals[-1].state is ClockState.LATE)


DONE = (ClockState.MET, ClockState.LATE)


def after(facts: CaseFacts, move: Move, target: str, person: str, table: Table) -> CaseFacts:
    """The case after a move, as an app keeps it."""
    wishes = facts.open_requests - ({move.request} if move.kind is MoveKind.DECIDE else set())
    wishes |= {move.request} if move.kind is MoveKind.ASK else set()
    counts = {name: getattr(facts, name) + (name in move.counts) for name in ("return_count", "extension_count")}
    return facts._replace(
        state=target, history=(*facts.history, Made(move.code, person)), **counts,
        is_designated=facts.is_designated or "is_designated" in move.sets,
        appealed=facts.appealed or move.code == "ask_appeal",
        was_dispatched=facts.was_dispatched or move.code in ("dispatch", "redispatch", "designate"),
        open_requests=frozenset(wishes) & table.requests_open_in(target),
    )  # fmt: skip


@pytest.mark.parametrize("name", names())
def test_clocks_are_exact_in_every_random_life(name: str) -> None:
    rng, table = random.Random(f"lives of {name}"), load(name)
    seen, kinds = set[str](), set[str]()
    for _ in range(HISTORIES // len(names())):
        told = FIRST.replace(tzinfo=SHANGHAI) + timedelta(days=rng.randrange(20, 430), minutes=rng.randrange(1440))
        facts = CaseFacts(table.first_state, category_allows_desk_inspection=True, history=(Made("submit", "ada"),))
        unit = rng.choice(["work_hour", "work_day", "urgent_hour"])
        life = Life(table, rng, told, told, facts, unit, 3600 * rng.randrange(1, 41))
        days = 0
        life.facts = facts._replace(state="")
        life.turn(table.start)
        life.facts = facts
        for _ in range(MOVES):
            life.now += timedelta(minutes=rng.choice([0, 1, 7, 60, 240, 1440, 4 * 1440]))
            if rng.random() < 0.05:
                life.new_version()
            if not life.step():
                break
            since = days_since(life.told_at, life.now, "Asia/Shanghai")
            assert since >= days, "no move lowers the days since the resident told us"
            days = since
        seen |= {made.move for made in life.facts.history}
        kinds |= {clock.kind for clock in life.ended}
    assert kinds == set(ClockKind)
    assert {"grant_extension", "grant_suspension", "resume", "return_task", "redo", "reopen", "close_unresolved",
            "force_close"} <= seen, sorted(seen)  # fmt: skip
