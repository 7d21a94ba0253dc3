"""Runs in child processes of the jobs process: started, waited for, ended with it."""

import logging
import os
import subprocess
import sys

from gridward.work import clock
from gridward.work.actions import claim_run, free_orphaned_runs, free_run

log = logging.getLogger(__name__)

END_S = 20


def command_of(run_id: int) -> list[str]:
    """How a child is started: this interpreter, this program."""
    return [
        sys.executable, "-m", "django", "perform_run", str(run_id),
        "--with-parent", str(os.getpid()),
    ]  # fmt: skip


class Supervisor:
    """At most one run at a time in one jobs process: long work must not crowd out short work."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._run_id = 0

    def look(self) -> bool:
        """Settle a child that ended, take up the next run; answers whether one is under way."""
        if self._child is not None and self._child.poll() is not None:
            self._settle(self._child.returncode)
        if self._child is None:
            free_orphaned_runs(at=clock.now())
            run = claim_run(at=clock.now())
            if run is not None:
                self._run_id, self._child = run.pk, subprocess.Popen(command_of(run.pk))
        return self._child is not None

    def _settle(self, code: int) -> None:
        """A child that finished left its run settled; one that was ended leaves it to be taken up again."""
        self._child = None
        if code != 0:
            log.error("the process of run %s ended with code %s; the run is taken up again", self._run_id, code)
            free_run(run_id=self._run_id, at=clock.now())

    def end(self) -> None:
        """Ask the child to end at its next report, and wait; its run waits to be taken up again."""
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(END_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._settle(self._child.returncode)
