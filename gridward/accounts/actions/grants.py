"""Giving roles and taking them back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from gridward.accounts.models import Body, Grant, User
from gridward.accounts.queries.administration import (
    administrators_left,
    district_day,
    is_delegated,
    needs_security_admin,
    require_body,
    require_person,
)
from gridward.accounts.queries.grants import in_force
from gridward.areas.models import Division
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.scopes import Scope, ScopeKind, Territory, check_scope, conflicting, parse_scope
from gridward.core.workflow.roles import Role
from gridward.work import clock, collected
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock, lock_all


@transaction.atomic
def grant_role(
    *, user: User, role: str, scope: str, body: Body, valid_from: date | None = None, valid_to: date | None = None,
    by: Actor, at: datetime,
) -> Grant:  # fmt: skip
    """Give a person a role for a body in a scope, from a day on (today when left out).

    Raises RuleBroken for a role or scope outside the table, one already held, administrators that must stay
    apart, a giver who does not administer body and scope, and for giving to oneself.
    """
    user = lock(User, user.pk)
    if user.left_on is not None:
        raise RuleBroken("accounts.has_left")
    grant, seen = add_grant(
        user, body=body, role=role, scope=scope, valid_from=valid_from, valid_to=valid_to, by=by, at=at
    )
    leave_entry(
        district_id=body.district_id, subject=subject_key(user), verb="accounts.grant_role", by=by, at=at,
        body={"grant": grant.pk, "role": role, "scope": scope, "body": body.code, "delegated": is_delegated(seen)},
    )  # fmt: skip
    return grant


def add_grant(
    user: User, *, body: Body, role: str, scope: str, valid_from: date | None, valid_to: date | None,
    by: Actor, at: datetime,
) -> tuple[Grant, Territory]:  # fmt: skip
    """Check and insert; the caller holds the person's lock and leaves the entry."""
    seen = require_body(by, body, at)
    if by.user_id == user.pk:
        raise RuleBroken("accounts.not_to_oneself")
    today = district_day(body.district_id, at)
    start = valid_from or today
    if start < today or (valid_to is not None and valid_to <= start):
        raise RuleBroken("accounts.days_wrong")
    if body.district_id != user.district_id or (body.valid_to is not None and body.valid_to <= start):
        raise RuleBroken("accounts.body_not_here")
    _check_place(check_scope(role, scope), body.district_id, seen)
    _check_held(user, role, scope, body, start, valid_to)
    grant = Grant(
        district_id=body.district_id, user=user, role=role, scope=scope, body=body, valid_from=start,
        valid_to=valid_to, granted_by_id=by.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    grant.save(force_insert=True)
    collected.join("accounts.grant_role", grant=grant, within=seen, by=by, at=at)
    return grant, seen


def _check_place(scope: Scope, district_id: int, seen: Territory) -> None:
    """The scope names something of this district that the giver administers (grids: see grids/joins.py)."""
    if scope.kind == ScopeKind.DISTRICT:
        fits = scope.id == district_id and seen.whole_district
    elif scope.kind == ScopeKind.BODY:
        here = Body.objects.filter(pk=scope.id, district_id=district_id).exists()
        fits = here and (seen.whole_district or scope.id in seen.body_ids)
    elif scope.kind == ScopeKind.AREA:
        fits = Division.objects.filter(_areas_of(seen), pk=scope.id, district_id=district_id).exists()
    else:
        fits = seen.whole_district or "accounts.grant_role" in collected.joins()
    if not fits:
        raise RuleBroken("accounts.scope_not_here", scope=str(scope))


def _areas_of(seen: Territory) -> Q:
    """Divisions that the administered bodies answer for, with all below them."""
    if seen.whole_district:
        return Q()
    own = Body.objects.filter(pk__in=seen.body_ids, division__isnull=False).values_list("division_id", flat=True)
    return reduce(or_, (Q(path__contains=f"/{pk}/") for pk in own), Q(pk__in=[]))


def _check_held(user: User, role: str, scope: str, body: Body, start: date, end: date | None) -> None:
    """Not twice the same, and administrators stay apart, on any day of the new grant."""
    during = Q(retired_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=start))
    if end is not None:
        during &= Q(valid_from__lt=end)
    rows = list(Grant.objects.filter(during, user=user).values_list("role", "scope", "body_id"))
    if (role, scope, body.pk) in rows:
        raise RuleBroken("accounts.already_held", role_zh=Role(role).zh, role_en=Role(role).en)
    apart = conflicting(role, frozenset(row[0] for row in rows))
    if apart:
        raise RuleBroken("accounts.administrators_apart", held_zh=Role(apart).zh, held_en=Role(apart).en)


