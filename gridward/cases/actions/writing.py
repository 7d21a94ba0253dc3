"""Desks to rows: one case or five hundred, the same rows either way."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from django.db.models import F

from gridward.audit.actions import append_steps
from gridward.cases.actions.book import Book
from gridward.cases.actions.clocks import CHANGING
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.actions.rollups import append_changes, changes_of
from gridward.cases.models import Case, CaseClock, CaseRequest, CaseStep
from gridward.cases.queries.recomputing import with_version_today
from gridward.core.workflow.counting import Passed
from gridward.core.workflow.facts import Made
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import MoveKind
from gridward.gpkg.many import insert_many, update_rows
from gridward.gpkg.prepared import Prepared
from gridward.work.actions import deliveries_of
from gridward.work.locks import lock

COLUMNS = tuple(field.attname for field in Case._meta.concrete_fields if not field.primary_key)
PAST = ("verb", "by_id", "at", "action_uuid", "state_from", "state_to", "recorded_at")
STEPS = Prepared(lambda case_id: CaseStep.objects.filter(case_id=case_id).order_by("n").values_list(*PAST))
CLOCKS = Prepared(lambda case_id: with_version_today(CaseClock.objects.filter(case_id=case_id)).order_by("pk"))
REQUESTS = Prepared(lambda case_id: CaseRequest.objects.filter(case_id=case_id).order_by("pk"))
WITH = ("district", "category", "standard", "body", "body__calendar", "duty_grid", "complained_body")
OUTLINE = ("district__outline",)  # thousands of points, that no move asks for


def take_up(case_id: int) -> CaseDesk:
    """Lock a case and read what its rules need: three statements, and one more where something was ever asked for."""
    case = lock(Case, case_id, related=WITH, without=OUTLINE)
    past, told = [], []
    for verb, by, at, action_uuid, *ways, recorded_at in STEPS.rows(case_id):
        move = verb.removeprefix("cases.")
        past.append(Made(move, by, at, action_uuid))
        told.append(Passed(move, *ways, at, recorded_at))
    was_asked = not asking_moves(case.table).isdisjoint(made.move for made in past)
    requests = REQUESTS.rows(case_id) if was_asked else []
    desk = CaseDesk(case, Book(case.district), past, CLOCKS.rows(case_id), requests, told=told)
    desk.read = columns_of(case)
    desk.catch_up_with_calendars()
    return desk


@cache
def asking_moves(table: str) -> frozenset[str]:
    """The moves of a table that leave a request."""
    return frozenset(code for code, move in load(table).moves.items() if move.kind is MoveKind.ASK)


def changed_columns(desk: CaseDesk) -> list[str]:
    """The columns to write: an index or R*Tree of a column that stays is left alone."""
    now, read = desk.case.__dict__, desk.read
    return [name for name in COLUMNS if now[name] is not read[name] and now[name] != read[name]]


def columns_of(case: Case) -> dict[str, Any]:
    """What stands in the case's columns now."""
    return {name: case.__dict__[name] for name in COLUMNS}


def take_up_lightly(cases: Sequence[Case], book: Book) -> list[CaseDesk]:
    """Desks of locked cases that know only each one's last step: enough to add one more."""
    heads = CaseStep.objects.filter(case__in=cases, n=F("case__step_n"))
    last = {row[0]: Made(row[1].removeprefix("cases."), *row[2:]) for row in
            heads.values_list("case_id", "verb", "by_id", "at", "action_uuid")}  # fmt: skip
    return [CaseDesk(case, book, [last[case.pk]], read=columns_of(case)) for case in cases]


def put_down_lightly(desks: Sequence[CaseDesk], fields: Sequence[str]) -> None:
    """The twin of ``put_down`` for many cases of which only ``fields`` changed, named as columns."""
    update_rows([desk.case for desk in desks], (*fields, "step_n", "step_hash"))
    write_belongings(desks)


def put_down(desk: CaseDesk) -> Case:
    """Write what the desk changed, in the caller's transaction: ended clocks before new ones of their kind."""
    update_rows([desk.case], changed_columns(desk))
    update_rows([row for row in desk.changed_clocks.values() if row.pk is not None], CHANGING)
    for wish in desk.changed_requests.values():
        if wish.pk is not None:
            wish.save()
    write_belongings([desk])
    return desk.case


def write_belongings(desks: Sequence[CaseDesk], *, done: Collection[str] = ()) -> None:
    """Everything new on the desks, each table at once: steps, bodies, deliveries, clocks, requests, papers.

    ``done`` names handlers whose work the caller does itself.
    """
    steps = [pair for desk in desks for pair in desk.new_steps]
    append_steps(steps)
    insert_many(d for step, _ in steps for d in deliveries_of(step, due_at=step.recorded_at, done=done))
    insert_many(row for desk in desks for row in desk.changed_clocks.values() if row.id is None)
    insert_many(row for desk in desks for row in desk.changed_requests.values() if row.id is None)
    insert_many(row for desk in desks for row in desk.new_contacts)
    insert_many(row for desk in desks for row in desk.new_attachments)
    insert_many(row for desk in desks for row in desk.new_ratings)
    append_changes(map(changes_of, desks))
