"""The one way in which a case moves: whatever door, whatever move, this action."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.cases.actions.attaching import hang_photos
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.joint import settle_joint
from gridward.cases.actions.telling import check_reply_given
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.parse import load
from gridward.work import clock
from gridward.work.locks import lock_all


@transaction.atomic
def move_case(
    *, case: Case, move: str, given: Mapping[str, Any], by: Actor, at: datetime,
    action_uuid: uuid.UUID | None = None, seen_n: int | None = None,
) -> Case:  # fmt: skip
    """Make one move of the case's table, with all that belongs to it, or refuse with the reason.

    ``given`` holds the fields of the table by code; ``seen_n`` is the last step that the person saw: who
    comes second reads what happened meanwhile. The same ``action_uuid`` again changes nothing.
    """
    _lock_in_order(case, given.get("merged_into") or case.merged_into_id)
    desk = take_up(case.pk)
    if desk.was_done(action_uuid):
        return desk.case
    try:
        desk.move(move, given, by=by, at=at, recorded_at=clock.now(), action_uuid=action_uuid)
    except RuleBroken as refused:
        raise _second(desk, refused, seen_n) from None
    check_reply_given(desk.case, move)
    settle_joint(desk, move)
    hang_photos(desk, move, given, by=by, at=clock.now())
    return put_down(desk)


def _lock_in_order(case: Case, other_id: object) -> None:
    """The case that this one joins or leaves is locked with it, the lower id first, so that two mergers never wait in a
    ring.
    """
    if isinstance(other_id, int):
        lock_all(Case, [case.pk, other_id])


def _second(desk: CaseDesk, refused: RuleBroken, seen_n: int | None) -> RuleBroken:
    """A refusal because somebody was faster says what they did; every other refusal stays."""
    if refused.code != "workflow.not_from_here" or seen_n is None or seen_n >= desk.case.step_n:
        return refused
    table = load(desk.case.table)
    last, state = table.moves.get(desk.past[-1].move), table.state(desk.case.state)
    return RuleBroken(
        "case.somebody_was_faster", move_zh=last.zh if last else "", move_en=last.en if last else "",
        state_zh=state.zh, state_en=state.en,
    )  # fmt: skip
