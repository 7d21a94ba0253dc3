"""The events that webhooks may subscribe to: every app lists its own as ``EVENTS`` in its jobs.py."""

from typing import Any

from gridward.work import collected


def events() -> list[tuple[str, Any]]:
    """Verb and name, in the order of the apps."""
    return list(collected.events())
