"""The whole life of cases as a machine: random roles and times, the same action sent twice, jobs that die between
commit and delivery, a server's clock set back, calendars that change; and what must hold after each step of it.
"""

import random
import uuid
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gridward.cases import jobs
from gridward.cases.actions.evaluating import ending_verbs
from gridward.cases.actions.joining import undo_merge
from gridward.cases.actions.recomputing import recompute_clocks
from gridward.cases.checks import CHECKS
from gridward.cases.models import Case, CaseClock, CaseEvaluation, CaseStep
from gridward.cases.queries.calendars import forget_calendars
from gridward.cases.queries.public import said_to_reporter
from gridward.cases.queries.recomputing import KIND as RECOMPUTE
from gridward.core.calendar.due import days_since
from gridward.core.calendar.holidays import DayException, DayKind
from gridward.core.errors import RuleBroken
from gridward.core.workflow.outcome import ENDINGS
from gridward.core.workflow.parse import load
from gridward.duties.actions import change_calendar_day
from gridward.work import clock
from gridward.work.actions import claim_deliveries, claim_run, finish_run
from gridward.work.collected import jobs as subscribed
from gridward.work.delivering import deliver_round
from gridward.work.models import Delivery, Run
from gridward.work.reporting import Report
from tests.apps.cases.scene import RESIDENT, Scene, damage
from tests.apps.cases.test_walk_cases import check_case
from tests.apps.cases.walking import Life, made, ways_on
from tests.tiers import TIER

LIVES, STEPS = (60, 30) if TIER == "full" else (8, 14)
CLOSED, WORKED = DayException(DayKind.HOLIDAY, "停工", "Closed"), DayException(DayKind.WORKDAY, "补班", "Make-up day")
SEEN = set[str]()
BEGINNINGS = ("inspection", "handling", "pending_close", "reported", "pending_dispatch")


