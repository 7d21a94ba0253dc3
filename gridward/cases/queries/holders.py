"""Who holds a case now: state → the roles whose turn it is. A test compares it with the workflow table."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import Q, QuerySet
from django.utils.timezone import get_current_timezone

from gridward.accounts.queries import HeldRole
from gridward.cases.models import Case, CaseRequest
from gridward.core.workflow.roles import Role
from gridward.work import clock

GRID_ROLES = (Role.GRID_WORKER, Role.GRID_LEADER, Role.COMMUNITY_SECRETARY)
CHECKERS = (*GRID_ROLES, Role.SUPERVISOR)
UNSOLVED = "closed_unresolved"  # looked at again by the duty chief on its day
HOLDERS: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        "reported": (Role.ACCEPTOR,),
        "verification": GRID_ROLES,
        "pending_filing": (Role.ACCEPTOR,),
        "pending_dispatch": (Role.DISPATCHER,),
        "returned": (Role.DISPATCHER,),
        "disputed": (Role.DUTY_CHIEF,),
        "pending_handle": (Role.DEPARTMENT,),
        "handling": (Role.HANDLER,),
        "suspended": (Role.DEPARTMENT,),
        "handled": (Role.DEPARTMENT,),
        "feedback": (Role.ACCEPTOR,),
        "inspection": CHECKERS,
        "rework": (Role.DISPATCHER,),
        "pending_close": (Role.ACCEPTOR,),
    }
)
DECIDERS: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        CaseRequest.Kind.EXTEND: (Role.DISPATCHER,),
        CaseRequest.Kind.SUSPEND: (Role.DISPATCHER,),
        CaseRequest.Kind.VOID: (Role.DUTY_CHIEF,),
        CaseRequest.Kind.APPEAL: (Role.DUTY_CHIEF,),
        CaseRequest.Kind.REVIEW: (Role.DUTY_CHIEF,),
    }
)


def states_held_by(role: str) -> list[str]:
    return [state for state, roles in HOLDERS.items() if role in roles]


def requests_decided_by(role: str) -> list[str]:
    return [kind for kind, roles in DECIDERS.items() if role in roles]


def waiting_for(rows: QuerySet[Case], held: HeldRole) -> QuerySet[Case]:
    """Of these cases those that wait for this person: by state, by an open request, or asked by name.

    Every way names its states, and all of them are asked for at once: else SQLite reads the whole district.
    """
    states = set(states_held_by(held.role))
    mine = Q(state__in=states, is_open=True)
    if held.role in CHECKERS:
        mine &= Q(checker__isnull=True) | Q(checker_id=held.user_id)
    kinds = requests_decided_by(held.role)
    if kinds:
        asked = CaseRequest.objects.filter(district_id=held.district_id, kind__in=kinds, state=CaseRequest.State.ASKED)
        found = dict(asked.values_list("case_id", "case__state"))
        mine |= Q(pk__in=list(found))  # a list is looked up, a query scanned for
        states.update(found.values())
    if held.role == Role.DUTY_CHIEF:
        mine |= Q(state=UNSOLVED, is_open=False, review_on__lte=clock.now().astimezone(get_current_timezone()).date())
        states.add(UNSOLVED)
    return rows.filter(mine, state__in=sorted(states))
