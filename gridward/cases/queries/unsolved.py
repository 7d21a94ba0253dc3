"""问题库: what cannot be solved now, by the day on which it is looked at again."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from gridward.cases.models import Case
from gridward.web.paging import Page, page_after

STATE = "closed_unresolved"
PAGE = 25
CARD = ("category", "body", "subdistrict", "community", "district")


def unsolved(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases those that were ended as not solvable now."""
    return rows.filter(state=STATE, is_open=False)


def to_look_at(rows: QuerySet[Case], day: date) -> QuerySet[Case]:
    """Of these cases those whose day has come."""
    return unsolved(rows).filter(review_on__lte=day)


def page_of_unsolved(rows: QuerySet[Case], token: str) -> Page:
    """By the day to look again, the earliest first; by keys, so that no page costs more than the first."""
    ordered = unsolved(rows).filter(review_on__isnull=False).order_by("review_on", "pk")

    def after(key: Any | None, most: int) -> Sequence[Case]:
        wanted = ordered
        if key:
            day = date.fromisoformat(key[0])
            wanted = wanted.filter(Q(review_on__gt=day) | Q(review_on=day, pk__gt=key[1]))
        return wanted.select_related(*CARD)[:most]

    return page_after(after, lambda case: [case.review_on.isoformat(), case.pk], token, PAGE)
