"""Moments as text: spelled once, however many rows, lines and hashes of one step say the same moment."""

from datetime import UTC, datetime
from functools import lru_cache


def spelled(at: datetime) -> str:
    """ISO 8601 in UTC, with microseconds where there are any: ``2026-05-06T01:30:00+00:00``."""
    return _spelled(at if at.tzinfo is UTC else at.astimezone(UTC))


@lru_cache(maxsize=1 << 15)
def _spelled(at: datetime) -> str:
    """Only moments in UTC come here: two of one zone may be equal and yet an hour apart."""
    return at.isoformat()
