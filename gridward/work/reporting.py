"""What a long run tells while it works, and how it learns that it should stop."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from gridward.work import clock
from gridward.work.actions import beat_run
from gridward.work.models import Run

EVERY = timedelta(seconds=1)
BEAT_S = 15
Told = Callable[[int, int | None], None]


class StopAsked(Exception):  # noqa: N818 - reads as a sentence
    """Somebody asked the run to stop, or its process is ending; what was reported stays."""


class Report:
    """Handed to a run's function: its arguments and cursor, and ``reached`` to report and be stopped.

    ``told`` is also called with what is reported: a command prints it.
    """

    def __init__(self, run: Run, *, is_ending: Callable[[], bool] = lambda: False, told: Told | None = None) -> None:
        self.run_id, self.district_id, self.by_id = run.pk, run.district_id, run.by_id
        self.arguments: dict[str, Any] = run.arguments
        self.cursor: dict[str, Any] = run.cursor
        self._is_ending, self._told = is_ending, told
        self._last: datetime | None = None

    def reached(
        self,
        progress: int,
        *,
        total: int | None = None,
        cursor: dict[str, Any] | None = None,
        message: str = "",
    ) -> None:
        """Tell how far it got, at most once a second; ``cursor`` is where a resumed run begins.

        Call it between two transactions, after what the cursor names is committed. Raises StopAsked.
        """
        self.cursor = self.cursor if cursor is None else cursor
        now = clock.now()
        is_due = self._last is None or now - self._last >= EVERY or progress == total
        if is_due or self._is_ending():
            self._last = now
            if self._told:
                self._told(progress, total)
            facts: dict[str, Any] = {
                "progress": progress,
                "cursor": self.cursor,
                "message": message,
                "attempts": 0,
            }
            if total is not None:
                facts["total"] = total
            if beat_run(run_id=self.run_id, at=now, **facts) or self._is_ending():
                raise StopAsked


class Heart(threading.Thread):
    """Beats for a run that computes long between two reports, so that nobody takes it for dead."""

    def __init__(self, run_id: int) -> None:
        super().__init__(daemon=True)
        self._run_id, self._over = run_id, threading.Event()

    def run(self) -> None:
        while not self._over.wait(BEAT_S):
            beat_run(run_id=self._run_id, at=clock.now())
            connection.close()

    def stop(self) -> None:
        self._over.set()
