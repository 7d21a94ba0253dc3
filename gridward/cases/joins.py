"""What must hold for cases in the same transaction as a lower app's action."""

from datetime import datetime
from typing import Any

from gridward.cases.actions.rehoming import rehome_open_cases
from gridward.cases.actions.steps import add_step
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case, CaseClock
from gridward.core.actor import SYSTEM, Actor
from gridward.work import clock
from gridward.work.locks import lock_all


def recompute_clocks(*, calendar: Any, by: Actor = SYSTEM, at: datetime, **_: Any) -> None:
    """A new version of a calendar moves the due times of open clocks, each with a step; closed ones never."""
    states = (CaseClock.State.RUNNING, CaseClock.State.PAUSED)
    open_clocks = CaseClock.objects.filter(district_id=calendar.district_id, state__in=states)
    for case_id in sorted(set(open_clocks.values_list("case_id", flat=True))):
        desk = take_up(case_id)
        before = desk.case.due_at
        desk.recompute_clocks(at=at)
        if desk.case.due_at != before:
            said = {"calendar": calendar.code, "version": calendar.version}
            desk.add_step(
                move="recompute", state_from=desk.case.state, by=by, at=at, recorded_at=clock.now(), body=said
            )
        put_down(desk)


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


JOINS = {
    "districts.change_calendar": recompute_clocks,
    "accounts.leave_post": move_open_work,
    "grids.adopt_plan": rehome_open_cases,
}
