"""A case on the desk: read once, moved in memory, written once. One move or a month of them go the same way."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from gridward.audit.actions import seal_into_chain
from gridward.audit.models import StepBody
from gridward.cases.actions.book import Book
from gridward.cases.actions.clocks import ClockWork, open_of
from gridward.cases.actions.effects import after_move, fields_into, journal, to_cover
from gridward.cases.actions.requests import apply_request
from gridward.cases.actions.steps import accepted_at
from gridward.cases.actions.texts import clean_given
from gridward.cases.models import Attachment, Case, CaseClock, CaseRequest, CaseStep, Contact, Rating
from gridward.cases.queries.facts import asked_of, facts_from
from gridward.cases.queries.recomputing import is_due_anew
from gridward.core.actor import Actor
from gridward.core.workflow.clocks import Clock
from gridward.core.workflow.counting import Passed
from gridward.core.workflow.facts import Made
from gridward.core.workflow.moves import ClockChange, check_move, clock_changes
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import State
from gridward.gpkg.many import new_row
from gridward.work import clock

CASE = Case._meta.label
SENT_BY_RULES = frozenset({"dispatch", "redispatch"})


@cache
def clock_changes_of(table: str, state: str, move: str) -> tuple[ClockChange, ...]:
    """What a move does to the clocks: the same for every case."""
    return clock_changes(load(table), state, move)


@dataclass(slots=True)
class CaseDesk:
    """One case with what belongs to it. ``new_*`` and ``changed_*`` are what writing has to do; ``read`` holds
    the case's columns as they are in the database, where the case is there already, ``told`` its steps there as
    they are counted.
    """

    case: Case
    book: Book
    past: list[Made] = field(default_factory=list)
    clocks: list[CaseClock] = field(default_factory=list)
    requests: list[CaseRequest] = field(default_factory=list)
    new_steps: list[tuple[CaseStep, StepBody]] = field(default_factory=list)
    new_attachments: list[Attachment] = field(default_factory=list)
    new_contacts: list[Contact] = field(default_factory=list)
    new_ratings: list[Rating] = field(default_factory=list)
    changed_clocks: dict[int, CaseClock] = field(default_factory=dict)
    changed_requests: dict[int, CaseRequest] = field(default_factory=dict)
    open_clocks: dict[str, CaseClock] = field(init=False)
    clock_values: dict[int, Clock] = field(default_factory=dict)
    read: dict[str, Any] = field(default_factory=dict)
    told: list[Passed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open_clocks = open_of(self.clocks)

    @property
    def subject(self) -> str:
        """How the audit names the case."""
        return f"{CASE}:{self.case.id}"

    @property
    def earliest(self) -> datetime | None:
        """No step lies before the one that was made last."""
        return self.past[-1].at if self.past else None

    def was_done(self, action_uuid: uuid.UUID | None) -> bool:
        return action_uuid is not None and any(step.action_uuid == action_uuid for step in self.past)

    def add_step(
        self, *, move: str, state_from: str, by: Actor, at: datetime, recorded_at: datetime, body: Mapping[str, Any],
        action_uuid: uuid.UUID | None = None,
    ) -> datetime:  # fmt: skip
        """Put one step at the end of the chain; answer the time that it keeps."""
        case = self.case
        moment, is_doubtful = accepted_at(at, earliest=self.earliest, recorded_at=recorded_at)
        step = new_row(
            CaseStep, district_id=case.district_id, case_id=case.id, n=case.step_n + 1, verb=f"cases.{move}",
            by_id=by.user_id, role=by.role, body_id=by.body_id, at=moment, recorded_at=recorded_at,
            is_time_doubtful=is_doubtful, state_from=state_from, state_to=case.state, stage=case.stage,
            action_uuid=action_uuid,
        )  # fmt: skip
        row = seal_into_chain(step, subject=self.subject, prev=bytes(case.step_hash), body=dict(body))
        case.step_n, case.step_hash = step.n, step.hash
        self.new_steps.append((step, row))
        self.past.append(Made(move, by.user_id, moment, action_uuid))
        return moment

    def check(self, move: str, given: Mapping[str, Any], *, by: Actor, at: datetime) -> State:
        """Where the move leads, or the first rule that refuses it."""
        case, table = self.case, load(self.case.table)
        facts = facts_from(case, self.past, self.open_clocks.values(), self.requests, now=at)
        asked = asked_of(case) if table.move(move).needs_if_asked else frozenset()
        return check_move(table, move, facts, role=by.role, person=by.user_id, given=given, asked=asked)

    def move(
        self, move: str, given: Mapping[str, Any], *, by: Actor, at: datetime, recorded_at: datetime,
        action_uuid: uuid.UUID | None = None,
    ) -> None:  # fmt: skip
        """Make one move of the table in memory, with its step, request, clocks and marks."""
        case, table, here, given = self.case, load(self.case.table), self.case.state, clean_given(given)
        moment, _ = accepted_at(at, earliest=self.earliest, recorded_at=recorded_at)
        target, step = self.check(move, given, by=by, at=moment), table.move(move)
        proposed = self.proposed() if move in SENT_BY_RULES else {}
        fields_into(self, step, given, by=by, at=moment)
        covered = to_cover(self, step, moment)
        case.state, case.stage = target.code, target.stage.number
        for counter in step.counts:
            setattr(case, counter, getattr(case, counter) + 1)
        for mark in step.sets:
            setattr(case, mark, True)
        self.add_step(
            move=move, state_from=here, by=by, at=at, recorded_at=recorded_at,
            body=journal(step, given) | proposed | covered, action_uuid=action_uuid,
        )  # fmt: skip
        apply_request(self, table, step, given, by=by, at=moment)
        self.turn_clocks(clock_changes_of(case.table, here, move), at=moment)
        after_move(self, step, target, given, by=by, at=moment)

    def proposed(self) -> dict[str, Any]:
        """What the routing rules say of this case, kept with the step: "sent there because rule 14"."""
        routing = self.book.routing_of(self.case)
        found = routing.route(self.case) if routing else None
        if found is None or routing is None:
            return {}
        told = {"table": routing.table, "rule": found.rule, "body": found.body}
        return {"route": told | ({"component": self.case.component.code} if found.is_of_component else {})}

    def turn_clocks(self, changes: Iterable[ClockChange], *, at: datetime) -> None:
        """Apply clock changes in order and keep on the case what is due next."""
        work = ClockWork(self, at)
        for change in changes:
            work.apply(change)
        work.sum_up()

    def catch_up_with_calendars(self) -> None:
        """Open clocks by a former version of their calendar are recomputed; where one is due anew, with a step."""
        behind = [row for row in self.open_clocks.values() if is_due_anew(row)]
        if not behind:
            return
        now, before = clock.now(), [row.due_at for row in behind]
        work = ClockWork(self, now)
        since = max(self.earliest or now, *map(work.version_ended, behind))
        for row in behind:
            work.recompute(row)
        work.sum_up()
        if [row.due_at for row in behind] != before:
            versions = {row.calendar_code: row.calendar_version for row in behind}
            system, state = Actor(None, "system", None, self.case.district_id), self.case.state
            self.add_step(move="recompute", state_from=state, by=system, at=since, recorded_at=now, body=versions)
