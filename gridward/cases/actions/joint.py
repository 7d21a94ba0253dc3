"""Joint handling: bodies are called to a case, each does its part or says why not, and both sides are rated.

Every act leaves a step of the case; the case itself moves by its own moves only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from gridward.accounts.models import Body
from gridward.accounts.queries.administration import administered
from gridward.cases.actions.clocks import derivation_of
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.effects import check_community, is_below
from gridward.cases.actions.texts import clean_text
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case, JointCall, JointTask
from gridward.cases.queries.choices import HANDLING_KINDS
from gridward.cases.queries.joint import CALL, has_side, open_names
from gridward.core.actor import Actor
from gridward.core.calendar.due import Unit
from gridward.core.errors import RuleBroken
from gridward.core.workflow.clocks import open_clock
from gridward.core.workflow.joint import (
    ACTS,
    CALLED_IN,
    HELD_BACK,
    MARKS,
    MOST_ASSISTANTS,
    OPEN,
    Side,
    TaskState,
    after,
    check_ended,
)
from gridward.core.workflow.roles import Role
from gridward.core.workflow.table import ClockKind
from gridward.work import clock
from gridward.work.locks import lock

LEAST_WORDS, LEAST_PURPOSE, MOST_HOURS = 4, 6, 240
MEET_WITHIN = timedelta(days=366)
MOST_WORDS, MOST_RATING_WORDS = 1000, 500
RATED = {Side.CALLER: ("turnout", "turnout_words"), Side.ASSISTANT: ("need", "need_words")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A body to call, and what it is to do."""

    body_id: int
    task: str


@transaction.atomic
def call_bodies(
    *, case: Case, purpose: str, wanted: Sequence[Wanted], hours: int, meet_at: datetime | None, by: Actor, at: datetime
) -> JointCall:  # fmt: skip
    """吹哨: call bodies to a case that a lead body works on, each with a task and a clock of its own.

    Raises RuleBroken ``joint.*``, ``case.choice_unknown``, ``case.complaint_to_its_subject``.
    """
    desk = take_up(case.pk)
    require_side(desk.case, Side.CALLER, None, by, at)
    purpose = clean_text(purpose, MOST_WORDS)
    _check_call(desk.case, purpose, wanted, hours)
    if meet_at is not None and not at <= meet_at <= at + MEET_WITHIN:
        raise RuleBroken("joint.meet_when", most=MEET_WITHIN.days)
    bodies = [_assistant(desk, one, at) for one in wanted]
    said = {"text": purpose, "assistants": [_named(body, one.task) for body, one in zip(bodies, wanted, strict=True)],
            **({"meet_at": meet_at.isoformat()} if meet_at else {})}  # fmt: skip
    moment = _leave(desk, CALL, said, by=by, at=at)
    call = JointCall.objects.create(
        district_id=desk.case.district_id, case=desk.case, body_id=by.body_id, by_id=by.user_id, purpose=purpose,
        meet_at=meet_at, called_at=moment, recorded_at=clock.now(),
    )  # fmt: skip
    JointTask.objects.bulk_create(
        _task(desk, call, body, one.task, hours, moment) for body, one in zip(bodies, wanted, strict=True)
    )
    return call


def _check_call(case: Case, purpose: str, wanted: Sequence[Wanted], hours: int) -> None:
    if case.state not in CALLED_IN or case.body_id is None:
        raise RuleBroken("joint.not_now")
    if not 1 <= len(wanted) <= MOST_ASSISTANTS or len({one.body_id for one in wanted}) < len(wanted):
        raise RuleBroken("joint.how_many", most=MOST_ASSISTANTS)
    if not 1 <= hours <= MOST_HOURS:
        raise RuleBroken("joint.hours", most=MOST_HOURS)
    if len(purpose) < LEAST_PURPOSE:
        raise RuleBroken("joint.say_more", least=LEAST_PURPOSE)


def _assistant(desk: CaseDesk, one: Wanted, at: datetime) -> Body:
    """A body that may be called: one that handles, not the lead, not the subject of the complaint, not called twice."""
    body, case = desk.book.body(one.body_id), desk.case
    names = {"body_zh": body.name_zh, "body_en": body.name_en}
    if body.kind not in HANDLING_KINDS or body.valid_to is not None:
        raise RuleBroken("case.choice_unknown")
    if is_below(body.path, case.complained_body):
        raise RuleBroken("case.complaint_to_its_subject", **names)
    if body.pk == case.body_id or JointTask.objects.filter(case=case, body=body, state__in=OPEN).exists():
        raise RuleBroken("joint.there_already", **names)
    if len(clean_text(one.task, MOST_WORDS)) < LEAST_WORDS:
        raise RuleBroken("joint.say_more", least=LEAST_WORDS)
    check_community(desk, body, at, assists=True)
    return body


