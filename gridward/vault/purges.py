"""The purge log: what was deleted for good is told to a file beside the seals, so that a restore deletes it again."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Purged:
    """One thing that was purged: kind like ``audit.StepBody``, key within the kind; no personal data."""

    kind: str
    key: str
    at: str
    delivery: int

    def text(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":")) + "\n"


def purge_file(code6: str) -> Path:
    return Path(settings.GRIDWARD_HOME) / "purges" / f"{code6}.jsonl"


def tell_purged(code6: str, purged: Purged) -> None:
    """Append and flush to the disk; the same one twice does no harm."""
    path = purge_file(code6)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, purged.text().encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_purges(path: Path) -> Iterator[Purged]:
    """All purges of a file, or of every file in a folder; a torn last line is left out."""
    for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        with file.open("r", encoding="utf-8") as handle:
            for line in handle:
                if line.endswith("\n"):
                    yield Purged(**json.loads(line))
