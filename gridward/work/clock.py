"""The one source of recorded_at. Demo, replay and simulator put their own clock in its place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime


def _wall() -> datetime:
    return datetime.now(UTC)


_source: ContextVar[Callable[[], datetime] | None] = ContextVar("clock", default=None)
_process: Callable[[], datetime] = _wall


def now() -> datetime:
    """This moment in UTC, by the clock in force."""
    return (_source.get() or _process)()


def run_process_by(source: Callable[[], datetime]) -> None:
    """Every thread of this process goes by another clock from now on; only for databases marked as demo."""
    global _process
    _process = source


@contextmanager
def running(source: Callable[[], datetime]) -> Iterator[None]:
    """Run a block by another clock; only for databases marked as demo, and tests."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Run a block at one fixed moment."""
    with running(lambda: moment):
        yield
