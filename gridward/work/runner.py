"""The jobs process: deliveries at once, duties each minute, long runs in children. Several may run."""

import logging
from datetime import timedelta

from django.db import Error as DatabaseError
from django.db import close_old_connections

from gridward.work import clock
from gridward.work.actions import take_turn
from gridward.work.delivering import MOST_AT_ONCE, deliver_round
from gridward.work.describing import describe
from gridward.work.ending import Ending
from gridward.work.rounds import JOBS_PULSE, sweep_round
from gridward.work.supervising import Supervisor

log = logging.getLogger(__name__)

IDLE_S = 0.5
TROUBLE_S = 5.0
PULSE_EVERY = timedelta(seconds=30)


def run_until_ended(ending: Ending) -> None:
    """Work until told to end; a database that is locked, full or away makes it wait, never fall."""
    supervisor = Supervisor()
    try:
        while not ending.is_over():
            ending.wait(_one_turn(supervisor, ending))
    finally:
        supervisor.end()


def _one_turn(supervisor: Supervisor, ending: Ending) -> float:
    """One look at everything; answers how many seconds to wait before the next."""
    try:
        close_old_connections()
        take_turn(name=JOBS_PULSE, at=clock.now(), every=PULSE_EVERY)
        sweep_round()
        supervisor.look()
        return 0.0 if deliver_round(is_over=ending.is_over) == MOST_AT_ONCE else IDLE_S
    except (DatabaseError, OSError) as error:
        log.error("the jobs process waits %s s: %s", TROUBLE_S, describe(error))
        return TROUBLE_S


def work_off() -> int:
    """Deliver all that is due now, and come back: for tests, stories and a full queue; answers how many."""
    count = 0
    while claimed := deliver_round():
        count += claimed
    return count