class LifeOfCases(RuleBasedStateMachine):
    """Up to three cases of one town at once; the town goes on from one life to the next."""

    scene: ClassVar[Scene]

    @initialize(kind=st.sampled_from(["pothole", "lamp"]), state=st.sampled_from(BEGINNINGS))
    def begin(self, kind: str, state: str) -> None:
        self.before = transaction.savepoint(), self.scene.now
        forget_calendars()
        self.cases: list[Case] = [self.scene.brought_to(state, kind)]
        self.touched: Case | None = None
        self.highest = self.scene.now
        self.last: tuple[Any, ...] | None = None
        self.days: dict[int, int] = {}

    def at(self) -> Any:
        return clock.standing_at(self.scene.now)

    def touch(self, case: Case) -> None:
        case.refresh_from_db()
        self.touched = case

    @precondition(lambda self: len(self.cases) < 3)
    @rule(kind=st.sampled_from(["lamp", "pothole", "litter", "meal"]), again=st.booleans())
    def report(self, kind: str, again: bool) -> None:
        """A report, perhaps sent twice."""
        told = self.scene.told(kind, position=(113.9975, 28.195))
        case = self.scene.report_as(told)
        if again:
            assert self.scene.report_as(told).pk == case.pk
        self.cases.append(case)
        self.touch(case)

    @precondition(lambda self: self.cases)
    @rule(seed=st.integers(0, 2**32), moves=st.integers(3, 7))
    def move(self, seed: int, moves: int) -> None:
        """Somebody makes a move that a rule allows, and somebody the next."""
        rng = random.Random(seed)
        for _ in range(moves):
            self.scene.later(minutes=rng.choice([0, 5, 60, 600, 3000]))
            self.make_one(rng)

    def make_one(self, rng: random.Random) -> None:
        case, name = rng.choice(self.cases), uuid.UUID(int=rng.getrandbits(128))
        table, life = load(case.table), Life(self.scene.told(), RESIDENT, self.scene.now)
        for move, by in ways_on(self.scene, case, table, rng):
            if made(self.scene, life, case, move.code, by, name):
                self.last = (case, move.code, by, name, life.moves[-1][1])
                break
        self.touch(case)
        self.holds()

    @precondition(lambda self: len(self.cases) > 1)
    @rule(seed=st.integers(0, 2**32), back=st.booleans())
    def merge(self, seed: int, back: bool) -> None:
        """Two of them are one matter; perhaps they are not after all, somewhat later."""
        case, other = random.Random(seed).sample(self.cases, 2)
        try:
            self.scene.move(case, "cleo", "merge", merged_into=other.pk)
            if back:
                self.scene.later(minutes=40)
                with self.at():
                    undo_merge(
                        case=case, reason="其实是两件事情。", by=self.scene.cast.actor("zhao"), at=self.scene.now
                    )
        except RuleBroken as refused:
            assert refused.code.startswith(("case.", "workflow.")), refused.code
        other.refresh_from_db()
        self.touch(case)

    @precondition(lambda self: self.last)
    @rule()
    def again(self) -> None:
        """The same action by its own name, as from a phone that did not hear the answer: nothing changes."""
        case, move, by, name, given = self.last or ()
        before = Case.objects.filter(pk=case.pk).values().get(), CaseStep.objects.count(), CaseClock.objects.count()
        self.scene.move(case, by, move, action_uuid=name, **given)
        assert before == (
            Case.objects.filter(pk=case.pk).values().get(), CaseStep.objects.count(), CaseClock.objects.count()
        )  # fmt: skip

    @rule(minutes=st.sampled_from([1, 20, 90, 420, 2400, 14400]))
    def later(self, minutes: int) -> None:
        self.scene.later(minutes=minutes)

    @rule(seconds=st.integers(1, 110))
    def server_clock_is_set_back(self, seconds: int) -> None:
        """By less than the two minutes within which a step's time is taken as it is."""
        self.highest = max(self.highest, self.scene.now)
        self.scene.now = max(self.scene.now - timedelta(seconds=seconds), self.highest - timedelta(seconds=110))

    @rule()
    def minute_comes(self) -> None:
        """Suspensions end, the ladder is climbed."""
        with self.at():
            jobs.resume_suspended(at=self.scene.now)
            jobs.escalate(at=self.scene.now)
        for case in self.cases:
            case.refresh_from_db()

    @rule()
    def jobs_deliver(self) -> None:
        with self.at():
            deliver_round()

    @rule(most=st.integers(1, 5))
    def jobs_die(self, most: int) -> None:
        """A process that claimed deliveries and was killed: the lease runs out, and another takes them."""
        with self.at():
            claim_deliveries(most=most, at=self.scene.now)

    @rule(ahead=st.integers(0, 12), exception=st.sampled_from([None, CLOSED, WORKED]))
    def calendar_changes(self, ahead: int, exception: DayException | None) -> None:
        with self.at():
            sun = self.scene.cast.actor("sun")
            change_calendar_day(calendar=self.scene.town.calendar, day=self.scene.day(ahead), exception=exception,
                                by=sun, at=self.scene.now)  # fmt: skip

    @rule()
    def clocks_follow(self) -> None:
        self.follow()
        for case in self.cases:
            case.refresh_from_db()

    def follow(self) -> None:
        """What the jobs process does of long work."""
        with self.at():
            while (run := claim_run(at=self.scene.now)) is not None:
                if run.kind == RECOMPUTE:
                    recompute_clocks(Report(run))
                finish_run(run_id=run.pk, state=Run.State.DONE, at=self.scene.now)

    @invariant()
    def holds(self) -> None:
        """Of the case that was touched last, and of all the days since a resident told us."""
        case, self.touched = self.touched, None
        if case is not None:
            check_case(case)
            check_duties(case)
            check_deliveries(case)
            since = days_since(case.told_at, case.closed_at or self.scene.now, "Asia/Shanghai")
            assert not case.is_open or since >= self.days.get(case.pk, 0)
            self.days[case.pk] = since if case.is_open else 0

    def teardown(self) -> None:
        """Every life is taken back, so that one that fails fails again."""
        try:
            self.look_at_all()
        finally:
            SEEN.update(CaseStep.objects.values_list("verb", flat=True))
            transaction.savepoint_rollback(self.before[0])
            self.scene.now = self.before[1]
            forget_calendars()

    def look_at_all(self) -> None:
        """Once everything was delivered every count, index and record is what the steps say."""
        self.follow()
        self.scene.later(minutes=5)
        with self.at():
            while deliver_round():
                pass
            jobs.fold_deltas(at=self.scene.now)
        assert not Delivery.objects.exclude(state=Delivery.State.DONE).exists()
        assert {name: list(check()) for name, check in CHECKS if list(check())} == {}
        assert damage() == []
        for case in self.cases:
            case.refresh_from_db()
            check_end(case)


