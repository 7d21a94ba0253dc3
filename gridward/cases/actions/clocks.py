"""The clocks of a case on the desk, moved as the table says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from gridward.accounts.models import Body
from gridward.cases.models import CaseClock
from gridward.core.calendar.due import Unit, amount_seconds, lines_from_json
from gridward.core.calendar.working import Calendar
from gridward.core.workflow import clocks
from gridward.core.workflow.clocks import Clock, ClockState, open_clock, total_limit_s
from gridward.core.workflow.ladder import Level, earliest_look_at
from gridward.core.workflow.moves import ClockChange
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import ClockEffect, ClockKind
from gridward.gpkg.many import new_row

if TYPE_CHECKING:
    from gridward.cases.actions.desk import CaseDesk

OPEN = frozenset({CaseClock.State.RUNNING.value, CaseClock.State.PAUSED.value})
RUNNING, LATE = CaseClock.State.RUNNING.value, ClockState.LATE
PLAIN = {ClockEffect.STOP: clocks.stop, ClockEffect.DISCARD: clocks.discard, ClockEffect.PAUSE: clocks.pause}
SAME = (
    "amount_s", "calendar_code", "calendar_version", "opened_at", "due_at", "is_provisional", "paused_at", "paused_s",
    "pauses", "extensions", "extended_s", "stopped_at",
)  # fmt: skip
_due_at = attrgetter("due_at")
FIXED = ("id", "district_id", "case_id", "kind", "body_id", "limit", "calendar_id", "unit", "amount_s", "opened_at")
CHANGING = tuple(f.attname for f in CaseClock._meta.concrete_fields if f.attname not in FIXED)
CENTRE_LIMITS = frozenset({"accept", "dispatch", "closing"})


def open_of(rows: Iterable[CaseClock]) -> dict[str, CaseClock]:
    """The open clocks by kind, at most one of each."""
    return {row.kind: row for row in rows if row.state in OPEN}


def core_clock(row: CaseClock) -> Clock:
    """A row as the core's value."""
    return Clock(
        kind=ClockKind(row.kind), unit=Unit(row.unit), state=ClockState(row.state),
        derivation=lines_from_json(row.derivation),
        **{name: getattr(row, name) for name in SAME},
    )  # fmt: skip


def columns_of(value: Clock) -> dict[str, Any]:
    """The core's value as columns of a row, but for the derivation."""
    return {
        "unit": value.unit.value, "amount_s": value.amount_s, "calendar_code": value.calendar_code,
        "calendar_version": value.calendar_version, "opened_at": value.opened_at, "due_at": value.due_at,
        "is_provisional": value.is_provisional, "state": value.state.value, "paused_at": value.paused_at,
        "paused_s": value.paused_s, "pauses": value.pauses, "extensions": value.extensions,
        "extended_s": value.extended_s, "stopped_at": value.stopped_at,
    }  # fmt: skip


def derivation_of(value: Clock) -> list[dict[str, object]]:
    return [line.as_json() for line in value.derivation]


