"""Which cases a person sees in the role they act in. Unseen = 404."""

from django.db.models import Q, QuerySet
from django.http import Http404

from gridward.accounts.queries import HeldRole, within
from gridward.cases.models import Case, CaseStep
from gridward.cases.queries.joint import joint_case_ids
from gridward.core.scopes import Territory
from gridward.core.workflow.roles import Role

OWN_TASKS_ONLY = frozenset({Role.HANDLER})
ROW = (
    "category", "standard", "body", "subdistrict", "community", "grid", "duty_grid", "handler", "district",
    "complained_body", "checker", "merged_into",
)  # fmt: skip


def not_about(rows: QuerySet[Case], held: HeldRole) -> QuerySet[Case]:
    """Without complaints about a body that the viewer serves in any role, or one above it: the subject never sees
    them, whatever role is chosen at the top of the page.
    """
    return rows.exclude(complained_body_id__in=held.serves)


def cases_in_reach(held: HeldRole, seen: Territory) -> QuerySet[Case]:
    """The cases that the role's territory reaches: those that may be worked on."""
    rows = not_about(within(Case.objects.all(), seen, areas=("community", "subdistrict")), held)
    return rows.filter(handler_id=held.user_id) if held.role in OWN_TASKS_ONLY else rows


def visible_cases(held: HeldRole, seen: Territory) -> QuerySet[Case]:
    """The cases that the role's territory reaches, and for a desk those on which its body assists: to read."""
    rows, assisted = cases_in_reach(held, seen), joint_case_ids(held, seen)
    if not assisted:
        return rows
    return rows | not_about(Case.objects.filter(district_id=held.district_id, pk__in=assisted), held)


def get_case(held: HeldRole, seen: Territory, number: str) -> Case:
    """One case by number: in the territory, asked to check it, or one that the person has moved before."""
    if "\0" in number:  # no database looks for it
        raise Http404
    rows = not_about(Case.objects.filter(district_id=held.district_id, number=number), held)
    case = rows.select_related(*ROW).first()
    if case is None or seen.is_empty:
        raise Http404
    if visible_cases(held, seen).filter(pk=case.pk).exists():
        return case
    if case.checker_id == held.user_id or CaseStep.objects.filter(case=case, by_id=held.user_id).exists():
        return case
    raise Http404


def get_case_in_hands(held: HeldRole, seen: Territory, number: str) -> Case:
    """One case that the person may not only read but work on."""
    case = get_case(held, seen, number)
    if not may_move(case, held, seen):
        raise Http404
    return case


def may_move(case: Case, held: HeldRole, seen: Territory) -> bool:
    """Whether the case is in this person's hands: in the territory, or they were asked by name to check it.

    Having moved it once, or assisting, lets a person read, not move: who returned a case has no say in it.
    """
    return case.checker_id == held.user_id or cases_in_reach(held, seen).filter(pk=case.pk).exists()


def open_to(held: HeldRole, seen: Territory) -> QuerySet[Case]:
    """Visible and not ended."""
    return visible_cases(held, seen).filter(is_open=True)


def moved_by(user_id: int) -> Q:
    """已办: cases on which the person made a move."""
    return Q(steps__by_id=user_id)
