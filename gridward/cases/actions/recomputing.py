"""A new version of a calendar: open clocks that run on it are due anew; closed ones never."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Q

from gridward.cases.actions.book import Book
from gridward.cases.actions.clocks import OPEN, SAME, open_of
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.writing import WITH, put_down_lightly, take_up_lightly
from gridward.cases.models import Case, CaseClock
from gridward.cases.queries.calendars import forget_calendars
from gridward.core.actor import SYSTEM, Actor
from gridward.work import clock

CHUNK = 500


def recompute_clocks(*, calendar: Any, by: Actor = SYSTEM, at: datetime, **_: Any) -> None:
    """Recompute open clocks of the calendar and of the shifts that follow it; each case that moved gets a step."""
    runs_on_it = Q(calendar=calendar) | Q(calendar__isnull=True)
    open_clocks = CaseClock.objects.filter(runs_on_it, district_id=calendar.district_id, state__in=OPEN)
    pks = sorted(set(open_clocks.values_list("case_id", flat=True)))
    book = Book(calendar.district)
    forget_calendars()
    try:
        for start in range(0, len(pks), CHUNK):
            _recompute(pks[start : start + CHUNK], book, calendar, by, at)
    finally:
        forget_calendars()  # this version may yet be rolled back


def _recompute(pks: list[int], book: Book, calendar: Any, by: Actor, at: datetime) -> None:
    locked = Case.objects.select_for_update(of=("self",)).filter(pk__in=pks).select_related(*WITH).order_by("pk")
    desks = take_up_lightly(list(locked), book)
    clocks: dict[int, list[CaseClock]] = defaultdict(list)
    for row in CaseClock.objects.filter(case_id__in=pks).order_by("pk"):
        clocks[row.case_id].append(row)
    for desk in desks:
        desk.clocks = clocks[desk.case.pk]
        desk.open_clocks = open_of(desk.clocks)
        _anew(desk, calendar, by, at)
    changed = [row for desk in desks for row in desk.changed_clocks.values()]
    fields = [*SAME, "state", "unit", "derivation"]
    CaseClock.objects.bulk_update(changed, fields, batch_size=100)
    put_down_lightly([desk for desk in desks if desk.new_steps], ["due_at", "clock_from", "total_due_at"])


def _anew(desk: CaseDesk, calendar: Any, by: Actor, at: datetime) -> None:
    before = {row.pk: row.due_at for row in desk.clocks}
    desk.recompute_clocks(at=at)
    if all(row.due_at == before[row.pk] for row in desk.clocks):
        return
    said = {"calendar": calendar.code, "version": calendar.version}
    desk.add_step(move="recompute", state_from=desk.case.state, by=by, at=at, recorded_at=clock.now(), body=said)
