"""All checks in one reading of one moment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gridward.audit.queries import one_moment, purged_steps, step_models
from gridward.audit.verification.chains import verify_bodies, verify_strange_bodies, verify_table
from gridward.audit.verification.findings import Finding, Kind
from gridward.audit.verification.sealed import (
    count_rows_not_sealed_outside,
    last_outside,
    verify_leaves,
    verify_outside,
    verify_reads,
    verify_seals,
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was compared and what was found. ``young`` = rows per table that no seal outside covers."""

    findings: list[Finding]
    counts: dict[str, int] = field(default_factory=dict)
    young: dict[str, int] = field(default_factory=dict)


def verify_everything(*, key: bytes, outside: Path | None) -> Verified:
    """Recompute and compare every step, body, read, leaf and seal. Raises ValueError for unreadable seals."""
    with one_moment():
        findings = sorted(set(_leave_out_consequences(list(_all(key, outside)))))
        counts = {model._meta.label: model._default_manager.count() for model in step_models()}
        young = count_rows_not_sealed_outside(last_outside(outside))
    return Verified(findings=findings, counts=counts, young=young)


def _all(key: bytes, outside: Path | None) -> Iterator[Finding]:
    purged = purged_steps()
    for model in step_models():
        yield from verify_table(model)
        yield from verify_bodies(model, purged)
    yield from verify_strange_bodies()
    yield from verify_reads()
    yield from verify_leaves()
    yield from verify_seals(key)
    if outside is not None:
        yield from verify_outside(outside)


def _leave_out_consequences(findings: list[Finding]) -> Iterator[Finding]:
    """A text without its step says nothing new where the seal already names the missing row."""
    missing = {finding.row for finding in findings if finding.kind == Kind.SEALED_ROW_MISSING}
    for finding in findings:
        if not (finding.kind == Kind.BODY_ALONE and f"{finding.whose}:{finding.n}" in missing):
            yield finding
