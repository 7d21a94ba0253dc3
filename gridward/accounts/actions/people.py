"""Making and naming accounts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from gridward.accounts.actions.grants import add_grant
from gridward.accounts.actions.slips import hash_slip, new_slip
from gridward.accounts.models import Body, User
from gridward.accounts.queries.administration import is_delegated, require_person
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account and its first password, which is nowhere else: print it now or reset it later."""

    user: User
    first_password: str


def create_user(
    *, username: str, name: str, body: Body, role: str, scope: str, language: str = "zh-hans", by: Actor, at: datetime
) -> NewAccount:
    """Make an account for somebody who takes up a role in a body; nobody has an account without a role.

    Raises RuleBroken when the username is taken, or the role cannot be granted.
    """
    slip = new_slip()
    user = User(
        district_id=body.district_id, username=username, name=name, language=language, password=hash_slip(slip),
        must_change_password=True, recorded_at=clock.now(),
    )  # fmt: skip
    _insert(user, body, role, scope, by, at)
    return NewAccount(user, slip)


@transaction.atomic
def _insert(user: User, body: Body, role: str, scope: str, by: Actor, at: datetime) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise RuleBroken("accounts.username_taken", username=user.username) from None
    grant, seen = add_grant(user, body=body, role=role, scope=scope, valid_from=None, valid_to=None, by=by, at=at)
    leave_entry(
        district_id=body.district_id, subject=subject_key(user), verb="accounts.create_user", by=by, at=at,
        body={"grant": grant.pk, "role": role, "scope": scope, "body": body.code, "delegated": is_delegated(seen)},
    )  # fmt: skip


@transaction.atomic
def rename_user(*, user: User, name: str, by: Actor, at: datetime) -> User:
    """Correct how a person is called."""
    user = lock(User, user.pk)
    seen = require_person(by, user, at)
    user.name = name
    user.save(update_fields=["name"])
    leave_entry(
        district_id=user.district_id, subject=subject_key(user), verb="accounts.rename_user", by=by, at=at,
        body={"delegated": is_delegated(seen)},
    )  # fmt: skip
    return user


CHOICES = {"language": ("zh-hans", "en"), "theme": tuple(User.Theme.values)}


def remember_choice(*, user: User, name: str, value: str) -> None:
    """Keep a person's own language or theme; anything else is not kept. No entry: it concerns nobody else."""
    if value in CHOICES.get(name, ()):
        User.objects.filter(pk=user.pk).update(**{name: value})
