"""Why a case is in time or late, and what would have been: codes and values, put into words by the page.

The last total clock with every clock of its round: how long each took against its limit, how far the late ones, the
returns and doing it again pushed the end, and when the case would have ended without that.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from gridward.core.calendar.due import WORKING, Line, Unit, elapsed_s, ends_at
from gridward.core.calendar.working import Calendar
from gridward.core.moments import spelled
from gridward.core.workflow.clocks import Clock, ClockState
from gridward.core.workflow.table import ClockKind

DONE = (ClockState.MET, ClockState.LATE)


class Ran(NamedTuple):
    """One clock with its calendar. ``name`` is its stage limit or kind, ``body`` the caller's key of whose it was."""

    clock: Clock
    name: str
    body: str
    calendar: Calendar


class Part(NamedTuple):
    """How long one clock took. Seconds as its unit counts them; ``took_s`` and ``over_s`` (after its due time) are
    working seconds of the district, as the total clock counts them.
    """

    name: str
    body: str
    state: str
    began_at: datetime
    ended_at: datetime | None
    due_at: datetime
    unit: str
    limit_s: int
    used_s: int
    paused_s: int
    extensions: int
    took_s: int
    over_s: int

    @property
    def is_late(self) -> bool:
        return self.state == ClockState.LATE


class Reasons(NamedTuple):
    """The parts of a round in their order, and what follows from them as lines of codes and values."""

    parts: tuple[Part, ...]
    lines: tuple[Line, ...]


def reasons(ran: Sequence[Ran], at: datetime) -> Reasons:
    """What the clocks of a case say at ``at``.

    Parameters
    ----------
    ran
        Every clock of the case, ended or open, in the order in which they were opened.

    Notes
    -----
    Lines, in this order: ``running``, ``running_late``, ``ended_in_time`` or ``ended_late``; ``took`` for what took
    longer than its limit, what cost most first; ``returned``, ``again``, ``paused``, ``extended``; and when the
    total limit has passed ``had_kept`` for each of these, and ``had_all_kept`` where none alone would do. What would
    have been: the total clock's end moved back by the working time after the part's own limit.
    """
    totals = [each for each in ran if each.clock.kind is ClockKind.TOTAL]
    if not totals:
        return Reasons(tuple(_part(each, each.calendar, at) for each in ran), ())
    total, calendar = totals[-1], totals[-1].calendar
    before = totals[-2].clock.stopped_at if len(totals) > 1 else None
    of_round = [r for r in ran if r.clock.kind is not ClockKind.TOTAL and (not before or r.clock.opened_at >= before)]
    parts = tuple(_part(each, calendar, at) for each in of_round)
    return Reasons(parts, tuple(_lines(_part(total, calendar, at), total.clock, parts, calendar, at)))


def _part(ran: Ran, district: Calendar, at: datetime) -> Part:
    clock = ran.clock
    end = clock.stopped_at or min(clock.paused_at or at, at)
    is_late = clock.is_late(at)
    over = elapsed_s(clock.due_at, end, Unit.WORK_HOUR, district) if is_late else 0.0
    took = elapsed_s(clock.opened_at, end, Unit.WORK_HOUR, district)
    is_the_same = ran.calendar is district and clock.unit in WORKING
    used = (took if is_the_same else elapsed_s(clock.opened_at, end, clock.unit, ran.calendar)) - clock.paused_s
    return Part(
        name=ran.name,
        body=ran.body,
        state=ClockState.LATE.value if is_late else clock.state.value,
        began_at=clock.opened_at,
        ended_at=clock.stopped_at,
        due_at=clock.due_at,
        unit=clock.unit.value,
        limit_s=clock.amount_s + clock.extended_s,
        used_s=max(round(used), 0),
        paused_s=clock.paused_s,
        extensions=clock.extensions,
        took_s=round(took),
        over_s=round(over),
    )


