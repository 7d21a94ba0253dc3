"""What the fields of a move leave on the case."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from gridward.accounts.models import Body
from gridward.accounts.queries import holders_of
from gridward.cases.models import Case, Category, Rating, Standard
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.facts import check_suspension_until
from gridward.core.workflow.roles import Role
from gridward.core.workflow.table import Move, State
from gridward.districts.queries import local_day
from gridward.grids.queries import locate
from gridward.work import clock
from gridward.work.locks import lock

NOT_IN_JOURNAL = frozenset({"photo", "after_photo"})


def journal(move: Move, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the step's body keeps: the fields of this move, files left out, dates as text."""
    fields = (*move.needs, *move.needs_if_asked, *move.may)
    kept = {code: given[code] for code in fields if code in given and code not in NOT_IN_JOURNAL}
    return {
        code: value.isoformat() if isinstance(value, date) else value
        for code, value in kept.items()
        if value not in (None, "")
    }


def _category(case: Case, value: int, by: Actor) -> None:
    case.category = Category.objects.get(pk=value, district_id=case.district_id)
    case.family, case.is_urgent = case.category.family, case.category.is_urgent


def _filing_condition(case: Case, value: int, by: Actor) -> None:
    case.standard = Standard.objects.get(pk=value, district_id=case.district_id)
    if case.standard.category_id != case.category_id:
        raise RuleBroken("case.standard_of_other_category")


def is_below(path: str, body: Body | None) -> bool:
    """Is the body with ``path`` the given one or one below it?"""
    return body is not None and path.startswith(body.path)


def _body(case: Case, value: int, by: Actor) -> None:
    body = Body.objects.get(pk=value, district_id=case.district_id, valid_to__isnull=True)
    if is_below(body.path, case.complained_body):
        raise RuleBroken("case.complaint_to_its_subject", body_zh=body.name_zh, body_en=body.name_en)
    case.body = body


def _handler(case: Case, value: int, by: Actor) -> None:
    if case.body is None:
        raise RuleBroken("case.handler_not_of_body")
    handlers = holders_of(case.district_id, Role.HANDLER, local_day(case.district, clock.now()))
    if not handlers.filter(user_id=value, body__path__startswith=case.body.path).exists():
        raise RuleBroken("case.handler_not_of_body")
    case.handler_id = value


def _checker(case: Case, value: int, by: Actor) -> None:
    if value == case.handler_id:
        raise RuleBroken("case.handler_would_check")
    case.checker_id = value


def _merged_into(case: Case, value: int, by: Actor) -> None:
    target = lock(Case, value)
    if target.district_id != case.district_id or target.pk == case.pk or target.merged_into_id:
        raise RuleBroken("case.cannot_merge_into", number=target.number)
    case.merged_into = target
    Case.objects.filter(pk=target.pk).update(follower_count=target.follower_count + 1 + case.follower_count)


def _review_on(case: Case, value: date, by: Actor) -> None:
    case.review_on = value


EFFECTS: dict[str, Callable[[Case, Any, Actor], None]] = {
    "category": _category,
    "filing_condition": _filing_condition,
    "body": _body,
    "handler": _handler,
    "verifier": _checker,
    "inspector": _checker,
    "merged_into": _merged_into,
    "review_on": _review_on,
}


def fields_into(case: Case, move: Move, given: Mapping[str, Any], by: Actor) -> None:
    """Set on the case what this move's fields say."""
    for code in (*move.needs, *move.needs_if_asked, *move.may):
        if code in EFFECTS and given.get(code) not in (None, ""):
            EFFECTS[code](case, given[code], by)
    if move.request == "suspend" and given.get("until"):
        check_suspension_until(given["until"], local_day(case.district, clock.now()))
    if move.code == "grant_suspension":
        case.suspended_until = given["until"]


def after_move(case: Case, move: Move, target: State, given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Times, openness and who holds the case, once the state stands."""
    if move.code == "file":
        case.filed_at = case.filed_at or at
    if move.code in ("dispatch", "redispatch", "designate"):
        case.dispatched_at, case.handler = at, None
    if move.code in ("return_task", "return_to_acceptor"):
        case.body = case.handler = None
    if move.code == "confirm":
        case.feedback_at = at
    if target.code not in ("verification", "inspection"):
        case.checker = None
    if target.code != "suspended":
        case.suspended_until = None
    if move.code in ("rate", "revisit"):
        _rate(case, given, by, at)
    if target.is_final and case.is_open:
        case.is_open, case.closed_at, case.duty_grid, case.is_supervised = False, at, None, False
    elif not target.is_final and not case.is_open:
        _reopen(case, at)
    if move.code == "supervise":
        case.is_supervised = True


def _reopen(case: Case, at: datetime) -> None:
    """Open again: the grid that serves the place today takes it on."""
    case.is_open, case.closed_at, case.review_on = True, None, None
    if case.position:
        day = local_day(case.district, at)
        case.duty_grid_id = locate(case.district, case.position.x, case.position.y, day=day).grid_id


def _rate(case: Case, given: Mapping[str, Any], by: Actor, at: datetime) -> None:
    if given.get("solved") is None and not given.get("words"):
        return
    Rating.objects.update_or_create(
        case=case, round=case.reopen_count,
        defaults={
            "district_id": case.district_id, "is_solved": bool(given.get("solved")), "stars": given.get("satisfied"),
            "words": given.get("words", ""), "is_typed_by_staff": by.user_id is not None, "recorded_at": at,
        },
    )  # fmt: skip
