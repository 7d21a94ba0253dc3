"""The key ring: a file outside GRIDWARD_HOME and outside every backup; data keys ≠ index key ≠ seal key.

The file is JSON: ``{"data": {"1": base64, …}, "ciphers": {"1": "aes-256-gcm"}, "current": "1",
"index": base64, "index_hash": "sha256", "seal": base64}``, perhaps with ``"secrets": {"sms": text}`` that other
systems gave us; made on first use with mode 0600. Losing it loses
every sealed text: docs/explanation/keys-and-backups.md says how to keep it. ``GRIDWARD_HOME/keys.id`` tells a
home which ring it needs, so that a lost or foreign file is refused and never silently replaced.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from gridward.core.errors import RuleBroken

KEY_BYTES = {"aes-256-gcm": 32, "sm4-gcm": 16}
SUITES = {"international": ("aes-256-gcm", "sha256"), "national": ("sm4-gcm", "sm3")}


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by number for sealing, each for one cipher; one for blind indexes, one for audit seals."""

    data: dict[str, bytes]
    current: str
    index: bytes
    seal: bytes
    ciphers: dict[str, str] = field(default_factory=dict)
    index_hash: str = "sha256"
    secrets: dict[str, str] = field(default_factory=dict)

    def cipher_of(self, number: str) -> str:
        return self.ciphers.get(number, "aes-256-gcm")

    @property
    def fingerprint(self) -> str:
        """Says which ring it is without saying anything of its keys; stays through rotations."""
        return hmac.new(self.index, b"gridward-keys", hashlib.sha256).hexdigest()[:32]


def keys_path() -> Path:
    return Path(settings.GRIDWARD_KEYS)


def marker_path() -> Path:
    return Path(settings.GRIDWARD_HOME) / "keys.id"


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def new_ring(suite: str) -> dict[str, Any]:
    cipher, index_hash = SUITES[suite]
    return {
        "data": {"1": _text(secrets.token_bytes(KEY_BYTES[cipher]))}, "ciphers": {"1": cipher}, "current": "1",
        "index": _text(secrets.token_bytes(32)), "index_hash": index_hash, "seal": _text(secrets.token_bytes(32)),
    }  # fmt: skip


def write_durably(path: Path, text: str, *, replace: bool) -> None:
    """Write a small secret file whole or not at all; without ``replace`` whoever was first stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    if replace:
        draft.replace(path)
        return
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


def parse_ring(text: str) -> KeyRing:
    """Raises RuleBroken ``vault.keys_broken`` when the text is no ring."""
    try:
        raw = json.loads(text)
        ring = KeyRing(
            data={number: base64.b64decode(key, validate=True) for number, key in raw["data"].items()},
            current=raw["current"], index=base64.b64decode(raw["index"]), seal=base64.b64decode(raw["seal"]),
            ciphers=raw.get("ciphers", {}), index_hash=raw.get("index_hash", "sha256"),
            secrets={str(name): str(text) for name, text in raw.get("secrets", {}).items()},
        )  # fmt: skip
        fits = all(len(key) == KEY_BYTES[ring.cipher_of(number)] for number, key in ring.data.items())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RuleBroken("vault.keys_broken", path=keys_path()) from error
    if not fits or ring.current not in ring.data or min(len(ring.index), len(ring.seal)) < 32:
        raise RuleBroken("vault.keys_broken", path=keys_path())
    return ring


@lru_cache(maxsize=8)
def _read(file: str, changed_ns: int, home: str) -> KeyRing:
    """Read again whenever the file changed: a rotation reaches every process."""
    path, marker = keys_path(), marker_path()
    ring = parse_ring(path.read_text("ascii", errors="replace"))
    known = marker.read_text("ascii").strip() if marker.exists() else ""
    if known and known != ring.fingerprint:
        raise RuleBroken("vault.keys_foreign", path=path)
    if not known:
        write_durably(marker, ring.fingerprint + "\n", replace=False)
    return ring


def key_ring() -> KeyRing:
    """The keys in force. Raises RuleBroken ``vault.keys_missing``, ``keys_broken`` or ``keys_foreign``."""
    file, home = str(settings.GRIDWARD_KEYS), str(settings.GRIDWARD_HOME)  # paths are slow to make and to compare
    try:
        changed_ns = os.stat(file).st_mtime_ns
    except FileNotFoundError:
        path, marker = keys_path(), marker_path()
        if marker.exists():  # this home has used keys: a new ring would open nothing of it
            raise RuleBroken("vault.keys_missing", path=path) from None
        suite = settings.GRIDWARD_CIPHERS
        write_durably(path, json.dumps(new_ring(suite)), replace=False)
        changed_ns = path.stat().st_mtime_ns
    except OSError as error:
        raise RuleBroken("vault.keys_unreadable", path=file) from error
    try:
        return _read(file, changed_ns, home)
    except OSError as error:
        raise RuleBroken("vault.keys_unreadable", path=file) from error


def add_key(cipher: str) -> str:
    """A new current data key; the old ones stay for what they sealed. Answers its number."""
    key_ring()
    raw = json.loads(keys_path().read_text("ascii"))
    number = str(max(int(known) for known in raw["data"]) + 1)
    ciphers = {known: raw.get("ciphers", {}).get(known, "aes-256-gcm") for known in raw["data"]}
    raw["ciphers"] = {**ciphers, number: cipher}
    raw["data"][number] = _text(secrets.token_bytes(KEY_BYTES[cipher]))
    raw["current"] = number
    write_durably(keys_path(), json.dumps(raw), replace=True)
    return number
