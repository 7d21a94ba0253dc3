"""The clocks of a case, moved as the table says."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from gridward.accounts.models import Body
from gridward.cases.models import Case, CaseClock
from gridward.cases.queries.calendars import calendar_row, core_calendar, shift_calendar
from gridward.core.calendar.due import Line, Unit, amount_seconds
from gridward.core.calendar.working import Calendar
from gridward.core.workflow import clocks
from gridward.core.workflow.clocks import Clock, ClockState, open_clock, total_limit_s
from gridward.core.workflow.moves import ClockChange
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import ClockEffect, ClockKind

OPEN = (CaseClock.State.RUNNING, CaseClock.State.PAUSED)
SAME = (
    "unit", "amount_s", "calendar_code", "calendar_version", "opened_at", "due_at", "is_provisional", "paused_at",
    "paused_s", "pauses", "extensions", "extended_s", "stopped_at",
)  # fmt: skip
CENTRE_LIMITS = frozenset({"accept", "dispatch", "closing"})


def core_clock(row: CaseClock) -> Clock:
    """A row as the core's value."""
    same = {name: getattr(row, name) for name in SAME if name != "unit"}
    return Clock(
        kind=ClockKind(row.kind), unit=Unit(row.unit), state=ClockState(row.state),
        derivation=tuple(Line(line["code"], line["values"]) for line in row.derivation), **same,
    )  # fmt: skip


def into_row(row: CaseClock, value: Clock) -> CaseClock:
    """The core's value written onto a row."""
    for name in SAME:
        setattr(row, name, getattr(value, name))
    row.state, row.unit = value.state.value, value.unit.value
    row.derivation = [asdict(line) for line in value.derivation]
    return row


