"""Which dated rows hold on a day."""

from datetime import date

from django.db.models import Q


def in_force(day: date) -> Q:
    """Shapes and posts that hold on a day."""
    return Q(valid_from__lte=day, retired_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def from_day_on(day: date) -> Q:
    """Shapes and posts that hold on a day or later."""
    return Q(valid_from__isnull=False, retired_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
