"""Signed-in browsers whose session still lives."""

from django.contrib.sessions.models import Session
from django.http import Http404

from gridward.accounts.models import Device, User
from gridward.work import clock


def devices_of(user: User) -> list[Device]:
    """A person's devices, the last used first."""
    devices = list(Device.objects.filter(user=user).order_by("-last_seen_at"))
    keys = [device.session_key for device in devices]
    living = Session.objects.filter(session_key__in=keys, expire_date__gt=clock.now())
    alive = set(living.values_list("session_key", flat=True))
    return [device for device in devices if device.session_key in alive]


def get_device(user: User, pk: int) -> Device:
    """One of a person's own devices; another's is not there."""
    device = Device.objects.filter(user=user, pk=pk).first()
    if device is None:
        raise Http404
    return device
