"""The record of an ended case, written once after the step that ended it, and once more after each that adds to it.

Everything is read as it was at that step: a case that was opened again meanwhile is judged by what had happened then.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction

from gridward.audit.models import Step
from gridward.cases.actions.book import Book
from gridward.cases.actions.clocks import ClockWork
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.telling import attempts_between, spoken_to
from gridward.cases.models import Case, CaseClock, CaseEvaluation, CaseStep, Rating
from gridward.cases.queries.confirming import awaits_confirmation, told_late
from gridward.cases.queries.reasoning import parts_to_json, reasons_of
from gridward.cases.queries.repeats import is_repeat
from gridward.core.calendar.due import days_since
from gridward.core.workflow.clocks import ClockState
from gridward.core.workflow.facts import COUNTERS
from gridward.core.workflow.outcome import ENDINGS, METRIC_VERSION, Outcome, outcome_of
from gridward.core.workflow.parse import load, names
from gridward.core.workflow.table import MoveKind
from gridward.gpkg.many import new_row

Occasion = CaseEvaluation.Occasion
FEEDBACK_VERSION = 1
EXCUSES, CONFIRMS = "cases.grant_appeal", "cases.confirm_times"
RATES = ("cases.rate", "cases.revisit")


def ending_verbs() -> tuple[str, ...]:
    """Verbs, in any table, after which there is something to record: ends, ratings, excuses, confirmed times."""
    moves = [move for table in names() for move in load(table).moves.values() if move.kind is not MoveKind.FLAG]
    ends = [move for move in moves if any(to in ENDINGS and to != here for here, to in move.targets.items())]
    return tuple(dict.fromkeys((*(f"cases.{move.code}" for move in ends), *RATES, EXCUSES, CONFIRMS)))


def evaluate_after(delivery: Any, step: Step) -> None:
    """What follows a step that ends a case or adds to its record; the same again writes nothing."""
    assert isinstance(step, CaseStep)
    case = Case.objects.select_related("district").get(pk=step.case_id)
    steps = list(CaseStep.objects.filter(case=case, n__lte=step.n).order_by("n"))
    if end_of(steps) is None or CaseEvaluation.objects.filter(case=case, step_n=step.n).exists():
        return
    clocks = list(CaseClock.objects.filter(case=case).order_by("opened_at", "pk"))
    row = _record(CaseDesk(case, Book(case.district)), steps, clocks, list(Rating.objects.filter(case=case)), {})
    _with_feedback(row, case, steps)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # another process was faster: the record is there
        return


def _with_feedback(row: CaseEvaluation, case: Case, steps: Sequence[CaseStep]) -> None:
    """What was tried to tell the result of this end, and whether it was a problem that came back."""
    if row.occasion != Occasion.ENDED:
        return
    result_at = next((step.at for step in reversed(steps) if step.verb == "cases.confirm"), case.reported_at)
    tried = attempts_between(case, result_at, row.ended_at)
    row.feedback_version, row.is_repeat = FEEDBACK_VERSION, is_repeat(case)
    row.told_count = tried.filter(was_reached=True).count()
    row.attempt_count = tried.filter(was_reached=False).count()
    row.unreached_count = spoken_to(case).filter(unreached_at__gte=result_at, unreached_at__lte=row.ended_at).count()


def records_of(desks: Iterable[CaseDesk]) -> Iterator[CaseEvaluation]:
    """The same rows for whole lives, before they are written."""
    verbs = frozenset(ending_verbs())
    for desk in desks:
        steps, told = [step for step, _ in desk.new_steps], dict[int, Why]()
        for n, step in enumerate(steps, 1):
            if step.verb in verbs and end_of(steps[:n]) is not None:
                yield _record(desk, steps[:n], desk.clocks, desk.new_ratings, told)


def end_of(steps: Sequence[CaseStep]) -> CaseStep | None:
    """The step that ended the case as these steps leave it; None while it is open."""
    ended: CaseStep | None = None
    for step in steps:
        if step.state_to in ENDINGS:
            ended = ended or step
        elif step.state_to != "evaluated":
            ended = None
    return ended


class Why(NamedTuple):
    """The clocks that had ended with the case, and why it was in time or late, as it is kept."""

    ended: list[CaseClock]
    parts: list[dict[str, Any]]
    lines: list[dict[str, object]]


def _why(desk: CaseDesk, end: CaseStep, clocks: Sequence[CaseClock]) -> Why:
    ended = [row for row in clocks if row.stopped_at is not None and row.stopped_at <= end.at]
    told = reasons_of(ClockWork(desk, end.at), ended, end.at)
    return Why(ended, parts_to_json(told.parts), [line.as_json() for line in told.lines])


def _record(
    desk: CaseDesk, steps: Sequence[CaseStep], clocks: Sequence[CaseClock], ratings: Sequence[Rating],
    told: dict[int, Why],
) -> CaseEvaluation:  # fmt: skip
    """``told`` keeps, by its step, why an end was in time or late: what is added later is judged by the same."""
    case, last, end, counts = desk.case, steps[-1], end_of(steps), counts_of(desk.case, steps)
    assert end is not None
    if end.n not in told:
        told[end.n] = _why(desk, end, clocks)
    ended, parts, lines = told[end.n]
    judged, total = _outcome(steps, end, ended), total_of(ended)
    is_rated = any(step.verb in RATES for step in steps if step.n > end.n)
    rating = next((r for r in ratings if is_rated and r.round == counts["reopen_count"]), None)
    return new_row(
        CaseEvaluation, district_id=case.district_id, case_id=case.pk, step_n=last.n, round=counts["reopen_count"],
        occasion=occasion_of(last, end), metric_version=METRIC_VERSION, ending=judged.ending.value,
        is_solved=judged.is_solved, is_late=judged.is_late, is_on_time=judged.is_on_time,
        days_told=days_since(case.told_at, end.at, case.district.time_zone), **counts,
        paused_s=total.paused_s if total else 0, says_solved=rating.is_solved if rating else None,
        stars=rating.stars if rating else None, is_typed_by_staff=bool(rating and rating.is_typed_by_staff),
        parts=parts, lines=lines, ended_at=end.at, recorded_at=last.recorded_at,
    )  # fmt: skip


def counts_of(case: Case, steps: Sequence[CaseStep]) -> dict[str, int]:
    """The case's counters as these steps made them."""
    table, counts = load(case.table), dict.fromkeys(COUNTERS, 0)
    for step in steps:
        move = table.moves.get(step.verb.removeprefix("cases."))
        for counter in move.counts if move else ():
            counts[counter] += 1
    return counts


def total_of(clocks: Sequence[CaseClock]) -> CaseClock | None:
    """The total clock of the last round; none where the case was never filed."""
    return next((row for row in reversed(clocks) if row.kind == CaseClock.Kind.TOTAL), None)


def _outcome(steps: Sequence[CaseStep], end: CaseStep, clocks: Sequence[CaseClock]) -> Outcome:
    total = total_of(clocks)
    since = [step for step in steps if step.n > end.n]
    is_waiting = total is not None and awaits_confirmation(total, told_late(steps))
    return outcome_of(
        end.state_to, ClockState(total.state) if total else None,
        is_exempt=any(step.verb == EXCUSES for step in since), is_confirmed=not is_waiting,
    )  # fmt: skip


def occasion_of(last: CaseStep, end: CaseStep) -> str:
    """What the record was written for."""
    if last.n == end.n:
        return Occasion.ENDED
    return {EXCUSES: Occasion.EXCUSED, CONFIRMS: Occasion.CONFIRMED}.get(last.verb, Occasion.RATED)
