"""What the fields of a move leave on the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F

from gridward.accounts.models import Body
from gridward.cases.models import Case, JointTask, Rating
from gridward.cases.queries.choices import HANDLING_KINDS, handlers_for, inspectors_for, verifiers_for
from gridward.cases.queries.joined import chain_above
from gridward.cases.queries.passing import check_passing, is_of_community
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.feedback.replies import has_blank
from gridward.core.workflow.facts import check_reply_by, check_review_on, check_suspension_until
from gridward.core.workflow.table import Move, State
from gridward.districts.queries import local_day

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gridward.accounts.models import User
    from gridward.cases.actions.desk import CaseDesk

NOT_IN_JOURNAL = frozenset({"photo", "before_photo", "after_photo", "paper"})
CALLS = frozenset({"revisit", "reopen_unsolved"})
MOST_FEN = 1_000_000_000


def journal(move: Move, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the step's body keeps: the fields of this move, files left out, dates as text."""
    if not given:
        return {}
    fields = (*move.needs, *move.needs_if_asked, *move.may)
    kept = {code: given[code] for code in fields if code in given and code not in NOT_IN_JOURNAL}
    return {
        code: value.isoformat() if isinstance(value, date) else value
        for code, value in kept.items()
        if value not in (None, "")
    }


def _category(desk: CaseDesk, value: int, at: datetime) -> None:
    case = desk.case
    if value != case.category_id:
        case.category = desk.book.category(value)
    case.family, case.is_urgent = case.category.family, case.category.is_urgent


def _filing_condition(desk: CaseDesk, value: int, at: datetime) -> None:
    desk.case.standard = desk.book.standard(value)
    row, day = desk.case.standard, local_day(desk.case.district, at)
    if row.category_id != desk.case.category_id:
        raise RuleBroken("case.standard_of_other_category")
    if row.retired_at or row.valid_from > day or (row.valid_to and row.valid_to <= day):
        raise RuleBroken("case.choice_unknown")


def is_below(path: str, body: Body | None) -> bool:
    """Is the body with ``path`` the given one or one below it?"""
    return body is not None and path.startswith(body.path)


def _body(desk: CaseDesk, value: int, at: datetime) -> None:
    body = desk.book.body(value)
    if body.kind not in HANDLING_KINDS or body.valid_to is not None:
        raise RuleBroken("case.choice_unknown")
    if is_below(body.path, desk.case.complained_body):
        raise RuleBroken("case.complaint_to_its_subject", body_zh=body.name_zh, body_en=body.name_en)
    check_community(desk, body, at)
    desk.case.body = body


def check_community(desk: CaseDesk, body: Body, at: datetime, *, assists: bool = False) -> None:
    """Nothing beyond the list is pushed onto a community; asked only where the body is one of a community."""
    if is_of_community(body):
        check_passing(desk.book.passing(desk.case, at), desk.case, body, assists=assists)


def _handler(desk: CaseDesk, value: int, at: datetime) -> None:
    body, day = desk.case.body, local_day(desk.case.district, at)
    if body is None or not desk.book.is_handler_of(value, body, day):
        raise RuleBroken("case.handler_not_of_body")
    desk.case.handler_id = value


def _checker(choices: Callable[[Case, datetime], QuerySet[User]]) -> Callable[[CaseDesk, int, datetime], None]:
    """Somebody of the place, who neither handled it nor serves whom it is about."""

    def choose(desk: CaseDesk, value: int, at: datetime) -> None:
        if value == desk.case.handler_id:
            raise RuleBroken("case.handler_would_check")
        if not choices(desk.case, at).filter(pk=value).exists():
            raise RuleBroken("case.choice_unknown")
        desk.case.checker_id = value

    return choose


def _merged_into(desk: CaseDesk, value: int, at: datetime) -> None:
    """Into another open case of the district; a complaint only into one about the same body."""
    case = desk.case
    target = desk.book.case(value)
    of_same_body = target.complained_body_id == case.complained_body_id
    if target.pk == case.pk or not target.is_open or not of_same_body:
        raise RuleBroken("case.cannot_merge_into", number=target.number)
    case.merged_into = target
    Case.objects.filter(pk=target.pk).update(follower_count=F("follower_count") + 1 + case.follower_count)


def leave_joined(case: Case) -> None:
    """The case goes its own way again: it and its followers are no longer counted with the one it had joined, nor
    with those that that one joined.
    """
    people = 1 + case.follower_count
    Case.objects.filter(pk__in=chain_above(case.pk)).update(follower_count=F("follower_count") - people)
    case.merged_into = None


def _review_on(desk: CaseDesk, value: date, at: datetime) -> None:
    check_review_on(value, local_day(desk.case.district, at))
    desk.case.review_on = value


def _reply_by(desk: CaseDesk, value: date, at: datetime) -> None:
    check_reply_by(value, local_day(desk.case.district, at))


