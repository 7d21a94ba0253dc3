"""What people write, before it is kept: no NUL, which no database takes, and not without end."""

from collections.abc import Mapping
from typing import Any

from gridward.core.errors import RuleBroken

MOST_TEXT = 2000
MOST_PLACE = 256


def clean_text(text: str, most: int = MOST_TEXT) -> str:
    """Raises RuleBroken ``case.text_too_long``."""
    if len(text) > most:
        raise RuleBroken("case.text_too_long", most=most)
    return text.replace("\0", "").strip()


def clean_given(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a move with their texts cleaned."""
    return {code: clean_text(value) if isinstance(value, str) else value for code, value in given.items()}
