"""Everything that the page of one case shows, read in a fixed number of statements."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from gridward.accounts.models import Body, User
from gridward.accounts.queries import HeldRole
from gridward.audit.models import StepBody
from gridward.cases.actions.book import Book
from gridward.cases.actions.clocks import ClockWork
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.models import Attachment, Case, CaseClock, CaseEvaluation, CaseRequest, CaseStep, Rating, Watch
from gridward.cases.queries.facts import facts_from
from gridward.cases.queries.joint import CALL, ShownCall, calls_of
from gridward.cases.queries.lights import days_told, light, share_used
from gridward.cases.queries.reasoning import frozen_reasons, reasons_of
from gridward.cases.queries.recomputing import is_due_anew, with_version_today
from gridward.cases.queries.rungs import RungRow, rung_rows
from gridward.core.errors import RuleBroken
from gridward.core.workflow.facts import RATINGS, Made
from gridward.core.workflow.joint import HELD_BACK, check_ended
from gridward.core.workflow.joint import OPEN as OPEN_TASKS
from gridward.core.workflow.moves import Possible, possible
from gridward.core.workflow.parse import load
from gridward.core.workflow.reasons import Reasons
from gridward.core.workflow.roles import Role
from gridward.core.workflow.table import Move, MoveKind, State, Table

FORWARD = frozenset(
    {"accept", "verify_true", "file", "dispatch", "redispatch", "designate", "accept_task", "finish", "confirm",
     "ask_inspection", "inspect_pass", "close", "redo", "resume", "make_safe", "take_up_again"}
)  # fmt: skip
NOTES = frozenset({"partial_result", "note_cost", "supplement"})
ASKED = RATINGS | {"call_back"}
HANDLING = frozenset({Role.HANDLER, Role.DEPARTMENT})
OF_SUPERVISION = frozenset({"reply_supervision", "lift_supervision"})


@dataclass(frozen=True, slots=True)
class CostRow:
    """用料与费用: what for, how much in fen (below zero where an entry is taken back), when, by which body."""

    at: datetime
    used_for: str
    fen: int
    body: Body | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of what happened: the move's name, who in which role, when, and what was said."""

    step: CaseStep
    move: Move | None
    state: State
    person: str
    said: Mapping[str, Any]
    took: timedelta | None


@dataclass(frozen=True, slots=True)
class StageRow:
    """One of the seven stations of the road: travelled, here, or ahead."""

    number: int
    zh: str
    en: str
    mark: str
    reached_at: datetime | None
    by: str
    took: timedelta | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """What the page shows to this viewer at this moment."""

    case: Case
    table: Table
    state: State
    light: str
    share: float | None
    days_told: int
    stages: tuple[StageRow, ...]
    steps: tuple[StepRow, ...]
    clocks: tuple[CaseClock, ...]
    requests: tuple[CaseRequest, ...]
    moves: tuple[Possible, ...]
    attachments: tuple[Attachment, ...]
    ratings: tuple[Rating, ...]
    rungs: tuple[RungRow, ...]
    reasons: Reasons
    evaluations: tuple[CaseEvaluation, ...]
    is_watched: bool
    joint: tuple[ShownCall, ...] = ()

    @property
    def is_due_anew(self) -> bool:
        """Whether a deadline shown is by a former calendar."""
        return any(is_due_anew(row) for row in self.clocks)

    @property
    def main_moves(self) -> list[Possible]:
        """Moves and decisions that may be made now; the first is the filled button."""
        made = [p for p in self.moves if p.allowed and p.move.kind in (MoveKind.MOVE, MoveKind.DECIDE)]
        return sorted(made, key=lambda p: p.move.code not in FORWARD)

    @property
    def side_moves(self) -> list[Possible]:
        """Requests and flags that may be made now."""
        return [p for p in self.moves if p.allowed and p.move.kind in (MoveKind.ASK, MoveKind.FLAG)]

    @property
    def move_groups(self) -> dict[str, list[Possible]]:
        """What may be done now by why one would: what is next first, then other ways, notes, wishes, marks."""
        groups: dict[str, list[Possible]] = {name: [] for name in ("next", "other", "note", "ask", "mark")}
        for possible_move in (*self.main_moves, *self.side_moves):
            groups[group_of(possible_move.move)].append(possible_move)
        return groups

    @property
    def photos(self) -> list[Attachment]:
        return [row for row in self.attachments if row.file.media_type.startswith("image/")]

    @property
    def papers(self) -> list[Attachment]:
        return [row for row in self.attachments if not row.file.media_type.startswith("image/")]

    @property
    def costs(self) -> list[CostRow]:
        """Material and cost, as noted."""
        noted = [row for row in self.steps if row.step.verb == "cases.note_cost" and "cost_fen" in row.said]
        return [CostRow(r.step.at, str(r.said["used_for"]), int(r.said["cost_fen"]), r.step.body) for r in noted]

    @property
    def cost_fen(self) -> int:
        return sum(row.fen for row in self.costs)

    @property
    def refused_moves(self) -> list[Possible]:
        """What this person may not do, and why."""
        return [p for p in self.moves if not p.allowed]


def group_of(move: Move) -> str:
    """Under which heading a move stands."""
    if move.code in NOTES:
        return "note"
    if move.kind is MoveKind.ASK:
        return "ask"
    if move.kind is MoveKind.FLAG:
        return "mark"
    return "next" if move.code in FORWARD or move.code.startswith("grant_") else "other"


def _bodies_of(steps: list[CaseStep]) -> dict[int, dict[str, Any]]:
    rows = StepBody.objects.filter(table=CaseStep._meta.label, step_id__in=[step.pk for step in steps])
    return {row.step_id: json.loads(row.body) for row in rows}


