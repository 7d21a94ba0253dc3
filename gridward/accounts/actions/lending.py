"""Roles lent for a time to who stands in for somebody."""

from collections.abc import Sequence
from datetime import date, datetime

from gridward.accounts.actions.grants import close_grant
from gridward.accounts.models import Grant, User
from gridward.core.actor import Actor
from gridward.core.scopes import ScopeKind, parse_scope, rule_of
from gridward.work import clock
from gridward.work.locks import lock_all


def lend_roles(*, user: User, cover: User, valid_from: date, valid_to: date, by: Actor) -> list[Grant]:
    """The cover gets, for these days only, the grids of the absent person in the same role, unless they hold them.

    Only roles that see cases and are held in grids: whoever stands in works already for the same body. Part of an
    action that has checked the right.
    """
    rows = Grant.objects.filter(user=user, retired_at__isnull=True, valid_from__lt=valid_to)
    theirs = [g for g in rows.exclude(valid_to__lte=valid_from).order_by("pk") if _is_lent(g)]
    own = Grant.objects.filter(user=cover, retired_at__isnull=True, valid_from__lte=valid_from)
    has = set(own.exclude(valid_to__lt=valid_to).values_list("role", "scope", "body_id"))
    roles = set(own.exclude(valid_to__lt=valid_to).values_list("role", "body_id"))
    lent = [
        Grant(
            district_id=g.district_id, user=cover, role=g.role, scope=g.scope, body_id=g.body_id,
            valid_from=valid_from, valid_to=valid_to, granted_by_id=by.user_id, recorded_at=clock.now(),
        )
        for g in theirs
        if (g.role, g.scope, g.body_id) not in has and (g.role, g.body_id) in roles
    ]  # fmt: skip
    for grant in lent:
        grant.save(force_insert=True)
    return lent


def _is_lent(grant: Grant) -> bool:
    return rule_of(grant.role).sees_business and parse_scope(grant.scope).kind is ScopeKind.GRID


def call_in(*, grant_ids: Sequence[int], day: date, at: datetime) -> None:
    """What was lent ends on a day."""
    for grant in lock_all(Grant, grant_ids):
        if grant.valid_to is None or grant.valid_to > day:
            close_grant(grant, day, at)
