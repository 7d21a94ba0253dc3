"""The arithmetic of the chain: canonical JSON, digests, hashes. Pure."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

VERSION = b"gridward-step-1"
START = bytes(32)
_spell = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
HASHED = ("verb", "by_id", "role", "at", "recorded_at", "is_time_doubtful")


def canonical(body: dict[str, object]) -> str:
    """The one spelling of a body: sorted keys, no spaces, UTF-8 text, control characters escaped."""
    return _spell(body)


def new_salt() -> bytes:
    return secrets.token_bytes(16)


def body_digest(salt: bytes, text: str) -> bytes:
    """SHA-256 over salt ‖ canonical body: without the salt a purged body cannot be guessed."""
    return hashlib.sha256(salt + text.encode()).digest()


def stamp(moment: datetime) -> str:
    """Microseconds in UTC: what both databases keep."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@lru_cache(maxsize=4096, typed=True)
def _part(field: object) -> bytes:
    """A field after its length. Verbs, roles, states and people return in every step: they are spelled once.

    Moments come in UTC, as two of one zone may be equal and yet an hour apart.
    """
    text = stamp(field) if isinstance(field, datetime) else "" if field is None else str(field)
    encoded = text.encode()
    return len(encoded).to_bytes(4, "big") + encoded


def chained_hash(*fields: object, digest: bytes, prev: bytes) -> bytes:
    """SHA-256 over length-prefixed fields, the body's digest and the hash before."""
    parts = [_part(field.astimezone(UTC) if isinstance(field, datetime) else field) for field in fields]
    return hashlib.sha256(b"".join((VERSION, *parts, digest, prev))).digest()


@lru_cache(maxsize=16384, typed=True)
def _parts(*fields: object) -> bytes:
    """Fields that return together in very many steps: a person in a role, the two states of a move."""
    return b"".join(map(_part, fields))


def step_hash(subject: str, values: Sequence[Any], *, digest: bytes, prev: bytes) -> bytes:
    """The hash of a step: ``values`` are district, n, the columns HASHED and those that its table adds.

    What ``chained_hash`` of the same fields is.
    """
    district, n, verb, by, role, at, recorded_at, *others = values
    moments = _part(at.astimezone(UTC)) + _part(recorded_at.astimezone(UTC))
    said = (VERSION, _part(subject), _part(district), _part(n), _parts(verb, by, role), moments, _parts(*others))
    return hashlib.sha256(b"".join((*said, digest, prev))).digest()
