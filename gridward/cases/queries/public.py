"""What a resident may read of cases: by private link, by query code. What others may read nearby: shown.py."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gridward.audit.models import Read, StepBody
from gridward.cases.actions.contacts import LINK_LIFE_AFTER_CLOSING, token_hash
from gridward.cases.models import Attachment, Case, CaseRequest, CaseStep, Contact, Rating
from gridward.cases.queries.recomputing import is_behind
from gridward.core.codes.spoken import parse_spoken, spoken_code
from gridward.core.workflow.facts import REOPENING_DAYS
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import State
from gridward.districts.models import District
from gridward.work.actions import subject_key

FULL = ("category", "community", "body", "district")
MOST_JOINS = 5
# Which fields of which step are said to the reporter; everything else in a step stays inside.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "close": ("reply",), "close_unresolved": ("reply", "explanation", "review_on"), "force_close": ("reply", "reason"),
    "refuse": ("reason", "destination"), "refuse_filing": ("reason",), "grant_void": ("reason",),
    "self_handle": ("result",), "refuse_review": ("reply",),
    "keep_unresolved": ("explanation", "review_on"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One change that the reporter reads: since when, in which words."""

    at: datetime
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class InterimResult:
    """What was said of the work before it was done, to be read by the reporter."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class PrivatePage:
    """A matter as the holder of one private link sees it.

    ``told`` is the report that the link was given for, ``case`` the one that is worked on (another one where
    the report joined an earlier one). Words, place and photos are those of ``told`` and empty for a follower
    until a person released them.
    """

    told: Case
    case: Case
    is_reporter: bool
    steps: tuple[PublicStep, ...]
    interim: tuple[InterimResult, ...]
    answer: Mapping[str, str]
    words: str
    place: str
    photos: tuple[Attachment, ...]
    rating: Rating | None
    waits_for_review: bool
    reads: tuple[Read, ...]

    @property
    def now(self) -> PublicStep:
        return self.steps[-1]

    @property
    def has_joined(self) -> bool:
        """The report was joined to an earlier one of somebody else."""
        return self.told.pk != self.case.pk

    @property
    def is_rated(self) -> bool:
        """Whether this outcome was rated, by the reporter or when they were rung up."""
        return self.rating is not None and self.rating.round == self.case.reopen_count


def public_words(state: State, case: Case) -> tuple[str, str]:
    """The public words of a state in both languages, with the body's name and the date filled in."""
    body, until = case.body, case.suspended_until
    day = f"{until:%Y-%m-%d}" if until else ""
    return (
        (state.public_zh or state.public.zh).format(body=body.name_zh if body else "承办单位", until=day),
        (state.public_en or state.public.en).format(body=body.name_en if body else "the responsible body", until=day),
    )


def public_steps(case: Case) -> tuple[PublicStep, ...]:
    """The progress of a case: each run of the same public words is one line, since its first step."""
    table, told = load(case.table), list[PublicStep]()
    for at, state in CaseStep.objects.filter(case=case).order_by("n").values_list("at", "state_to"):
        zh, en = public_words(table.state(state), case)
        if not told or told[-1].zh != zh:
            told.append(PublicStep(at, zh, en))
    return tuple(told)


def said_to_reporter(case: Case) -> dict[str, str]:
    """The last answer by its fields; while a case is suspended, why."""
    if case.state == "suspended":
        kind, granted = CaseRequest.Kind.SUSPEND, CaseRequest.State.GRANTED
        request = CaseRequest.objects.filter(case=case, kind=kind, state=granted).order_by("-pk").first()
        return {"reason": request.answer or request.reason} if request else {}
    verbs = [f"cases.{move}" for move in ANSWERS]
    step = CaseStep.objects.filter(case=case, verb__in=verbs).order_by("-n").first()
    row = StepBody.objects.filter(table=CaseStep._meta.label, step_id=step.pk).first() if step else None
    if step is None or row is None:
        return {}
    said: Mapping[str, Any] = json.loads(row.body)
    fields = ANSWERS[step.verb.removeprefix("cases.")]
    return {field: str(said[field]) for field in fields if said.get(field)}


def interim_results(case: Case) -> tuple[InterimResult, ...]:
    """阶段反馈: the interim results that were marked for the reporter, in order."""
    told = dict(CaseStep.objects.filter(case=case, verb="cases.partial_result").order_by("n").values_list("pk", "at"))
    rows = StepBody.objects.filter(table=CaseStep._meta.label, step_id__in=told) if told else ()
    said: dict[int, Mapping[str, Any]] = {row.step_id: json.loads(row.body) for row in rows}
    return tuple(
        InterimResult(at, str(said[pk]["result"])) for pk, at in told.items() if said.get(pk, {}).get("for_reporter")
    )


