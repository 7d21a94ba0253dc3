"""Long work: asked for, taken up by one process, reported, stopped, resumed from its cursor."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet

from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.work import clock
from gridward.work.actions.entries import leave_entry, subject_key
from gridward.work.locks import lock
from gridward.work.models import Run

ORPHANED_AFTER = timedelta(seconds=60)
MOST_TAKEN_UP = 5


@transaction.atomic
def start_run(
    *, district_id: int, kind: str, arguments: dict[str, Any], total: int = 0, by: Actor, at: datetime
) -> Run:
    """Ask for long work; the jobs process takes it up within a second."""
    run = Run(
        district_id=district_id, kind=kind, arguments=arguments, total=total, by_id=by.user_id,
        recorded_at=clock.now(),
    )  # fmt: skip
    run.save(force_insert=True)
    _leave(run, "work.start_run", by, at)
    return run


@transaction.atomic
def ask_stop(*, run: Run, by: Actor, at: datetime) -> Run:
    """Wish that a run stops at its next report; what it did so far stays."""
    row = lock(Run, run.pk)
    if row.state not in (Run.State.WAITING, Run.State.RUNNING):
        raise RuleBroken("work.run_has_ended")
    row.is_stop_asked = True
    if row.state == Run.State.WAITING:
        row.state, row.finished_at = Run.State.STOPPED, clock.now()
    row.save(update_fields=["is_stop_asked", "state", "finished_at"])
    _leave(row, "work.stop_run", by, at)
    return row


@transaction.atomic
def resume_run(*, run: Run, by: Actor, at: datetime) -> Run:
    """Let a stopped or failed run go on from its cursor."""
    row = lock(Run, run.pk)
    if row.state not in (Run.State.STOPPED, Run.State.FAILED):
        raise RuleBroken("work.run_not_stopped")
    row.state, row.is_stop_asked, row.attempts, row.message = Run.State.WAITING, False, 0, ""
    row.heartbeat_at = row.finished_at = None
    row.save(
        update_fields=["state", "is_stop_asked", "attempts", "message", "heartbeat_at", "finished_at"]
    )  # fmt: skip
    _leave(row, "work.resume_run", by, at)
    return row


def claim_run(*, at: datetime, run_id: int | None = None) -> Run | None:
    """Take up the oldest waiting run, or this one; compare-and-set, so two processes never take the same one."""
    waiting = Run.objects.filter(state=Run.State.WAITING).order_by("recorded_at", "pk")
    waiting = waiting.filter(pk=run_id) if run_id else waiting
    if not waiting.exists():
        return None
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        run = waiting.select_for_update(skip_locked=skip).first()
        if run is None:
            return None
        taken = Run.objects.filter(pk=run.pk, state=Run.State.WAITING)
        taken.update(state=Run.State.RUNNING, heartbeat_at=at, attempts=F("attempts") + 1)
    run.refresh_from_db()
    return run


def beat_run(*, run_id: int, at: datetime, **progress: Any) -> bool:
    """Sign of life with what was reached; answers whether the run shall stop."""
    running = Run.objects.filter(pk=run_id, state=Run.State.RUNNING)
    if not running.update(heartbeat_at=at, **progress):
        return True  # it was taken from this process: somebody else goes on
    return bool(Run.objects.filter(pk=run_id, is_stop_asked=True).exists())


def finish_run(*, run_id: int, state: str, message: str = "", at: datetime) -> None:
    """Leave the running state: done, stopped, failed, or waiting to be taken up again."""
    finished = None if state == Run.State.WAITING else at
    Run.objects.filter(pk=run_id, state=Run.State.RUNNING).update(
        state=state, message=message, finished_at=finished, heartbeat_at=at
    )


@transaction.atomic
def forget_argument(*, run_id: int, name: str) -> None:
    """What was asked for is not kept longer than it takes to do it, where it holds people's words."""
    row = lock(Run, run_id)
    row.arguments = {key: value for key, value in row.arguments.items() if key != name}
    row.save(update_fields=["arguments"])


def take_run(*, run: Run, at: datetime) -> bool:
    """Take up this waiting run in the asker's own process; false when somebody else was faster."""
    taken = Run.objects.filter(pk=run.pk, state=Run.State.WAITING)
    return bool(taken.update(state=Run.State.RUNNING, heartbeat_at=at, attempts=F("attempts") + 1))


def free_orphaned_runs(*, at: datetime) -> int:
    """Runs whose process is silent wait again."""
    return _free(Run.objects.filter(heartbeat_at__lte=at - ORPHANED_AFTER), at)


def free_run(*, run_id: int, at: datetime) -> int:
    """A run whose process ended without settling it waits again."""
    return _free(Run.objects.filter(pk=run_id), at)


def _free(runs: QuerySet[Run], at: datetime) -> int:
    """Wait again; but a run that ends its process again and again, reporting nothing, has failed."""
    held = runs.filter(state=Run.State.RUNNING)
    hopeless = held.filter(attempts__gte=MOST_TAKEN_UP)
    hopeless.update(state=Run.State.FAILED, message="work.process_ended", finished_at=at)
    return held.update(state=Run.State.WAITING)


def _leave(run: Run, verb: str, by: Actor, at: datetime) -> None:
    leave_entry(
        district_id=run.district_id,
        subject=subject_key(run),
        verb=verb,
        by=by,
        at=at,
        body={"kind": run.kind},
    )
