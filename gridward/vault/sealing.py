"""Seal and open short personal texts; blind indexes for exact equality. AES-256-GCM, HMAC-SHA-256."""

import hashlib
import hmac
import os
import uuid

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gridward.vault.keys import key_ring

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
    cipher = AESGCM(ring.data[ring.current]).encrypt(nonce, text.encode(), _place(table, column, uid))
    return int(ring.current).to_bytes(2, "big") + nonce + cipher


def open_sealed(sealed: bytes, *, table: str, column: str, uid: uuid.UUID) -> str:
    """The text, or cryptography's InvalidTag when row, column or bytes are not what was sealed."""
    if not sealed:
        return ""
    raw = bytes(sealed)
    number, nonce, cipher = raw[:2], raw[2 : 2 + NONCE_BYTES], raw[2 + NONCE_BYTES :]
    key = key_ring().data[str(int.from_bytes(number, "big"))]
    return AESGCM(key).decrypt(nonce, cipher, _place(table, column, uid)).decode()


def blind_index(text: str, *, field: str, district_id: int) -> bytes:
    """Equal texts of one field in one district give equal 32 bytes; nothing else can be read from them."""
    return hmac.new(key_ring().index, f"{district_id}:{field}:{text}".encode(), hashlib.sha256).digest()