def _lines(total: Part, clock: Clock, parts: Sequence[Part], calendar: Calendar, at: datetime) -> Iterator[Line]:
    end = total.ended_at or min(clock.paused_at or at, at)
    code = ("ended_late" if total.is_late else "ended_in_time") if total.ended_at else "running"
    yield Line(
        "running_late" if total.is_late and not total.ended_at else code,
        {
            "due_at": spelled(total.due_at),
            "at": spelled(end),
            "limit_s": total.limit_s,
            "seconds": total.over_s or round(elapsed_s(end, total.due_at, Unit.WORK_HOUR, calendar)),
        },
    )
    pushed = list(_pushed(parts))
    for line in pushed:
        yield Line(line.code, {**line.values, "of_s": total.limit_s})
    yield from _changes(total, parts)
    if total.is_late:
        yield from _had_kept(total, clock.opened_at, end, [p for p in pushed if _saves(p)], calendar)


def _pushed(parts: Sequence[Part]) -> Iterator[Line]:
    """What moved the end: what took longer than its limit, handling that was returned, and doing it again."""
    yield from sorted(_overrun(parts), key=lambda line: int(line.values["saves_s"]), reverse=True)
    returned = [p for p in parts if p.name == ClockKind.HANDLE and p.state == ClockState.DISCARDED]
    if returned:
        seconds = sum(p.took_s for p in returned)
        yield Line("returned", {"count": len(returned), "took_s": seconds, "saves_s": seconds})
    done = [n for n, p in enumerate(parts) if p.name == ClockKind.HANDLE and p.state in DONE]
    again = [p for p in parts[done[0] + 1 :] if _is_handling(p)] if done else []
    if again:
        seconds, late = sum(p.took_s for p in again), sum(p.over_s for p in again)
        yield Line("again", {"count": len(again), "took_s": seconds, "saves_s": seconds - late})


def _is_handling(part: Part) -> bool:
    """Handling that was not sent back."""
    return part.name == ClockKind.HANDLE and part.state != ClockState.DISCARDED


def _overrun(parts: Sequence[Part]) -> Iterator[Line]:
    """One line for all late parts of one name at one body; making safe runs beside the handling and saves nothing."""
    late: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        if part.is_late:
            late.setdefault((part.name, part.body), []).append(part)
    for (name, body), rows in late.items():
        saves = 0 if name == ClockKind.MAKE_SAFE else sum(p.over_s for p in rows)
        yield Line(
            "took",
            {
                "name": name,
                "body": body,
                "unit": rows[0].unit,
                "count": len(rows),
                "limit_s": sum(p.limit_s for p in rows),
                "used_s": sum(p.used_s for p in rows),
                "took_s": sum(p.took_s for p in rows),
                "saves_s": saves,
            },
        )


def _saves(line: Line) -> bool:
    return int(line.values["saves_s"]) > 0


def _changes(total: Part, parts: Sequence[Part]) -> Iterator[Line]:
    """Pauses and extensions: they moved the limit, and are named so that nobody has to wonder."""
    if total.paused_s:
        yield Line("paused", {"seconds": total.paused_s})
    extended = [p for p in parts if p.extensions]
    if extended:
        yield Line("extended", {"count": sum(p.extensions for p in extended)})


def _had_kept(
    total: Part, began_at: datetime, end: datetime, pushed: Sequence[Line], calendar: Calendar
) -> Iterator[Line]:
    """What would have been; the end without each, and without all of them where none alone would do."""
    used = round(elapsed_s(began_at, end, Unit.WORK_HOUR, calendar))
    found = [_would(line, used, total, began_at, calendar) for line in pushed]
    yield from found
    if len(found) > 1 and not any(line.values["in_time"] for line in found):
        together = Line("had_all_kept", {"saves_s": sum(int(line.values["saves_s"]) for line in pushed)})
        yield _would(together, used, total, began_at, calendar)


def _would(line: Line, used_s: int, total: Part, began_at: datetime, calendar: Calendar) -> Line:
    would_end = ends_at(began_at, max(used_s - int(line.values["saves_s"]), 1), Unit.WORK_HOUR, calendar)
    code = line.code if line.code == "had_all_kept" else "had_kept"
    told = {"what": line.code} | {name: line.values[name] for name in ("name", "body") if name in line.values}
    return Line(code, {**told, "at": spelled(would_end), "in_time": int(would_end <= total.due_at)})
