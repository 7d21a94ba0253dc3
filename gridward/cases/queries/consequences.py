"""What an extension or a suspension would mean if it were granted now: the deadlines before and after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gridward.cases.actions.clocks import core_clock
from gridward.cases.models import Case, CaseClock, CaseRequest
from gridward.cases.queries.calendars import calendar_row, core_calendar
from gridward.core.calendar.due import end_of_day
from gridward.core.calendar.working import Calendar
from gridward.core.errors import RuleBroken
from gridward.core.workflow.clocks import Clock, extend, following_extension_s, pause, resume
from gridward.core.workflow.facts import MAX_EXTENSIONS

OPEN = (CaseClock.State.RUNNING, CaseClock.State.PAUSED)
HANDLE, TOTAL = CaseClock.Kind.HANDLE.value, CaseClock.Kind.TOTAL.value
REQUESTS = ("extend", "suspend")


@dataclass(frozen=True, slots=True)
class Consequence:
    """Deadlines of handling and of the whole case, before and after; ``total`` may be without. ``n`` of ``most``
    extensions; ``until`` is the day on which a suspended case is taken up by itself.
    """

    handle_before: datetime
    handle_after: datetime
    total_before: datetime | None
    total_after: datetime | None
    n: int = 0
    most: int = 0
    until: date | None = None


def asked_day(case: Case) -> date | None:
    """Until when the suspension that waits for a decision was asked."""
    rows = CaseRequest.objects.filter(case=case, kind=CaseRequest.Kind.SUSPEND, state=CaseRequest.State.ASKED)
    return rows.values_list("until", flat=True).first()


def consequence_of(case: Case, request: str, *, until: date | None, at: datetime) -> Consequence | None:
    """What granting the request now would mean; nothing where a rule refuses it or the day is not known yet."""
    if request not in REQUESTS or (request == "suspend" and until is None):
        return None
    rows = {row.kind: row for row in CaseClock.objects.filter(case=case, state__in=OPEN)}
    if HANDLE not in rows:
        return None
    try:
        return _extended(case, rows, at) if request == "extend" else _suspended(case, rows, until, at)
    except RuleBroken:
        return None


def _calendars(case: Case) -> tuple[Calendar, Calendar]:
    """The body's for handling, the district's for the whole."""
    bodys, districts = calendar_row(case.district, case.body), calendar_row(case.district, None)
    return core_calendar(bodys), core_calendar(districts)


def _extended(case: Case, rows: dict[str, CaseClock], at: datetime) -> Consequence:
    own, usual = _calendars(case)
    before = core_clock(rows[HANDLE])
    after = extend(before, at, own)
    more = following_extension_s(before, after, usual)
    total = _total(rows, at, lambda clock: extend(clock, at, usual, more))
    return Consequence(before.due_at, after.due_at, *total, n=case.extension_count + 1, most=MAX_EXTENSIONS)


def _suspended(case: Case, rows: dict[str, CaseClock], until: date | None, at: datetime) -> Consequence:
    assert until is not None
    own, usual = _calendars(case)
    again = max(end_of_day(until - timedelta(days=1), case.district.time_zone), at)
    before = core_clock(rows[HANDLE])
    after = resume(pause(before, at), again, own)
    total = _total(rows, at, lambda clock: resume(pause(clock, at), again, usual))
    return Consequence(before.due_at, after.due_at, *total, until=until)


def _total(
    rows: dict[str, CaseClock], at: datetime, changed: Callable[[Clock], Clock]
) -> tuple[datetime | None, datetime | None]:
    """The whole limit follows, unless it is late already: then it stays."""
    if TOTAL not in rows:
        return None, None
    clock = core_clock(rows[TOTAL])
    return clock.due_at, clock.due_at if clock.is_late(at) else changed(clock).due_at
