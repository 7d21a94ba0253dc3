"""What a move does to all clocks of a case at once: the table's changes, applied to the open clocks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gridward.core.calendar.working import Calendar
from gridward.core.workflow.clocks import (
    Clock,
    ClockState,
    discard,
    extend,
    following_extension_s,
    open_clock,
    pause,
    resume,
    stop,
)
from gridward.core.workflow.moves import ClockChange
from gridward.core.workflow.table import ClockEffect, ClockKind


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount in seconds of its unit."""

    amount_s: int
    unit: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One clock before and after; ``before`` is None for a new one. Ended clocks come before new ones."""

    before: Clock | None
    after: Clock


def apply_changes(
    open_clocks: Mapping[ClockKind, Clock],
    changes: Iterable[ClockChange],
    at: datetime,
    *,
    limits: Mapping[ClockKind, Limit],
    calendars: Mapping[ClockKind, Calendar],
) -> tuple[Changed, ...]:
    """The clocks that a move changes, ended or opened, in order.

    Parameters
    ----------
    changes
        From ``moves.clock_changes``. ``limits`` must hold what is opened; a missing make_safe limit means
        that the standard has none (or the case is safe), and no such clock is opened.
    calendars
        Per kind: stage on the post's shift, handle and make_safe on the body's, total on the district's.

    Notes
    -----
    A total clock that is late already is neither paused nor extended, and the move goes on. It is extended
    by the working time by which the handle clock's deadline moved.

    Raises
    ------
    RuleBroken
        As the single operations do, for stage, handle and make_safe.
    ValueError
        When a clock would be open twice or a limit is missing: a fault of the caller.
    """
    now, done = dict(open_clocks), list[Changed]()
    for change in changes:
        before = now.get(change.kind)
        calendar = calendars[change.kind]
        if change.effect in (ClockEffect.OPEN, ClockEffect.ENSURE):
            after = _opened(change, before, at, limits.get(change.kind), calendar)
            before = None
        elif before is None or _is_lost(change, before, at):
            continue
        elif change.effect is ClockEffect.EXTEND and change.kind is ClockKind.TOTAL:
            moved_s = _moved_by_handle(done, calendar)
            after = extend(before, at, calendar, moved_s) if moved_s > 0 else None
        else:
            after = _changed(change, before, at, calendar)
        if after is not None:
            done.append(Changed(before, after))
            now.pop(change.kind, None)
            if after.is_open:
                now[change.kind] = after
    return tuple(done)


def _opened(
    change: ClockChange, before: Clock | None, at: datetime, limit: Limit | None, calendar: Calendar
) -> Clock | None:
    if before is not None and change.effect is ClockEffect.ENSURE:
        return None
    if before is not None:
        raise ValueError(f"a {change.kind} clock is open already")
    if limit is None and change.kind is ClockKind.MAKE_SAFE:
        return None
    if limit is None:
        raise ValueError(f"no limit for the {change.kind} clock")
    return open_clock(change.kind, limit.amount_s, limit.unit, at, calendar)


def _is_lost(change: ClockChange, clock: Clock, at: datetime) -> bool:
    """A late total clock takes no pause and no extension; one that was not paused is not resumed."""
    if change.kind is not ClockKind.TOTAL:
        return False
    if change.effect is ClockEffect.RESUME:
        return clock.state is not ClockState.PAUSED
    return change.effect in (ClockEffect.PAUSE, ClockEffect.EXTEND) and clock.is_late(at)


def _changed(change: ClockChange, clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    match change.effect:
        case ClockEffect.STOP:
            return stop(clock, at)
        case ClockEffect.DISCARD:
            return discard(clock, at)
        case ClockEffect.PAUSE:
            return pause(clock, at)
        case ClockEffect.RESUME:
            return resume(clock, at, calendar)
        case _:
            return extend(clock, at, calendar)


def _moved_by_handle(done: Iterable[Changed], calendar: Calendar) -> int:
    """Working seconds that the handle extension of the same move gave; none for urgent hours in the night."""
    for change in done:
        if change.after.kind is ClockKind.HANDLE and change.before is not None:
            return following_extension_s(change.before, change.after, calendar)
    raise ValueError("the total clock is extended only together with its handle clock")
