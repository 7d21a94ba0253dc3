"""Which body a complaint is about: said by whoever reported, or later by a person who takes it in."""

from datetime import datetime

from django.db import transaction

from gridward.cases.actions.effects import is_below
from gridward.cases.actions.releasing import RELEASERS
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.work import clock


@transaction.atomic
def name_subject(*, case: Case, body_id: int | None, by: Actor, at: datetime) -> Case:
    """Note the body that a complaint is about, which never sees it from now on; ``None``: nobody knows which.

    Raises RuleBroken ``case.release_not_yours``, ``case.complaint_about_the_centre``, and
    ``case.complaint_to_its_subject`` while the case is in that body's hands.
    """
    if by.role not in RELEASERS:
        raise RuleBroken("case.release_not_yours")
    desk = take_up(case.pk)
    case, body = desk.case, desk.book.body(body_id) if body_id is not None else None
    if body is not None and body.parent_id is None:
        raise RuleBroken("case.complaint_about_the_centre")
    if body is not None and case.body is not None and is_below(case.body.path, body):
        raise RuleBroken("case.complaint_to_its_subject", body_zh=case.body.name_zh, body_en=case.body.name_en)
    case.complained_body = body
    said = {"body": body_id}
    desk.add_step(move="name_subject", state_from=case.state, by=by, at=at, recorded_at=clock.now(), body=said)
    return put_down(desk)
