"""Restored texts and persons do not come back: what was purged after the backup was made is purged again at once."""

from pathlib import Path

from django.apps import apps
from django.conf import settings

from gridward.audit.actions import remove_body
from gridward.audit.queries import purged_steps
from gridward.cases.actions.purging import purge_contacts
from gridward.cases.actions.searching import index_after_purge
from gridward.cases.models import CaseStep
from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.vault.actions import purge_body
from gridward.vault.purges import Purged, read_purges
from gridward.work import clock

BODY = "body of "


def replay_purges(newer: Path | None) -> int:
    """Purge again what the logs of the archive and of the given folder name; answers how many went."""
    folders = [Path(settings.GRIDWARD_HOME) / "purges", *([newer] if newer else [])]
    lines = {(line.kind, line.key): line for folder in folders if folder.exists() for line in read_purges(folder)}
    known = purged_steps()
    gone = sum(_purge(line, known) for line in lines.values() if line.kind.startswith(BODY))
    index_after_purge([int(line.key) for line in lines.values() if line.kind == f"{BODY}{CaseStep._meta.label}"])
    while purged := purge_contacts(at=clock.now()):
        gone += purged
    return gone


def _purge(line: Purged, known: set[tuple[str, int]]) -> bool:
    """One text again: as a step of its own unless the restored chain tells of it already."""
    table, pk = line.kind.removeprefix(BODY), int(line.key)
    if (table, pk) in known:
        return remove_body(table=table, step_id=pk)
    step = apps.get_model(table)._default_manager.filter(pk=pk).first()
    if step is None:  # written after the backup: it never came back
        return False
    try:
        purge_body(step=step, reason="replayed", by=SYSTEM, at=clock.now())
    except RuleBroken:
        return False
    return True
