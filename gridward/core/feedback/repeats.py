"""When a problem counts as come back: the same category close by, reported soon after the earlier one had ended."""

from datetime import datetime, timedelta

REPEAT_DAYS = 30
REPEAT_M = 50.0


def window(reported_at: datetime) -> tuple[datetime, datetime]:
    """In which an earlier case must have ended."""
    return reported_at - timedelta(days=REPEAT_DAYS), reported_at