def step_rows(case: Case, table: Table, steps: list[CaseStep]) -> tuple[StepRow, ...]:
    """The steps with what was said, the newest last."""
    bodies = _bodies_of(steps)
    names = dict(User.objects.filter(pk__in={s.by_id for s in steps if s.by_id}).values_list("pk", "name"))
    before = [None, *(step.at for step in steps)]
    return tuple(
        StepRow(
            step, table.moves.get(step.verb.removeprefix("cases.")), table.state(step.state_to),
            names.get(step.by_id, ""), bodies.get(step.pk, {}), step.at - earlier if earlier else None,
        )
        for step, earlier in zip(steps, before, strict=False)
    )  # fmt: skip


def stage_rows(case: Case, table: Table, rows: tuple[StepRow, ...]) -> tuple[StageRow, ...]:
    """The road of seven stages: when each was first entered since it was last left behind, and for how long."""
    entered: dict[int, StepRow] = {}
    spent: dict[int, timedelta] = {}
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        entered.setdefault(row.step.stage, row)
        if following:
            spent[row.step.stage] = spent.get(row.step.stage, timedelta()) + (following.step.at - row.step.at)
    ended = table.state(case.state).is_final
    return tuple(
        StageRow(
            stage.number, stage.zh, stage.en, _mark(stage.number, case.stage, ended),
            entered[stage.number].step.at if stage.number in entered and stage.number <= case.stage else None,
            entered[stage.number].person if stage.number in entered else "", spent.get(stage.number),
        )
        for stage in table.stages
    )  # fmt: skip


def _mark(number: int, here: int, ended: bool) -> str:
    if number < here or (ended and number == here):
        return "done"
    return "now" if number == here else "ahead"


def did_the_work(case: Case, table: Table, steps: list[CaseStep], held: HeldRole) -> bool:
    """Whether the viewer handled the case, or acts for the body that did: they are not shown who rated and how."""
    mine = {step.verb.removeprefix("cases.") for step in steps if step.by_id == held.user_id}
    of_body = case.body_id is not None and held.body.pk == case.body_id
    return held.role in HANDLING or of_body or bool(mine & table.duties["handles"])


def without_ratings(rows: tuple[StepRow, ...]) -> tuple[StepRow, ...]:
    """The steps without what was answered when somebody was asked how it went, and by whom."""
    return tuple(
        replace(row, said={}, person="") if row.step.verb.removeprefix("cases.") in ASKED else row for row in rows
    )


def evaluations_of(case: Case, *, with_ratings: bool) -> tuple[CaseEvaluation, ...]:
    """The records of a case; where the viewer did the work, without what the reporter said."""
    rows = tuple(CaseEvaluation.objects.filter(case=case).order_by("step_n"))
    for row in rows if not with_ratings else ():
        row.says_solved = row.stars = None
    return rows


def _offered(case: Case, moves: tuple[Possible, ...], joint: Sequence[ShownCall]) -> tuple[Possible, ...]:
    """Supervision is answered and lifted only where there is one; the work ends after that of the assisting bodies."""
    still = [task.row.body for call in joint for task in call.tasks if task.row.state in OPEN_TASKS]
    shown = moves if case.is_supervised else tuple(p for p in moves if p.move.code not in OF_SUPERVISION)
    return tuple(_waiting(one, still) if still and one.move.code in HELD_BACK else one for one in shown)


def _waiting(offer: Possible, bodies: Sequence[Body]) -> Possible:
    try:
        check_ended([(body.name_zh, body.name_en) for body in bodies])
    except RuleBroken as refused:
        return Possible(offer.move, False, refused.code, refused.values_given)
    return offer


def case_page(case: Case, held: HeldRole, *, at: datetime, may_move: bool) -> CasePage:
    """The page of a case that the viewer was allowed to fetch; moves only where it is in their hands."""
    table = load(case.table)
    steps = list(CaseStep.objects.filter(case=case).select_related("body").order_by("n"))
    rows, shows = step_rows(case, table, steps), not did_the_work(case, table, steps, held)
    clock_rows = with_version_today(CaseClock.objects.filter(case=case)).select_related("body")
    clocks = tuple(clock_rows.order_by("opened_at", "pk"))
    requests = tuple(CaseRequest.objects.filter(case=case).select_related("asked_by", "decided_by").order_by("pk"))
    history = (Made(step.verb.removeprefix("cases."), step.by_id) for step in steps)
    facts = facts_from(case, history, clocks, requests, now=at)
    evaluations = evaluations_of(case, with_ratings=shows)
    is_frozen = bool(evaluations) and not case.is_open and evaluations[-1].round == case.reopen_count
    work = ClockWork(CaseDesk(case, Book(case.district)), at)
    joint = tuple(calls_of(case, at)) if any(step.verb == f"cases.{CALL}" for step in steps) else ()
    return CasePage(
        case=case, table=table, state=table.state(case.state), light=light(case, at), share=share_used(case, at),
        days_told=days_told(case, at), stages=stage_rows(case, table, rows), clocks=clocks,
        steps=rows if shows else without_ratings(rows), requests=requests,
        moves=_offered(case, possible(table, facts, [held.role], held.user_id), joint) if may_move else (), joint=joint,
        attachments=tuple(Attachment.objects.filter(case=case).select_related("file").order_by("pk")),
        ratings=tuple(Rating.objects.filter(case=case).order_by("round")) if shows else (),
        rungs=rung_rows(work, clocks, at), evaluations=evaluations,
        reasons=frozen_reasons(evaluations[-1]) if is_frozen else reasons_of(work, clocks, at),
        is_watched=Watch.objects.filter(case=case, user_id=held.user_id).exists(),
    )  # fmt: skip
