"""Leaving is one action: roles, posts, open work and devices end together or not at all."""

from datetime import datetime

from django.db import transaction

from gridward.accounts.actions.devices import forget_devices
from gridward.accounts.actions.grants import close_grant, open_grants
from gridward.accounts.models import User
from gridward.accounts.queries.administration import (
    administrators_left,
    district_day,
    is_delegated,
    require_person,
)
from gridward.accounts.queries.grants import grants_of
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.work import collected
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock


@transaction.atomic
def leave_organisation(
    *, user: User, successor: User | None = None, for_cause: bool = False, by: Actor, at: datetime
) -> User:
    """Somebody leaves: grants close, posts end and open work moves (joins), devices are signed out.

    ``accounts.leave_post`` is joined by the apps that hold work of people:
    ``handler(*, user, successor, by, at)``, with the person's grants still open; any of them may refuse.
    Without a successor open work goes back to its desk.

    Raises RuleBroken when the person has left already, for oneself, for the last administrator, and when the
    actor does not administer all bodies that the person serves.
    """
    user = lock(User, user.pk)
    seen = require_person(by, user, at)
    if by.user_id == user.pk:
        raise RuleBroken("accounts.not_to_oneself")
    if user.left_on is not None:
        raise RuleBroken("accounts.has_left")
    if successor is not None and not _can_follow(successor, user, at):
        raise RuleBroken("accounts.successor_wrong")
    today = district_day(user.district_id, at)
    grants = open_grants(user, today)
    if any(g.role == Role.SYSADMIN for g in grants) and not administrators_left(
        user.district_id, today, without=user.pk
    ):
        raise RuleBroken("accounts.last_administrator")
    collected.join("accounts.leave_post", user=user, successor=successor, by=by, at=at)
    for grant in grants:
        close_grant(grant, today, at, for_cause=for_cause)
    user.is_active, user.left_on = False, today
    user.save(update_fields=["is_active", "left_on"])
    devices = forget_devices(user)
    leave_entry(
        district_id=user.district_id, subject=subject_key(user), verb="accounts.leave_organisation", by=by, at=at,
        body={"grants": [grant.pk for grant in grants], "devices": devices, "for_cause": for_cause,
              "delegated": is_delegated(seen)},
    )  # fmt: skip
    return user


def _can_follow(successor: User, user: User, at: datetime) -> bool:
    """Somebody else who is still here and holds a same role for a same body."""
    if successor.pk == user.pk or successor.left_on is not None or successor.district_id != user.district_id:
        return False
    today = district_day(user.district_id, at)
    roles = {(grant.role, grant.body_id) for grant in grants_of(user, today)}
    return any((grant.role, grant.body_id) in roles for grant in grants_of(successor, today))
