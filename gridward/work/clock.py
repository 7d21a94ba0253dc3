"""The one source of recorded_at. Demo, replay and simulator put their own clock in its place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime


def _wall() -> datetime:
    return datetime.now(UTC)


_source: ContextVar[Callable[[], datetime]] = ContextVar("clock", default=_wall)


def now() -> datetime:
    """This moment in UTC, by the clock in force."""
    return _source.get()()


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