def worked_on(case: Case) -> Case:
    """The case itself, or the one that it was joined to."""
    for _ in range(MOST_JOINS):
        if case.merged_into_id is None:
            break
        case = Case.objects.select_related(*FULL).get(pk=case.merged_into_id)
    return case


def _contact(token: str, district_id: int, at: datetime) -> Contact | None:
    """The contact behind a link that has not ended."""
    row = Contact.objects.filter(
        link_hash=token_hash(token), district_id=district_id, purged_at__isnull=True
    ).select_related("case", *(f"case__{name}" for name in FULL)).first()  # fmt: skip
    if row is None or (row.link_ends_at and row.link_ends_at <= at):
        return None
    closed_at = worked_on(row.case).closed_at
    return None if closed_at and closed_at + LINK_LIFE_AFTER_CLOSING <= at else row


def _photos(told: Case, case: Case, is_reporter: bool) -> tuple[Attachment, ...]:
    """One's own photos, and the result once somebody who closed the case has looked at it; else released ones."""
    rows = Attachment.objects.filter(case__in={told, case}).select_related("file").order_by("pk")
    kind = Attachment.Kind
    return tuple(
        row for row in rows
        if (row.is_released and row.case_id == case.pk)
        or (is_reporter and row.kind == kind.REPORT and row.case_id == told.pk)
        or (is_reporter and row.is_for_reporter and row.case_id == case.pk)
        or (is_reporter and row.kind == kind.AFTER and row.case_id == case.pk and not case.is_open)
    )  # fmt: skip


def private_page(token: str, *, district_id: int, at: datetime) -> PrivatePage | None:
    """What stands behind a private link; nothing for a wrong or ended one."""
    contact = _contact(token, district_id, at)
    if contact is None:
        return None
    told, is_reporter = contact.case, contact.kind == Contact.Kind.REPORTER
    case, may_read = worked_on(told), is_reporter or told.is_released
    asked = CaseRequest.objects.filter(case=case, kind=CaseRequest.Kind.REVIEW, state=CaseRequest.State.ASKED)
    return PrivatePage(
        told=told, case=case, is_reporter=is_reporter, steps=public_steps(case), answer=said_to_reporter(case),
        interim=interim_results(case) if is_reporter else (),
        words=told.description if may_read else "", place=told.place if may_read else "",
        photos=_photos(told, case, is_reporter),
        rating=Rating.objects.filter(case=case).order_by("-round").first(), waits_for_review=asked.exists(),
        reads=tuple(Read.objects.filter(persons__person=subject_key(contact)).order_by("at")),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Progress:
    """What a query code shows to whoever knows or guesses it: how far, no words, and no kind that is private."""

    case: Case
    steps: tuple[PublicStep, ...]
    names_category: bool

    @property
    def now(self) -> PublicStep:
        return self.steps[-1]


def progress_by_code(district: District, text: str) -> Progress | None:
    """The progress behind a spoken code or a whole number.

    Raises RuleBroken ``codes.spoken_unreadable``. A complaint about a body is found by private link only: its
    subject could look it up by number.
    """
    wanted = "".join(text.split())
    rows = Case.objects.filter(district=district, complained_body__isnull=True).select_related(*FULL)
    is_number = len(wanted) == 19 and wanted.isascii() and wanted.isdigit()
    if not is_number:
        wanted = spoken_code(parse_spoken(text))
    case = rows.filter(number=wanted).first() if is_number else rows.filter(spoken_code=wanted).first()
    if case is None:
        return None
    case = worked_on(case)
    return Progress(case, public_steps(case), case.category.is_shown_nearby and case.complained_body_id is None)


def reopens_until(case: Case) -> datetime | None:
    """Until when the reporter may say that it is not solved; nothing for what no body ever had."""
    if case.closed_at is None or case.dispatched_at is None:
        return None
    return case.closed_at + timedelta(days=REOPENING_DAYS)


def may_be_reopened(case: Case, at: datetime) -> bool:
    """Whether saying so opens it again."""
    until = reopens_until(case)
    return until is not None and at <= until


def is_due_by(case: Case) -> date | datetime | None:
    """Until when the reporter was promised an end; nothing once it is closed, while nobody promised, or
    while the time is recomputed after a change of the calendar.
    """
    is_told = case.is_open and case.state != "suspended" and not is_behind(case)
    return case.total_due_at if is_told else None
