"""The clocks of a case as frozen values: opened, paused, resumed, extended, stopped, discarded, recomputed.

Late is a fact: no operation undoes it. Only a running clock that is not late is paused or extended.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from gridward.core.calendar.due import LEGAL, WORK_DAY_S, WORKING, Deadline, Line, Unit, due_at, elapsed_s, ends_at
from gridward.core.calendar.working import Calendar
from gridward.core.errors import RuleBroken
from gridward.core.workflow.table import ClockKind

SOON_SHARE = 0.7


class ClockState(StrEnum):
    """Running and paused clocks are open; ``late`` = stopped after its due time."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    LATE = "late"
    DISCARDED = "discarded"


class Light(StrEnum):
    """What a list shows of a clock, always with its word."""

    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    LATE = "late"
    SUSPENDED = "suspended"
    MET = "met"
    DISCARDED = "discarded"


class Clock(NamedTuple):
    """One limit at work. ``paused_s`` and ``extended_s`` are seconds as the unit counts them."""

    kind: ClockKind
    unit: Unit
    amount_s: int
    calendar_code: str
    calendar_version: int
    opened_at: datetime
    due_at: datetime
    is_provisional: bool
    derivation: tuple[Line, ...]
    state: ClockState = ClockState.RUNNING
    paused_at: datetime | None = None
    paused_s: int = 0
    pauses: int = 0
    extensions: int = 0
    extended_s: int = 0
    stopped_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state in (ClockState.RUNNING, ClockState.PAUSED)

    def is_late(self, at: datetime) -> bool:
        """Whether it is late at ``at``; a paused clock stands at the moment of its pause."""
        if not self.is_open:
            return self.state is ClockState.LATE
        return (self.paused_at or at) > self.due_at


def open_clock(kind: ClockKind, amount_s: int, unit: str, at: datetime, calendar: Calendar) -> Clock:
    """A clock that starts at ``at`` (or at the next opening).

    Raises
    ------
    RuleBroken
        ``clock.amount_not_positive``.
    """
    deadline = due_at(at, amount_s, unit, calendar)
    return Clock(
        kind=kind,
        unit=Unit(unit),
        amount_s=amount_s,
        calendar_code=calendar.code,
        calendar_version=calendar.version,
        opened_at=at,
        due_at=deadline.due_at,
        is_provisional=deadline.is_provisional,
        derivation=deadline.derivation,
    )


def pause(clock: Clock, at: datetime) -> Clock:
    """Stand still from ``at`` on.

    Raises
    ------
    RuleBroken
        ``clock.not_open``, ``clock.not_running``, ``clock.legal_time_is_fixed``, ``clock.pause_after_late``,
        ``clock.before_opening``.
    """
    _must_run(clock, at)
    if at > clock.due_at:
        raise RuleBroken("clock.pause_after_late", due=clock.due_at)
    return clock._replace(state=ClockState.PAUSED, paused_at=at, pauses=clock.pauses + 1)


