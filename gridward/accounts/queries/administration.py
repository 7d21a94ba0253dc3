"""Who may administer whom: the system administrator's scopes, and how administrators keep each other apart."""

from datetime import date, datetime

from django.db.models import QuerySet

from gridward.accounts.models import Body, Grant, User
from gridward.accounts.queries.grants import held_roles, in_force
from gridward.accounts.queries.territory import reach
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.scopes import ScopeKind, Territory
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.districts.queries import local_day


def district_day(district_id: int, at: datetime) -> date:
    """The district's date of a moment."""
    return local_day(District.objects.get(pk=district_id), at)


def administered(by: Actor, district_id: int, at: datetime, *, role: Role = Role.SYSADMIN) -> Territory:
    """The bodies whose accounts, posts and shifts an actor may change; whole district for the system itself.

    Rights are read anew, never taken from the actor's word.
    """
    if by.user_id is None:
        return Territory(district_id, whole_district=by.role == Role.SYSTEM)
    if by.role != role or by.district_id != district_id:
        return Territory(district_id)
    held = held_roles(by.user_id, district_day(district_id, at))
    mine = (one for one in held if one.role == role and one.body.pk == by.body_id)
    return next((reach(one) for one in mine if one.district_id == district_id), Territory(district_id))


def covers(seen: Territory, *body_ids: int) -> bool:
    """Whether all of these bodies are administered; never true for none, except for a whole district."""
    return seen.whole_district or (bool(body_ids) and seen.body_ids.issuperset(body_ids))


def require_body(by: Actor, body: Body, at: datetime) -> Territory:
    """What the actor administers, when the body is in it.

    Raises RuleBroken ``accounts.not_administrator``.
    """
    seen = administered(by, body.district_id, at)
    if not covers(seen, body.pk):
        raise RuleBroken("accounts.not_administrator")
    return seen


def require_person(by: Actor, user: User, at: datetime) -> Territory:
    """What the actor administers, when all bodies that the person now serves are in it.

    The security administrator looks after auditors and the district's system administrators, a system
    administrator after everybody else, so that no administrator stands above all others.

    Raises RuleBroken ``accounts.not_administrator``.
    """
    district_id = user.district_id or 0
    rows = list(_held(user, at).values_list("role", "scope", "body_id"))
    guarded = any(needs_security_admin(role, scope) for role, scope, _ in rows)
    seen = administered(by, district_id, at, role=Role.SECURITY_ADMIN if guarded else Role.SYSADMIN)
    if not covers(seen, *(body_id for _, _, body_id in rows)):
        raise RuleBroken("accounts.not_administrator")
    return seen


def needs_security_admin(role: str, scope: str) -> bool:
    """Auditors and the district's system administrators are not looked after by a system administrator."""
    return role == Role.AUDITOR or (role == Role.SYSADMIN and scope.startswith(f"{ScopeKind.DISTRICT}:"))


def _held(user: User, at: datetime) -> QuerySet[Grant]:
    """Grants of a person that hold now or later; of somebody who holds none, those held last."""
    day = district_day(user.district_id, at) if user.district_id else at.date()
    mine = Grant.objects.filter(user=user, retired_at__isnull=True)
    coming = mine.exclude(valid_to__lte=day)
    return coming if coming.exists() else mine


def is_delegated(seen: Territory) -> bool:
    """Whether what is administered is less than the district: each such step is told to the district 下放."""
    return not seen.whole_district


def administrators_left(district_id: int, day: date, *, without: int) -> bool:
    """Whether the district has another active system administrator for all of it."""
    others = Grant.objects.filter(
        in_force(day), district_id=district_id, role=Role.SYSADMIN, scope=f"district:{district_id}",
        user__is_active=True,
    )  # fmt: skip
    return others.exclude(user_id=without).exists()
