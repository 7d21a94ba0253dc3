"""Somebody leaves: their open cases find other hands in the same transaction."""

from datetime import datetime
from typing import Any

from gridward.cases.actions.steps import add_step
from gridward.cases.models import Case
from gridward.core.actor import Actor
from gridward.work.locks import lock_all


def move_open_work(*, user: Any, successor: Any = None, by: Actor, at: datetime, **_: Any) -> None:
    """Somebody leaves: what they handle goes to the successor, or back to the department's desk."""
    held = Case.objects.filter(handler=user, is_open=True).values_list("pk", flat=True)
    for case in lock_all(Case, held):
        here = case.state
        case.handler = successor
        if successor is None and case.state == "handling":
            case.state = "pending_handle"
        names = {"from": user.pk, "to": successor.pk if successor else None}
        add_step(case, move="hand_over", state_from=here, by=by, at=at, body=names)
        case.save()
    Case.objects.filter(checker=user, is_open=True).update(checker=successor)
