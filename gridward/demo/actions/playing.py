"""A working day that is played: reports come when the month says, and each case is moved on by the real actions.

What visitors tell or move is left to them: the player knows the cases that were open when it began, without those
that one of the cast had a hand in, and the reports that it makes itself.
"""

import heapq
import random
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from gridward.cases.actions.bulk import CaseBatch
from gridward.cases.actions.moving import move_case
from gridward.cases.actions.writing import take_up
from gridward.cases.models import Case
from gridward.core.errors import RuleBroken
from gridward.demo.actions.month import Month, Told, day_told, one_life
from gridward.demo.month.fates import Fate, Next
from gridward.demo.month.places import Spot
from gridward.demo.month.words import Words
from gridward.districts.queries import local_day
from gridward.work import clock

MOMENT = timedelta(seconds=1)
LOOK_MIN = (0.0, 60.0)  # when the player comes to a case that was open when it began
CATCH_UP_MIN = (1.0, 120.0)  # what should have been done before now is done some minutes from now


@dataclass(order=True, slots=True)
class Planned:
    """Something that will happen: a report, a look at an open case, or the next move of one."""

    at: datetime
    n: int
    told: Told | None = field(default=None, compare=False)
    case_id: int = field(default=0, compare=False)
    fate: Fate | None = field(default=None, compare=False)
    step: Next | None = field(default=None, compare=False)


class Player:
    """Plays one district; ``play(until)`` lets happen what was planned up to then, in order."""

    def __init__(self, month: Month, start: datetime) -> None:
        self.month, self.now = month, start
        self.rng = random.Random(f"live {month.seed} {start}")
        self.words = Words(self.rng, False)
        self.planned: list[Planned] = []
        self.count = 0
        self.days: set[date] = set()
        cast = [user.pk for user in month.staff.cast.values()]
        rows = Case.objects.filter(district=month.book.district, is_open=True, is_quarantined=False)
        for case_id in rows.exclude(steps__by_id__in=cast).order_by("pk").values_list("pk", flat=True):
            self._plan(start + timedelta(minutes=self.rng.uniform(*LOOK_MIN)), case_id=case_id)

    def play(self, until: datetime) -> int:
        """Answer how many reports and moves were made."""
        done = 0
        self._expect(until)
        while self.planned and self.planned[0].at <= until:
            planned = heapq.heappop(self.planned)
            self.now = max(self.now, planned.at)
            with clock.standing_at(self.now):
                done += self._happen(planned)
        self.now = max(self.now, until)
        return done

    def _happen(self, planned: Planned) -> bool:
        if planned.told is not None:
            return self._tell(planned.told)
        if planned.case_id:
            self._take_on(planned.case_id)
            return False
        assert planned.fate is not None and planned.step is not None
        return self._move(planned.fate, planned.step)

    def _expect(self, until: datetime) -> None:
        """Plan the reports of the day that has come, and of those since the last."""
        district = self.month.book.district
        on = local_day(district, self.now)
        while on <= local_day(district, until):
            if on not in self.days:
                self.days.add(on)
                for chunk in day_told(self.month, on, until + timedelta(days=2)):
                    for told in chunk:
                        self._plan(told.at, told=told)
            on += timedelta(days=1)

    def _plan(self, at: datetime, **what: Any) -> None:
        """Nothing happens before now."""
        if "told" in what and at <= self.now:
            return
        if at <= self.now:
            at = self.now + timedelta(minutes=self.rng.uniform(*CATCH_UP_MIN))
        self.count += 1
        heapq.heappush(self.planned, Planned(at, self.count, **what))

    def _tell(self, told: Told) -> bool:
        """A report, written by the bulk twin as a batch of one."""
        batch = CaseBatch(self.month.book, 1, self.rng)
        name = uuid.UUID(int=self.rng.getrandbits(128), version=4)
        one_life(self.month, batch, Told(self.now, told.row), self.words, self.rng, self.now + MOMENT, name)
        batch.write()
        for desk in batch.desks:
            self._take_on(desk.case.pk)
        return bool(batch.desks)

    def _take_on(self, case_id: int) -> None:
        """Give a case its fate and plan its next move."""
        with transaction.atomic():
            desk = take_up(case_id)
        spot = self._spot(desk.case)
        if spot is not None:
            self._plan_next(Fate(desk, spot, self.words, self.month.staff, self.rng))

    def _spot(self, case: Case) -> Spot | None:
        """Where it is, as fates count places; nothing for a report without a place."""
        ground = self.month.ground
        middle = [area.pk for area in ground.subdistricts]
        low = [area.pk for area in ground.communities]
        if case.position is None or case.community_id not in low or case.subdistrict_id not in middle:
            return None
        x, y = case.position.coords
        subdistrict, community = middle.index(case.subdistrict_id), low.index(case.community_id)
        return Spot(x, y, case.place, case.place, subdistrict, community)

    def _plan_next(self, fate: Fate) -> None:
        step = fate.next()
        if step is not None:
            self._plan(step.at, fate=fate, step=step)

    def _move(self, fate: Fate, step: Next) -> bool:
        """The next move by the real action; where somebody else was there meanwhile, the case is theirs."""
        case, seen = fate.desk.case, fate.desk.case.step_n
        if Case.objects.values_list("step_n", flat=True).get(pk=case.pk) != seen:
            return False
        try:
            move_case(case=case, move=step.move, given=step.given, by=step.by, at=self.now)
        except RuleBroken:
            return False
        with transaction.atomic():
            fate.desk = take_up(case.pk)
        self._plan_next(fate)
        return True
