"""The escalation ladder: who is told when a limit nears its end and after it has passed, as data of a district.

Rungs in their order: due soon, late, subdistrict, district. Which of them stand, when, and who is told is one TOML
table (``ladders/usual.toml``, or a district's own), checked when it is read.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import cache
from importlib import resources
from typing import Any

from gridward.core.calendar.due import Unit, amount_seconds, ends_at, next_opening
from gridward.core.calendar.working import Calendar
from gridward.core.workflow.clocks import Clock, ClockState, reached_at
from gridward.core.workflow.roles import Role
from gridward.core.workflow.table import ClockKind


class Level(IntEnum):
    """How far a matter was carried; zero is nobody yet."""

    NONE = 0
    DUE_SOON = 1
    LATE = 2
    SUBDISTRICT = 3
    DISTRICT = 4

    @property
    def code(self) -> str:
        return self.name.lower()


class Tell(StrEnum):
    """Who is told: whose turn it is, the body's own desk, and who leads above it."""

    HOLDER = "holder"
    BODY = "body"
    SUBDISTRICT = "subdistrict"
    DUTY_CHIEF = "duty_chief"
    SUPERVISOR = "supervisor"
    DIRECTOR = "director"


ROLES: Mapping[Tell, Role] = {
    Tell.BODY: Role.DEPARTMENT,
    Tell.SUBDISTRICT: Role.SUBDISTRICT_LEADER,
    Tell.DUTY_CHIEF: Role.DUTY_CHIEF,
    Tell.SUPERVISOR: Role.SUPERVISOR,
    Tell.DIRECTOR: Role.DISTRICT_DIRECTOR,
}


@dataclass(frozen=True, slots=True)
class Rung:
    """One step up. ``share`` of the limit used, or ``after_s`` seconds of ``unit`` after the limit has passed."""

    level: Level
    share: float | None
    after_s: int
    unit: Unit
    tells: tuple[Tell, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of usual and of urgent cases, from the lowest, and which clocks climb."""

    clocks: frozenset[ClockKind]
    usual: tuple[Rung, ...]
    urgent: tuple[Rung, ...]

    def rungs(self, *, is_urgent: bool) -> tuple[Rung, ...]:
        return self.urgent if is_urgent else self.usual

    def levels_told(self, role: str, *, is_urgent: bool) -> frozenset[Level]:
        """The levels at which holders of a role are told."""
        rungs = self.rungs(is_urgent=is_urgent)
        return frozenset(rung.level for rung in rungs if any(ROLES.get(tell) == role for tell in rung.tells))


class BadLadderError(ValueError):
    """A ladder's table cannot be used; the message says what is wrong where."""


@cache
def usual_ladder() -> Ladder:
    """The packaged ladder."""
    return parse_ladder(resources.files("gridward.core.workflow").joinpath("ladders", "usual.toml").read_text("utf-8"))


def parse_ladder(text: str) -> Ladder:
    """A checked ladder from TOML text.

    Raises
    ------
    BadLadderError
        Naming the rung and the value that cannot be.
    """
    try:
        table = tomllib.loads(text)
        if unknown := table.keys() - {"clocks", "usual", "urgent"}:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        clocks = frozenset(ClockKind(kind) for kind in table["clocks"])
        return Ladder(clocks, _rungs("usual", table["usual"]), _rungs("urgent", table["urgent"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadLadderError(f"{type(error).__name__}: {error}") from error


def _rungs(name: str, rows: Mapping[str, Mapping[str, Any]]) -> tuple[Rung, ...]:
    levels = {level.code: level for level in Level if level}
    if unknown := rows.keys() - levels.keys():
        raise ValueError(f"{name} has no rung {', '.join(sorted(unknown))}")
    rungs = tuple(_rung(f"{name}.{code}", level, rows[code]) for code, level in levels.items() if code in rows)
    if not rungs:
        raise ValueError(f"{name} has no rung at all")
    return rungs


def _rung(name: str, level: Level, row: Mapping[str, Any]) -> Rung:
    by_share = level is Level.DUE_SOON
    if row.keys() != {"share" if by_share else "after", "tells"}:
        raise ValueError(f"{name} takes {'share' if by_share else 'after'} and tells")
    tells = tuple(Tell(each) for each in row["tells"])
    if not tells:
        raise ValueError(f"{name} tells nobody")
    if by_share:
        if not 0 < row["share"] < 1:
            raise ValueError(f"{name}: the share lies between 0 and 1")
        return Rung(level, float(row["share"]), 0, Unit.WORK_HOUR, tells)
    value, unit = row["after"]["value"], Unit(row["after"]["unit"])
    if type(value) is not int or value < 0:
        raise ValueError(f"{name}: {value} is no whole number from 0")
    return Rung(level, None, amount_seconds(value, unit), unit, tells)


def rung_at(clock: Clock, rung: Rung, calendar: Calendar, on_duty: Calendar | None) -> datetime:
    """When a rung is reached if nothing changes.

    Parameters
    ----------
    calendar
        The one that the clock runs on.
    on_duty
        When somebody who may hold the case is on shift: what falls between two shifts waits for the next, so that
        nobody is pressed off shift. None for urgent cases: their duty roster never ends.
    """
    if rung.share is not None:
        at = reached_at(clock, rung.share, calendar)
    elif rung.after_s:
        at = ends_at(clock.due_at, rung.after_s, rung.unit, on_duty or calendar)
    else:
        at = clock.due_at
    return next_opening(at, on_duty) if on_duty else at


def next_rung(
    clock: Clock, told: Level, ladder: Ladder, calendar: Calendar, on_duty: Calendar | None
) -> tuple[Rung, datetime] | None:
    """The lowest rung above ``told`` and when it is reached; None at the top, and for a clock that does not run.

    A rung that was told is not told again, also when an extension moves the limit: the next one moves with it.
    """
    if clock.state is not ClockState.RUNNING or clock.kind not in ladder.clocks:
        return None
    rung = next((r for r in ladder.rungs(is_urgent=on_duty is None) if r.level > told), None)
    return (rung, rung_at(clock, rung, calendar, on_duty)) if rung else None


def earliest_look_at(
    clock: Clock, told: Level, ladder: Ladder, calendar: Calendar, *, is_urgent: bool
) -> datetime | None:
    """Before when the next rung is surely not reached: what a move plans without asking for anybody's shifts."""
    if clock.state is not ClockState.RUNNING or clock.kind not in ladder.clocks:
        return None
    rung = next((r for r in ladder.rungs(is_urgent=is_urgent) if r.level > told), None)
    if rung is None:
        return None
    return clock.due_at if rung.share is None else reached_at(clock, rung.share, calendar)


def rungs_reached(
    clock: Clock, told: Level, at: datetime, ladder: Ladder, calendar: Calendar, on_duty: Calendar | None
) -> tuple[Rung, ...]:
    """Every rung above ``told`` that is reached at ``at``, the lowest first; of rungs missed together all stand,
    but for the warning that the end is near once it has passed.
    """
    found: list[Rung] = []
    while climbed := next_rung(clock, found[-1].level if found else told, ladder, calendar, on_duty):
        rung, moment = climbed
        if moment > at:
            break
        found.append(rung)
    if len(found) > 1 and found[0].level is Level.DUE_SOON:
        return tuple(found[1:])
    return tuple(found)
