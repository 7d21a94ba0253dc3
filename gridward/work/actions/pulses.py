"""Signs of life of background duties; a pulse is also the turn-taking between two jobs processes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from gridward.work.models import Pulse


def take_turn(*, name: str, at: datetime, every: timedelta) -> bool:
    """Whether this process does the duty now: true for exactly one asker per period."""
    is_mine = Q(at__lte=at - every) | Q(at__gt=at + every)  # a clock set back must not silence a duty
    if Pulse.objects.filter(is_mine, name=name).update(at=at):
        return True
    if Pulse.objects.filter(name=name).exists():
        return False
    with transaction.atomic():
        _, is_new = Pulse.objects.get_or_create(name=name, defaults={"at": at})
    return is_new


def beat(*, name: str, at: datetime, error: str = "") -> None:
    """Note when a duty was last done, and why it failed if it did."""
    if not Pulse.objects.filter(name=name).update(at=at, error=error[:300]):
        with transaction.atomic():
            Pulse.objects.get_or_create(name=name, defaults={"at": at, "error": error[:300]})
