"""Whose list a case stands on that was carried up the ladder, and who is told at a rung."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from gridward.accounts.models import Grant, User
from gridward.accounts.queries import HeldRole
from gridward.accounts.queries.grants import in_force
from gridward.cases.ladders import ladder_of
from gridward.cases.models import Case
from gridward.cases.queries.choices import of_community, without_subject
from gridward.cases.queries.holders import CHECKERS, HOLDERS
from gridward.core.workflow.ladder import ROLES, Ladder, Level, Tell, usual_ladder
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.districts.queries import local_day

FIRST_SHOWN = Level.LATE


def reached(held: HeldRole) -> Q:
    """Open cases that were carried up to this role."""
    ladder, found = _ladder_of(held.district_id), Q(pk__in=())
    for is_urgent in (False, True):
        levels = ladder.levels_told(held.role, is_urgent=is_urgent)
        if levels:
            lowest = max(min(levels), FIRST_SHOWN)
            found |= Q(district_id=held.district_id, escalation__gte=lowest, is_urgent=is_urgent)
    return found


def _ladder_of(district_id: int) -> Ladder:
    """The district is asked for its digits only where some district has a ladder of its own."""
    if not settings.GRIDWARD_LADDERS:
        return usual_ladder()
    return ladder_of(District.objects.values_list("code6", flat=True).get(pk=district_id))


def people_told(case: Case, tells: Iterable[Tell], at: datetime) -> QuerySet[User]:
    """Who is told: never anybody who serves the body that the case complains about. Where none of them is there, the
    duty chiefs are told, so that nobody is told nothing.
    """
    day = local_day(case.district, at)
    found = {user_id for tell in tells for user_id in _ids(case, tell, day)}
    rows = without_subject(User.objects.filter(pk__in=found, is_active=True), case, day)
    if rows.exists():
        return rows
    chiefs = User.objects.filter(pk__in=_ids(case, Tell.DUTY_CHIEF, day), is_active=True)
    return without_subject(chiefs, case, day)


def _ids(case: Case, tell: Tell, day: date) -> set[int]:
    if tell is Tell.HOLDER:
        return _holders(case, day)
    if tell is Tell.BODY:
        return _of_body(case, ROLES[tell], day)
    if tell is Tell.SUBDISTRICT:
        here = Q(scope=f"area:{case.subdistrict_id}") | Q(body__division_id=case.subdistrict_id)
        return _holding(case, ROLES[tell], day, here) if case.subdistrict_id else set()
    return _holding(case, ROLES[tell], day, Q(scope=f"district:{case.district_id}"))


def _holders(case: Case, day: date) -> set[int]:
    """Whose turn it is: by name where somebody was named, else everybody of the role whose turn it is."""
    named = case.checker_id or (case.handler_id if case.state == "handling" else None)
    if named:
        return {named}
    found = set[int]()
    for role in HOLDERS.get(case.state, ()):
        if role in CHECKERS and role is not Role.SUPERVISOR:
            found |= of_community(case, day)
        elif role in (Role.DEPARTMENT, Role.HANDLER):
            found |= _of_body(case, role, day)
        else:
            found |= _holding(case, role, day, Q(scope=f"district:{case.district_id}"))
    return found


def _of_body(case: Case, role: Role, day: date) -> set[int]:
    """Of the responsible body."""
    if case.body is None:
        return set()
    return _holding(case, role, day, Q(body_id=case.body_id) | Q(scope=f"body:{case.body_id}"))


def _holding(case: Case, role: Role, day: date, where: Q) -> set[int]:
    grants = Grant.objects.filter(in_force(day), where, district_id=case.district_id, role=role)
    return set(grants.values_list("user_id", flat=True))
