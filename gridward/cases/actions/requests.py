"""Two-step wishes: somebody asks, somebody else decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gridward.cases.models import CaseRequest
from gridward.core.actor import Actor
from gridward.core.workflow.table import Move, MoveKind, Table

if TYPE_CHECKING:
    from gridward.cases.actions.desk import CaseDesk


def apply_request(
    desk: CaseDesk, table: Table, move: Move, given: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Open, decide or let lapse the requests that this move concerns."""
    if move.kind is MoveKind.ASK:
        wish = CaseRequest(
            district_id=desk.case.district_id, case=desk.case, kind=move.request, reason=given.get("reason") or "",
            until=given.get("until"), asked_by_id=by.user_id, asked_at=at,
        )  # fmt: skip
        desk.requests.append(wish)
        desk.changed_requests[id(wish)] = wish
        return
    if not desk.requests:
        return
    still = table.requests_open_in(desk.case.state)
    for wish in desk.requests:
        if wish.state != CaseRequest.State.ASKED:
            continue
        if move.kind is MoveKind.DECIDE and wish.kind == move.request:
            granted = move.code.startswith("grant_")
            wish.state = CaseRequest.State.GRANTED if granted else CaseRequest.State.REFUSED
            wish.decided_by_id, wish.decided_at = by.user_id, at
            wish.answer = given.get("reason") or given.get("reply") or ""
        elif wish.kind not in still:
            wish.state, wish.decided_at = CaseRequest.State.LAPSED, at
        else:
            continue
        desk.changed_requests[id(wish)] = wish
