"""我的工作: one list for all modules, fed by providers, sorted by due time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Box(StrEnum):
    """The five boxes of one person's work."""

    TODO = "todo"
    DONE = "done"
    SUPERVISED = "supervised"
    STARTED = "started"
    WATCHED = "watched"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One row: what, where, what is to be done, until when. ``light`` is a word of the status colours."""

    url: str
    number: str
    title: str
    place: str
    state_zh: str
    state_en: str
    light: str
    share: float | None
    due_at: datetime | None
    days_told: int | None
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Boxful:
    """What one provider has for a box: the count (capped by the provider) and the first items."""

    count: int
    items: tuple[WorkItem, ...]
