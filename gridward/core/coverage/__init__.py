"""Does a set of pieces cover an area without gap or overlap? Findings with a fix each, and the fixing."""

from gridward.core.coverage.check import check_partition
from gridward.core.coverage.finding import FIXES, Finding, FindingKind, Fix, Tolerances
from gridward.core.coverage.fix import apply_fix, fix_partition

__all__ = [
    "FIXES",
    "Finding",
    "FindingKind",
    "Fix",
    "Tolerances",
    "apply_fix",
    "check_partition",
    "fix_partition",
]
