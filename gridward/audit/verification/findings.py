"""What verification can find, as codes and values; the command speaks them in the reader's language."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class Kind(StrEnum):
    """One kind of damage."""

    STEP_CHANGED = "step_changed"
    STEP_REORDERED = "step_reordered"
    STEP_MISSING = "step_missing"
    LINK_BROKEN = "link_broken"
    COUNTER_WRONG = "counter_wrong"
    BODY_CHANGED = "body_changed"
    BODY_REMOVED = "body_removed"
    BODY_BACK = "body_back"
    BODY_ALONE = "body_alone"
    READ_CHANGED = "read_changed"
    SEALED_ROW_CHANGED = "sealed_row_changed"
    SEALED_ROW_MISSING = "sealed_row_missing"
    LEAF_MISSING = "leaf_missing"
    SEAL_FORGED = "seal_forged"
    SEAL_MISSING = "seal_missing"
    SEAL_UNLIKE_OUTSIDE = "seal_unlike_outside"
    SEAL_NOT_INSIDE = "seal_not_inside"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One difference: its kind, whose row (subject or seal), which number, and the row where known."""

    kind: Kind
    whose: str
    n: int
    row: str = ""

    def sentence(self) -> str:
        """In the language in force."""
        words = sentences()[self.kind].format(whose=self.whose, n=self.n)
        return f"{words} [{self.row}]" if self.row else words


def sentences() -> dict[Kind, str]:
    return {
        Kind.STEP_CHANGED: _("Step {n} of {whose} was changed after it was written."),
        Kind.STEP_REORDERED: _("A step of {whose} was moved to place {n}."),
        Kind.STEP_MISSING: _("Step {n} of {whose} is missing."),
        Kind.LINK_BROKEN: _("Step {n} of {whose} does not follow the step before it."),
        Kind.COUNTER_WRONG: _("The counter of {whose} does not agree with its last step, {n}."),
        Kind.BODY_CHANGED: _("What step {n} of {whose} said was changed."),
        Kind.BODY_REMOVED: _("What step {n} of {whose} said was removed without a purge."),
        Kind.BODY_BACK: _("What step {n} of {whose} said was purged, and is there again."),
        Kind.BODY_ALONE: _("Text {n} of {whose} belongs to no step."),
        Kind.READ_CHANGED: _("Read {n} of {whose} was changed after it was written."),
        Kind.SEALED_ROW_CHANGED: _("Leaf {n} of seal {whose} covers a row that is different now."),
        Kind.SEALED_ROW_MISSING: _("Leaf {n} of seal {whose} covers a row that is missing now."),
        Kind.LEAF_MISSING: _("Leaf {n} of seal {whose} is missing."),
        Kind.SEAL_FORGED: _("Seal {n} of district {whose} does not carry the right signature or root."),
        Kind.SEAL_MISSING: _("Seal {n} of district {whose} is missing."),
        Kind.SEAL_UNLIKE_OUTSIDE: _("Seal {n} of district {whose} differs from the one kept outside."),
        Kind.SEAL_NOT_INSIDE: _("Seal {n} of district {whose} is kept outside and missing in the database."),
    }
