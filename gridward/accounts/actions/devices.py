"""Signed-in browsers: seen at most once a minute, signed out one by one or all at once."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from gridward.accounts.models import Device, User
from gridward.accounts.queries.administration import require_person
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

SIGNS = ("MicroMessenger", "Edg", "Firefox", "Chrome", "Safari",
         "HarmonyOS", "Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")  # fmt: skip
LABEL_LENGTH = Device._meta.get_field("label").max_length or 0


def signs_of(line: str) -> str:
    """What a browser's own line says of browser and system; the whole line is longer than its column."""
    return " ".join(sign for sign in SIGNS if sign in line) or line


def note_presence(*, user: User, session_key: str, label: str, at: datetime) -> None:
    """Remember that a session was used; the middleware calls it at most once a minute."""
    Device.objects.update_or_create(
        session_key=session_key,
        defaults={"user": user, "last_seen_at": at},
        create_defaults={"user": user, "label": signs_of(label)[:LABEL_LENGTH], "signed_in_at": at, "last_seen_at": at},
    )


def forget_devices(user: User) -> int:
    """End all sessions of a person within the caller's transaction; how many there were."""
    keys = list(Device.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    Device.objects.filter(user=user).delete()
    return len(keys)


@transaction.atomic
def sign_out_device(*, device: Device, by: Actor, at: datetime) -> None:
    """End one session: one's own, or as the person's administrator. Twice is once."""
    user = lock(User, device.user_id)
    if by.user_id != user.pk:
        require_person(by, user, at)
    Session.objects.filter(session_key=device.session_key).delete()
    gone, _ = Device.objects.filter(pk=device.pk).delete()
    if gone:
        leave_entry(
            district_id=user.district_id, subject=subject_key(user), verb="accounts.sign_out_device", by=by, at=at
        )


@transaction.atomic
def sign_out_devices(*, user: User, by: Actor, at: datetime) -> int:
    """End all sessions of a person."""
    user = lock(User, user.pk)
    if user.district_id is None:
        raise RuleBroken("accounts.not_administrator")
    if by.user_id != user.pk:
        require_person(by, user, at)
    count = forget_devices(user)
    leave_entry(
        district_id=user.district_id, subject=subject_key(user), verb="accounts.sign_out_devices", by=by, at=at,
        body={"devices": count},
    )  # fmt: skip
    return count
