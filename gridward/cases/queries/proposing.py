"""What staff is proposed of cases that may be the same, and whether a merger may still be taken back."""

from dataclasses import dataclass

from django.db.models import QuerySet

from gridward.cases.models import Case
from gridward.cases.queries.duplicates import likely_duplicates, told_by
from gridward.cases.queries.page import CasePage
from gridward.cases.queries.public import worked_on
from gridward.core.errors import RuleBroken
from gridward.core.search.alike import Alike
from gridward.core.workflow.counting import Passed
from gridward.core.workflow.parse import load
from gridward.core.workflow.undoing import MERGE, check_window, merger_to_undo
from gridward.work import clock


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case that may be the same, why, and which of the two would join which: ``joins`` the number of the one that
    would, ``into`` that of the other; both empty where neither can.
    """

    case: Case
    alike: Alike
    joins: str = ""
    into: str = ""


def proposals(case: Case, rows: QuerySet[Case], *, role: str) -> list[Proposal]:
    """The likely duplicates of a case among ``rows``; the later one joins the earlier, before it is filed."""
    return [_proposal(case, one.case, one.alike, role) for one in likely_duplicates(told_by(case), rows)]


def _proposal(case: Case, other: Case, alike: Alike, role: str) -> Proposal:
    first, later = sorted((case, other), key=lambda one: (one.reported_at, one.pk))
    if first.is_open and later.is_open and may_join(later, role):
        return Proposal(other, alike, later.number, first.number)
    return Proposal(other, alike)


def may_join(case: Case, role: str) -> bool:
    """Whether the table lets this role merge the case where it stands."""
    merge = load(case.table).moves.get(MERGE)
    return merge is not None and case.state in merge.targets and role in merge.roles


def may_be_undone(page: CasePage, role: str) -> bool:
    """Whether this role may take the merger of a case back now."""
    case = page.case
    if case.merged_into_id is None:
        return False
    steps = [Passed(row.step.verb.removeprefix("cases."), row.step.state_from, row.step.state_to, row.step.at,
                    row.step.recorded_at) for row in page.steps]  # fmt: skip
    last = worked_on(case)
    try:
        merger = merger_to_undo(page.table, steps, role)
        check_window(merger, clock.now(), is_open=last.is_open, number=last.number)
    except RuleBroken:
        return False
    return True
