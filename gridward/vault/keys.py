"""The key ring: a file outside GRIDWARD_HOME and outside every backup; data keys ≠ index key.

The file is JSON: {"data": {"1": base64, …}, "current": "1", "index": base64, "seal": base64}. It is made
on first use with mode 0600. Losing it loses every sealed contact: the handbook says how to keep it.
"""

import base64
import contextlib
import json
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by number for sealing, one for blind indexes, one for audit seals; 32 bytes each."""

    data: dict[str, bytes]
    current: str
    index: bytes
    seal: bytes


def _write_new(path: Path) -> None:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(
        json.dumps({"data": {"1": key()}, "current": "1", "index": key(), "seal": key()}), "ascii"
    )
    with contextlib.suppress(FileExistsError):  # another process was first: its keys stand
        path.hardlink_to(draft)
    draft.unlink()


@lru_cache(maxsize=4)
def _read(path: Path) -> KeyRing:
    if not path.exists():
        _write_new(path)
    raw = json.loads(path.read_text("ascii"))
    return KeyRing(
        data={number: base64.b64decode(key) for number, key in raw["data"].items()},
        current=raw["current"], index=base64.b64decode(raw["index"]), seal=base64.b64decode(raw["seal"]),
    )  # fmt: skip


def key_ring() -> KeyRing:
    """The keys in force."""
    return _read(Path(settings.GRIDWARD_KEYS))
