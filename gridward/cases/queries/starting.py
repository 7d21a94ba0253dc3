"""When a body's clock would start, and when the case would be due, if it were sent there now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gridward.accounts.models import Body
from gridward.cases.models import Case
from gridward.cases.queries.calendars import calendar_row, core_calendar
from gridward.core.calendar.due import WORKING, Unit, amount_seconds, ends_at, next_opening


@dataclass(frozen=True, slots=True)
class Start:
    """What sending it now would mean. ``safe_by`` where it has to be made safe first."""

    begins_at: datetime
    due_at: datetime
    safe_by: datetime | None
    is_now: bool


class Starts:
    """Asked for one body after another, each calendar worked out once. Nothing without a standard."""

    def __init__(self, case: Case, at: datetime) -> None:
        self.case, self.at = case, at
        self._by_calendar: dict[int | None, Start] = {}

    def of(self, body: Body) -> Start | None:
        if self.case.standard is None:
            return None
        if body.calendar_id not in self._by_calendar:
            self._by_calendar[body.calendar_id] = self._start(body)
        return self._by_calendar[body.calendar_id]

    def grouped(self, bodies: Iterable[Body]) -> list[tuple[Start, list[Body]]]:
        """Bodies for which it would be the same, the soonest due first."""
        found: dict[Start, list[Body]] = {}
        for body in bodies:
            start = self.of(body)
            if start is not None:
                found.setdefault(start, []).append(body)
        return sorted(found.items(), key=lambda group: group[0].due_at)

    def _start(self, body: Body) -> Start:
        """The rule of the clock itself: working time starts with the next working minute, urgent time at once."""
        standard, calendar = self.case.standard, core_calendar(calendar_row(self.case.district, body))
        seconds = amount_seconds(standard.limit_value, standard.limit_unit)
        begins = next_opening(self.at, calendar) if Unit(standard.limit_unit) in WORKING else self.at
        safe_by = None
        if standard.make_safe_value is not None:
            safe_s = amount_seconds(standard.make_safe_value, standard.make_safe_unit)
            safe_by = ends_at(self.at, safe_s, standard.make_safe_unit, calendar)
        due = ends_at(self.at, seconds, standard.limit_unit, calendar)
        return Start(begins, due, safe_by, begins == self.at)
