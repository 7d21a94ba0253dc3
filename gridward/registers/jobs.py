"""Long work with registers: files of components, tried and taken in."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gridward.registers.actions.importing import look_at_file, take_in_file
from gridward.registers.queries.importing import IMPORT, TRY
from gridward.registers.reading.incoming import forget_incoming


def forget_files(*, at: datetime) -> int:
    """Files that nobody imported within a week go."""
    return forget_incoming(at=at)


NAMES = {
    TRY: _("A file of components is looked at"),
    IMPORT: _("Components are taken in from a file"),
    "registers.forget_files": _("Files that nobody imported are removed"),
}
SWEEPS = (("registers.forget_files", forget_files),)
JOBS: dict[str, tuple[object, ...]] = {}
RUNS = {TRY: look_at_file, IMPORT: take_in_file}
