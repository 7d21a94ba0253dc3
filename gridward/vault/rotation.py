"""A new data key, and everything sealed anew under it, while others work on."""

from collections import Counter
from collections.abc import Callable

from gridward.vault.actions import reseal_chunk
from gridward.vault.columns import SealedColumn, sealed_columns
from gridward.vault.keys import add_key
from gridward.vault.sealing import key_number


def rotate_keys(*, cipher: str, say: Callable[[str, int], object] = lambda name, count: None) -> str:
    """Make a new current key, then seal every column anew; answer the key's number. Can be repeated."""
    number = add_key(cipher)
    reseal_everything(say=say)
    return number


def reseal_everything(*, say: Callable[[str, int], object] = lambda name, count: None) -> int:
    """Finish a rotation that was interrupted: seal anew whatever an older key sealed."""
    total = 0
    for column in sealed_columns():
        count = sum(_reseal(column))
        say(f"{column.table}.{column.column}", count)
        total += count
    return total


def _reseal(column: SealedColumn) -> list[int]:
    after: int | None = 0
    counts = []
    while after is not None:
        after, count = reseal_chunk(column=column, after=after)
        counts.append(count)
    return counts


def keys_in_use() -> Counter[str]:
    """How many texts each key seals."""
    used: Counter[str] = Counter()
    for column in sealed_columns():
        values = column.model._default_manager.values_list(column.column, flat=True)
        used.update(key_number(value) for value in values.iterator(chunk_size=2000) if value)
    return used
