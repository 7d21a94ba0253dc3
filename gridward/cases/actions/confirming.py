"""A supervisor confirms times that arrived long after the fact."""

from datetime import datetime

from django.db import transaction

from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case, CaseStep
from gridward.cases.queries.confirming import told_late
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.work import clock

CONFIRMERS = frozenset({Role.SUPERVISOR, Role.DUTY_CHIEF})


@transaction.atomic
def confirm_times(*, case: Case, by: Actor, at: datetime) -> Case:
    """The times of steps that arrived more than 24 hours late are right; twice is once.

    Raises RuleBroken ``case.times_not_yours`` for other roles and for whoever made one of these steps.
    """
    desk = take_up(case.pk)
    waiting = told_late(CaseStep.objects.filter(case=desk.case).order_by("n"))
    if by.role not in CONFIRMERS or by.user_id in {step.by_id for step in waiting}:
        raise RuleBroken("case.times_not_yours")
    if not waiting:
        return desk.case
    state, said = desk.case.state, {"steps": [step.n for step in waiting]}
    desk.add_step(move="confirm_times", state_from=state, by=by, at=at, recorded_at=clock.now(), body=said)
    return put_down(desk)
