"""The root of a Merkle tree as in RFC 6962: leaves and nodes hashed apart, an odd node moves up. Pure."""

import hashlib
from collections.abc import Iterable

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(table: str, row_id: int, row_hash: bytes) -> bytes:
    """SHA-256(0x00 ‖ table:id: ‖ the row's own hash): which row it is counts as much as what it says."""
    return hashlib.sha256(b"\x00" + f"{table}:{row_id}:".encode() + row_hash).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in their order; EMPTY for none."""
    level = list(leaves)
    if not level:
        return EMPTY
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]  # fmt: skip
        level = [*pairs, *level[len(pairs) * 2 :]]
    return level[0]