class ClockWork:
    """The clocks of one case while one move is made."""

    def __init__(self, desk: CaseDesk, at: datetime) -> None:
        self.desk, self.case, self.book, self.at = desk, desk.case, desk.book, at
        self.open_rows, self.values = desk.open_clocks, desk.clock_values
        self._followed_s, self._went_late = 0, False

    def apply(self, change: ClockChange) -> None:
        """One change of the table; ``ensure`` opens unless open, all but opening need an open clock."""
        opens = change.effect is ClockEffect.OPEN or (
            change.effect is ClockEffect.ENSURE and change.kind not in self.open_rows
        )
        if opens:
            self._open(change.kind, change.limit)
        elif change.effect is not ClockEffect.ENSURE and change.kind in self.open_rows:
            row = self.open_rows[change.kind]
            if not self._is_lost(row, change.effect):
                self._write(row, self._changed(row, change.effect))

    def _is_lost(self, row: CaseClock, effect: ClockEffect) -> bool:
        """A total clock that is late takes no pause, and one that was not paused is not resumed: the move goes on."""
        if row.kind != ClockKind.TOTAL:
            return False
        if effect is ClockEffect.RESUME:
            return row.state != CaseClock.State.PAUSED
        return effect is ClockEffect.PAUSE and self.value_of(row).is_late(self.at)

    def value_of(self, row: CaseClock) -> Clock:
        """What the row says, read once in the life of the desk."""
        if id(row) not in self.values:
            self.values[id(row)] = core_clock(row)
        return self.values[id(row)]

    def _open(self, kind: ClockKind, limit: str) -> None:
        row = OPENERS[kind](self, limit)
        if row is not None:
            self.desk.clocks.append(row)
            self.desk.changed_clocks[id(row)] = self.open_rows[kind] = row

    def _look_at(self, value: Clock, rung: int, calendar: Calendar) -> datetime | None:
        """When the sweep looks at this clock again: not before its next rung may be reached."""
        return earliest_look_at(value, Level(rung), self.book.ladder, calendar, is_urgent=self.case.is_urgent)

    def _row(self, kind: ClockKind, value: Clock, calendar: Calendar, **extra: object) -> CaseClock:
        row = new_row(
            CaseClock, district_id=self.case.district_id, case_id=self.case.id, kind=kind.value,
            derivation=derivation_of(value), rung_at=self._look_at(value, Level.NONE, calendar),
            **columns_of(value), **extra,
        )  # fmt: skip
        self.values[id(row)] = value
        return row

    def _stage(self, limit: str) -> CaseClock:
        seconds = load(self.case.table).stage_limits[limit].seconds
        body = self._stage_body(limit)
        calendar = self.book.shifts(body, self.at, is_urgent=self.case.is_urgent)
        value = open_clock(ClockKind.STAGE, seconds, Unit.SHIFT_MINUTE, self.at, calendar)
        return self._row(ClockKind.STAGE, value, calendar, body_id=body.pk if body else None, limit=limit)

    def _stage_body(self, limit: str) -> Body | None:
        """Whose shift a stage clock runs on: the centre's, or that of the body whose grid it is."""
        grid = None if limit in CENTRE_LIMITS else self.case.duty_grid
        if grid is None or grid.body_id is None:
            return self.book.centre
        return self.book.body(grid.body_id)

    def _by_standard(self, kind: ClockKind, value: int, unit: str) -> CaseClock:
        row, calendar = self.book.calendar_row(self.case.body), self.book.calendar(self.case.body)
        clock = open_clock(kind, amount_seconds(value, unit), unit, self.at, calendar)
        return self._row(kind, clock, calendar, body_id=self.case.body_id, calendar_id=row.pk)

    def _handle(self, limit: str) -> CaseClock | None:
        standard = self.case.standard
        return self._by_standard(ClockKind.HANDLE, standard.limit_value, standard.limit_unit) if standard else None

    def _make_safe(self, limit: str) -> CaseClock | None:
        """Only where the standard has such a limit, and once: what was made safe stays so."""
        standard, done = self.case.standard, (CaseClock.State.MET, CaseClock.State.LATE)
        was_safe = any(row.kind == ClockKind.MAKE_SAFE and row.state in done for row in self.desk.clocks)
        if standard is None or standard.make_safe_value is None or was_safe:
            return None
        return self._by_standard(ClockKind.MAKE_SAFE, standard.make_safe_value, standard.make_safe_unit)

    def _total(self, limit: str) -> CaseClock | None:
        standard = self.case.standard
        if standard is None:
            return None
        calendar, limits = self.book.calendar(), load(self.case.table).stage_limits
        amount = amount_seconds(standard.limit_value, standard.limit_unit)
        stages = [stage.seconds for stage in limits.values()]
        seconds = total_limit_s(self.at, amount, standard.limit_unit, stages, calendar)
        clock = open_clock(ClockKind.TOTAL, seconds, Unit.WORK_HOUR, self.at, calendar)
        return self._row(ClockKind.TOTAL, clock, calendar, calendar_id=self.book.calendar_row().pk)

    def calendar_of(self, row: CaseClock) -> Calendar:
        """The calendar that an open clock runs on, in its version of today."""
        body = self.book.body(row.body_id) if row.body_id else None
        if row.calendar_id:
            return self.book.calendar(body if row.kind != ClockKind.TOTAL else None)
        return self.book.shifts(body, row.opened_at, is_urgent=self.case.is_urgent)

    def _changed(self, row: CaseClock, effect: ClockEffect) -> Clock:
        value = self.value_of(row)
        if effect is ClockEffect.EXTEND:
            return self._extended(row, value)
        if effect is ClockEffect.RESUME:
            return clocks.resume(value, self.at, self.calendar_of(row))
        return PLAIN[effect](value, self.at)

    def _extended(self, row: CaseClock, value: Clock) -> Clock:
        """The handle clock gets its limit once more; the total clock follows it by as much working time."""
        if row.kind != ClockKind.TOTAL:
            longer = clocks.extend(value, self.at, self.calendar_of(row))
            self._followed_s = clocks.following_extension_s(value, longer, self.book.calendar())
            return longer
        if value.is_late(self.at) or self._followed_s <= 0:
            return value
        return clocks.extend(value, self.at, self.calendar_of(row), self._followed_s)

    def _write(self, row: CaseClock, value: Clock) -> None:
        if value.derivation is not self.value_of(row).derivation:
            row.derivation = derivation_of(value)
        is_running, self._went_late = value.state is ClockState.RUNNING, self._went_late or value.state is LATE
        row.rung_at = self._look_at(value, row.rung, self.calendar_of(row)) if is_running else None
        row.__dict__.update(columns_of(value))
        self.desk.changed_clocks[id(row)], self.values[id(row)] = row, value
        if not value.is_open:
            del self.open_rows[row.kind]

    def run_on(self, row: CaseClock) -> None:
        """Take back its end, where that was a mistake; what was late stays ended."""
        value = clocks.run_on(self.value_of(row))
        if value.is_open:
            self.open_rows[row.kind] = row
            self._write(row, value)

    def recompute(self, row: CaseClock) -> None:
        """Due by today's version of its calendar; whether it was late already is judged as of when its own ended."""
        judged_at = max(self.version_ended(row), row.opened_at)
        self._write(row, clocks.recompute(self.value_of(row), judged_at, self.calendar_of(row)))

    def version_ended(self, row: CaseClock) -> datetime:
        """When the version that a clock runs on gave way to the next; unless that is known, at the last step."""
        body = self.book.body(row.body_id) if row.body_id else None
        key = self.book.calendar_row(body).pk, row.calendar_version
        return self.book.version_ends.get(key) or self.desk.earliest or row.opened_at

    def sum_up(self) -> None:
        """The case's own summary: lateness as a fact, and what is due next."""
        case, total, rows = self.case, self.open_rows.get(ClockKind.TOTAL), self.open_rows.values()
        case.is_late = case.is_late or self._went_late
        case.total_due_at = total.due_at if total else case.total_due_at
        nearer = [row for row in rows if row is not total and row.state == RUNNING]
        if not nearer and total and total.state == RUNNING:
            nearer = [total]
        nearest = min(nearer, key=_due_at) if nearer else None
        case.due_at = nearest.due_at if nearest else None
        case.clock_from = nearest.opened_at if nearest else None
        case.escalation = max([row.rung for row in rows]) if rows else 0


OPENERS: dict[ClockKind, Callable[[ClockWork, str], CaseClock | None]] = {
    ClockKind.STAGE: ClockWork._stage,
    ClockKind.HANDLE: ClockWork._handle,
    ClockKind.MAKE_SAFE: ClockWork._make_safe,
    ClockKind.TOTAL: ClockWork._total,
}
