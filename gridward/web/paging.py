"""Keyset pages: the next page begins after the last row shown, so a list can grow without end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext as _

SALT = "gridward.web.paging"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page; ``next_token`` goes into ``?after=``."""

    rows: Sequence[Any]
    next_token: str | None
    is_first: bool
    total: int | None = None
    counted_to: int = 1000

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def summary(self) -> str:
        if self.total is None:
            return ""
        shown = f"{self.counted_to:,}+" if self.total > self.counted_to else f"{self.total:,}"
        return _("%(number)s in all") % {"number": shown}


def read_token(token: str) -> Any | None:
    """The key after which a page begins; None for an empty or damaged token (the first page)."""
    try:
        return signing.loads(token, salt=SALT) if token else None
    except signing.BadSignature:
        return None


def page_after(
    rows: Callable[[Any | None, int], Sequence[Any]],
    key: Callable[[Any], Any],
    token: str,
    size: int = 25,
    counted: QuerySet[Any] | int | None = None,
) -> Page:
    """``rows(after_key, limit)`` gives at most ``limit`` rows after a key; ``key(row)`` is JSON-able.

    ``counted`` is what to count, or the count where it is known.
    """
    after = read_token(token)
    found = list(rows(after, size + 1))
    shown = found[:size]
    following = signing.dumps(key(shown[-1]), salt=SALT) if len(found) > size else None
    total = counted.order_by()[:1001].count() if isinstance(counted, QuerySet) else counted
    return Page(shown, following, after is None, total)
