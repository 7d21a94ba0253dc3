"""The bulk twins: the same desk as one report and one move, written five hundred cases at a time.

For history that is grown or brought over. A test compares every row that both ways leave behind.

A new effect of a step goes into the desk (``desk.move``, ``effects``), where both ways pass. Rows that it leaves are
written in ``write_belongings``; what it has to look up is asked of the ``Book``, and ``HistoryBook`` answers it from
what was read once, never with a statement for each case. Work of a handler that whole lives do at once is named in
``DONE_HERE``.
"""

import gc
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction

from gridward.audit.models import StepBody
from gridward.cases.actions.attaching import hang_photos
from gridward.cases.actions.book import HistoryBook
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.evaluating import evaluate_after, records_of
from gridward.cases.actions.numbers import next_number
from gridward.cases.actions.reporting import Report, begin, open_case, place_of
from gridward.cases.actions.searching import index_after, words_of_desks
from gridward.cases.actions.writing import write_belongings
from gridward.cases.models import (
    Attachment,
    Case,
    CaseClock,
    CaseEvaluation,
    CaseRequest,
    CaseStep,
    Contact,
    Rating,
    SearchText,
)
from gridward.core.actor import SYSTEM, Actor
from gridward.core.codes.numbers import case_number, parse_case_number
from gridward.core.codes.spoken import draw_spoken, spoken_code
from gridward.districts.queries import local_day
from gridward.gpkg.fulltext import put_words
from gridward.gpkg.many import insert_many
from gridward.gpkg.reserving import reserve_ids
from gridward.work.collected import handler_name

FEW_NUMBERS = 50
DONE_HERE = frozenset({handler_name(index_after), handler_name(evaluate_after)})
WRITTEN = (Case, CaseStep, StepBody, CaseClock, CaseRequest, Contact, Attachment, Rating, SearchText, CaseEvaluation)


class CaseBatch:
    """One chunk of cases: ``report`` and ``move`` in memory, holding no lock; then ``write`` in one transaction."""

    def __init__(self, book: HistoryBook, size: int, rng: random.Random) -> None:
        self.book, self.rng, self.size = book, rng, size
        self.desks: list[CaseDesk] = []
        self._ids = iter(reserve_ids(Case, size))
        self._numbers: dict[date, list[str]] = {}

    def report(self, report: Report, *, by: Actor, at: datetime) -> CaseDesk:
        """Take a report in, as recorded at the moment it was made."""
        located = place_of(self.book, report, local_day(self.book.district, at))
        desk = open_case(self.book, report, located, by=by, at=at, recorded_at=at)
        desk.case.pk = next(self._ids)
        if located.grid_id is not None:
            desk.case.duty_grid = self.book.grid(located.grid_id)  # whose shift a clock may ask for
        desk.case.number = self._number(at)
        begin(desk, report, located, by=by, at=at, recorded_at=at)
        self.desks.append(desk)
        return desk

    def move(self, desk: CaseDesk, move: str, given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
        """One move, by the rules of every move."""
        desk.move(move, given, by=by, at=at, recorded_at=at)
        hang_photos(desk, move, given, by=by, at=at)

    def purge(self, desk: CaseDesk, *, at: datetime) -> None:
        """What ``purge_contacts`` does to a case that was closed long ago; its link and code end too."""
        for contact in desk.new_contacts:
            contact.name = contact.phone = contact.email = b""
            contact.phone_index, contact.link_ends_at, contact.purged_at = None, at, at
        said = {"count": len(desk.new_contacts)}
        desk.add_step(
            move="purge_contacts", state_from=desk.case.state, by=SYSTEM, at=at, recorded_at=at, body=said
        )  # fmt: skip

    def _number(self, at: datetime) -> str:
        """Numbers of the batch's own days are drawn at once; what is left over stays unused."""
        day = local_day(self.book.district, at)
        ready = self._numbers.setdefault(day, [])
        if not ready:
            count = self.size if len(self._numbers) == 1 else FEW_NUMBERS
            with transaction.atomic():
                first = parse_case_number(next_number(self.book.district, day, count))
            ready += [str(case_number(first.district, day, first.sequence + i)) for i in range(count)]
        return ready.pop(0)

    def _draw_codes(self) -> None:
        """Spoken codes that no case of the district uses now; a case whose contact was purged has none."""
        without = [desk.case for desk in self.desks if desk.past[-1].move != "purge_contacts"]
        drawn: dict[str, Case] = {}
        while without:
            fresh = {spoken_code(draw_spoken(self.rng)) for _ in without} - drawn.keys()
            used = Case.objects.filter(district=self.book.district, spoken_code__in=fresh)
            free = sorted(fresh.difference(used.values_list("spoken_code", flat=True)))
            drawn.update(zip(free, without, strict=False))
            without = without[len(free) :]
        for code, case in drawn.items():
            case.spoken_code = code

    @transaction.atomic
    def write(self) -> None:
        """All rows of the chunk, what search knows of them, and how those that ended are judged."""
        self._draw_codes()
        insert_many(desk.case for desk in self.desks)
        write_belongings(self.desks, done=DONE_HERE)
        insert_many(records_of(self.desks))
        put_words(SearchText, words_of_desks(self.desks))


@contextmanager
def uncollected() -> Iterator[None]:
    """No walks of the garbage collector over a batch: it holds no rings, and is gone when it is written."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def write_history(book: HistoryBook, lives: Sequence[Any], rng: random.Random) -> list[CaseDesk]:
    """Write a chunk of whole lives: each offers ``report``, ``by``, ``at`` and ``moves`` of (move, given, by, at)."""
    with uncollected():
        batch = CaseBatch(book, len(lives), rng)
        for life in lives:
            desk = batch.report(life.report, by=life.by, at=life.at)
            for move, given, by, at in life.moves:
                batch.move(desk, move, given, by=by, at=at)
        batch.write()
        return batch.desks
