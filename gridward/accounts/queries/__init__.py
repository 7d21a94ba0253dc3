"""Reads: who holds what, what it reaches, who is who."""

from gridward.accounts.queries.devices import devices_of, get_device
from gridward.accounts.queries.grants import (
    HeldRole,
    chosen,
    get_user,
    grants_of,
    held_at,
    held_roles,
    holders_of,
)
from gridward.accounts.queries.territory import reach, territory, within

__all__ = [
    "HeldRole",
    "chosen",
    "devices_of",
    "get_device",
    "get_user",
    "grants_of",
    "held_at",
    "held_roles",
    "holders_of",
    "reach",
    "territory",
    "within",
]
