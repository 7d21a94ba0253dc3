"""The main menu: each app lists its entries in its AppConfig, the shell shows those that fit the reader.

``navigation = [Entry("cases:list", _("Cases"), order=30, roles=("dispatcher", …))]`` on an AppConfig. An entry
without roles is for everybody who is signed in. Only the menu is decided here; rights are decided by queries.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

MOST_IN_LINE = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: a URL name, a lazy label, its place, and the roles that see it (none: all)."""

    url_name: str
    label: Any
    order: int = 100
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the template prints it."""

    url: str
    label: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """What stands in the line of a wide screen, and what is behind “more”."""

    line: list[Shown]
    more: list[Shown]

    @property
    def is_within(self) -> bool:
        """Whether the page that is open is one behind “more”."""
        return any(entry.is_here for entry in self.more)


def in_line(entries: list[Shown]) -> Menu:
    """All, where they fit in one line beside search and name; else the first, a single one is never hidden."""
    kept = len(entries) if len(entries) <= MOST_IN_LINE else MOST_IN_LINE - 1
    return Menu(entries[:kept], entries[kept:])


def listed_entries() -> list[Entry]:
    """All entries of all apps, by order."""
    entries = [entry for config in apps.get_app_configs() for entry in getattr(config, "navigation", ())]
    return sorted(entries, key=lambda entry: entry.order)


def shown_entries(request: HttpRequest, role: str) -> Iterator[Shown]:
    """The entries for a reader in ``role``; the one whose address begins this page's is marked."""
    found = []
    for entry in listed_entries():
        if entry.roles and role not in entry.roles:
            continue
        try:
            found.append((reverse(entry.url_name), entry))
        except NoReverseMatch:  # the page is not mounted in this installation
            continue
    here = max((url for url, _ in found if request.path.startswith(url)), key=len, default="")
    return (Shown(url, str(entry.label), url == here) for url, entry in found)
