"""A new version of a calendar: open clocks that run on it are due anew; closed ones never.

Twenty thousand open cases take a dozen seconds, so the jobs process does it, a chunk a transaction. Until then
pages say so, and whoever moves such a case has its clocks recomputed first: no move is judged by a former calendar.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.cases.actions.book import Book, HistoryBook
from gridward.cases.actions.clocks import CHANGING, OPEN, open_of
from gridward.cases.actions.writing import put_down_lightly, take_up_lightly
from gridward.cases.models import Case, CaseClock
from gridward.cases.queries.recomputing import KIND, cases_behind, with_version_today
from gridward.core.actor import Actor
from gridward.districts.models import District
from gridward.gpkg.many import update_rows
from gridward.work.actions import start_run
from gridward.work.reporting import Report

CHUNK = 50  # some 40 ms of the write lock


def ask_to_recompute(*, calendar: Any, by: Actor, at: datetime, **_: Any) -> None:
    """Have the jobs process recompute the clocks of the district's open cases."""
    most = Case.objects.filter(district_id=calendar.district_id, is_open=True).count()
    told = {"calendar": calendar.pk, "version": calendar.version}
    start_run(district_id=calendar.district_id, kind=KIND, arguments=told, total=most, by=by, at=at)


def recompute_clocks(report: Report) -> None:
    """All cases with a clock by a former version; what was done before is not found again."""
    book, pks = HistoryBook(District.objects.get(pk=report.district_id)), cases_behind(report.district_id)
    report.reached(0, total=len(pks))
    for start in range(0, len(pks), CHUNK):
        recompute_chunk(pks[start : start + CHUNK], book)
        report.reached(min(start + CHUNK, len(pks)), total=len(pks))


@transaction.atomic
def recompute_chunk(pks: list[int], book: Book) -> None:
    """Under the lock of their cases: every table is written at once, and each case that is due anew gets a step."""
    cases = Case.objects.select_for_update().filter(pk__in=pks, is_open=True).order_by("pk")
    clocks: dict[int, list[CaseClock]] = defaultdict(list)
    for row in with_version_today(CaseClock.objects.filter(case__in=pks, state__in=OPEN)).order_by("pk"):
        clocks[row.case_id].append(row)
    desks = take_up_lightly(list(cases), book)
    for desk in desks:
        desk.clocks = clocks[desk.case.pk]
        desk.open_clocks = open_of(desk.clocks)
        desk.catch_up_with_calendars()
    update_rows([row for desk in desks for row in desk.changed_clocks.values()], CHANGING)
    put_down_lightly([desk for desk in desks if desk.new_steps], ["due_at", "clock_from", "total_due_at"])
