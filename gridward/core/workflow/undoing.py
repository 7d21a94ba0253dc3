"""Taking a merger back. It is no way on, so it stands in no table: it returns a case to the state that the merger took
it from, which the table knows, and only while nothing was answered in its name.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from gridward.core.errors import RuleBroken
from gridward.core.workflow.counting import Passed
from gridward.core.workflow.table import Table, roles_en, roles_zh

MERGE, UNDO, MERGED = "merge", "undo_merge", "merged"
WINDOW = timedelta(days=30)
MARKED, UNMARKED = "supervise", "lift_supervision"


def merger_to_undo(table: Table, steps: Sequence[Passed], role: str) -> Passed:
    """The merger that a case rests on, if this role may take it back.

    Raises
    ------
    RuleBroken
        ``case.not_merged``, ``workflow.not_your_role``.
    """
    last = next((step for step in reversed(steps) if step.state_to != step.state_from), None)
    if last is None or last.move != MERGE:
        raise RuleBroken("case.not_merged")
    merge = table.move(MERGE)
    if role not in merge.roles:
        raise RuleBroken(
            "workflow.not_your_role", move_zh="撤销并案", move_en="Undo the merger",
            roles_zh=roles_zh(merge), roles_en=roles_en(merge),
        )  # fmt: skip
    return last


def check_window(merger: Passed, now: datetime, *, is_open: bool, number: str) -> None:
    """Within ``WINDOW`` and while the case that it joined goes on: then its answer was given to everybody who told it.

    Raises
    ------
    RuleBroken
        ``case.undo_after_answer``, ``case.undo_too_late``.
    """
    if not is_open:
        raise RuleBroken("case.undo_after_answer", number=number)
    if now > merger.recorded_at + WINDOW:
        raise RuleBroken("case.undo_too_late", days=WINDOW.days)


def was_supervised(steps: Sequence[Passed], merger: Passed) -> bool:
    """Whether the case was under supervision when it was merged: an end takes the mark away."""
    before = steps[: next(place for place, step in enumerate(steps) if step is merger)]
    for step in reversed(before):
        if step.move in (MARKED, UNMARKED):
            return step.move == MARKED
        if step.state_from == MERGED:
            return False
    return False
