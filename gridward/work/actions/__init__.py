"""The only writers of entries, deliveries, runs and pulses."""

from gridward.work.actions.deliveries import (
    claim_deliveries,
    finish_deliveries,
    forget_done_deliveries,
    postpone_delivery,
    retry_delivery,
)
from gridward.work.actions.entries import (
    deliver,
    deliver_again,
    deliver_rows,
    deliveries_of,
    leave_entry,
    only_news,
    subject_key,
)
from gridward.work.actions.pulses import beat, take_turn
from gridward.work.actions.runs import (
    ask_stop,
    beat_run,
    claim_run,
    finish_run,
    forget_argument,
    free_orphaned_runs,
    free_run,
    resume_run,
    start_run,
    take_run,
)

__all__ = [
    "ask_stop",
    "beat",
    "beat_run",
    "claim_deliveries",
    "claim_run",
    "deliver",
    "deliver_again",
    "deliver_rows",
    "deliveries_of",
    "finish_deliveries",
    "finish_run",
    "forget_argument",
    "forget_done_deliveries",
    "free_orphaned_runs",
    "free_run",
    "leave_entry",
    "only_news",
    "postpone_delivery",
    "resume_run",
    "retry_delivery",
    "start_run",
    "subject_key",
    "take_run",
    "take_turn",
]
