"""催办 by phone: kept with the case, so that the next shift knows what was promised."""

from datetime import datetime

from django.db import transaction

from gridward.accounts.models import Body
from gridward.cases.actions.texts import clean_text
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case, PhoneReminder
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.work import clock

CALLERS = frozenset({Role.ACCEPTOR, Role.DISPATCHER, Role.DUTY_CHIEF, Role.HOTLINE_OPERATOR, Role.SUPERVISOR})
MOST_PROMISED = 500


@transaction.atomic
def remind_by_phone(
    *, case: Case, body: Body, post: str, was_reached: bool, promised: str = "", promised_by: datetime | None = None,
    by: Actor, at: datetime,
) -> PhoneReminder:  # fmt: skip
    """Note that a body was rung up about an open case, what it promised and until when.

    Raises RuleBroken ``case.remind_not_yours``, ``case.remind_has_ended``, ``case.promise_in_the_past``, and
    ``case.complaint_to_its_subject`` for the body that a complaint is about or one below it.
    """
    if by.role not in CALLERS or by.user_id is None:
        raise RuleBroken("case.remind_not_yours")
    desk = take_up(case.pk)
    case = desk.case
    if not case.is_open:
        raise RuleBroken("case.remind_has_ended")
    if promised_by is not None and promised_by <= at:
        raise RuleBroken("case.promise_in_the_past")
    if case.complained_body and body.path.startswith(case.complained_body.path):
        raise RuleBroken("case.complaint_to_its_subject", body_zh=body.name_zh, body_en=body.name_en)
    row = PhoneReminder.objects.create(
        district_id=case.district_id, case=case, body=body, post=PhoneReminder.Post(post), was_reached=was_reached,
        promised=clean_text(promised, MOST_PROMISED), promised_by=promised_by, by_id=by.user_id, at=at,
    )  # fmt: skip
    said = {"called": body.pk, "post": post, "reached": was_reached, "words": row.promised,
            "promised_by": promised_by.isoformat() if promised_by else None}  # fmt: skip
    desk.add_step(move="remind_by_phone", state_from=case.state, by=by, at=at, recorded_at=clock.now(), body=said)
    put_down(desk)
    return row
