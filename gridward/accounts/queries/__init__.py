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
from gridward.accounts.queries.people import (
    administered_bodies,
    body_tree,
    delegated_entries,
    entries_of,
    find_people,
    get_body,
    get_person,
    left_behind,
    named,
    people_of,
    scope_names,
    shown_grants,
    successors,
)
from gridward.accounts.queries.territory import reach, territory, within

__all__ = [
    "HeldRole",
    "administered_bodies",
    "body_tree",
    "chosen",
    "delegated_entries",
    "devices_of",
    "entries_of",
    "find_people",
    "get_body",
    "get_device",
    "get_person",
    "get_user",
    "grants_of",
    "held_at",
    "held_roles",
    "holders_of",
    "left_behind",
    "named",
    "people_of",
    "reach",
    "scope_names",
    "shown_grants",
    "successors",
    "territory",
    "within",
]
