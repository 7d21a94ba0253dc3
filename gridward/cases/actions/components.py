"""Which component a case is about: said with the report, or later by somebody who looked."""

from datetime import datetime

from django.db import transaction

from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.work import clock

CHOOSERS = frozenset({Role.ACCEPTOR, Role.DUTY_CHIEF, Role.DISPATCHER, Role.GRID_WORKER, Role.GRID_LEADER})


@transaction.atomic
def choose_component(*, case: Case, component_id: int | None, by: Actor, at: datetime) -> Case:
    """Note the component that a case is about, or that it is about none; the same again changes nothing.

    Raises RuleBroken ``case.component_not_yours``, ``case.component_over`` for an ended case, and
    ``case.choice_unknown`` for one that is not in the register.
    """
    if by.role not in CHOOSERS:
        raise RuleBroken("case.component_not_yours")
    desk = take_up(case.pk)
    case = desk.case
    if not case.is_open:
        raise RuleBroken("case.component_over")
    if component_id == case.component_id:
        return case
    case.component = None if component_id is None else desk.book.component(component_id)
    said = {"component": case.component.code if case.component else ""}
    desk.add_step(move="choose_component", state_from=case.state, by=by, at=at, recorded_at=clock.now(), body=said)
    return put_down(desk)
