"""Why a case is in time or late, from the rows of its clocks."""

from collections.abc import Sequence
from datetime import datetime

from gridward.cases.actions.clocks import ClockWork, core_clock
from gridward.cases.models import CaseClock
from gridward.core.workflow.reasons import Ran, Reasons, reasons


def reasons_of(work: ClockWork, clocks: Sequence[CaseClock], at: datetime) -> Reasons:
    """What the clocks of a case, in the order in which they were opened, say at a moment."""
    return reasons([_ran(work, row) for row in clocks], at)


def _ran(work: ClockWork, row: CaseClock) -> Ran:
    body = work.book.body(row.body_id) if row.body_id else None
    return Ran(core_clock(row), row.limit or row.kind, body.code if body else "", work.calendar_of(row))
