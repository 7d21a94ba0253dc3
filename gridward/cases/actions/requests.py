"""Two-step wishes: somebody asks, somebody else decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gridward.cases.models import Case, CaseRequest
from gridward.core.actor import Actor
from gridward.core.workflow.table import Move, MoveKind, Table


def apply_request(case: Case, table: Table, move: Move, given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Open, decide or let lapse the requests that this move concerns."""
    if move.kind is MoveKind.ASK:
        CaseRequest.objects.create(
            district_id=case.district_id, case=case, kind=move.request, reason=given.get("reason", ""),
            until=given.get("until"), asked_by_id=by.user_id, asked_at=at,
        )  # fmt: skip
    elif move.kind is MoveKind.DECIDE:
        granted = move.code.startswith("grant_")
        CaseRequest.objects.filter(case=case, kind=move.request, state=CaseRequest.State.ASKED).update(
            state=CaseRequest.State.GRANTED if granted else CaseRequest.State.REFUSED,
            decided_by_id=by.user_id, decided_at=at, answer=given.get("reason") or given.get("reply") or "",
        )  # fmt: skip
    elif move.kind is MoveKind.MOVE:
        still = table.requests_open_in(case.state)
        CaseRequest.objects.filter(case=case, state=CaseRequest.State.ASKED).exclude(kind__in=still).update(
            state=CaseRequest.State.LAPSED, decided_at=at
        )
