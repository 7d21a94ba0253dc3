"""What forms of check boxes and buttons post."""

import contextlib
import uuid


def uuids(texts: list[str]) -> list[uuid.UUID]:
    """What is not an id is left out."""
    found = []
    for text in texts:
        with contextlib.suppress(ValueError):
            found.append(uuid.UUID(text))
    return found
