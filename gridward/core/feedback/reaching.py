"""When somebody who asked to be told counts as not reached.

An attempt counts once for each half of a day: calls within one morning are one attempt, however many were made. After
``ATTEMPTS`` of them the case may be ended without this person having been told; it is counted apart (未能联系).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

ATTEMPTS = 3
NOON = 12


class HalfDay(NamedTuple):
    """The morning or the rest of a local day."""

    day: date
    is_morning: bool


def half_day(at: datetime, zone: ZoneInfo) -> HalfDay:
    """The half of the local day in which a moment lies; noon belongs to the afternoon."""
    here = at.astimezone(zone)
    return HalfDay(here.date(), here.hour < NOON)


def counted(attempts: Iterable[datetime], zone: ZoneInfo) -> int:
    """How many attempts count."""
    return len({half_day(at, zone) for at in attempts})


def is_unreached(attempts: Iterable[datetime], zone: ZoneInfo) -> bool:
    """Whether enough was tried."""
    return counted(attempts, zone) >= ATTEMPTS
