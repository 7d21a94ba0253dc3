"""A case as the rules see it."""

from collections.abc import Iterable
from datetime import datetime

from gridward.cases.models import Attachment, Case, CaseClock, CaseRequest
from gridward.core.workflow.facts import CaseFacts, Made

OPEN = frozenset({CaseClock.State.RUNNING.value, CaseClock.State.PAUSED.value})
HANDLE, MAKE_SAFE = CaseClock.Kind.HANDLE.value, CaseClock.Kind.MAKE_SAFE.value
NOTHING: frozenset[str] = frozenset()
SHOWN_BEFORE = (Attachment.Kind.BEFORE, Attachment.Kind.VERIFICATION)


def facts_from(
    case: Case, history: Iterable[Made], clocks: Iterable[CaseClock], requests: Iterable[CaseRequest], *, now: datetime
) -> CaseFacts:
    """What the table's guards ask, from rows that were read already."""
    category, open_clocks = case.category, {clock.kind: clock for clock in clocks if clock.state in OPEN}
    wishes = list(requests)
    asked = frozenset(wish.kind for wish in wishes if wish.state == CaseRequest.State.ASKED) if wishes else NOTHING
    handle = open_clocks.get(HANDLE)
    return CaseFacts(
        state=case.state,
        history=tuple(history),
        now=now,
        handle_due_at=handle.due_at if handle else None,
        return_count=case.return_count,
        extension_count=case.extension_count,
        open_requests=asked,
        is_designated=case.is_designated,
        is_late=case.is_late,
        appealed=any(wish.kind == CaseRequest.Kind.APPEAL for wish in wishes),
        suspended_in_this_handling=bool(handle and handle.pauses),
        make_safe_is_running=MAKE_SAFE in open_clocks,
        was_dispatched=case.dispatched_at is not None,
        is_supervised=case.is_supervised,
        closed_at=case.closed_at,
        category_allows_self_handling=category.allows_self_handling,
        category_allows_desk_inspection=category.allows_desk_check,
    )


def asked_of(case: Case) -> frozenset[str]:
    """The optional evidence that this case's category asks for; what a photo on the spot showed is not asked again."""
    category, asked = case.category, set[str]()
    if category.needs_after_photo:
        asked |= {"after_photo", "before_note"}
    if category.needs_before_photo and not case.attachments.filter(kind__in=SHOWN_BEFORE).exists():
        asked.add("before_photo")
    return frozenset(asked)
