"""The case's chain: one step per move, with its deliveries."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from gridward.audit.actions import append_step
from gridward.cases.models import Case, CaseStep
from gridward.core.actor import Actor
from gridward.work import clock
from gridward.work.actions import deliver, subject_key

AHEAD = timedelta(minutes=2)


def accepted_at(at: datetime, *, earliest: datetime | None, recorded_at: datetime) -> tuple[datetime, bool]:
    """The time that a step keeps, and whether it is doubtful.

    It lies not before the case's previous step and not more than two minutes after the server's own time;
    outside it is clamped and marked.
    """
    latest = recorded_at + AHEAD
    low = earliest if earliest and earliest <= latest else None
    clamped = min(max(at, low) if low else at, latest)
    return clamped, clamped != at


def add_step(
    case: Case, *, move: str, state_from: str, by: Actor, at: datetime, body: dict[str, Any],
    earliest: datetime | None = None, action_uuid: uuid.UUID | None = None,
) -> CaseStep:  # fmt: skip
    """Append one step; the caller holds the case's lock and saves ``step_n`` and ``step_hash`` with it."""
    recorded_at = clock.now()
    moment, is_doubtful = accepted_at(at, earliest=earliest, recorded_at=recorded_at)
    step = CaseStep(
        district_id=case.district_id, case=case, n=case.step_n + 1, verb=f"cases.{move}", by_id=by.user_id,
        role=by.role, body_id=by.body_id, at=moment, recorded_at=recorded_at, is_time_doubtful=is_doubtful,
        state_from=state_from, state_to=case.state, stage=case.stage, action_uuid=action_uuid,
    )  # fmt: skip
    append_step(step, subject=subject_key(case), prev=bytes(case.step_hash), body=body)
    case.step_n, case.step_hash = step.n, step.hash
    deliver(step)
    return step
