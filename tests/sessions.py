"""Two sessions at once: committed data, a second thread or process, on either database."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections

WAIT_S = 30


@dataclass(frozen=True)
class TwoSessions:
    """The database of a running test, reached by other threads and processes.

    ``url`` is its DATABASE_URL for a child process; ``environment`` is a child's whole environment.
    """

    url: str

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "DATABASE_URL": self.url, "DJANGO_SETTINGS_MODULE": "gridward.project.settings"}

    def in_another(self, work: Callable[[], Any]) -> Any:
        """Run work in a thread with a connection of its own, wait for it, answer or raise as it did."""
        return self.at_once(work)[0]

    def at_once(self, *works: Callable[[], Any]) -> list[Any]:
        """Run several works at the same moment, each in a thread and session of its own.

        An exception is raised by nobody but answered in the list, so that a test can say which one lost.
        With a single work its exception is raised.
        """
        barrier = threading.Barrier(len(works))
        with ThreadPoolExecutor(len(works)) as pool:
            futures = [pool.submit(copy_context().run, _alone, work, barrier) for work in works]
        if len(works) == 1:
            return [futures[0].result(WAIT_S)]
        return [future.exception(WAIT_S) or future.result() for future in futures]


def _alone(work: Callable[[], Any], barrier: threading.Barrier) -> Any:
    try:
        barrier.wait(WAIT_S)
        return work()
    finally:
        connections.close_all()


@contextmanager
def file_database(path: Path) -> Iterator[None]:
    """Move the default connection of this process from memory to a file copied from it, and back."""
    kept = connections["default"]
    kept.ensure_connection()
    if kept.connection.in_transaction:  # SQLite's copy would wait for ever on this connection's own transaction
        raise RuntimeError("an open transaction was left on the connection: two_sessions copies committed data only")
    with closing(sqlite3.connect(path)) as copy:
        kept.connection.backup(copy)
    name = kept.settings_dict["NAME"]
    kept.settings_dict["NAME"] = str(path)
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        kept.settings_dict["NAME"] = name
        connections["default"] = kept


def url_of(settings: dict[str, Any]) -> str:
    """The DATABASE_URL of a connection's settings."""
    if settings["ENGINE"] == "gridward.gpkg":
        return f"gpkg://{settings['NAME']}"
    account = f"{settings['USER']}:{settings['PASSWORD']}" if settings["PASSWORD"] else settings["USER"]
    return f"postgis://{account}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
