"""Files that wait for their import, under their own digest; what nobody imported within a week goes."""

import hashlib
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from gridward.core.errors import RuleBroken

MOST_BYTES = 50 * 2**20
HELD_FOR = timedelta(days=7)


def folder() -> Path:
    return Path(settings.GRIDWARD_HOME) / "imports"


def keep_incoming(upload: Any) -> str:
    """Put an upload, or an opened file, on disk; answer its SHA-256. Raises RuleBroken ``files.too_large``."""
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder(), delete=False) as target:
        size, digest = 0, hashlib.sha256()
        while chunk := upload.read(2**18):
            size += len(chunk)
            digest.update(chunk)
            if size <= MOST_BYTES:
                target.write(chunk)
    if not 0 < size <= MOST_BYTES:
        Path(target.name).unlink()
        raise RuleBroken("files.too_large", most=MOST_BYTES // 2**20) if size else RuleBroken("files.empty")
    Path(target.name).replace(incoming(digest.hexdigest()))
    return digest.hexdigest()


def incoming(sha256: str) -> Path:
    """Where a file lies that waits."""
    return folder() / sha256


def forget_incoming(*, at: datetime) -> int:
    """Remove what has waited too long; answer how many."""
    old = [path for path in folder().glob("*") if _kept_since(path) < at - HELD_FOR]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _kept_since(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