def _task(desk: CaseDesk, call: JointCall, body: Body, task: str, hours: int, at: datetime) -> JointTask:
    """Its clock runs on the body's own calendar, without a break where the case is urgent."""
    unit = Unit.URGENT_HOUR if desk.case.is_urgent else Unit.WORK_HOUR
    due = open_clock(ClockKind.STAGE, hours * 3600, unit, at, desk.book.calendar(body))
    return JointTask(
        district_id=desk.case.district_id, call=call, case=desk.case, body=body, task=clean_text(task, MOST_WORDS),
        amount_s=due.amount_s, unit=unit.value, called_at=at, due_at=due.due_at, is_provisional=due.is_provisional,
        derivation=derivation_of(due),
    )  # fmt: skip


@transaction.atomic
def act_on_task(*, task: JointTask, act: str, words: str, by: Actor, at: datetime) -> JointTask:
    """Turn up for a task, finish it, give it back, or (the lead) excuse it; with a step of the case.

    Raises RuleBroken ``joint.not_yours``, ``joint.not_from_here``, ``joint.say_more``.
    """
    desk, step = take_up(task.case_id), ACTS[act]
    row = lock(JointTask, task.pk, related=("body",))
    require_side(desk.case, step.side, row, by, at)
    words = clean_text(words)
    state = after(act, row.state, words)
    said = {"result": words} if act == "finish" else {"reason": words}
    moment = _leave(desk, f"joint_{act}", {"assistants": [_named(row.body)], **said}, by=by, at=at)
    row.state, row.words = state.value, words
    if state is TaskState.TAKEN:
        row.taken_at = moment
    else:
        row.ended_at = moment
    row.save(update_fields=["state", "words", "taken_at", "ended_at"])
    return row


@transaction.atomic
def rate_task(*, task: JointTask, side: Side, mark: str, words: str, by: Actor, at: datetime) -> JointTask:
    """双向评价: whoever called says how the body turned up, the body how the call was; bodies are rated, no persons.

    Raises RuleBroken ``joint.not_yours``, ``joint.rate_later``, ``joint.rated_before``.
    """
    desk = take_up(task.case_id)
    row = lock(JointTask, task.pk, related=("body", "call"))
    require_side(desk.case, side, row, by, at)
    if side is Side.CALLER and row.call.body_id != by.body_id:
        raise RuleBroken("joint.not_yours")
    column, beside = RATED[side]
    if row.state in OPEN or row.state == TaskState.LAPSED or mark not in MARKS:
        raise RuleBroken("joint.rate_later")
    if getattr(row, column):
        raise RuleBroken("joint.rated_before")
    setattr(row, column, mark)
    setattr(row, beside, clean_text(words, MOST_RATING_WORDS))
    row.save(update_fields=[column, beside])
    said = {"assistants": [_named(row.body)], "mark": {column: mark}, "text": getattr(row, beside)}
    _leave(desk, f"joint_rate_{column}", said, by=by, at=at)
    return row


def require_side(case: Case, side: Side, task: JointTask | None, by: Actor, at: datetime) -> None:
    """Raises RuleBroken ``joint.not_yours`` unless the actor, by today's rights, is on that side of the case."""
    role = Role(by.role)
    if not has_side(case, side, task, role, administered(by, case.district_id, at, role=role)):
        raise RuleBroken("joint.not_yours")


def settle_joint(desk: CaseDesk, move: str) -> None:
    """What a move of the case means for its open tasks: it waits for them, or they lapse with it.

    Costs a statement only where bodies were ever called. Raises RuleBroken ``joint.still_open``.
    """
    case = desk.case
    if not any(made.move == CALL for made in desk.past):
        return
    if move in HELD_BACK:
        check_ended(open_names(case))
    still = JointTask.objects.filter(case=case, state__in=OPEN)
    gone = still if not case.is_open else still.filter(body_id=case.body_id)
    gone.update(state=TaskState.LAPSED, ended_at=desk.past[-1].at)


def _named(body: Body, task: str = "") -> dict[str, str]:
    """A body as the step keeps it: by the names that it had."""
    return {"zh": body.name_zh, "en": body.name_en, **({"task": clean_text(task, MOST_WORDS)} if task else {})}


def _leave(desk: CaseDesk, verb: str, said: Mapping[str, Any], *, by: Actor, at: datetime) -> datetime:
    state = desk.case.state
    moment = desk.add_step(move=verb, state_from=state, by=by, at=at, recorded_at=clock.now(), body=said)
    put_down(desk)
    return moment
