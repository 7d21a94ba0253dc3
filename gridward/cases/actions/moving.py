"""The one way in which a case moves: whatever door, whatever move, this action."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.cases.actions.attaching import attach
from gridward.cases.actions.clocks import apply_clock_changes
from gridward.cases.actions.effects import after_move, fields_into, journal
from gridward.cases.actions.requests import apply_request
from gridward.cases.actions.steps import accepted_at, add_step
from gridward.cases.models import Attachment, Case, CaseStep
from gridward.cases.queries.facts import asked_of, facts_of
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.facts import CaseFacts
from gridward.core.workflow.moves import check_move, clock_changes
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import Move, State, Table
from gridward.work import clock
from gridward.work.locks import lock

PHOTO_KINDS = {
    "verify_true": Attachment.Kind.VERIFICATION,
    "verify_false": Attachment.Kind.VERIFICATION,
    "inspect_pass": Attachment.Kind.INSPECTION,
    "inspect_fail": Attachment.Kind.INSPECTION,
}
PHOTO_FIELDS = ("photo", "after_photo")


@transaction.atomic
def move_case(
    *, case: Case, move: str, given: Mapping[str, Any], by: Actor, at: datetime,
    action_uuid: uuid.UUID | None = None, seen_n: int | None = None,
) -> Case:  # fmt: skip
    """Make one move of the case's table, with all that belongs to it, or refuse with the reason.

    ``given`` holds the fields of the table by code; ``seen_n`` is the last step that the person saw: who
    comes second reads what happened meanwhile. The same ``action_uuid`` again changes nothing.
    """
    case = lock(Case, case.pk)
    steps = list(CaseStep.objects.filter(case=case).order_by("n"))
    if action_uuid and any(step.action_uuid == action_uuid for step in steps):
        return case
    table, here = load(case.table), case.state
    facts = facts_of(case, steps, now=at)
    target = _target(case, table, move, facts, by, given, steps, seen_n)
    step_move = table.move(move)
    moment, _ = accepted_at(at, earliest=steps[-1].at if steps else None, recorded_at=clock.now())
    fields_into(case, step_move, given, by)
    case.state, case.stage = target.code, target.stage.number
    for counter in step_move.counts:
        setattr(case, counter, getattr(case, counter) + 1)
    for mark in step_move.sets:
        setattr(case, mark, True)
    add_step(
        case, move=move, state_from=here, by=by, at=at, body=journal(step_move, given),
        earliest=steps[-1].at if steps else None, action_uuid=action_uuid,
    )  # fmt: skip
    apply_request(case, table, step_move, given, by=by, at=moment)
    apply_clock_changes(case, clock_changes(table, here, move), at=moment)
    _attach(case, step_move, given, by)
    after_move(case, step_move, target, given, by=by, at=moment)
    case.save()
    return case


def _target(
    case: Case, table: Table, move: str, facts: CaseFacts, by: Actor, given: Mapping[str, Any], steps: list[CaseStep],
    seen_n: int | None,
) -> State:  # fmt: skip
    """Where the move leads; a refusal after somebody else was faster says so."""
    try:
        return check_move(table, move, facts, role=by.role, person=by.user_id, given=given, asked=asked_of(case))
    except RuleBroken as refused:
        if refused.code != "workflow.not_from_here" or seen_n is None or seen_n >= case.step_n:
            raise
        last = table.moves.get(steps[-1].verb.removeprefix("cases."))
        raise RuleBroken(
            "case.somebody_was_faster",
            move_zh=last.zh if last else "", move_en=last.en if last else "",
            state_zh=table.state(case.state).zh, state_en=table.state(case.state).en,
        ) from None  # fmt: skip


def _attach(case: Case, move: Move, given: Mapping[str, Any], by: Actor) -> None:
    for field in PHOTO_FIELDS:
        photos = given.get(field) or ()
        kind = Attachment.Kind.AFTER if field == "after_photo" else PHOTO_KINDS.get(move.code)
        attach(case, photos, kind=kind or Attachment.Kind.REPORT, by=by, at=clock.now())
