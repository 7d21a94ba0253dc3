"""One matter told twice: who tells it again joins the case that is there; a merger is taken back, as a whole."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from gridward.cases.actions.clocks import ClockWork
from gridward.cases.actions.contacts import Reporter
from gridward.cases.actions.desk import CaseDesk, clock_changes_of
from gridward.cases.actions.effects import reopen
from gridward.cases.actions.moving import move_case
from gridward.cases.actions.reporting import Report, follow_case
from gridward.cases.actions.steps import accepted_at
from gridward.cases.actions.texts import clean_text
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import Case, CaseClock, CaseRequest
from gridward.cases.queries.joined import chain_above
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.counting import Passed
from gridward.core.workflow.moves import ClockChange
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import ClockEffect, ClockKind
from gridward.core.workflow.undoing import MERGE, MERGED, UNDO, check_window, merger_to_undo, was_supervised
from gridward.work import clock
from gridward.work.locks import lock_all

LEAST_REASON = 6


@transaction.atomic
def undo_merge(*, case: Case, reason: str, by: Actor, at: datetime) -> Case:
    """Take a merger back: state, clocks, wishes, supervision and the count of people as if it had not been, with a step
    that says why. The time since then counts; a clock that was late stays late, and its stage gets a new one.

    Raises RuleBroken ``case.not_merged``, ``workflow.not_your_role``, ``case.undo_after_answer``,
    ``case.undo_too_late``, ``case.evidence_missing``.
    """
    lock_all(Case, [case.pk, *chain_above(case.pk)])
    above = chain_above(case.pk)  # again: the other case may have been joined to a third while this one waited
    desk, now, why = take_up(case.pk), clock.now(), clean_text(reason)
    table, before = load(desk.case.table), desk.case.merged_into
    merger = merger_to_undo(table, desk.told, by.role)
    last = Case.objects.get(pk=above[-1]) if above else desk.case
    check_window(merger, now, is_open=last.is_open, number=last.number)
    if len(why) < LEAST_REASON:
        raise RuleBroken("case.text_too_short", field="reason", field_zh="理由", field_en="Reason", least=LEAST_REASON)
    moment, _ = accepted_at(at, earliest=desk.earliest, recorded_at=now)
    _back_in_state(desk, merger, moment)
    said = {"reason": why, "left": before.number if before else ""}
    desk.add_step(move=UNDO, state_from=MERGED, by=by, at=at, recorded_at=now, body=said)
    _wishes_again(desk, merger, moment)
    _clocks_again(desk, merger, moment)
    return put_down(desk)


@transaction.atomic
def join_report(*, case: Case, report: Report, by: Actor, at: datetime) -> Case:
    """The same again, told to somebody who works here: the person follows the case with a private link of their own,
    what they said is added to it. Sent twice it is once.
    """
    follow_case(case=case, reporter=report.reporter or Reporter(), token=report.token, by=by, at=at)
    said = {"text": report.description, "photo": list(report.photos)}
    return move_case(case=case, move="supplement", given=said, by=by, at=at, action_uuid=report.client_uuid)


def _back_in_state(desk: CaseDesk, merger: Passed, at: datetime) -> None:
    case, state = desk.case, load(desk.case.table).state(merger.state_from)
    case.state, case.stage = state.code, state.stage.number
    reopen(desk, at)
    case.is_supervised = was_supervised(desk.told, merger)


def _wishes_again(desk: CaseDesk, merger: Passed, at: datetime) -> None:
    """What the merger let lapse is asked again; what can only be asked of an ended case lapses now."""
    asked, lapsed = CaseRequest.State.ASKED, CaseRequest.State.LAPSED
    still = load(desk.case.table).requests_open_in(desk.case.state)
    for wish in desk.requests:
        if wish.state == lapsed and wish.decided_at == merger.at and wish.kind in still:
            wish.state, wish.decided_at = asked, None
        elif wish.state == asked and wish.kind not in still:
            wish.state, wish.decided_at = lapsed, at
        else:
            continue
        desk.changed_requests[id(wish)] = wish


def _clocks_again(desk: CaseDesk, merger: Passed, at: datetime) -> None:
    case, work = desk.case, ClockWork(desk, at)
    for row in _ended_by(desk, merger):
        work.run_on(row)
    limit = load(case.table).state(case.state).stage_limit
    if limit and ClockKind.STAGE not in desk.open_clocks:
        work.apply(ClockChange(ClockKind.STAGE, ClockEffect.OPEN, limit))
    work.sum_up()


def _ended_by(desk: CaseDesk, merger: Passed) -> Iterable[CaseClock]:
    """The last clock of each kind that the merger stopped or took away."""
    for change in clock_changes_of(desk.case.table, merger.state_from, MERGE):
        rows = (row for row in reversed(desk.clocks) if row.kind == change.kind and row.stopped_at == merger.at)
        yield from list(rows)[:1]
