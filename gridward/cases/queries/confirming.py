"""What was done long before it arrived here: whether it was in time waits for a supervisor's word."""

from collections.abc import Iterable
from datetime import timedelta

from gridward.cases.models import CaseClock, CaseStep

LONG = timedelta(hours=24)
CONFIRMED = "cases.confirm_times"


def told_late(steps: Iterable[CaseStep]) -> list[CaseStep]:
    """Steps of one case, in their order, that arrived more than 24 hours after they were made and that nobody has
    confirmed since.
    """
    waiting: list[CaseStep] = []
    for step in steps:
        if step.verb == CONFIRMED:
            waiting = []
        elif step.recorded_at - step.at > LONG:
            waiting.append(step)
    return waiting


def awaits_confirmation(clock: CaseClock, waiting: Iterable[CaseStep]) -> bool:
    """Whether a clock counts as kept only by the word of whoever told it late."""
    return clock.state == CaseClock.State.MET and any(step.at == clock.stopped_at for step in waiting)