@transaction.atomic
def withdraw_grant(*, grant: Grant, for_cause: bool = False, by: Actor, at: datetime) -> Grant:
    """Close a grant now. For cause: what was done under it and arrives later is refused as well.

    Raises RuleBroken when it is closed already, when the giver does not administer the person, and for the
    district's last system administrator.
    """
    user = lock(User, grant.user_id)
    grant = lock(Grant, grant.pk)
    today = district_day(grant.district_id, at)
    if grant.retired_at is not None or (grant.valid_to is not None and grant.valid_to <= today):
        raise RuleBroken("accounts.grant_closed")
    seen = _may_withdraw(grant, user, by, at)
    if _is_district_sysadmin(grant) and not administrators_left(grant.district_id, today, without=user.pk):
        raise RuleBroken("accounts.last_administrator")
    close_grant(grant, today, at, for_cause=for_cause)
    leave_entry(
        district_id=grant.district_id, subject=subject_key(user), verb="accounts.withdraw_grant", by=by, at=at,
        body={"grant": grant.pk, "role": grant.role, "scope": grant.scope, "for_cause": for_cause,
              "delegated": is_delegated(seen)},
    )  # fmt: skip
    return grant


def _may_withdraw(grant: Grant, user: User, by: Actor, at: datetime) -> Territory:
    """One's own body's grants may be closed even when the person also serves elsewhere."""
    if needs_security_admin(grant.role, grant.scope):
        return require_person(by, user, at)
    return require_body(by, grant.body, at)


def _is_district_sysadmin(grant: Grant) -> bool:
    return grant.role == Role.SYSADMIN and parse_scope(grant.scope).kind == ScopeKind.DISTRICT


def close_grant(grant: Grant, today: date, at: datetime, *, for_cause: bool = False) -> None:
    """Close a locked row; one that was to begin later never does."""
    grant.valid_to = max(today, grant.valid_from)
    grant.closed_at = at
    grant.is_withdrawn_for_cause = for_cause
    grant.save(update_fields=["valid_to", "closed_at", "is_withdrawn_for_cause"])


@transaction.atomic
def replace_scopes(
    *, district_id: int, ended: Sequence[str], instead: Mapping[int, Sequence[tuple[str, int]]], on_day: date,
    by: Actor, at: datetime,
) -> int:  # fmt: skip
    """Roles held in scopes that cease end on a day; who has others ``instead`` (person → scope, body) keeps the role
    there. Part of an action that has checked the right; answers how many roles ended.
    """
    rows = Grant.objects.filter(district_id=district_id, scope__in=ended, retired_at__isnull=True)
    held = lock_all(Grant, rows.exclude(valid_to__lte=on_day).values_list("pk", flat=True))
    for grant in held:
        until = grant.valid_to
        close_grant(grant, on_day, at)
        others = instead.get(grant.user_id, ())
        given = [scope for scope, body in others if _follow(grant, scope, body, on_day, until, by)]
        leave_entry(
            district_id=district_id, subject=subject_key(grant.user), verb="accounts.replace_scope", by=by, at=at,
            body={"grant": grant.pk, "role": grant.role, "scope": grant.scope, "instead": given},
        )  # fmt: skip
    return len(held)


def _follow(grant: Grant, scope: str, body_id: int, on_day: date, until: date | None, by: Actor) -> bool:
    """The same role in another scope from a day on, unless it is held there then; whether it was given."""
    same = Grant.objects.filter(
        user_id=grant.user_id, role=grant.role, scope=scope, body_id=body_id, retired_at__isnull=True
    )
    if same.exclude(valid_to__lte=on_day).exists():
        return False
    following = Grant(
        district_id=grant.district_id, user_id=grant.user_id, role=grant.role, scope=scope, body_id=body_id,
        valid_from=max(on_day, grant.valid_from), valid_to=until, granted_by_id=by.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    following.save(force_insert=True)
    return True


def open_grants(user: User, today: date) -> list[Grant]:
    """A person's grants that hold today or later, locked in id order."""
    rows = Grant.objects.select_for_update().filter(user=user, retired_at__isnull=True)
    return list(rows.exclude(valid_to__lte=today).order_by("pk"))


def held_in(body: Body, today: date) -> int:
    """How many grants people hold for a body today."""
    return Grant.objects.filter(in_force(today), district_id=body.district_id, body=body).count()
