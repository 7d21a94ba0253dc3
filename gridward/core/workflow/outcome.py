"""What the end of a case counts as: solved, late, on time. Pages, evaluations and rollups ask here and nowhere else."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from gridward.core.workflow.clocks import ClockState

METRIC_VERSION = 1


class Ending(StrEnum):
    """How a case ended: solved by its standard, explained as not solvable now, by special approval, or not taken on."""

    SOLVED = "solved"
    UNRESOLVED = "unresolved"
    SPECIAL = "special"
    NOT_TAKEN_ON = "not_taken_on"


ENDINGS: Mapping[str, Ending] = MappingProxyType(
    {
        "closed": Ending.SOLVED,
        "self_handled": Ending.SOLVED,
        "closed_unresolved": Ending.UNRESOLVED,
        "forced_closed": Ending.SPECIAL,
        "not_accepted": Ending.NOT_TAKEN_ON,
        "not_filed": Ending.NOT_TAKEN_ON,
        "merged": Ending.NOT_TAKEN_ON,
        "void": Ending.NOT_TAKEN_ON,
    }
)


class Outcome(NamedTuple):
    """``is_late`` is the fact that nothing erases, ``is_on_time`` what counts. An excused case is both; one without
    a total limit, or that was not solved, may be neither.
    """

    ending: Ending
    is_solved: bool
    is_late: bool
    is_on_time: bool


def outcome_of(state: str, total: ClockState | None, *, is_exempt: bool = False, is_confirmed: bool = True) -> Outcome:
    """The outcome of a case that a move has just led to ``state``, where ``total`` is how its last total clock ended.

    Parameters
    ----------
    state
        A final state of the workflow table; a rating changes nothing, so ``evaluated`` is none of them: ask with
        the state that the case was rated in.
    total
        ``MET`` or ``LATE`` as the closing move left it; ``None`` or ``DISCARDED`` for a case without such a limit.
    is_exempt
        An appeal against lateness was granted: counts as on time, and stays late.
    is_confirmed
        False while a step that arrived more than 24 hours after its stated time waits for a supervisor.

    Raises
    ------
    KeyError
        For a state in which no case ends: a fault of the caller.

    Notes
    -----
    on time = closed_at ≤ total deadline, or excused; late = closed_at > total deadline (metric version 1). Cases
    closed as not solvable now and those closed by special approval are never solved and never on time.
    """
    ending, is_late = ENDINGS[state], total is ClockState.LATE
    is_solved = ending is Ending.SOLVED
    is_kept = total is ClockState.MET or (is_late and is_exempt)
    return Outcome(ending, is_solved, is_late, is_solved and is_kept and is_confirmed)
