"""What people write, without the marks that nobody sees and that harm who reads it."""

import re

HARMFUL = re.compile("[\0\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def without_harm(text: str) -> str:
    """Drops NUL, which no database takes, and the marks that turn the direction of what stands around them.

    Arabic or Hebrew words need none of these to be read; what joins an emoji (U+200D) stays.
    """
    return HARMFUL.sub("", text)
