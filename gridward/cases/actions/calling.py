"""回访: drawing the sample, and what came of each call."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from gridward.accounts.models import Body
from gridward.cases.actions.contacts import READERS
from gridward.cases.actions.moving import move_case
from gridward.cases.actions.writing import put_down, take_up
from gridward.cases.models import CallBack, CallBackRound, Case
from gridward.cases.queries.calling import DRAWERS, frame_of
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.feedback.reaching import is_unreached
from gridward.core.feedback.sampling import PERMILLE, drawn, usual_calling
from gridward.districts.models import District
from gridward.districts.queries import local_day, zone_of
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

MOST_DAYS = 366
# A case that was rated, or opened again, meanwhile is asked all the same; the answer is no second rating.
NO_RATING = frozenset({"case.rated_before", "workflow.not_from_here"})
State = CallBack.State


@transaction.atomic
def draw_round(
    *, district: District, body: Body, since: date, until: date, share_permille: int, seed: str, by: Actor, at: datetime
) -> CallBackRound:
    """Draw the cases of a period that a body calls back. Once: a period is not drawn again for the same body.

    Raises RuleBroken ``call_back.not_for_your_role``, ``call_back.period``, ``call_back.drawn_before``,
    ``call_back.nothing_to_draw``.
    """
    _check_draw(district, since, until, share_permille, by, at)
    lock(District, district.pk)
    earlier = CallBackRound.objects.filter(district=district)
    if earlier.filter(body=body, since__lte=until, until__gte=since).exists():
        raise RuleBroken("call_back.drawn_before")
    frame = dict(frame_of(district, body, since, until).values_list("number", "pk"))
    if not frame:
        raise RuleBroken("call_back.nothing_to_draw")
    row = CallBackRound.objects.create(
        district=district, n=(earlier.aggregate(last=Max("n"))["last"] or 0) + 1, body=body, since=since, until=until,
        seed=seed, share_permille=share_permille, frame=len(frame), by_id=by.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    chosen = drawn(frame, seed=seed, calling=replace(usual_calling(), share_permille=share_permille))
    _write_calls(row, [frame[number] for number in chosen])
    said = {"n": row.n, "frame": row.frame, "drawn": len(chosen), "seed": seed, "share_permille": share_permille}
    leave_entry(
        district_id=district.pk, subject=subject_key(row), verb="cases.draw_call_backs", by=by, at=at, body=said
    )
    return row


def _check_draw(district: District, since: date, until: date, share: int, by: Actor, at: datetime) -> None:
    if by.role not in DRAWERS:
        raise RuleBroken("call_back.not_for_your_role")
    is_past = since <= until < local_day(district, at)
    if not is_past or (until - since).days >= MOST_DAYS or not 0 < share <= PERMILLE:
        raise RuleBroken("call_back.period", days=MOST_DAYS)


def _write_calls(row: CallBackRound, case_ids: list[int]) -> None:
    ended = dict(Case.objects.filter(pk__in=case_ids).values_list("pk", "closed_at"))
    CallBack.objects.bulk_create(
        CallBack(district_id=row.district_id, round=row, case_id=pk, position=n, ended_at=ended[pk])
        for n, pk in enumerate(case_ids, 1)
    )


@transaction.atomic
def answer_call(
    *, call: CallBack, solved: bool | None, stars: int | None, words: str, reopen: str, by: Actor, at: datetime
) -> CallBack:
    """What was said on the phone, typed by the caller; where wished, the case is opened again. Twice is once."""

    def settle(row: CallBack) -> None:
        given = {"solved": solved, "satisfied": stars, "words": words}
        if not _rated(row.case, given, by, at):
            _leave(row, {"outcome": State.ANSWERED, **given}, by, at)
        row.state, row.is_solved, row.stars = State.ANSWERED, solved, stars
        if reopen:
            move_case(case=row.case, move="reopen_unsolved", given={"reason": reopen}, by=by, at=at)

    return _settled(call, settle, by, at)


@transaction.atomic
def decline_call(*, call: CallBack, by: Actor, at: datetime) -> CallBack:
    """Somebody does not wish to answer, and is not rung up again."""

    def settle(row: CallBack) -> None:
        row.state = State.DECLINED
        _leave(row, {"outcome": State.DECLINED}, by, at)

    return _settled(call, settle, by, at)


@transaction.atomic
def miss_call(*, call: CallBack, by: Actor, at: datetime) -> CallBack:
    """Nobody answered; after three different half days they count as not reached."""

    def settle(row: CallBack) -> None:
        row.tries = [*row.tries, at.isoformat()]
        tried = [datetime.fromisoformat(one) for one in row.tries]
        row.state = State.UNREACHED if is_unreached(tried, zone_of(row.case.district)) else State.OPEN
        _leave(row, {"outcome": State.UNREACHED, "tries": len(tried)}, by, at)

    return _settled(call, settle, by, at)


def _settled(call: CallBack, settle: Callable[[CallBack], None], by: Actor, at: datetime) -> CallBack:
    """The call after what came of it; one that is done stays as it is."""
    lock(Case, call.case_id)
    row = lock(CallBack, call.pk, related=("round__body", "case__district", "case__category"))
    if by.role not in READERS or by.body_id != row.round.body_id:
        raise RuleBroken("call_back.not_for_your_role")
    if row.state != State.OPEN:
        return row
    settle(row)
    if row.state != State.OPEN:
        row.by_id, row.done_at = by.user_id, at
    row.save()
    return row


def _rated(case: Case, given: Mapping[str, Any], by: Actor, at: datetime) -> bool:
    """Whether the answer is kept as the rating of this round: not where the reporter gave one, or it is open again."""
    try:
        with transaction.atomic():
            move_case(case=case, move="revisit", given=given, by=by, at=at)
    except RuleBroken as refused:
        if refused.code not in NO_RATING:
            raise
        return False
    return True


def _leave(row: CallBack, said: Mapping[str, Any], by: Actor, at: datetime) -> None:
    desk = take_up(row.case_id)
    body = {"round": row.round.n, **{name: value for name, value in said.items() if value not in (None, "")}}
    desk.add_step(move="call_back", state_from=desk.case.state, by=by, at=at, recorded_at=clock.now(), body=body)
    put_down(desk)
