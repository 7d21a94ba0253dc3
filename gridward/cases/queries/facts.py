"""A case as the rules see it."""

from datetime import datetime

from gridward.cases.models import Case, CaseClock, CaseRequest, CaseStep
from gridward.core.workflow.facts import CaseFacts, Made

OPEN_CLOCKS = (CaseClock.State.RUNNING, CaseClock.State.PAUSED)


def facts_of(case: Case, steps: list[CaseStep], *, now: datetime) -> CaseFacts:
    """What the table's guards ask, from three queries: steps (given), clocks, open requests."""
    clocks = {clock.kind: clock for clock in CaseClock.objects.filter(case=case, state__in=OPEN_CLOCKS)}
    asked = CaseRequest.objects.filter(case=case).values_list("kind", "state")
    open_requests = frozenset(kind for kind, state in asked if state == CaseRequest.State.ASKED)
    handle = clocks.get(CaseClock.Kind.HANDLE)
    return CaseFacts(
        state=case.state,
        history=tuple(Made(step.verb.removeprefix("cases."), step.by_id) for step in steps),
        now=now,
        handle_due_at=handle.due_at if handle else None,
        return_count=case.return_count,
        extension_count=case.extension_count,
        open_requests=open_requests,
        is_designated=case.is_designated,
        is_late=case.is_late,
        appealed=any(kind == CaseRequest.Kind.APPEAL for kind, _ in asked),
        suspended_in_this_handling=bool(handle and handle.paused_s),
        make_safe_is_running=CaseClock.Kind.MAKE_SAFE in clocks,
        was_dispatched=case.dispatched_at is not None,
        category_allows_self_handling=case.category.allows_self_handling,
        category_allows_desk_inspection=case.category.allows_desk_check,
    )


def asked_of(case: Case) -> frozenset[str]:
    """The optional evidence that this case's category asks for."""
    return frozenset({"after_photo", "before_note"}) if case.category.needs_after_photo else frozenset()
