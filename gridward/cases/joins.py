"""What must hold for cases in the same transaction as a lower app's action."""

from datetime import datetime
from typing import Any

from gridward.cases.actions.handing_over import move_open_work
from gridward.cases.actions.rehoming import rehome_open_cases
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import CaseClock
from gridward.core.actor import SYSTEM, Actor
from gridward.work import clock


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


JOINS = {
    "districts.change_calendar": recompute_clocks,
    "accounts.leave_post": move_open_work,
    "grids.adopt_plan": rehome_open_cases,
}
