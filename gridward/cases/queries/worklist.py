"""The cases in a person's work: to do, done, supervised, started, watched."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from gridward.accounts.queries import HeldRole
from gridward.cases.models import Case, CaseStep, Watch
from gridward.cases.queries.escalations import reached
from gridward.cases.queries.holders import CHECKERS, waiting_for
from gridward.cases.queries.joint import items_of, joint_todo
from gridward.cases.queries.lights import days_told, light, share_used
from gridward.cases.queries.supervision import replies_due
from gridward.cases.queries.visible import cases_in_reach, not_about
from gridward.core.calendar.due import end_of_day
from gridward.core.scopes import Territory
from gridward.core.workflow.parse import load
from gridward.core.workflow.roles import Role
from gridward.web.moments import is_chinese
from gridward.work.items import Box, Boxful, WorkItem

CAP, DAY = 1000, timedelta(days=1)
CARD = ("category", "subdistrict", "community", "district")


def _moved_by(held: HeldRole, **which: int) -> Q:
    """Cases that the person moved, found from their own steps: as long as their work, not as the table."""
    return Q(pk__in=CaseStep.objects.filter(by_id=held.user_id, **which).values("case_id"))


def _in_hands(held: HeldRole, seen: Territory) -> QuerySet[Case]:
    """What the territory reaches, and for those who check also what they were asked to by name elsewhere."""
    rows = cases_in_reach(held, seen)
    if held.role not in CHECKERS:
        return rows
    return rows | not_about(Case.objects.filter(district_id=held.district_id, checker_id=held.user_id), held)


def box_cases(held: HeldRole, seen: Territory, box: Box) -> QuerySet[Case]:
    """The cases of one box; empty for roles without business content."""
    if seen.is_empty:
        return Case.objects.none()
    mine = not_about(Case.objects.filter(district_id=held.district_id), held)
    if box is Box.TODO:
        return waiting_for(_in_hands(held, seen), held)
    if box is Box.SUPERVISED:
        carried_up = Q(district_id=held.district_id, is_supervised=True) | reached(held)
        return cases_in_reach(held, seen).filter(carried_up, is_open=True)
    if box is Box.WATCHED:
        return mine.filter(pk__in=Watch.objects.filter(user_id=held.user_id).values("case_id"))
    if box is Box.STARTED:
        return mine.filter(_moved_by(held, n=1))
    return mine.filter(_moved_by(held, n__gt=1))


def in_order(rows: QuerySet[Case], box: Box) -> QuerySet[Case]:
    """Open work by due time, finished work by the newest."""
    if box in (Box.TODO, Box.SUPERVISED):
        return rows.order_by("due_at", "pk")
    return rows.order_by("-reported_at", "-pk")


def item_of(case: Case, at: datetime) -> WorkItem:
    """A case as a row of the work list."""
    state = load(case.table).state(case.state)
    return WorkItem(
        url=reverse("cases:case", args=[case.number]), number=case.number, title=title_of(case), place=case.place,
        state_zh=state.zh, state_en=state.en, light=light(case, at), share=share_used(case, at),
        due_at=case.due_at, days_told=days_told(case, at), is_urgent=case.is_urgent,
    )  # fmt: skip


def with_reply(item: WorkItem, by: date, at: datetime, zone: str) -> WorkItem:
    """A supervised case is due when its answer is, where that comes first."""
    end = end_of_day(by, zone)
    colour = "late" if at >= end else "due_soon" if at >= end - DAY and item.light == "on_time" else item.light
    return replace(
        item, light=colour, due_at=min(item.due_at or end, end),
        state_zh=f"{item.state_zh} · 督办待回复", state_en=f"{item.state_en} · supervision waits for a reply",
    )  # fmt: skip


def title_of(case: Case) -> str:
    """What and where, as people speak of it."""
    category, chinese = case.category, is_chinese()
    what = (category.public_zh or category.name_zh) if chinese else (category.public_en or category.name_en)
    return f"{what}{'，' if chinese else ', '}{case.place}" if case.place else what


def count_capped(rows: QuerySet[Case]) -> int:
    """A count that stops just above the cap, so that a list of a million costs no more than one of a thousand."""
    return rows.order_by()[: CAP + 1].count()


def work_items(held: HeldRole, seen: Territory, *, box: Box, at: datetime, most: int) -> Boxful:
    """The provider of this app (see ``work.collected.work_providers``)."""
    rows = box_cases(held, seen, box)
    first = list(in_order(rows, box).select_related(*CARD)[:most])
    replies = replies_due(first)
    items = {case.pk: item_of(case, at) for case in first}
    for case in first:
        if case.pk in replies:
            items[case.pk] = with_reply(items[case.pk], replies[case.pk], at, case.district.time_zone)
    own = Boxful(count_capped(rows), tuple(items.values()))
    return with_joint(own, held, seen, at=at, most=most) if box is Box.TODO else own


def with_joint(own: Boxful, held: HeldRole, seen: Territory, *, at: datetime, most: int) -> Boxful:
    """To do, with the tasks on which the desk's bodies assist, in the order in which all of it is due."""
    tasks = joint_todo(held, seen)
    count = tasks.count() if held.role == Role.DEPARTMENT else 0
    if not count:
        return own
    rows = tasks.select_related("case", *(f"case__{name}" for name in CARD))[:most]
    added = [*own.items, *items_of(rows, at, title_of)]
    added.sort(key=lambda item: (item.due_at is None, item.due_at))
    return Boxful(own.count + count, tuple(added[:most]))
