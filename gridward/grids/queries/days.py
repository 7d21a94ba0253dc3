"""Which dated rows hold on a day, as they are known now or as they were known at a moment."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from gridward.districts.models import District
from gridward.districts.queries import local_day, zone_of

FIRST, LAST = date(1949, 10, 1), date(2199, 12, 31)


def as_of(day: date, known_at: datetime | None = None) -> Q:
    """Shapes, posts and notices that hold on a day; with ``known_at``, as the database knew it at that moment."""
    if known_at is None:
        known = Q(retired_at__isnull=True)
    else:
        known = Q(recorded_at__lte=known_at) & (Q(retired_at__isnull=True) | Q(retired_at__gt=known_at))
    return Q(valid_from__lte=day) & known & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def read_as_of(values: Mapping[str, Any], district: District, at: datetime) -> tuple[date, datetime | None]:
    """The day that an address asks for (``?day=``, else today), and until when what was recorded counts
    (``?known=``: through that day; else all that is known). What is no date is left out.
    """
    day = parse_day(values.get("day")) or local_day(district, at)
    known = parse_day(values.get("known"))
    return day, datetime.combine(known + timedelta(days=1), time(), zone_of(district)) if known else None


def parse_day(value: object) -> date | None:
    """A day as an address writes it, or none; days of other centuries are none."""
    try:
        day = date.fromisoformat(str(value or ""))
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def in_force(day: date) -> Q:
    """Shapes and posts that hold on a day, as known now."""
    return as_of(day)


def from_day_on(day: date) -> Q:
    """Shapes and posts that hold on a day or later."""
    return Q(valid_from__isnull=False, retired_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def own_end(shape: Any) -> date | None:
    """The first day without a temporary grid 临时网格, as its drafter set it; a plan may end its shape earlier."""
    last = parse_day(shape.scope.get("last_day"))
    return last + timedelta(days=1) if last else None


def ends_by_itself(shape: Any) -> bool:
    """Whether a shape ends on its own day, not because another plan took its place."""
    return shape.valid_to is not None and shape.valid_to == own_end(shape)
