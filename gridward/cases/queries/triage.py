"""One after another: cases that wait to be filed or dispatched, and the step that is next for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import F

from gridward.accounts.queries import HeldRole
from gridward.cases.models import Case
from gridward.cases.queries.duplicates import Likely, likely_duplicates, told_by
from gridward.cases.queries.page import CasePage
from gridward.cases.queries.visible import visible_cases
from gridward.core.scopes import Territory
from gridward.core.workflow.moves import Possible
from gridward.core.workflow.roles import Role

MOST = 1000
SHOWN_NEAR = 3
# state: the moves that one press makes, the last of them with the form's fields
STEPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"reported": ("accept", "file"), "pending_filing": ("file",), "pending_dispatch": ("dispatch",),
     "returned": ("redispatch",)}
)  # fmt: skip
FILING, SENDING = ("reported", "pending_filing"), ("pending_dispatch", "returned")
STATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {Role.ACCEPTOR: FILING, Role.DISPATCHER: SENDING, Role.DUTY_CHIEF: (*FILING, *SENDING)}
)
BACK = ("return_to_acceptor", "ask_void")


@dataclass(frozen=True, slots=True)
class Line:
    """The numbers of what waits, the next due first, and which one is in hand; ``n`` counts from one, 0: none."""

    numbers: Sequence[str]
    here: str

    @property
    def n(self) -> int:
        return self.numbers.index(self.here) + 1 if self.here in self.numbers else 0

    @property
    def before(self) -> str:
        return self.numbers[self.n - 2] if self.n > 1 else ""

    @property
    def after(self) -> str:
        return self.numbers[self.n] if 0 < self.n < len(self.numbers) else ""

    @property
    def is_cut(self) -> bool:
        return len(self.numbers) == MOST


def line_of(held: HeldRole, seen: Territory, wanted: str = "") -> Line:
    """What waits for this role to file or send, at most ``MOST``; one statement. The first unless one is wanted."""
    rows = visible_cases(held, seen).filter(state__in=STATES[held.role], is_open=True)
    numbers = list(rows.order_by(F("due_at").asc(nulls_last=True), "pk").values_list("number", flat=True)[:MOST])
    return Line(numbers, wanted or (numbers[0] if numbers else ""))


def nearby(case: Case, held: HeldRole, seen: Territory) -> list[Likely]:
    """Cases that probably tell of the same thing, the likeliest first, each with its reasons."""
    return likely_duplicates(told_by(case), visible_cases(held, seen), most=SHOWN_NEAR)


def other_ways(page: CasePage) -> list[Possible]:
    """What may be done instead of the step that is next."""
    mine = STEPS[page.case.state]
    return [p for p in page.main_moves if p.move.code not in (*mine, "accept")][:9]


def ways_back(page: CasePage) -> list[Possible]:
    """What the table still allows this person on a case that was just moved."""
    return [p for p in page.moves if p.allowed and p.move.code in BACK]
