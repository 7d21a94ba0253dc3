"""JSON as text, for who writes very much of it."""

from collections.abc import Callable
from json import JSONEncoder, encoder
from typing import Any


def speller(
    *, ensure_ascii: bool = True, sort_keys: bool = False, separators: tuple[str, str] = (", ", ": ")
) -> Callable[[Any], str]:
    """What ``json.dumps`` with these options is, for values without rings.

    ``json.dumps`` makes its encoder anew at every call, which for a small object takes longer than writing it; here it
    is made once. Where Python has no such encoder in C, its own is used.
    """
    usual = JSONEncoder(ensure_ascii=ensure_ascii, sort_keys=sort_keys, separators=separators)
    make: Any = getattr(encoder, "c_make_encoder", None)
    if make is None:
        return usual.encode
    text = encoder.encode_basestring_ascii if ensure_ascii else encoder.encode_basestring
    item, key = separators
    parts = make(None, usual.default, text, None, key, item, sort_keys, False, True)
    return lambda value: "".join(parts(value, 0))
