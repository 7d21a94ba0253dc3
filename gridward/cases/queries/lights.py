"""Red, yellow, green of the share of the limit used; and the clock that nobody can stop."""

from datetime import datetime

from gridward.cases.models import Case
from gridward.cases.queries.calendars import usual_calendar
from gridward.core.calendar.due import days_since, late_from

SOON_SHARE = 0.7


def share_used(case: Case, at: datetime) -> float | None:
    """The share of the next limit that has passed on the wall, 0 to 1; ``None`` without a clock."""
    if case.due_at is None or case.clock_from is None:
        return None
    whole = (case.due_at - case.clock_from).total_seconds()
    return min(max((at - case.clock_from).total_seconds() / whole, 0.0), 1.0) if whole > 0 else 1.0


def light(case: Case, at: datetime) -> str:
    """``closed``, ``suspended``, ``late``, ``due_soon`` or ``on_time``."""
    if not case.is_open:
        return "closed"
    if case.state == "suspended":
        return "suspended"
    share = share_used(case, at)
    if share is None:
        return "on_time"
    if case.due_at is not None and at > case.due_at:
        return "late" if is_called_late(case, at) else "due_soon"
    return "due_soon" if share >= SOON_SHARE else "on_time"


def is_called_late(case: Case, at: datetime) -> bool:
    """Whether a missed limit is called late by now: not before offices open again, unless the case is urgent.

    The fact goes by the limit itself; only colour and words wait, so that nobody is pressed off shift.
    """
    if case.due_at is None or at <= case.due_at:
        return False
    return case.is_urgent or at >= late_from(case.due_at, usual_calendar(case.district_id, int(at.timestamp() // 60)))


def days_told(case: Case, at: datetime) -> int:
    """Whole days since the resident told us."""
    return days_since(case.told_at, case.closed_at or at, case.district.time_zone)
