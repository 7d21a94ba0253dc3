"""How a background process learns that it should end: a signal, or the death of the process it belongs to."""

import os
import signal
import threading
from types import FrameType

LOOK_EVERY_S = 0.5


class Ending:
    """Set once by SIGTERM, SIGINT or the parent's death; waited for between two pieces of work."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def listen(self) -> None:
        """Take over the signals of this process (main thread only)."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._over.set()

    def follow(self, parent: int) -> None:
        """End when the process ``parent`` is gone."""
        threading.Thread(target=self._watch, args=(parent,), daemon=True).start()

    def _watch(self, parent: int) -> None:
        is_child = os.getppid() == parent
        while not self._over.wait(LOOK_EVERY_S):
            if (is_child and os.getppid() != parent) or not is_alive(parent):
                self._over.set()

    def wait(self, seconds: float) -> bool:
        """Sleep, but no longer than until the end; answers whether it has come."""
        return self._over.wait(seconds)

    def is_over(self) -> bool:
        return self._over.is_set()

    def end(self) -> None:
        self._over.set()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
