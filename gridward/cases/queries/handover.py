"""What the next shift has to know: cases at risk, call-backs that wait, promises made by phone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import Http404

from gridward.accounts.queries import HeldRole
from gridward.cases.models import Case, Contact, Handover, PhoneReminder
from gridward.cases.queries.visible import visible_cases
from gridward.core.scopes import Territory
from gridward.core.workflow.roles import Role

HANDERS = frozenset({Role.DUTY_CHIEF, Role.DISPATCHER})
NEXT_SHIFT = timedelta(hours=12)
MOST, MOST_PROMISES = 8, 30
GROUPS = ("urgent", "supervised", "due_soon", "late")
HANDLING = 4
CARD = ("category", "body", "subdistrict", "community", "district")
SPOKEN_TO = (Contact.Answer.PHONE, Contact.Answer.COUNTER)


@dataclass(frozen=True, slots=True)
class Risk:
    """A case of one group as it was told, and as it is."""

    case: Case
    state: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Picture:
    """What is passed on, of this reader's cases. ``counts`` are of all, the lists the first ``MOST``."""

    groups: Mapping[str, list[Risk]]
    counts: Mapping[str, int]
    call_backs: list[Case]
    promises: list[PhoneReminder]


def told_now(held: HeldRole, seen: Territory, at: datetime) -> dict[str, Any]:
    """As it is kept: a case stands in the first group that it fits."""
    rows = visible_cases(held, seen).filter(is_open=True).exclude(state="suspended")
    late, soon = Q(due_at__lt=at), Q(due_at__gte=at, due_at__lt=at + NEXT_SHIFT)
    urgent, watched = Q(is_urgent=True), Q(is_urgent=False, is_supervised=True)
    rest = Q(is_urgent=False, is_supervised=False)
    found = {"urgent": rows.filter(urgent), "supervised": rows.filter(watched), "due_soon": rows.filter(rest, soon),
             "late": rows.filter(rest, late)}  # fmt: skip
    calls = _call_backs(visible_cases(held, seen))
    return {
        "counts": {"call_backs": calls.count()} | {group: found[group].count() for group in GROUPS},
        "groups": {group: _lines(found[group], latest=group == "late") for group in GROUPS},
        "call_backs": list(calls.values_list("number", flat=True)[:MOST]),
        "promises": [row.pk for row in open_promises(visible_cases(held, seen))],
    }


def _lines(rows: QuerySet[Case], *, latest: bool) -> list[dict[str, Any]]:
    """The next due first; of what is late, what became so last: the rest stands in the lists of every day."""
    order = F("due_at").desc(nulls_last=True) if latest else F("due_at").asc(nulls_last=True)
    found = rows.order_by(order, "pk").values_list("number", "state", "due_at")[:MOST]
    return [{"number": number, "state": state, "due_at": due.isoformat() if due else None}
            for number, state, due in found]  # fmt: skip


def _call_backs(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Open cases with a result that somebody asked to be told by phone or at the counter and was not yet."""
    since = F("case__feedback_at")
    waits = Contact.objects.filter(
        Q(answered_at__isnull=True) | Q(answered_at__lt=since),
        Q(unreached_at__isnull=True) | Q(unreached_at__lt=since),
        answer_by__in=SPOKEN_TO, purged_at__isnull=True, case__is_open=True, case__feedback_at__isnull=False,
    )  # fmt: skip
    return rows.filter(is_open=True, pk__in=waits.values("case_id")).order_by(F("due_at").asc(nulls_last=True), "pk")


def open_promises(rows: QuerySet[Case]) -> list[PhoneReminder]:
    """The last promise for each case that is still being worked on, the next due first."""
    cases = rows.filter(is_open=True, stage__lte=HANDLING).values("pk")
    found = PhoneReminder.objects.filter(case__in=cases, promised_by__isnull=False)
    last: dict[int, PhoneReminder] = {row.case_id: row for row in found.order_by("at", "pk")}
    return sorted(last.values(), key=lambda row: (row.promised_by, row.pk))[:MOST_PROMISES]


def picture_of(told: Mapping[str, Any], held: HeldRole, seen: Territory) -> Picture:
    """What was told, as this reader may see it: a case that they do not see is not there."""
    lines = [line for group in GROUPS for line in told["groups"][group]]
    numbers = [line["number"] for line in lines] + list(told["call_backs"])
    mine = visible_cases(held, seen)
    cases = {case.number: case for case in mine.filter(number__in=numbers).select_related(*CARD)}
    promises = PhoneReminder.objects.filter(pk__in=told["promises"], case__in=mine.values("pk"))
    return Picture(
        {group: list(_risks(told["groups"][group], cases)) for group in GROUPS}, told["counts"],
        [cases[number] for number in told["call_backs"] if number in cases],
        list(promises.select_related("case__category", "case__district", "body").order_by("promised_by", "pk")),
    )  # fmt: skip


def _risks(lines: Iterable[Mapping[str, Any]], cases: Mapping[str, Case]) -> Iterable[Risk]:
    for line in lines:
        if line["number"] in cases:
            due = datetime.fromisoformat(line["due_at"]) if line["due_at"] else None
            yield Risk(cases[line["number"]], line["state"], due)


def handovers_of(held: HeldRole) -> QuerySet[Handover]:
    """Those of the reader's own body, the newest first."""
    rows = Handover.objects.filter(district_id=held.district_id, body_id=held.body.pk)
    return rows.select_related("given_by", "taken_by", "body").order_by("-given_at", "-pk")


def get_handover(held: HeldRole, public_id: UUID) -> Handover:
    """One of them, for who may give and take; else there is no such page."""
    row = handovers_of(held).filter(public_id=public_id).first() if held.role in HANDERS else None
    if row is None:
        raise Http404
    return row


def waiting_handover(held: HeldRole) -> Handover | None:
    """The one that nobody has taken yet."""
    return handovers_of(held).filter(taken_at__isnull=True, withdrawn_at__isnull=True).first()
