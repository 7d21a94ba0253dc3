"""A case as the rules see it."""

from collections.abc import Iterable
from datetime import datetime

from gridward.cases.models import Case, CaseClock, CaseRequest
from gridward.core.workflow.facts import CaseFacts, Made

OPEN = (CaseClock.State.RUNNING, CaseClock.State.PAUSED)


def facts_from(
    case: Case, history: Iterable[Made], clocks: Iterable[CaseClock], requests: Iterable[CaseRequest], *, now: datetime
) -> CaseFacts:
    """What the table's guards ask, from rows that were read already."""
    open_clocks = {clock.kind: clock for clock in clocks if clock.state in OPEN}
    wishes = list(requests)
    handle = open_clocks.get(CaseClock.Kind.HANDLE)
    return CaseFacts(
        state=case.state,
        history=tuple(history),
        now=now,
        handle_due_at=handle.due_at if handle else None,
        return_count=case.return_count,
        extension_count=case.extension_count,
        open_requests=frozenset(wish.kind for wish in wishes if wish.state == CaseRequest.State.ASKED),
        is_designated=case.is_designated,
        is_late=case.is_late,
        appealed=any(wish.kind == CaseRequest.Kind.APPEAL for wish in wishes),
        suspended_in_this_handling=bool(handle and handle.pauses),
        make_safe_is_running=CaseClock.Kind.MAKE_SAFE in open_clocks,
        was_dispatched=case.dispatched_at is not None,
        category_allows_self_handling=case.category.allows_self_handling,
        category_allows_desk_inspection=case.category.allows_desk_check,
    )


def asked_of(case: Case) -> frozenset[str]:
    """The optional evidence that this case's category asks for."""
    return frozenset({"after_photo", "before_note"}) if case.category.needs_after_photo else frozenset()
