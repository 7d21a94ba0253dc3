"""What a resident may read of cases: public words and steps only, by private link, by spoken code, nearby."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gridward.audit.models import StepBody
from gridward.cases.actions.contacts import token_hash
from gridward.cases.models import Attachment, Case, CaseStep, Contact, Rating
from gridward.cases.queries.choices import box_of
from gridward.core.codes.spoken import parse_spoken, spoken_code
from gridward.core.coordinates import Projection
from gridward.core.geometry import public_point
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import State
from gridward.districts.models import District

NEAR_M, NEARBY_SINCE, MOST_NEARBY = 120.0, timedelta(days=21), 5
FULL = ("category", "community", "body", "district", "merged_into")
ANSWERS = ("close", "close_unresolved", "force_close", "refuse", "refuse_filing", "refuse_review")


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One change that the reporter reads: since when, in which words."""

    at: datetime
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A case as its reporter sees it."""

    case: Case
    steps: tuple[PublicStep, ...]
    reply: str
    destination: str
    photos: tuple[Attachment, ...]
    rating: Rating | None

    @property
    def now(self) -> PublicStep:
        return self.steps[-1]


def _words(state: State, body: Any, until: date | None) -> tuple[str, str]:
    """The public words of a state with the body's name and the date filled in."""
    names = {"zh": getattr(body, "name_zh", "承办单位"), "en": getattr(body, "name_en", "the responsible body")}
    day = f"{until:%Y-%m-%d}" if until else ""
    return (
        (state.public_zh or state.public.zh).format(body=names["zh"], until=day),
        (state.public_en or state.public.en).format(body=names["en"], until=day),
    )


def public_steps(case: Case, steps: list[CaseStep]) -> tuple[PublicStep, ...]:
    """The steps, each run of the same public words as one, since its first."""
    table, told = load(case.table), list[PublicStep]()
    for step in steps:
        zh, en = _words(table.state(step.state_to), case.body, case.suspended_until)
        if not told or told[-1].zh != zh:
            told.append(PublicStep(step.at, zh, en))
    return tuple(told)


def public_case(case: Case) -> PublicCase:
    """What the private page shows; the reply is the last one that was written."""
    steps = list(CaseStep.objects.filter(case=case).order_by("n"))
    answers = [step for step in steps if step.verb.removeprefix("cases.") in ANSWERS]
    said: Mapping[str, Any] = {}
    if answers:
        body = StepBody.objects.filter(table=CaseStep._meta.label, step_id=answers[-1].pk).first()
        said = json.loads(body.body) if body else {}
    kinds = (Attachment.Kind.REPORT, Attachment.Kind.AFTER)
    photos = Attachment.objects.filter(case=case, kind__in=kinds).select_related("file").order_by("pk")
    return PublicCase(
        case, public_steps(case, steps), str(said.get("reply") or said.get("reason") or ""),
        str(said.get("destination") or ""), tuple(photos), Rating.objects.filter(case=case).order_by("-round").first(),
    )  # fmt: skip


def case_by_token(token: str, at: datetime) -> Case | None:
    """The case behind a private link; a merged one leads to the case that it joined."""
    contact = Contact.objects.filter(link_hash=token_hash(token), purged_at__isnull=True).first()
    if contact is None or (contact.link_ends_at and contact.link_ends_at <= at):
        return None
    case = Case.objects.select_related(*FULL).get(pk=contact.case_id)
    return Case.objects.select_related(*FULL).get(pk=case.merged_into_id) if case.merged_into_id else case


def case_by_spoken(district: District, text: str) -> Case | None:
    """The case of a spoken code or of a whole number; raises the code's own refusal when it cannot be read."""
    wanted = text.strip()
    rows = Case.objects.filter(district=district, complained_body__isnull=True).select_related(*FULL)
    if wanted.isdigit() and len(wanted) == 19:
        return rows.filter(number=wanted).first()
    return rows.filter(spoken_code=spoken_code(parse_spoken(wanted))).first()


@dataclass(frozen=True, slots=True)
class Nearby:
    """An open report close by, as anybody may see it."""

    case: Case
    point: tuple[float, float]
    zh: str
    en: str
    days: int


def nearby(district: District, point: tuple[float, float], category_id: int, at: datetime) -> list[Nearby]:
    """Open reports of the same category near a place: category, stage and a point snapped to 50 m."""
    rows = Case.objects.filter(
        district=district, category_id=category_id, category__is_shown_nearby=True, is_open=True, is_quarantined=False,
        complained_body__isnull=True, reported_at__gte=at - NEARBY_SINCE,
        position__intersects=box_of(district, point, NEAR_M),
    ).select_related("category", "body")  # fmt: skip
    projection = Projection(district.central_meridian)
    return [
        Nearby(
            case, public_point(case.position.x, case.position.y, projection),
            *_words(load(case.table).state(case.state), case.body, case.suspended_until), (at - case.reported_at).days,
        )
        for case in rows.order_by("reported_at")[:MOST_NEARBY]
    ]  # fmt: skip


def solved_lately(district: District, at: datetime, *, grid_id: int | None = None, most: int = 3) -> list[Case]:
    """Closed cases that a person released for showing, the newest first; of one grid or of all."""
    rows = Case.objects.filter(district=district, is_released=True, state__in=("closed", "evaluated"))
    rows = rows.filter(closed_at__gte=at - timedelta(days=30))
    if grid_id is not None:
        rows = rows.filter(grid_id=grid_id)
    return list(rows.select_related("category", "community").order_by("-closed_at")[:most])


def solved_count(district: District, at: datetime, *, grid_id: int | None = None) -> tuple[int, int]:
    """How many were closed in the last 30 days, and how many of them were opened again."""
    rows = Case.objects.filter(district=district, is_open=False, closed_at__gte=at - timedelta(days=30))
    if grid_id is not None:
        rows = rows.filter(grid_id=grid_id)
    return rows.count(), rows.filter(reopen_count__gt=0).count()
