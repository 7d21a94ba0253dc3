"""Why a case is in time or late, from the rows of its clocks; and the same as it was frozen when the case ended."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from gridward.cases.actions.clocks import ClockWork
from gridward.cases.models import CaseClock, CaseEvaluation
from gridward.core.calendar.due import lines_from_json
from gridward.core.moments import spelled
from gridward.core.workflow.reasons import Part, Ran, Reasons, reasons


def reasons_of(work: ClockWork, clocks: Sequence[CaseClock], at: datetime) -> Reasons:
    """What the clocks of a case, in the order in which they were opened, say at a moment."""
    return reasons([_ran(work, row) for row in clocks], at)


def _ran(work: ClockWork, row: CaseClock) -> Ran:
    body = work.book.body(row.body_id) if row.body_id else None
    return Ran(work.value_of(row), row.limit or row.kind, body.code if body else "", work.calendar_of(row))


TIMES = ("began_at", "ended_at", "due_at")


def parts_to_json(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Parts as they are kept; see :func:`frozen_reasons`."""
    return [_kept(part) for part in parts]


def _kept(part: Part) -> dict[str, Any]:
    told = part._asdict()
    told["began_at"], told["due_at"] = spelled(part.began_at), spelled(part.due_at)
    told["ended_at"] = spelled(part.ended_at) if part.ended_at else None
    return told


def frozen_reasons(row: CaseEvaluation) -> Reasons:
    """What was said when the case ended."""
    return Reasons(tuple(map(_part, row.parts)), lines_from_json(row.lines))


def _part(kept: Mapping[str, Any]) -> Part:
    times = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in TIMES}
    return Part(**{**kept, **times})
