"""Somebody leaves: their open cases find other hands in the same transaction."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from gridward.cases.actions.book import Book
from gridward.cases.actions.writing import put_down_lightly, take_up_lightly
from gridward.cases.models import Case
from gridward.core.actor import Actor
from gridward.districts.models import District
from gridward.work import clock
from gridward.work.locks import lock_all


def move_open_work(*, user: Any, successor: Any = None, by: Actor, at: datetime, **_: Any) -> None:
    """What somebody handles goes to the successor or back to the department's desk; what they were asked to check
    goes to the successor, unless they handle it, or to whoever serves the place.
    """
    held = Case.objects.filter(Q(handler=user) | Q(checker=user), is_open=True)
    cases = lock_all(Case, held.values_list("pk", flat=True))
    if not cases:
        return
    desks = take_up_lightly(cases, Book(District.objects.get(pk=cases[0].district_id)))
    for desk in desks:
        case, here = desk.case, desk.case.state
        if case.handler_id == user.pk:
            case.handler = successor
            if successor is None and case.state == "handling":
                case.state = "pending_handle"
        if case.checker_id == user.pk:
            case.checker = None if successor is None or successor.pk == case.handler_id else successor
        names = {"from": user.pk, "to": successor.pk if successor else None}
        desk.add_step(move="hand_over", state_from=here, by=by, at=at, recorded_at=clock.now(), body=names)
    put_down_lightly(desks, ["handler_id", "checker_id", "state"])
