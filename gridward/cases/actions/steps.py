"""Which time a step keeps."""

from datetime import datetime, timedelta

AHEAD = timedelta(minutes=2)


def accepted_at(at: datetime, *, earliest: datetime | None, recorded_at: datetime) -> tuple[datetime, bool]:
    """The time that a step keeps, and whether it is doubtful.

    It lies not before the case's previous step and not more than two minutes after the server's own time;
    outside it is clamped and marked.
    """
    latest = recorded_at + AHEAD
    low = earliest if earliest and earliest <= latest else None
    clamped = min(max(at, low) if low else at, latest)
    return clamped, clamped != at
