"""What may be kept of an exception: its kind and place, never its message, which may name a person."""

import traceback

from gridward.core.errors import RuleBroken

FRAMES = 3


def describe(error: BaseException) -> str:
    """``ValueError at jobs.py:12 notify_body < delivering.py:30 perform``; a refusal gives its code."""
    kind = error.code if isinstance(error, RuleBroken) else type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        kind += f" ({error.strerror})"
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
    return f"{kind} at {' < '.join(places)}" if places else kind
