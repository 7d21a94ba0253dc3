"""Passwords: one's own, and a new slip from the body's administrator. Hashing happens outside transactions."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from gridward.accounts.actions.devices import forget_devices
from gridward.accounts.actions.slips import hash_slip, new_slip
from gridward.accounts.models import User
from gridward.accounts.queries.administration import is_delegated, require_person
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock


def change_own_password(*, user: User, old: str, new: str, by: Actor, at: datetime) -> User:
    """Change one's own password, the old one given; other devices are signed out by the change itself.

    Raises RuleBroken when the old one is wrong or the new one is weak or the same.
    """
    if by.user_id != user.pk:
        raise RuleBroken("accounts.not_administrator")
    if not user.check_password(old):
        raise RuleBroken("accounts.password_wrong")
    if old == new:
        raise RuleBroken("accounts.password_weak")
    try:
        validate_password(new, user)
    except ValidationError:
        raise RuleBroken("accounts.password_weak") from None
    return _set(user, make_password(new), by=by, at=at)


@transaction.atomic
def _set(user: User, hashed: str, *, by: Actor, at: datetime) -> User:
    before = user.password
    user = lock(User, user.pk)
    if user.password != before:
        raise RuleBroken("accounts.password_wrong")
    user.password, user.must_change_password = hashed, False
    user.save(update_fields=["password", "must_change_password"])
    leave_entry(district_id=user.district_id, subject=subject_key(user), verb="accounts.change_password", by=by, at=at)
    return user


def reset_password(*, user: User, by: Actor, at: datetime) -> str:
    """A new slip for somebody who forgot: answers the first password, shown once. Second factors stay.

    Raises RuleBroken when the actor does not administer all bodies that the person serves, for oneself, and
    for somebody who left.
    """
    slip = new_slip()
    _reset(user, hash_slip(slip), by=by, at=at)
    return slip


@transaction.atomic
def _reset(user: User, hashed: str, *, by: Actor, at: datetime) -> None:
    user = lock(User, user.pk)
    seen = require_person(by, user, at)
    if by.user_id == user.pk:
        raise RuleBroken("accounts.not_to_oneself")
    if user.left_on is not None:
        raise RuleBroken("accounts.has_left")
    user.password, user.must_change_password = hashed, True
    user.save(update_fields=["password", "must_change_password"])
    forget_devices(user)
    leave_entry(
        district_id=user.district_id, subject=subject_key(user), verb="accounts.reset_password", by=by, at=at,
        body={"delegated": is_delegated(seen)},
    )  # fmt: skip
