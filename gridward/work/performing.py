"""The child process of one run."""

import logging

from gridward.core.errors import RuleBroken
from gridward.work import clock
from gridward.work.actions import finish_run
from gridward.work.collected import performers
from gridward.work.describing import describe
from gridward.work.ending import Ending
from gridward.work.models import Run
from gridward.work.reporting import Heart, Report, StopAsked, Told

log = logging.getLogger(__name__)


def perform_run(run_id: int, ending: Ending, told: Told | None = None) -> str:
    """Perform a run that this process's parent claimed; answer the state it is left in."""
    run = Run.objects.get(pk=run_id)
    heart = Heart(run_id)
    heart.start()
    try:
        state, message = _perform(run, ending, told)
    finally:
        heart.stop()
    finish_run(run_id=run_id, state=state, message=message, at=clock.now())
    return state


def _perform(run: Run, ending: Ending, told: Told | None) -> tuple[str, str]:
    if run.kind not in performers():
        return Run.State.FAILED, "work.unknown_kind"
    try:
        performers()[run.kind](Report(run, is_ending=ending.is_over, told=told))
    except StopAsked:
        is_wished = Run.objects.filter(pk=run.pk, is_stop_asked=True).exists()
        return (Run.State.STOPPED if is_wished else Run.State.WAITING), ""
    except RuleBroken as refused:
        return Run.State.FAILED, str(refused)
    except Exception as error:  # shown to the operator, who may resume it
        log.exception("run %s (%s) failed", run.pk, run.kind)
        return Run.State.FAILED, describe(error)
    return Run.State.DONE, ""