class ClockDesk:
    """The open clocks of one case while one move is made: what changed is written once, at the end."""

    def __init__(self, case: Case, at: datetime) -> None:
        self.case, self.at = case, at
        self.rows = {row.kind: row for row in CaseClock.objects.filter(case=case, state__in=OPEN)}
        self.changed: dict[str, CaseClock] = {}

    def calendar_of(self, row: CaseClock) -> Calendar:
        """The calendar that an open clock runs on, in its version of today."""
        if row.calendar_id:
            return core_calendar(row.calendar)
        return shift_calendar(self.case.district, row.body, row.opened_at, is_urgent=self.case.is_urgent)

    def open(self, kind: ClockKind, limit: str) -> None:
        opener = {
            ClockKind.STAGE: self._stage, ClockKind.HANDLE: self._handle,
            ClockKind.MAKE_SAFE: self._make_safe, ClockKind.TOTAL: self._total,
        }[kind]  # fmt: skip
        row = opener(limit)
        if row is not None:
            self.rows[kind] = self.changed[kind] = row

    def _row(self, kind: ClockKind, value: Clock, **extra: object) -> CaseClock:
        return into_row(CaseClock(district_id=self.case.district_id, case=self.case, kind=kind, **extra), value)

    def _stage(self, limit: str) -> CaseClock:
        seconds = load(self.case.table).stage_limits[limit].seconds
        body = self._stage_body(limit)
        calendar = shift_calendar(self.case.district, body, self.at, is_urgent=self.case.is_urgent)
        value = open_clock(ClockKind.STAGE, seconds, Unit.SHIFT_MINUTE, self.at, calendar)
        return self._row(ClockKind.STAGE, value, body=body, limit=limit)

    def _stage_body(self, limit: str) -> Body | None:
        """Whose shift a stage clock runs on: the district's centre, or who owns the duty grid."""
        if limit in CENTRE_LIMITS or self.case.duty_grid is None:
            return Body.objects.filter(district_id=self.case.district_id, parent__isnull=True).first()
        return self.case.duty_grid.body

    def _standard(self, kind: ClockKind, value: int, unit: str) -> CaseClock:
        body = self.case.body
        calendar = calendar_row(self.case.district, body)
        clock = open_clock(kind, amount_seconds(value, unit), unit, self.at, core_calendar(calendar))
        return self._row(kind, clock, body=body, calendar=calendar)

    def _handle(self, limit: str) -> CaseClock | None:
        standard = self.case.standard
        return self._standard(ClockKind.HANDLE, standard.limit_value, standard.limit_unit) if standard else None

    def _make_safe(self, limit: str) -> CaseClock | None:
        standard = self.case.standard
        if standard is None or standard.make_safe_value is None or self._was_made_safe():
            return None
        return self._standard(ClockKind.MAKE_SAFE, standard.make_safe_value, standard.make_safe_unit)

    def _was_made_safe(self) -> bool:
        done = CaseClock.objects.filter(
            case=self.case,
            kind=CaseClock.Kind.MAKE_SAFE,
            state__in=(CaseClock.State.MET, CaseClock.State.LATE),
        )
        return done.exists()

    def _total(self, limit: str) -> CaseClock | None:
        standard = self.case.standard
        if standard is None:
            return None
        row = calendar_row(self.case.district)
        calendar, limits = core_calendar(row), load(self.case.table).stage_limits
        amount = amount_seconds(standard.limit_value, standard.limit_unit)
        stages = [limit.seconds for limit in limits.values()]
        seconds = total_limit_s(self.at, amount, standard.limit_unit, stages, calendar)
        clock = open_clock(ClockKind.TOTAL, seconds, Unit.WORK_HOUR, self.at, calendar)
        return self._row(ClockKind.TOTAL, clock, calendar=row)

    def change(self, kind: ClockKind, effect: ClockEffect) -> None:
        """Everything but opening; applies only to an open clock."""
        row = self.rows.get(kind)
        if row is None:
            return
        value = core_clock(row)
        if effect is ClockEffect.EXTEND:
            value = self._extended(row, value)
        elif effect is ClockEffect.RESUME:
            value = clocks.resume(value, self.at, self.calendar_of(row))
        else:
            value = {"stop": clocks.stop, "discard": clocks.discard, "pause": clocks.pause}[effect](value, self.at)
        self._write(row, value)

    def _extended(self, row: CaseClock, value: Clock) -> Clock:
        """The handle clock gets its limit once more; the total clock follows it by as much working time."""
        if row.kind == ClockKind.TOTAL:
            return clocks.extend(value, self.at, self.calendar_of(row), self._followed_s)
        longer = clocks.extend(value, self.at, self.calendar_of(row))
        usual = core_calendar(calendar_row(self.case.district))
        self._followed_s = max(clocks.following_extension_s(value, longer, usual), 1)
        return longer

    def _write(self, row: CaseClock, value: Clock) -> None:
        kind = row.kind
        self.changed[f"{kind}{row.pk}"] = into_row(row, value)
        if not value.is_open:
            del self.rows[kind]

    def recompute(self) -> None:
        """Every open clock under today's version of its calendar."""
        for row in list(self.rows.values()):
            self._write(row, clocks.recompute(core_clock(row), self.at, self.calendar_of(row)))

    def close(self) -> None:
        """Write the changed rows and the case's own summary of what is due next."""
        for row in self.changed.values():
            row.save()
        case, running = self.case, [r for r in self.rows.values() if r.state == CaseClock.State.RUNNING]
        case.is_late = case.is_late or any(row.state == CaseClock.State.LATE for row in self.changed.values())
        total = self.rows.get(ClockKind.TOTAL)
        case.total_due_at = total.due_at if total else case.total_due_at
        steps = [row for row in running if row.kind != ClockKind.TOTAL] or running
        nearest = min(steps, key=lambda row: row.due_at, default=None)
        case.due_at = nearest.due_at if nearest else None
        case.clock_from = nearest.opened_at if nearest else None


def apply_clock_changes(case: Case, changes: Iterable[ClockChange], *, at: datetime) -> None:
    """Apply the table's clock changes in order; the caller saves the case."""
    desk = ClockDesk(case, at)
    for change in changes:
        if change.effect is ClockEffect.OPEN:
            desk.open(change.kind, change.limit)
        elif change.effect is ClockEffect.ENSURE:
            if change.kind not in desk.rows:
                desk.open(change.kind, change.limit)
        else:
            desk.change(change.kind, change.effect)
    desk.close()
