"""Work that comes to somebody who is away goes to who stands in."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from gridward.cases.actions.book import Book
from gridward.cases.actions.writing import put_down_lightly, take_up_lightly
from gridward.cases.models import Case
from gridward.cases.queries.choices import handlers_for
from gridward.core.actor import Actor
from gridward.districts.models import District
from gridward.work import clock
from gridward.work.locks import lock_all

if TYPE_CHECKING:
    from gridward.accounts.models import User


def cover_open_work(*, user: User, cover: User, by: Actor, at: datetime, **_: Any) -> None:
    """What is in hand when an absence begins goes to the cover, each case with a step; limits stay as they are."""
    rows = Case.objects.filter(handler=user, is_open=True, body__isnull=False)
    cases = lock_all(Case, rows.values_list("pk", flat=True))
    if not cases:
        return
    book = Book(District.objects.get(pk=cases[0].district_id))
    day = book.day(at)
    mine = [case for case in cases if case.is_open and case.handler_id == user.pk and _may(case, cover, book, day, at)]
    desks = take_up_lightly(mine, book)
    for desk in desks:
        desk.case.handler = cover
        said = {"from": user.pk, "to": cover.pk, "absence": True}
        desk.add_step(move="hand_over", state_from=desk.case.state, by=by, at=at, recorded_at=clock.now(), body=said)
    put_down_lightly(desks, ["handler_id"])


def _may(case: Case, cover: User, book: Book, day: date, at: datetime) -> bool:
    """Whether the cover handles for its body; a complaint never goes to somebody of the body that it is about."""
    if case.body is None or not book.is_handler_of(cover.pk, case.body, day):
        return False
    return case.complained_body_id is None or handlers_for(case, at).filter(pk=cover.pk).exists()
