"""The arithmetic of the chain: canonical JSON, digests, hashes. Pure."""

import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from gridward.core.jsontext import speller
from gridward.core.moments import spelled

VERSION = b"gridward-step-1"
START = bytes(32)
STAMP = len("2026-05-06T01:30:00.000000+00:00")
BEFORE_STAMP = STAMP.to_bytes(4, "big")
_spell = speller(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
SALT, SALTS_AT_ONCE = 16, 64
HASHED = ("verb", "by_id", "role", "at", "recorded_at", "is_time_doubtful")

_salts: list[bytes] = []
os.register_at_fork(after_in_child=_salts.clear)  # a child draws its own


def canonical(body: dict[str, object]) -> str:
    """The one spelling of a body: sorted keys, no spaces, UTF-8 text, control characters escaped."""
    return _spell(body)


def new_salt() -> bytes:
    """16 random bytes that no other body has. Many are drawn at once: to ask the kernel takes longer than to hash."""
    try:
        return _salts.pop()
    except IndexError:
        drawn = os.urandom(SALT * SALTS_AT_ONCE)
        first, *others = (drawn[start : start + SALT] for start in range(0, len(drawn), SALT))
        _salts.extend(others)
        return first


def body_digest(salt: bytes, text: str) -> bytes:
    """SHA-256 over salt ‖ canonical body: without the salt a purged body cannot be guessed."""
    return hashlib.sha256(salt + text.encode()).digest()


def stamp(moment: datetime) -> str:
    """Microseconds in UTC: what both databases keep."""
    text = spelled(moment)
    return text if len(text) == STAMP else f"{text[:19]}.000000{text[19:]}"


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
    district, n, verb, by, role, at, recorded_at = values[:7]
    then = _moment(at)
    said = (
        VERSION, _parts(subject, district), _part(n), _parts(verb, by, role), then,
        then if recorded_at is at else _moment(recorded_at), _parts(*values[7:]), digest, prev,
    )  # fmt: skip
    return hashlib.sha256(b"".join(said)).digest()


def _moment(at: datetime) -> bytes:
    """A moment after its length, which is always the same."""
    return BEFORE_STAMP + stamp(at).encode()
