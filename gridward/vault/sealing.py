"""Seal and open short personal texts; blind indexes for exact equality. The ring says which cipher."""

import os
import uuid

from gridward.core.errors import RuleBroken
from gridward.vault.ciphers import decrypt, encrypt, keyed_digest
from gridward.vault.keys import KeyRing, key_ring

NONCE_BYTES = 12


def _place(table: str, column: str, uid: uuid.UUID) -> bytes:
    """The additional authenticated data: a ciphertext moved to another row or column does not open."""
    return f"{table}:{column}:{uid}".encode()


def seal(text: str, *, table: str, column: str, uid: uuid.UUID) -> bytes:
    """``key number ‖ nonce ‖ ciphertext`` of a text; empty stays empty."""
    if not text:
        return b""
    ring = key_ring()
    nonce = os.urandom(NONCE_BYTES)
    key, place = ring.data[ring.current], _place(table, column, uid)
    cipher = encrypt(ring.cipher_of(ring.current), key, nonce, text.encode(), place)
    return int(ring.current).to_bytes(2, "big") + nonce + cipher


def open_sealed(sealed: bytes, *, table: str, column: str, uid: uuid.UUID) -> str:
    """The text, or cryptography's InvalidTag when row, column or bytes are not what was sealed.

    Raises RuleBroken ``vault.key_unknown`` when the ring no longer has the key it was sealed with.
    """
    if not sealed:
        return ""
    ring, raw = key_ring(), bytes(sealed)
    nonce, cipher = raw[2 : 2 + NONCE_BYTES], raw[2 + NONCE_BYTES :]
    number, key = _key_of(ring, raw)
    return decrypt(ring.cipher_of(number), key, nonce, cipher, _place(table, column, uid)).decode()


def key_number(sealed: bytes) -> str:
    """Which key sealed it; empty for an empty text."""
    return str(int.from_bytes(bytes(sealed)[:2], "big")) if sealed else ""


def _key_of(ring: KeyRing, raw: bytes) -> tuple[str, bytes]:
    number = key_number(raw)
    if number not in ring.data:
        raise RuleBroken("vault.key_unknown", number=number)
    return number, ring.data[number]


def blind_index(text: str, *, field: str, district_id: int) -> bytes:
    """Equal texts of one field in one district give equal 32 bytes; nothing else can be read from them."""
    ring = key_ring()
    return keyed_digest(ring.index_hash, ring.index, f"{district_id}:{field}:{text}".encode())
