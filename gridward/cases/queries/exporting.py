"""Cases as rows of a table file: pages by keys, so that a million take no more memory than a thousand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.forms.filters import FAMILY_NAMES
from gridward.cases.models import Case, Category
from gridward.cases.words import channel_words
from gridward.core.workflow.parse import load
from gridward.grids.models import Grid
from gridward.web.moments import full_moment, is_chinese

PAGE = 2000
FIELDS = (
    "reported_at", "pk", "number", "family", "category_id", "place", "subdistrict_id", "community_id", "grid_id",
    "table", "state", "body_id", "channel", "due_at", "closed_at", "is_urgent", "is_late", "reopen_count",
)  # fmt: skip
Row = tuple[Any, ...]


def pages(rows: QuerySet[Case], *more: str) -> Iterator[list[Row]]:
    """``FIELDS`` and more columns of all rows, the newest first; each page is a query of its own and holds nothing
    open between two of them.
    """
    ordered, key = rows.order_by("-reported_at", "-pk"), None
    while True:
        wanted = ordered.filter(_after(*key)) if key else ordered
        page = list(wanted.values_list(*FIELDS, *more)[:PAGE])
        if page:
            yield page
        if len(page) < PAGE:
            return
        key = page[-1][:2]


def _after(reported_at: datetime, pk: int) -> Q:
    return Q(reported_at__lt=reported_at) | Q(reported_at=reported_at, pk__lt=pk)


@dataclass(frozen=True, slots=True)
class Book:
    """Names in the reader's language by id, read once for a whole file."""

    categories: Mapping[int, str]
    divisions: Mapping[int, str]
    bodies: Mapping[int, str]
    grids: Mapping[int, str]
    families: Mapping[str, str]
    channels: Mapping[str, str]

    @classmethod
    def of(cls, district_id: int) -> "Book":
        name = "name_zh" if is_chinese() else "name_en"

        def names(model: Any, column: str = name) -> dict[int, str]:
            return dict(model.objects.filter(district_id=district_id).values_list("pk", column))

        families = {family.value: zh if is_chinese() else en for family, (zh, en) in FAMILY_NAMES.items()}
        return cls(
            names(Category), names(Division), names(Body), names(Grid, "code"), families, channel_words()
        )  # fmt: skip


def heads() -> tuple[str, ...]:
    """What the columns are called."""
    return (
        _("Number"), _("Family"), _("Category"), _("Place"), _("Subdistrict"), _("Community"), _("Grid"), _("Stage"),
        _("State"), _("Body"), _("Channel"), _("Reported"), _("Due"), _("Closed"), _("Urgent"), _("Late"),
        _("Times reopened"),
    )  # fmt: skip


def cells(row: Row, book: Book) -> tuple[str, ...]:
    """One case as its columns are called: neither texts nor who reported it."""
    _at, _pk, number, family, category, place, subdistrict, community, grid, table, state, body, channel, *rest = row
    due, closed, is_urgent, is_late, reopened = rest[:5]
    here = load(table).state(state)
    stage, name = (here.stage.zh, here.zh) if is_chinese() else (here.stage.en, here.en)
    return (
        number, book.families[family], book.categories.get(category, ""), place, book.divisions.get(subdistrict, ""),
        book.divisions.get(community, ""), book.grids.get(grid, ""), stage, name, book.bodies.get(body, ""),
        book.channels[channel], *(full_moment(at) if at else "" for at in (_at, due, closed)),
        _("Yes") if is_urgent else "", _("Yes") if is_late else "", str(reopened) if reopened else "",
    )  # fmt: skip
