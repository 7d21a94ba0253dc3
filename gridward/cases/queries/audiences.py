"""Who of the staff is told of a step, while what it asked for still holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import Q

from gridward.accounts.models import Grant
from gridward.accounts.queries.grants import in_force
from gridward.cases.models import Case, CaseStep, JointTask
from gridward.cases.queries import messages as kinds
from gridward.core.workflow.roles import Role
from gridward.districts.queries import local_day

CHECK_IN_GRID = (Role.GRID_WORKER, Role.GRID_LEADER)
Audience = Callable[[Case, datetime], set[int]]


def desk(case: Case, at: datetime) -> set[int]:
    """The desk of the responsible body."""
    if case.body_id is None:
        return set()
    return _holding(case, at, Q(role=Role.DEPARTMENT) & (Q(body_id=case.body_id) | Q(scope=f"body:{case.body_id}")))


def called(case: Case, at: datetime) -> set[int]:
    """The desks of the bodies that were called and have not yet turned up."""
    rows = JointTask.objects.filter(case=case, state=JointTask.State.CALLED).values_list("body_id", flat=True)
    bodies = list(rows)
    scopes = [f"body:{pk}" for pk in bodies]
    return _holding(case, at, Q(role=Role.DEPARTMENT) & (Q(body_id__in=bodies) | Q(scope__in=scopes)))


def caller_and_lead(case: Case, at: datetime) -> set[int]:
    """Who called the bodies, and who holds the case for its lead."""
    return maker_of("call_joint")(case, at) | handler(case, at)


def handler(case: Case, at: datetime) -> set[int]:
    """Who was named to handle it, else the desk."""
    return {case.handler_id} if case.handler_id else desk(case, at)


def checker(case: Case, at: datetime) -> set[int]:
    """Who was asked by name, else the posts of the grid that serves the place."""
    if case.checker_id:
        return {case.checker_id}
    if case.duty_grid_id is None:
        return set()
    return _holding(case, at, Q(role__in=CHECK_IN_GRID, scope=f"grid:{case.duty_grid_id}"))


def maker_of(*moves: str) -> Audience:
    """Who last made one of these moves: what comes back comes back to them."""

    def made(case: Case, at: datetime) -> set[int]:
        verbs = [f"cases.{move}" for move in moves]
        step = CaseStep.objects.filter(case=case, verb__in=verbs, by__isnull=False).order_by("-n").first()
        return {step.by_id} if step else set()

    return made


def _holding(case: Case, at: datetime, which: Q) -> set[int]:
    grants = Grant.objects.filter(in_force(local_day(case.district, at)), which, district_id=case.district_id)
    return set(grants.values_list("user_id", flat=True))


@dataclass(frozen=True, slots=True)
class Telling:
    """Which kind of message goes to whom. ``is_flag``: it holds as long as the case is open, whatever its state."""

    kind: str
    to: Audience
    is_flag: bool = False


dispatcher, acceptor = maker_of("dispatch", "redispatch", "designate"), maker_of("file", "accept")
STAFF: Mapping[str, Telling] = MappingProxyType(
    {
        "cases.ask_verification": Telling(kinds.VERIFY, checker),
        "cases.dispatch": Telling(kinds.DISPATCHED, desk),
        "cases.redispatch": Telling(kinds.DISPATCHED, desk),
        "cases.designate": Telling(kinds.DISPATCHED, desk),
        "cases.return_to_acceptor": Telling(kinds.RETURNED, acceptor),
        "cases.accept_task": Telling(kinds.ASSIGNED, handler),
        "cases.reassign": Telling(kinds.ASSIGNED, handler),
        "cases.return_task": Telling(kinds.RETURNED, dispatcher),
        "cases.handler_return": Telling(kinds.RETURNED, desk),
        "cases.reject_result": Telling(kinds.REWORK, handler),
        "cases.ask_inspection": Telling(kinds.INSPECT, checker),
        "cases.inspect_fail": Telling(kinds.RETURNED, dispatcher),
        "cases.reopen": Telling(kinds.RETURNED, dispatcher),
        "cases.reopen_unsolved": Telling(kinds.RETURNED, dispatcher),
        "cases.redo": Telling(kinds.REWORK, handler),
        "cases.supervise": Telling(kinds.SUPERVISED, desk, is_flag=True),
        "cases.call_joint": Telling(kinds.JOINT, called, is_flag=True),
        "cases.joint_finish": Telling(kinds.JOINT_ENDED, caller_and_lead, is_flag=True),
        "cases.joint_give_back": Telling(kinds.JOINT_ENDED, caller_and_lead, is_flag=True),
        "cases.remind": Telling(kinds.REMINDED, handler, is_flag=True),
    }
)


def still_holds(case: Case, step: CaseStep, telling: Telling) -> bool:
    """Whether a message would still be news: nothing is said of what moved on while no jobs process ran."""
    return case.is_open if telling.is_flag else case.state == step.state_to
