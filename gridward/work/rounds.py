"""The duties of each minute, taken in turn by whichever jobs process asks first."""

import logging
from datetime import timedelta

from gridward.work import clock
from gridward.work.actions import beat, forget_done_deliveries, take_turn
from gridward.work.collected import sweeps
from gridward.work.describing import describe

log = logging.getLogger(__name__)

MINUTE = timedelta(seconds=60)
JOBS_PULSE = "jobs"


def sweep_round() -> list[str]:
    """Do the duties whose minute has come and that no other process took; answer their names."""
    done = []
    for name, function in (*sweeps(), ("work.forget_deliveries", forget_done_deliveries)):
        if take_turn(name=name, at=clock.now(), every=MINUTE):
            _sweep(name, function)
            done.append(name)
    return done


def _sweep(name: str, function: object) -> None:
    try:
        assert callable(function)
        function(at=clock.now())
    except Exception as error:  # one duty that fails must not stop the others
        log.exception("the duty %s failed and is tried again in a minute", name)
        beat(name=name, at=clock.now(), error=describe(error))
    else:
        beat(name=name, at=clock.now())