def resume(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """Go on: the deadline moves by exactly the time that the unit counted during the pause.

    Raises
    ------
    RuleBroken
        ``clock.not_paused``, ``clock.before_opening``.
    """
    if clock.state is not ClockState.PAUSED or clock.paused_at is None:
        raise RuleBroken("clock.not_paused")
    if at < clock.paused_at:
        raise RuleBroken("clock.before_opening")
    stood = round(elapsed_s(clock.paused_at, at, clock.unit, calendar))
    running = clock._replace(state=ClockState.RUNNING, paused_at=None, paused_s=clock.paused_s + stood)
    return _with_deadline(running, calendar)


def extend(clock: Clock, at: datetime, calendar: Calendar, extra_s: int | None = None) -> Clock:
    """Add the original limit once more (or ``extra_s``, for a total that follows its handle clock).

    Raises
    ------
    RuleBroken
        ``case.extension_after_late``, ``clock.not_open``, ``clock.not_running``,
        ``clock.legal_time_is_fixed``, ``clock.amount_not_positive``.
    """
    _must_run(clock, at)
    if at > clock.due_at:
        raise RuleBroken("case.extension_after_late", due=clock.due_at)
    more = clock.amount_s if extra_s is None else extra_s
    if more <= 0:
        raise RuleBroken("clock.amount_not_positive", seconds=more)
    longer = clock._replace(extensions=clock.extensions + 1, extended_s=clock.extended_s + more)
    return _with_deadline(longer, calendar)


def stop(clock: Clock, at: datetime) -> Clock:
    """End it: met if and only if ``at`` ≤ due (a paused clock ends where it stood)."""
    _must_be_open(clock, at)
    state = ClockState.LATE if clock.is_late(at) else ClockState.MET
    return clock._replace(state=state, stopped_at=at)


def discard(clock: Clock, at: datetime) -> Clock:
    """Take it away, as when a body returns a case in time; a clock that is late already stays a late one."""
    _must_be_open(clock, at)
    state = ClockState.LATE if clock.is_late(at) else ClockState.DISCARDED
    return clock._replace(state=state, stopped_at=at)


def run_on(clock: Clock) -> Clock:
    """As if it had not been ended: the end was a mistake, and the time since counts. A late clock stays ended.

    Raises
    ------
    RuleBroken
        ``clock.not_ended``.
    """
    if clock.is_open:
        raise RuleBroken("clock.not_ended")
    if clock.state is ClockState.LATE:
        return clock
    state = ClockState.RUNNING if clock.paused_at is None else ClockState.PAUSED
    return clock._replace(state=state, stopped_at=None)


def recompute(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """The same clock under another version of its calendar.

    A late clock stays as it is, and nobody becomes late by the change itself: a new deadline that would lie
    before ``at`` is not taken.
    """
    _must_be_open(clock, at)
    versioned = clock._replace(calendar_code=calendar.code, calendar_version=calendar.version)
    if clock.is_late(at):
        return versioned
    fresh = _with_deadline(versioned, calendar)
    return fresh if fresh.due_at >= (clock.paused_at or at) else versioned


def share_used(clock: Clock, at: datetime, calendar: Calendar) -> float:
    """Share of the limit used, 0 upwards: time used ÷ (limit + extensions), pauses not counted."""
    end = clock.stopped_at or at
    if clock.paused_at is not None:
        end = min(end, clock.paused_at)
    if clock.unit in LEGAL:
        return max((end - clock.opened_at) / (clock.due_at - clock.opened_at), 0.0)
    used = elapsed_s(clock.opened_at, end, clock.unit, calendar) - clock.paused_s
    return max(used, 0.0) / (clock.amount_s + clock.extended_s)


def light(clock: Clock, at: datetime, calendar: Calendar) -> Light:
    """The colour of the clock: late, suspended, due soon from 70 % of the limit on, else on time."""
    if clock.is_late(at):
        return Light.LATE
    if not clock.is_open:
        return Light(clock.state.value)
    if clock.state is ClockState.PAUSED:
        return Light.SUSPENDED
    return Light.DUE_SOON if share_used(clock, at, calendar) >= SOON_SHARE else Light.ON_TIME


def reached_at(clock: Clock, share: float, calendar: Calendar) -> datetime:
    """When the given share (0 < share ≤ 1) of the limit will be used if the clock runs on; for reminders."""
    if clock.unit in LEGAL:
        return clock.opened_at + share * (clock.due_at - clock.opened_at)
    seconds = max(round(share * (clock.amount_s + clock.extended_s)), 1)
    return ends_at(clock.opened_at, seconds + clock.paused_s, clock.unit, calendar)


def total_limit_s(at: datetime, amount_s: int, unit: str, stages_s: Sequence[int], calendar: Calendar) -> int:
    """Working seconds of the total clock: the standard + the stage defaults + one working day.

    A standard in continuous time counts with the working time that its span covers on the district's
    calendar, so the total clock always runs in working time (open it with unit ``work_hour``).
    """
    if unit not in WORKING:
        standard = due_at(at, amount_s, unit, calendar).due_at
        amount_s = round(elapsed_s(at, standard, Unit.WORK_HOUR, calendar))
    return amount_s + sum(stages_s) + WORK_DAY_S


def following_extension_s(before: Clock, after: Clock, calendar: Calendar) -> int:
    """Working seconds by which a handle extension moved its deadline: what the total clock gets."""
    return round(elapsed_s(before.due_at, after.due_at, Unit.WORK_HOUR, calendar))


def _must_be_open(clock: Clock, at: datetime) -> None:
    if not clock.is_open:
        raise RuleBroken("clock.not_open")
    if at < clock.opened_at:
        raise RuleBroken("clock.before_opening")


def _must_run(clock: Clock, at: datetime) -> None:
    _must_be_open(clock, at)
    if clock.state is not ClockState.RUNNING:
        raise RuleBroken("clock.not_running")
    if clock.unit in LEGAL:
        raise RuleBroken("clock.legal_time_is_fixed")


def _with_deadline(clock: Clock, calendar: Calendar) -> Clock:
    extra = clock.paused_s + clock.extended_s
    deadline = due_at(clock.opened_at, clock.amount_s, clock.unit, calendar, extra_s=extra)
    return clock._replace(
        due_at=deadline.due_at,
        is_provisional=deadline.is_provisional,
        derivation=_with_changes(clock, deadline),
    )


def _with_changes(clock: Clock, deadline: Deadline) -> tuple[Line, ...]:
    """Lines for pauses and extensions before the last line, which is the deadline."""
    paused = (Line("pause", {"seconds": clock.paused_s}),) if clock.paused_s else ()
    extended = (
        (Line("extension", {"count": clock.extensions, "seconds": clock.extended_s}),) if clock.extensions else ()
    )
    return (*deadline.derivation[:-1], *paused, *extended, deadline.derivation[-1])
