"""From an upload to a content-addressed file: capped, judged by content, decoded apart, cleaned. No database.

``prepare`` runs before the transaction; ``files.actions.keep_file`` writes the row inside it.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings

from gridward.core.errors import RuleBroken
from gridward.core.written import without_harm
from gridward.files import paper, picture
from gridward.work import clock

MOST_BYTES = 20 * 2**20
MOST_NAME = 100
CHUNK = 256 * 2**10
DECODE_S = 30
SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "PNG", "image/png"),
    (b"GIF87a", "GIF", "image/png"),
    (b"GIF89a", "GIF", "image/png"),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that lies on disk and waits for its row. ``position`` is (longitude, latitude), WGS 84; only a paper
    has a ``name``, without its ending.
    """

    sha256: str
    size: int
    media_type: str
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None
    position: tuple[float, float] | None = None
    name: str = ""


class Readable(Protocol):
    """What an upload offers: Django's UploadedFile, an open file, BytesIO; ``name`` and ``size`` where known."""

    def read(self, size: int = -1, /) -> bytes: ...


def files_folder() -> Path:
    return Path(settings.GRIDWARD_HOME) / "files"


def path_of(sha256: str, *, small: bool = False) -> Path:
    """Where a content lies: ``files/ab/cdef…``; its small picture beside it."""
    return files_folder() / sha256[:2] / (sha256[2:] + (".small" if small else ""))


@contextlib.contextmanager
def folder_lock(*, alone: bool = False) -> Iterator[None]:
    """Shared while a file is put in place or a backup reads, alone while the sweep removes one.

    Who wants it alone does not wait: BlockingIOError says that somebody else is there.
    """
    files_folder().mkdir(parents=True, exist_ok=True)
    with (files_folder() / ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def _incoming() -> Iterator[Path]:
    """A scratch folder on the same disk; the sweep clears what a crash leaves."""
    folder = files_folder() / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as scratch:
        yield Path(scratch)


def _receive(upload: Readable, target: BinaryIO) -> int:
    """Copy to disk, stopping at the cap: answer the size."""
    known = getattr(upload, "size", None)
    if isinstance(known, int) and known > MOST_BYTES:
        raise RuleBroken("files.too_large", most=MOST_BYTES // 2**20)
    size = 0
    while chunk := upload.read(CHUNK):
        size += len(chunk)
        if size > MOST_BYTES:
            raise RuleBroken("files.too_large", most=MOST_BYTES // 2**20)
        target.write(chunk)
    return size


def kind_of(head: bytes) -> tuple[str, str] | None:
    """Format and stored media type by the first bytes; names and stated types are not asked."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP", "image/webp"
    return next(((kind, media) for mark, kind, media in SIGNATURES if head.startswith(mark)), None)


def _decode(source: Path, clean: Path, small: Path, kind: str) -> dict[str, object]:
    """Run picture.py on one file; a child that dies or dawdles means a bomb or a broken picture."""
    offset = ZoneInfo(settings.TIME_ZONE).utcoffset(clock.now().replace(tzinfo=None))
    offset_s = int(offset.total_seconds()) if offset else 0
    words = (str(source), str(clean), str(small), kind, str(offset_s))
    return _asked(picture.__file__, words, broken="files.broken_picture", most=picture.MOST_PIXELS // 1_000_000)


def _asked(script: str, words: Iterable[str], *, broken: str, **values: int) -> dict[str, object]:
    """The answer of one of our scripts in a process of its own; what it refuses is refused with ``values``."""
    command = [sys.executable, "-I", script, *words]
    try:
        done = subprocess.run(command, capture_output=True, timeout=DECODE_S, check=False)
        answer: dict[str, object] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise RuleBroken(broken) from None
    if done.returncode:
        raise RuleBroken(f"files.{answer['refused']}", **values)
    return answer


def prepare(upload: Readable, *, papers: bool = False) -> Prepared:
    """Take in one upload: JPEG, PNG, WebP, GIF (first frame, as PNG), and with ``papers`` what paper.py knows.

    Pictures are re-encoded upright, at most 4096 px a side, without any metadata, with a small picture of at
    most 480 px; papers stay as they are. Raises RuleBroken ``files.too_large``, ``files.empty``,
    ``files.kind_not_taken``, ``files.broken_picture``, ``files.too_many_pixels``, or what paper.py refuses; OSError
    when the disk is full.
    """
    with _incoming() as scratch:
        source = scratch / "source"
        with source.open("wb") as target:
            size = _receive(upload, target)
        if not size:
            raise RuleBroken("files.empty")
        with source.open("rb") as opened:
            kind = kind_of(opened.read(16))
        if kind is not None:
            return _keep_picture(source, scratch, kind)
        if not papers:
            raise RuleBroken("files.kind_not_taken")
        return _keep_paper(source, size, str(getattr(upload, "name", "") or ""))


def _keep_paper(source: Path, size: int, name: str) -> Prepared:
    media_type = str(_asked(paper.__file__, (str(source),), broken="files.broken_paper")["media_type"])
    return Prepared(sha256=_put_in_place(source, None), size=size, media_type=media_type, name=_plain_name(name))


def _plain_name(name: str) -> str:
    """The last part of a name without its ending and without what misleads a reader."""
    last = without_harm(name.replace("\\", "/")).rpartition("/")[2]
    return "".join(letter for letter in Path(last).stem if letter.isprintable())[:MOST_NAME]


def _keep_picture(source: Path, scratch: Path, kind: tuple[str, str]) -> Prepared:
    clean, small = scratch / "clean", scratch / "small"
    facts = _decode(source, clean, small, kind[0])
    taken_at, position = facts["taken_at"], facts["position"]
    size = clean.stat().st_size
    return Prepared(
        sha256=_put_in_place(clean, small), size=size, media_type=kind[1],
        width=int(str(facts["width"])), height=int(str(facts["height"])),
        taken_at=datetime.fromisoformat(taken_at) if isinstance(taken_at, str) else None,
        position=(position[0], position[1]) if isinstance(position, list) else None,
    )  # fmt: skip


def prepare_drawing(content: bytes, small: bytes, *, media_type: str, width: int, height: int) -> Prepared:
    """Take in a picture that this program drew itself: nothing to distrust, so no child process."""
    with _incoming() as scratch:
        (scratch / "clean").write_bytes(content)
        (scratch / "small").write_bytes(small)
        sha256 = _put_in_place(scratch / "clean", scratch / "small")
    return Prepared(sha256=sha256, size=len(content), media_type=media_type, width=width, height=height)


def digest_of(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _put_in_place(content: Path, small: Path | None) -> str:
    """Flush and move under the content's own name; the same content twice is one file."""
    sha256 = digest_of(content)
    with folder_lock():
        target = path_of(sha256)
        target.parent.mkdir(exist_ok=True)
        if small is not None:
            _flush(small)
            small.replace(path_of(sha256, small=True))
        _flush(content)
        content.replace(target)
        _flush(target.parent)
    return sha256


def _flush(path: Path) -> None:
    """The row that names a file is durable: so must the file be."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
