"""The only writers of steps, entries, reads and seals."""

from gridward.audit.actions.seals import seal_district
from gridward.audit.actions.steps import (
    append_step,
    append_steps,
    hash_of,
    read_hash,
    record_entry,
    record_read,
    record_reads,
    remove_body,
    seal_into_chain,
)

__all__ = [
    "append_step",
    "append_steps",
    "hash_of",
    "read_hash",
    "record_entry",
    "record_read",
    "record_reads",
    "remove_body",
    "seal_district",
    "seal_into_chain",
]
