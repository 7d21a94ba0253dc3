"""A test fails when an ``atomic`` block of the code under test keeps the write lock for 100 ms or more.

On GeoPackage one such block stops every other writer. What is measured is the CPU time of the thread between
the outermost ``atomic`` of the code and its end, because wall time on a busy machine measures the machine;
so waiting (files, HTTP) is not seen here and stays a matter of review. Python's collector rests meanwhile: the
garbage of two thousand other tests is not this one's doing. The wrapper that rolls a test back and
the test's fixtures do not count; ``@pytest.mark.long_transaction("why")`` lets one test go on for longer.
"""

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import local
from typing import Any

import pytest
from django.db.transaction import Atomic

MOST_S = 0.1


@dataclass
class Watched:
    """Blocks that were held too long while one test ran, as seconds of CPU time."""

    too_long: list[float] = field(default_factory=list)


class Watch(local):
    """Per thread: how deep in ``atomic`` blocks of the code we are, and since when."""

    depth = 0
    since = 0.0


_watch = Watch()
_running: list[Watched] = []


def _entering(enter: Callable[[Atomic], None]) -> Callable[[Atomic], None]:
    def watched(block: Atomic) -> None:
        enter(block)
        if not getattr(block, "_from_testcase", False):
            if _watch.depth == 0:
                gc.disable()
                _watch.since = time.thread_time()
            _watch.depth += 1

    return watched


def _leaving(leave: Callable[..., Any]) -> Callable[..., Any]:
    def watched(block: Atomic, *error: Any) -> Any:
        answer = leave(block, *error)
        if not getattr(block, "_from_testcase", False):
            _watch.depth -= 1
            held = time.thread_time() - _watch.since
            if _watch.depth == 0:
                gc.enable()
            if _watch.depth == 0 and held >= MOST_S and _running:
                _running[-1].too_long.append(held)
        return answer

    return watched


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long_transaction(why): may hold the write lock for longer than 100 ms")
    Atomic.__enter__ = _entering(Atomic.__enter__)
    Atomic.__exit__ = _leaving(Atomic.__exit__)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Watch the test's own body; its fixtures build what they like."""
    watched = Watched()
    _running.append(watched)
    try:
        answer = yield
    finally:
        _running.pop()
    if watched.too_long and not item.get_closest_marker("long_transaction"):
        held = ", ".join(f"{seconds * 1000:.0f} ms" for seconds in watched.too_long)
        pytest.fail(f"an atomic block held the write lock for {held} of CPU time; the limit is 100 ms", pytrace=False)
    return answer
