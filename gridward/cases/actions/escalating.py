"""The sweep that climbs the ladder: each rung that a clock reached is told once, with a step and its deliveries.

Clocks keep when they have to be looked at again, so a round costs what is due, not what is open. A chunk is one
transaction under the lock of its cases; what a crash left undone is found again the next minute.
"""

from collections import defaultdict
from datetime import datetime
from operator import attrgetter

from django.db import transaction

from gridward.cases.actions.book import Book, HistoryBook
from gridward.cases.actions.clocks import OPEN, ClockWork, core_clock
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.writing import put_down_lightly, take_up_lightly
from gridward.cases.models import Case, CaseClock, Escalation
from gridward.cases.queries.recomputing import is_due_anew, with_version_today
from gridward.core.actor import Actor
from gridward.core.calendar.due import next_opening
from gridward.core.calendar.working import Calendar
from gridward.core.workflow.ladder import Level, Rung, next_rung, rungs_reached
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.gpkg.many import insert_many, new_row, update_many
from gridward.work import clock

CHUNK = 50  # some 40 ms of the write lock
MOST_AT_ONCE = 2000
RUNNING = CaseClock.State.RUNNING


def climb_ladders(*, at: datetime, most: int = MOST_AT_ONCE) -> int:
    """Look at every running clock whose next rung may be reached, the longest waiting first; answer how many rungs
    were told. What is left over is looked at the next minute.
    """
    due = CaseClock.objects.filter(state=RUNNING, rung_at__lte=at, case__is_open=True).order_by("rung_at")
    found = list(due.values_list("case__district_id", "case_id")[:most])
    cases: dict[int, list[int]] = defaultdict(list)
    for district_id, case_id in dict.fromkeys(found):
        cases[district_id].append(case_id)
    return sum(_climb(district_id, sorted(pks), at) for district_id, pks in cases.items())


def _climb(district_id: int, pks: list[int], at: datetime) -> int:
    book = HistoryBook(District.objects.get(pk=district_id))
    return sum(climb_chunk(pks[start : start + CHUNK], book, at) for start in range(0, len(pks), CHUNK))


@transaction.atomic
def climb_chunk(pks: list[int], book: Book, at: datetime) -> int:
    """The rungs of these cases that are reached at ``at``: rows, steps and deliveries, each table at once."""
    cases = Case.objects.select_for_update().filter(pk__in=pks, is_open=True).order_by("pk")
    rows: dict[int, list[CaseClock]] = defaultdict(list)
    for row in with_version_today(CaseClock.objects.filter(case__in=pks, state__in=OPEN)).order_by("pk"):
        rows[row.case_id].append(row)
    told, seen = list[Escalation](), list[CaseClock]()
    desks = take_up_lightly(list(cases), book)
    for desk in desks:
        due = [row for row in rows[desk.case.pk] if row.rung_at and row.rung_at <= at and not is_due_anew(row)]
        told += _told(desk, due, at)
        desk.case.escalation = max((row.rung for row in rows[desk.case.pk]), default=0)
        seen += due
    update_many(CaseClock, ("rung", "rung_at"), [[row.rung, row.rung_at, row.pk] for row in seen])
    put_down_lightly([desk for desk in desks if desk.new_steps], ["escalation"])
    insert_many(told)
    return len(told)


def _told(desk: CaseDesk, due: list[CaseClock], at: datetime) -> list[Escalation]:
    """One step for all that a case reached now, and a row for each rung."""
    case = desk.case
    reached = [(row, rung) for row in due for rung in look_at(ClockWork(desk, at), row, at)]
    if not reached:
        return []
    said = [{"clock": row.kind, "limit": row.limit, "level": rung.level.code, "tells": list(rung.tells),
             "due_at": row.due_at.isoformat()} for row, rung in reached]  # fmt: skip
    system, now = Actor(None, Role.SYSTEM, None, case.district_id), clock.now()
    desk.add_step(move="escalate", state_from=case.state, by=system, at=at, recorded_at=now, body={"rungs": said})
    return [
        new_row(
            Escalation, district_id=case.district_id, case_id=case.pk, clock_id=row.pk, level=int(rung.level),
            tells=" ".join(rung.tells), due_at=row.due_at, step_n=case.step_n, recorded_at=now,
        )
        for row, rung in reached
    ]  # fmt: skip


def look_at(work: ClockWork, row: CaseClock, at: datetime) -> tuple[Rung, ...]:
    """The rungs that a clock has reached; leaves on it the highest and when to look again. What was missed, as while
    no jobs process ran, is told once somebody is on shift.
    """
    value, book, calendar = core_clock(row), work.book, work.calendar_of(row)
    on_duty = on_duty_for(work, row, at)
    if on_duty is not None and (opens := next_opening(at, on_duty)) > at:
        row.rung_at = opens
        return ()
    rungs = rungs_reached(value, Level(row.rung), at, book.ladder, calendar, on_duty)
    row.rung = max(map(attrgetter("level"), rungs), default=row.rung)
    following = next_rung(value, Level(row.rung), book.ladder, calendar, on_duty)
    row.rung_at = following[1] if following else None
    return rungs


def on_duty_for(work: ClockWork, row: CaseClock, at: datetime) -> Calendar | None:
    """When somebody who may hold the case is on shift; None for urgent cases, whose duty roster never ends."""
    if work.case.is_urgent:
        return None
    body = work.book.body(row.body_id) if row.body_id else None
    return work.book.shifts(body, at, is_urgent=False)
