"""What a seal says and how it is signed; the lines of the seals' files. No database."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from gridward.audit.chain import stamp

VERSION = "gridward-seal-1"
START = bytes(32)


@dataclass(frozen=True, slots=True)
class SealLine:
    """One seal as it stands in a file outside the database; bytes in hexadecimal, the time in UTC."""

    district: str
    n: int
    sealed_at: str
    count: int
    root: str
    prev: str
    hmac: str

    def text(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":")) + "\n"


def sign(key: bytes, *, district: str, n: int, sealed_at: datetime, count: int, root: bytes, prev: bytes) -> bytes:
    """HMAC-SHA-256 over every field; ``prev`` is the root before."""
    said = "|".join([VERSION, district, str(n), stamp(sealed_at), str(count), root.hex(), prev.hex()])
    return hmac.new(key, said.encode(), hashlib.sha256).digest()


def read_lines(path: Path) -> list[SealLine]:
    """The seals of a file; a last line torn by a crash is left out. Raises ValueError for any other bad line."""
    if not path.exists():
        return []
    lines = path.read_text("utf-8").splitlines(keepends=True)
    whole = [line for line in lines if line.endswith("\n")]
    try:
        return [SealLine(**json.loads(line)) for line in whole]
    except TypeError as error:
        raise ValueError(f"{path}: {error}") from error


def append_lines(path: Path, lines: Iterable[SealLine]) -> None:
    """Append and flush to the disk, after cutting off a torn last line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as handle:
        _cut_torn_end(handle.fileno(), path)
        handle.write("".join(line.text() for line in lines).encode())
        handle.flush()
        os.fsync(handle.fileno())


def _cut_torn_end(descriptor: int, path: Path) -> None:
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.ftruncate(descriptor, whole)


def last_n(path: Path) -> int:
    """The number of the last whole line, read from the file's end."""
    if not path.exists():
        return 0
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - 4096))
        lines = [line for line in handle.read().splitlines(keepends=True) if line.endswith(b"\n")]
    return int(json.loads(lines[-1])["n"]) if lines else 0
