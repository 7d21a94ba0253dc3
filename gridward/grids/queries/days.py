"""Which dated rows hold on a day, as they are known now or as they were known at a moment."""

from datetime import date, datetime

from django.db.models import Q


def as_of(day: date, known_at: datetime | None = None) -> Q:
    """Shapes, posts and notices that hold on a day; with ``known_at``, as the database knew it at that moment."""
    if known_at is None:
        known = Q(retired_at__isnull=True)
    else:
        known = Q(recorded_at__lte=known_at) & (Q(retired_at__isnull=True) | Q(retired_at__gt=known_at))
    return Q(valid_from__lte=day) & known & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def in_force(day: date) -> Q:
    """Shapes and posts that hold on a day, as known now."""
    return as_of(day)


def from_day_on(day: date) -> Q:
    """Shapes and posts that hold on a day or later."""
    return Q(valid_from__isnull=False, retired_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
