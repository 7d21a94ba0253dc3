"""What the papers of cases are filled from: steps, clocks, requests, photos; of one case or of many alike."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gridward.accounts.models import User
from gridward.audit.models import StepBody
from gridward.cases.models import Attachment, Case, CaseClock, CaseRequest, CaseStep, JointTask
from gridward.cases.queries.joint import CALL
from gridward.core.papers.forms import Form
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import MoveKind, Table

PERSONS = ("verifier", "inspector", "handler")


@dataclass(frozen=True, slots=True)
class Made:
    """One step: its move, who made it, and what was said with it."""

    step: CaseStep
    move: str
    person: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """All that the papers of one case may need."""

    case: Case
    table: Table
    steps: tuple[Made, ...]
    clocks: tuple[CaseClock, ...]
    requests: tuple[CaseRequest, ...]
    photos: Mapping[str, int]
    persons: Mapping[int, str]
    joint: tuple[JointTask, ...] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """The step that a form belongs to; a form of approval belongs to the request that the step made."""

    form: Form
    facts: CaseFacts
    made: Made
    request: CaseRequest | None = None

    @property
    def n(self) -> int:
        return self.made.step.n

    @property
    def later(self) -> tuple[Made, ...]:
        """What was done since, up to the next step of the same kind."""
        since = [made for made in self.facts.steps if made.step.n > self.n]
        until = next((made.step.n for made in since if made.move == self.made.move), None)
        return tuple(made for made in since if until is None or made.step.n < until)

    @property
    def earlier(self) -> tuple[Made, ...]:
        """This step and all before it, the newest first."""
        return tuple(made for made in reversed(self.facts.steps) if made.step.n <= self.n)

    def following(self, *moves: str) -> Made | None:
        """The first of these moves since, or this one."""
        return next((made for made in (self.made, *self.later) if made.move in moves), None)

    def before(self, *moves: str) -> Made | None:
        """The last of these moves until then."""
        return next((made for made in self.earlier if made.move in moves), None)


def facts_of(cases: Collection[Case]) -> list[CaseFacts]:
    """The facts of each case, in order; six statements for any number, and one where bodies were called together."""
    steps = list(CaseStep.objects.filter(case__in=cases).select_related("body").order_by("case", "n"))
    rows = StepBody.objects.filter(table=CaseStep._meta.label, step_id__in=[step.pk for step in steps])
    said = {row.step_id: json.loads(row.body) for row in rows}
    asked = {body[name] for body in said.values() for name in PERSONS if isinstance(body.get(name), int)}
    wanted = asked | {step.by_id for step in steps if step.by_id}
    persons = dict(User.objects.filter(pk__in=wanted).values_list("pk", "name"))
    made = _by_case(
        (step.case_id, Made(step, step.verb.removeprefix("cases."), persons.get(step.by_id, ""), said.get(step.pk, {})))
        for step in steps
    )
    clocks = CaseClock.objects.filter(case__in=cases).order_by("opened_at", "pk")
    of_clocks = _by_case((row.case_id, row) for row in clocks)
    of_requests = _by_case((row.case_id, row) for row in CaseRequest.objects.filter(case__in=cases).order_by("pk"))
    photos = _by_case(Attachment.objects.filter(case__in=cases).order_by("pk").values_list("case_id", "kind"))
    joint = _by_case((row.case_id, row) for row in _joint_of(steps))
    return [
        CaseFacts(case, load(case.table), made[case.pk], of_clocks[case.pk], of_requests[case.pk],
                  Counter(photos[case.pk]), persons, joint[case.pk]) for case in cases
    ]  # fmt: skip


def _joint_of(steps: Iterable[CaseStep]) -> Iterable[JointTask]:
    called = {step.case_id for step in steps if step.verb == f"cases.{CALL}"}
    return JointTask.objects.filter(case__in=called).select_related("body").order_by("pk") if called else ()


def _by_case(pairs: Iterable[tuple[int, Any]]) -> Mapping[int, tuple[Any, ...]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for case_id, row in pairs:
        found[case_id].append(row)
    return defaultdict(tuple, {case_id: tuple(rows) for case_id, rows in found.items()})


def _asks(facts: CaseFacts, form: Form) -> list[Occasion]:
    """Each request of the form's kinds with the step that made it: both stand in the order in which they were made."""
    found = []
    for kind in sorted(form.asks):
        made = [one for one in facts.steps if _kind(facts.table, one.move, MoveKind.ASK) == kind]
        rows = [row for row in facts.requests if row.kind == kind]
        found += [Occasion(form, facts, one, row) for one, row in zip(made, rows, strict=False)]
    return sorted(found, key=lambda occasion: occasion.n)


def _kind(table: Table, move: str, kind: MoveKind) -> str:
    row = table.moves.get(move)
    return str(row.request) if row is not None and row.kind is kind else ""


def decision_on(occasion: Occasion) -> Made | None:
    """The step that decided what this one asked for; nothing where the wish lapsed."""
    if occasion.request is None or occasion.request.decided_by_id is None:
        return None
    table, kind = occasion.facts.table, occasion.request.kind
    return next((made for made in occasion.later if _kind(table, made.move, MoveKind.DECIDE) == kind), None)


def occasions(facts: CaseFacts, form: Form) -> list[Occasion]:
    """The steps of a case that the form belongs to, the oldest first; none when the case stands elsewhere now."""
    if not form.fits(facts.case.state, facts.case.stage):
        return []
    if form.asks:
        return _asks(facts, form)
    made = [Occasion(form, facts, one) for one in facts.steps if one.move in form.after]
    return made if form.each else made[-1:]


def clock_since(
    occasion: Occasion, kind: str, *, take: Callable[[list[CaseClock]], CaseClock] = lambda found: found[-1]
) -> CaseClock | None:
    """The last clock of a kind that was opened by this step or later, or the one that ``take`` picks."""
    found = [row for row in occasion.facts.clocks if row.kind == kind and row.opened_at >= occasion.made.step.at]
    return take(found) if found else None
