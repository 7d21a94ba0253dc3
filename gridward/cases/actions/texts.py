"""What people write, before it is kept: no harmful marks, and not without end."""

from collections.abc import Mapping
from typing import Any

from gridward.core.errors import RuleBroken
from gridward.core.written import without_harm

MOST_TEXT = 2000
MOST_PLACE = 256


def clean_text(text: str, most: int = MOST_TEXT) -> str:
    """Raises RuleBroken ``case.text_too_long``."""
    if len(text) > most:
        raise RuleBroken("case.text_too_long", most=most)
    return without_harm(text).strip()


def clean_given(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a move with their texts cleaned."""
    return {code: clean_text(value) if isinstance(value, str) else value for code, value in given.items()}
