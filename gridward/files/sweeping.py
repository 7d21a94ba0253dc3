"""What leaves the disk: contents that nothing refers to, and what crashes left behind."""

import contextlib
import shutil
import time
from datetime import datetime
from pathlib import Path

from gridward.files.actions import forget_unreferenced
from gridward.files.queries import is_referenced
from gridward.files.storing import files_folder, folder_lock, path_of

WAIT_S = 3600  # a prepared file may wait this long for its row


def sweep_files(*, at: datetime) -> int:
    """Each minute: unreferenced rows, one of the 256 folders, old scratch; answer how many contents left."""
    gone = sum(remove_content(sha256) for sha256 in forget_unreferenced())
    minute = int(at.timestamp() // 60)
    gone += remove_orphans(f"{minute % 256:02x}")
    clear_scratch()
    return gone


def remove_content(sha256: str) -> bool:
    """Remove one content unless it is young (its row may be about to come), named by a row, or held by a backup."""
    try:
        with folder_lock(alone=True):
            path = path_of(sha256)
            if not path.exists() or _age_s(path) < WAIT_S or is_referenced(sha256):
                return False
            path.unlink()
            path_of(sha256, small=True).unlink(missing_ok=True)
    except BlockingIOError:  # the orphan sweep comes by again
        return False
    return True


def remove_orphans(prefix: str) -> int:
    """Contents in one folder that no row names."""
    folder = files_folder() / prefix
    names = {path.name.removesuffix(".small") for path in folder.iterdir()} if folder.is_dir() else set()
    return sum(remove_content(prefix + name) for name in sorted(names))


def clear_scratch() -> None:
    scratch = files_folder() / "incoming"
    for path in scratch.iterdir() if scratch.is_dir() else ():
        if _age_s(path) > WAIT_S:
            shutil.rmtree(path, ignore_errors=True)


def _age_s(path: Path) -> float:
    """Seconds since the file was put here, by the disk's clock: the application's may be a demo's."""
    with contextlib.suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime
    return 0.0