def _cost_fen(desk: CaseDesk, value: int, at: datetime) -> None:
    if abs(value) > MOST_FEN:
        raise RuleBroken("case.cost_too_large", most=MOST_FEN // 100)


def _no_blank(desk: CaseDesk, value: str, at: datetime) -> None:
    if has_blank(value):
        raise RuleBroken("case.reply_has_blanks")


EFFECTS: dict[str, Callable[[Any, Any, datetime], None]] = {
    "category": _category,
    "filing_condition": _filing_condition,
    "body": _body,
    "handler": _handler,
    "verifier": _checker(verifiers_for),
    "inspector": _checker(inspectors_for),
    "merged_into": _merged_into,
    "review_on": _review_on,
    "reply_by": _reply_by,
    "cost_fen": _cost_fen,
    "reply": _no_blank,
    "result": _no_blank,
}


def fields_into(desk: CaseDesk, move: Move, given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Set on the case what this move's fields say."""
    for code in (*move.needs, *move.needs_if_asked, *move.may):
        if code in EFFECTS and given.get(code) not in (None, ""):
            EFFECTS[code](desk, given[code], at)
    if move.code == "file":
        _check_subject(desk)
    if move.code in CALLS and by.user_id is not None:
        check_other_body(desk, by)
    if move.request == "suspend" and given.get("until"):
        check_suspension_until(given["until"], local_day(desk.case.district, at))
    if move.code == "grant_suspension":
        desk.case.suspended_until = given["until"]


def check_other_body(desk: CaseDesk, by: Actor) -> None:
    """Whoever asks how it went acts for a body that had no part in the work."""
    body = desk.book.body(by.body_id) if by.body_id is not None else None
    if body is None:
        return
    assisted = JointTask.objects.filter(case=desk.case, body=body, state__in=("taken", "done"))
    if is_below(body.path, desk.case.body) or assisted.exists():
        raise RuleBroken("case.call_back_by_its_body", body_zh=body.name_zh, body_en=body.name_en)


TO_HANDLER = frozenset({"accept_task", "reassign", "redo", "reject_result", "resume"})
TO_CHECKER = {"ask_verification": verifiers_for, "ask_inspection": inspectors_for}


def to_cover(desk: CaseDesk, move: Move, at: datetime) -> dict[str, int]:
    """Who is away does not get work: who stands in does, where they may; else the body's other people or those of the
    place. What the step keeps of it.
    """
    case = desk.case
    if move.code in TO_HANDLER and case.handler_id:
        cover = desk.book.covers(at).get(case.handler_id)
        may = cover and case.body and desk.book.is_handler_of(cover, case.body, desk.book.day(at))
        if may and (case.complained_body_id is None or handlers_for(case, at).filter(pk=cover).exists()):
            away, case.handler_id = case.handler_id, cover
            return {"covered": away}
    if move.code in TO_CHECKER and case.checker_id and case.checker_id in desk.book.covers(at):
        away, cover = case.checker_id, desk.book.covers(at)[case.checker_id]
        may = cover is not None and TO_CHECKER[move.code](case, at).filter(pk=cover).exists()
        case.checker_id = cover if may else None
        return {"covered": away}
    return {}


def _check_subject(desk: CaseDesk) -> None:
    """A complaint goes on once a person said which body it is about, or that nobody knows; also where it became one
    only now: before that it could be sent to its own subject.
    """
    case = desk.case
    was_asked = case.complained_body_id is not None or any(step.move == "name_subject" for step in desk.past)
    if case.category.is_about_body and not was_asked:
        raise RuleBroken("case.complaint_without_subject")


def after_move(desk: CaseDesk, move: Move, target: State, given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Times, openness and who holds the case, once the state stands."""
    case = desk.case
    if move.code == "file":
        case.filed_at = case.filed_at or at
    if move.code in ("dispatch", "redispatch", "designate"):
        case.dispatched_at, case.handler = at, None
    if move.code in ("return_task", "return_to_acceptor"):
        case.body = case.handler = None
    if move.code == "handler_return":
        case.handler = None
    if move.code == "confirm":
        case.feedback_at = at
    if move.code == "supervise":
        case.is_supervised = True
    if move.code == "lift_supervision":
        case.is_supervised = False
    if move.code in ("rate", "revisit"):
        _rate(desk, given, by, at)
    if case.checker_id is not None and target.code not in ("verification", "inspection"):
        case.checker = None
    if target.code != "suspended":
        case.suspended_until = None
    if target.is_final and case.is_open:
        case.is_open, case.closed_at, case.duty_grid, case.is_supervised = False, at, None, False
    elif not target.is_final and not case.is_open:
        reopen(desk, at)


def reopen(desk: CaseDesk, at: datetime) -> None:
    """Open again: the grid that serves the place today takes it on."""
    case = desk.case
    if case.merged_into_id is not None:
        leave_joined(case)
    case.is_open, case.closed_at, case.review_on = True, None, None
    if case.position:
        located = desk.book.locate(case.position.x, case.position.y, local_day(case.district, at))
        case.duty_grid_id = located.grid_id


def _rate(desk: CaseDesk, given: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """What was answered; nothing answered leaves no rating."""
    solved, stars, words = given.get("solved"), given.get("satisfied"), given.get("words") or ""
    if solved is None and stars is None and not words:
        return
    desk.new_ratings.append(
        Rating(
            district_id=desk.case.district_id, case=desk.case, round=desk.case.reopen_count,
            is_solved=solved, stars=stars, words=words,
            is_typed_by_staff=by.user_id is not None, recorded_at=at,
        )
    )  # fmt: skip