def check_duties(case: Case) -> None:
    """Nobody handled and inspected, or inspected and closed, or handled and closed."""
    made_by: dict[int, set[str]] = {}
    for verb, by in CaseStep.objects.filter(case=case, by__isnull=False).values_list("verb", "by_id"):
        made_by.setdefault(by, set()).add(verb.removeprefix("cases."))
    for moves in made_by.values():
        assert sum(bool(moves & duty) for duty in load(case.table).duties.values()) <= 1, moves


def check_deliveries(case: Case) -> None:
    """No step without its deliveries, and none for a step that is not there."""
    steps = dict(CaseStep.objects.filter(case=case).values_list("pk", "verb"))
    rows = Delivery.objects.filter(table=CaseStep._meta.label, step_id__in=steps).values_list("step_id", "handler")
    found: dict[int, list[str]] = {}
    for pk, handler in rows:
        found.setdefault(pk, []).append(handler)
    for pk, verb in steps.items():
        assert len(found.get(pk, [])) == len(subscribed().get(verb, ())), verb


def check_end(case: Case) -> None:
    """An ended case is explained to its reporter and has one record for each step that ended or added to it."""
    if case.state in ENDINGS or case.state == "evaluated":
        assert case.state == "merged" or said_to_reporter(case), case.state
        assert CaseEvaluation.objects.filter(case=case).exists()
    written = CaseEvaluation.objects.filter(case=case).values_list("step_n", flat=True)
    verbs = dict(CaseStep.objects.filter(case=case, n__in=written).values_list("n", "verb"))
    assert len(verbs) == len(written) and set(verbs.values()) <= set(ending_verbs())


def live_surely() -> None:
    """One life that does not hang on chance: a case is closed, the ladder climbed, a calendar changed and followed."""
    life = LifeOfCases()
    life.begin("pothole", "handling")
    life.calendar_changes(ahead=1, exception=CLOSED)
    life.clocks_follow()
    life.later(minutes=14400)
    life.minute_comes()
    life.cases.append(life.scene.brought_to("closed"))
    life.cases.append(life.scene.report())
    merged = life.scene.move(life.cases[-1], "cleo", "merge", merged_into=life.cases[0].pk)
    with life.at():
        undo_merge(case=merged, reason="其实是两件事情。", by=life.scene.cast.actor("zhao"), at=life.scene.now)
    for case in life.cases:
        life.touch(case)
        life.holds()
    life.teardown()


@pytest.mark.long_transaction("every life is one transaction that is taken back")
def test_what_holds_in_every_life_of_cases(scene: Scene) -> None:
    LifeOfCases.scene = scene
    live_surely()
    assert {"cases.escalate", "cases.recompute", "cases.close", "cases.undo_merge"} <= SEEN
    SEEN.clear()
    run_state_machine_as_test(
        LifeOfCases,
        settings=settings(max_examples=LIVES, stateful_step_count=STEPS, deadline=None, derandomize=TIER != "full",
                          suppress_health_check=list(HealthCheck), database=None,
                          phases=[Phase.generate]),
    )  # fmt: skip
    assert {"cases.accept", "cases.dispatch", "cases.finish", "cases.inspect_pass"} <= SEEN, "lives begin far along"
