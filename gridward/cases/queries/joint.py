"""Joint handling to read: the calls of a case with their tasks, and the tasks that wait for a desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from gridward.accounts.queries import HeldRole
from gridward.cases.models import Case, JointCall, JointTask
from gridward.cases.queries.lights import SOON_SHARE, days_told
from gridward.core.scopes import Territory
from gridward.core.workflow.joint import CALLERS, OPEN, Side, TaskState
from gridward.core.workflow.roles import Role
from gridward.work.items import WorkItem

CALL = "call_joint"
SEEN_AS = (*OPEN, TaskState.DONE)
MOST_SEEN = 1000
STATES = {
    TaskState.CALLED: ("协办：待报到", "Assisting: not yet turned up"),
    TaskState.TAKEN: ("协办：办理中", "Assisting: at work"),
}


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task to show: ``light`` as of a case; ``share`` of its limit that has passed, none once it has ended."""

    row: JointTask
    light: str
    share: float | None


@dataclass(frozen=True, slots=True)
class ShownCall:
    """A call with its tasks, in the order in which the bodies were named."""

    call: JointCall
    tasks: tuple[ShownTask, ...]


def calls_of(case: Case, at: datetime) -> list[ShownCall]:
    """All calls of a case, the newest first; two statements."""
    rows = JointTask.objects.filter(case=case).select_related("body").order_by("pk")
    tasks: dict[int, list[ShownTask]] = {}
    for row in rows:
        tasks.setdefault(row.call_id, []).append(ShownTask(row, light_of(row, at), share_of(row, at)))
    calls = JointCall.objects.filter(case=case).select_related("body", "by").order_by("-pk")
    return [ShownCall(call, tuple(tasks.get(call.pk, ()))) for call in calls]


def get_task(case: Case, public_id: object) -> JointTask | None:
    """A task of this case by its public id."""
    rows = JointTask.objects.filter(case=case, public_id=public_id)
    return rows.select_related("body", "call", "call__body").first()


def open_names(case: Case) -> list[tuple[str, str]]:
    """The bodies whose task is open, by both names."""
    rows = JointTask.objects.filter(case=case, state__in=OPEN).order_by("pk")
    return list(rows.values_list("body__name_zh", "body__name_en"))


def has_side(case: Case, side: Side, task: JointTask | None, role: Role, seen: Territory) -> bool:
    """Whether who acts in this role is on a side: the desk of the assisting or the lead body; of those who may call,
    one whose area the case lies in.
    """
    if side is Side.CALLER:
        in_area = seen.whole_district or bool({case.subdistrict_id, case.community_id} & seen.division_ids)
        return role in CALLERS and in_area
    body = case.body_id if side is Side.LEAD else task.body_id if task else None
    return role == Role.DEPARTMENT and body in seen.body_ids


def joint_case_ids(held: HeldRole, seen: Territory) -> list[int]:
    """The cases on which the viewer's body assists or did its part; the newest, and none for others than desks.

    A list, not a query: databases look ids up, and would walk the table beside another condition.
    """
    if held.role != Role.DEPARTMENT or not seen.body_ids:
        return []
    rows = JointTask.objects.filter(district_id=seen.district_id, body__in=seen.body_ids, state__in=SEEN_AS)
    return list(rows.order_by("-pk").values_list("case_id", flat=True)[:MOST_SEEN])


def joint_todo(held: HeldRole, seen: Territory) -> QuerySet[JointTask]:
    """The open tasks of the desk's bodies, what is due first on top; never on a complaint about the own body."""
    if held.role != Role.DEPARTMENT or not seen.body_ids:
        return JointTask.objects.none()
    rows = JointTask.objects.filter(district_id=seen.district_id, body__in=seen.body_ids, state__in=OPEN)
    return rows.exclude(case__complained_body_id__in=held.serves).order_by("due_at", "pk")


def share_of(row: JointTask, at: datetime) -> float | None:
    """The share of the task's limit that has passed on the wall; none once it has ended."""
    if row.state not in OPEN:
        return None
    whole = (row.due_at - row.called_at).total_seconds()
    return min(max((at - row.called_at).total_seconds() / whole, 0.0), 1.0) if whole > 0 else 1.0


def light_of(row: JointTask, at: datetime) -> str:
    """``late`` also where the work was done after its limit; ``closed`` once it has ended in time."""
    if row.state not in OPEN:
        return "late" if is_late(row, at) else "closed"
    if is_late(row, at):
        return "late"
    return "due_soon" if (share_of(row, at) or 0) >= SOON_SHARE else "on_time"


def is_late(row: JointTask, at: datetime) -> bool:
    """Whether the limit passed before the part was done; an excused, returned or lapsed task is not late."""
    if row.state in OPEN:
        return at > row.due_at
    return row.state == TaskState.DONE and row.ended_at is not None and row.ended_at > row.due_at


def items_of(rows: Iterable[JointTask], at: datetime, title_of: object) -> list[WorkItem]:
    """Tasks as rows of the work list, each leading to its case."""
    assert callable(title_of)
    return [
        WorkItem(
            url=reverse("cases:case", args=[row.case.number]) + "#joint", number=row.case.number,
            title=title_of(row.case), place=row.case.place, state_zh=STATES[TaskState(row.state)][0],
            state_en=STATES[TaskState(row.state)][1], light=light_of(row, at), share=share_of(row, at),
            due_at=row.due_at, days_told=days_told(row.case, at), is_urgent=row.case.is_urgent,
        )
        for row in rows
    ]  # fmt: skip
