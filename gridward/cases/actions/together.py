"""One move on many cases, each in a transaction of its own, through the action of every move."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from gridward.accounts.queries import HeldRole, chosen, held_roles, territory
from gridward.cases.actions.moving import move_case
from gridward.cases.models import Case
from gridward.cases.queries.together import KIND, asked_before
from gridward.cases.queries.visible import may_move
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.work import clock
from gridward.work.actions import forget_argument, start_run, take_run
from gridward.work.ending import Ending
from gridward.work.models import Run
from gridward.work.performing import perform_run
from gridward.work.reporting import Report

DATES = frozenset({"until", "review_on", "reply_by"})


def move_together(
    *, cases: Sequence[Case], move: str, given: Mapping[str, Any], held: HeldRole, at: datetime, action_uuid: uuid.UUID
) -> Run:  # fmt: skip
    """Ask for one move on each of these cases; the same ``action_uuid`` again answers with the run that is there.

    ``given`` without a body means the body that each case's category names.
    """
    by, name, known = held.actor, str(action_uuid), asked_before(held, str(action_uuid))
    told = {
        "name": name, "move": move, "cases": [case.pk for case in cases], "role": held.key, "by": asdict(by),
        "given": {code: value.isoformat() if isinstance(value, date) else value for code, value in given.items()},
    }  # fmt: skip
    return known or start_run(
        district_id=held.district_id, kind=KIND, arguments=told, total=len(cases), by=by, at=at
    )  # fmt: skip


def perform_together(report: Report) -> None:
    """Case by case, with a reason for each that refuses; a case that was moved before a stop is not moved again."""
    asked, done = report.arguments, report.cursor.get("done", 0)
    refused: dict[str, Any] = dict(report.cursor.get("refused", {}))
    for pk in asked["cases"][done:]:
        sentence = _try(pk, asked)
        if sentence:
            refused[str(pk)] = sentence
        done += 1
        report.reached(done, total=len(asked["cases"]), cursor={"done": done, "refused": refused})
    forget_argument(run_id=report.run_id, name="given")


def perform_here(run: Run) -> None:
    """A few cases are moved while the asker waits; a run that the jobs process has taken up is left to it."""
    if take_run(run=run, at=clock.now()):
        perform_run(run.pk, Ending())


def _try(pk: int, asked: Mapping[str, Any]) -> dict[str, str] | None:
    """Move one case; what refused it, in both languages."""
    try:
        _move(pk, asked)
    except RuleBroken as refused:
        return {"zh": refused.sentence("zh"), "en": refused.sentence("en")}
    return None


def _move(pk: int, asked: Mapping[str, Any]) -> None:
    case, by, at = Case.objects.select_related("category", "district").get(pk=pk), Actor(**asked["by"]), clock.now()
    held = chosen(held_roles(by.user_id or 0, local_day(case.district, at)), asked["role"])
    if held is None or held.key != asked["role"] or not may_move(case, held, territory(held)):
        raise RuleBroken("case.not_in_hands_any_more")
    name = uuid.uuid5(uuid.UUID(asked["name"]), str(case.client_uuid))
    move_case(case=case, move=asked["move"], given=_given(case, asked), by=by, at=at, action_uuid=name)


def _given(case: Case, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as the action takes them; a body that was left open is the one that the category names."""
    given = {code: date.fromisoformat(value) if value and code in DATES else value
             for code, value in asked["given"].items()}  # fmt: skip
    if "body" in given and given["body"] is None:
        given["body"] = case.category.default_body_id
    return given
