"""Joint handling 联合处置 (街道吹哨、部门报到): the life of one assisting body's task beside the case, as one table.

The case stays with its lead body 主办; a task never moves it. Sources: 北京市接诉即办工作条例 arts. 16, 17, 33.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role


class Side(StrEnum):
    """Who acts on a task: the assisting body, the lead body, or whoever called."""

    ASSISTANT = "assistant"
    LEAD = "lead"
    CALLER = "caller"


class TaskState(StrEnum):
    """Where a task is. ``EXCUSED``: the lead said why it goes on without; ``LAPSED``: the case ended, or was given to
    the body itself.
    """

    CALLED = "called"
    TAKEN = "taken"
    DONE = "done"
    RETURNED = "returned"
    EXCUSED = "excused"
    LAPSED = "lapsed"


OPEN = (TaskState.CALLED, TaskState.TAKEN)
CALLERS = frozenset({Role.SUBDISTRICT_LEADER, Role.DUTY_CHIEF})
CALLED_IN = frozenset({"pending_handle", "handling", "suspended"})
HELD_BACK = frozenset({"finish", "confirm"})
MOST_ASSISTANTS = 6
MARKS = ("good", "fair", "poor")


@dataclass(frozen=True, slots=True)
class Act:
    """What one side may do with a task, from where to where, and the least length of the words that it takes."""

    code: str
    side: Side
    sources: tuple[TaskState, ...]
    target: TaskState
    least: int = 0


ACTS = {
    act.code: act
    for act in (
        Act("take", Side.ASSISTANT, (TaskState.CALLED,), TaskState.TAKEN),
        Act("finish", Side.ASSISTANT, (TaskState.TAKEN,), TaskState.DONE, 4),
        Act("give_back", Side.ASSISTANT, OPEN, TaskState.RETURNED, 6),
        Act("excuse", Side.LEAD, OPEN, TaskState.EXCUSED, 6),
    )
}


def after(act: str, state: str, words: str = "") -> TaskState:
    """The state that an act leads to.

    Raises
    ------
    RuleBroken
        ``joint.not_from_here`` in another state, ``joint.say_more`` where the words are too short.
    """
    step = ACTS[act]
    if state not in step.sources:
        raise RuleBroken("joint.not_from_here")
    if len(words) < step.least:
        raise RuleBroken("joint.say_more", least=step.least)
    return step.target


def check_ended(open_bodies: Collection[tuple[str, str]]) -> None:
    """The lead finishes once no task is open, or each was excused with the reason; bodies by (zh, en) name.

    Raises
    ------
    RuleBroken
        ``joint.still_open``.
    """
    if open_bodies:
        raise RuleBroken("joint.still_open", bodies_zh="、".join(zh for zh, _ in open_bodies),
                         bodies_en=", ".join(en for _, en in open_bodies))  # fmt: skip
