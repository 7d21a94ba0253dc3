"""Many cases at once: which moves the viewer may make on each of them, and why not."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gridward.accounts.queries import HeldRole
from gridward.cases.models import Case, CaseClock, CaseRequest, CaseStep
from gridward.cases.queries.facts import facts_from
from gridward.cases.queries.visible import cases_in_reach, not_about
from gridward.core.scopes import Territory
from gridward.core.workflow.facts import Made
from gridward.core.workflow.moves import Possible, possible
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import Move, State
from gridward.work.models import Run

KIND = "cases.move_together"
MOST = 500
# Moves that mean the same for every case. What judges one case by itself (verify, inspect, refuse, reopen, void)
# or brings its own papers is made on its own page.
TOGETHER = (
    "accept", "dispatch", "redispatch", "accept_task", "reassign", "confirm", "ask_inspection", "close", "redo",
    "resume", "supervise", "lift_supervision", "remind",
)  # fmt: skip
OWN_PAGE_ONLY = frozenset({"category", "paper", "photo", "inspector"})


@dataclass(frozen=True, slots=True)
class Offered:
    """One case with the moves of ``TOGETHER`` that its state knows, allowed or refused."""

    case: Case
    moves: dict[str, Possible]

    def may(self, code: str) -> bool:
        return code in self.moves and self.moves[code].allowed

    def leads_to(self, code: str) -> State:
        """Where the case would be after the move."""
        table = load(self.case.table)
        return table.next_state(self.case.state, code, next(iter(table.move(code).roles)))


def chosen_cases(held: HeldRole, seen: Territory, numbers: Collection[str]) -> list[Case]:
    """The cases of these numbers that are in the viewer's hands, at most ``MOST``; others are as if not there."""
    wanted = {"district_id": held.district_id, "number__in": list(numbers)[:MOST]}
    asked_by_name = not_about(Case.objects.filter(**wanted, checker_id=held.user_id), held)
    rows = cases_in_reach(held, seen).filter(**wanted) | asked_by_name
    return list(rows.select_related("category", "body", "district", "standard", "community").order_by("due_at", "pk"))


def offered(cases: Sequence[Case], held: HeldRole, *, at: datetime) -> list[Offered]:
    """What the viewer may do with each of many cases, read at once: three statements."""
    pks = [case.pk for case in cases]
    past, clocks, requests = _past(pks), _by_case(CaseClock, pks), _by_case(CaseRequest, pks)
    return [_offered(case, held, past[case.pk], clocks[case.pk], requests[case.pk], at) for case in cases]


def _offered(case: Case, held: HeldRole, past: Any, clocks: Any, requests: Any, at: datetime) -> Offered:
    facts = facts_from(case, past, clocks, requests, now=at)
    known = possible(load(case.table), facts, (held.role,), held.user_id)
    return Offered(case, {one.move.code: one for one in known if one.move.code in TOGETHER})


def _past(pks: Collection[int]) -> dict[int, list[Made]]:
    made: dict[int, list[Made]] = defaultdict(list)
    steps = CaseStep.objects.filter(case__in=pks).order_by("case_id", "n")
    for case_id, verb, *others in steps.values_list("case_id", "verb", "by_id", "at", "action_uuid"):
        made[case_id].append(Made(verb.removeprefix("cases."), *others))
    return made


def _by_case(model: Any, pks: Collection[int]) -> dict[int, list[Any]]:
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in model.objects.filter(case__in=pks).order_by("pk"):
        rows[row.case_id].append(row)
    return rows


def moves_on_offer(rows: Iterable[Offered]) -> list[tuple[Move, int]]:
    """The moves that may be made on any of them, with how many, in the order of the road."""
    counts = Counter(code for row in rows for code in row.moves if row.may(code))
    moves = {code: one.move for row in rows for code, one in row.moves.items()}
    return [(moves[code], counts[code]) for code in TOGETHER if counts[code]]


def asked_before(held: HeldRole, name: str) -> Run | None:
    """The run that this person asked for under this name of the form."""
    mine = Run.objects.filter(district_id=held.district_id, kind=KIND, by_id=held.user_id, arguments__name=name)
    return mine.order_by("pk").first() if name else None
