"""The list of responsibilities is kept line by line, and made into proposals for routing rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from gridward.accounts.models import Body
from gridward.accounts.queries.administration import administered, district_day
from gridward.areas.models import Division
from gridward.cases.actions.routing import begin_draft, put_rule
from gridward.cases.actions.texts import clean_text
from gridward.cases.models import Responsibility, RoutingTable
from gridward.cases.queries.choices import HANDLING_KINDS
from gridward.cases.queries.responsibilities import KEEPERS, as_line, category_behind, in_force_on
from gridward.core.actor import Actor
from gridward.core.dispatch.responsibility import proposals
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

MOST_ASSISTANTS, MOST_BASIS = 10, 200


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers: one body, or the place's own of a kind; who assists; on what basis."""

    body: Body | None
    body_kind: str
    assistants: tuple[Body, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Put:
    """A line that was put, those that it ended with the last day that they had, and whether it said anything new."""

    row: Responsibility
    ended: tuple[tuple[int, str | None], ...] = ()
    is_new: bool = True


def require_keeper(by: Actor, district_id: int, at: datetime) -> None:
    """Raises RuleBroken ``responsibility.not_keeper`` unless the actor administers, or is on duty for, the district."""
    role = Role(by.role)
    if role not in (*KEEPERS, Role.SYSTEM) or not administered(by, district_id, at, role=role).whole_district:
        raise RuleBroken("responsibility.not_keeper")


@transaction.atomic
def put_responsibility(
    *, district: District, matter: str, subdistrict: Division | None, place: str, answer: Answer, valid_from: date,
    valid_to: date | None = None, by: Actor, at: datetime,
) -> Put:  # fmt: skip
    """Say who answers for a matter at a place from a day on; the line that said so before ends on that day.

    The same again changes nothing. Raises RuleBroken ``responsibility.*``, ``case.choice_unknown``.
    """
    require_keeper(by, district.pk, at)
    lock(District, district.pk)
    found = category_behind(district.pk, matter)
    if found is None:
        raise RuleBroken("responsibility.matter_unknown")
    _check(district, subdistrict, place, answer)
    if valid_to is not None and valid_to <= valid_from:
        raise RuleBroken("responsibility.ends_before")
    same = {"district": district, "matter": matter, "subdistrict": subdistrict, "place": place}
    before = [row for row in Responsibility.objects.filter(**same, retired_at=None)
              if row.valid_to is None or row.valid_to > valid_from]  # fmt: skip
    if len(before) == 1 and _says(before[0], answer, valid_to) and before[0].valid_from <= valid_from:
        return Put(before[0], is_new=False)
    ended = tuple((row.pk, row.valid_to.isoformat() if row.valid_to else None) for row in before)
    for row in before:
        _end(row, valid_from)
    row = Responsibility.objects.create(
        **same, category=found[0], is_class=found[1], body=answer.body, body_kind=answer.body_kind,
        basis=clean_text(answer.basis, MOST_BASIS), valid_from=valid_from, valid_to=valid_to, by_id=by.user_id,
        recorded_at=clock.now(),
    )  # fmt: skip
    row.assistants.set(answer.assistants)
    _note(row, "cases.put_responsibility", by, at, {"ended": [pk for pk, _ in ended]})
    return Put(row, ended)


def _check(district: District, subdistrict: Division | None, place: str, answer: Answer) -> None:
    bodies = [*answer.assistants, *([answer.body] if answer.body else [])]
    if (answer.body is None) == (not answer.body_kind):
        raise RuleBroken("routing.one_target")
    if any(body.district_id != district.pk or body.kind not in HANDLING_KINDS or body.valid_to for body in bodies):
        raise RuleBroken("case.choice_unknown")
    if answer.body_kind and answer.body_kind not in HANDLING_KINDS:
        raise RuleBroken("routing.kind_unknown")
    if answer.body in answer.assistants or len(set(bodies)) < len(bodies) or len(answer.assistants) > MOST_ASSISTANTS:
        raise RuleBroken("responsibility.assistants", most=MOST_ASSISTANTS)
    is_subdistrict = subdistrict is None or subdistrict.level == Division.Level.SUBDISTRICT
    if not is_subdistrict or (subdistrict and subdistrict.district_id != district.pk):
        raise RuleBroken("case.choice_unknown")
    if place not in ("", *Responsibility.Place.values):
        raise RuleBroken("case.choice_unknown")


def _says(row: Responsibility, answer: Answer, valid_to: date | None) -> bool:
    """Whether a line says the same already."""
    helping = set(row.assistants.values_list("pk", flat=True)) == {body.pk for body in answer.assistants}
    same = (row.body_id, row.body_kind, row.basis, row.valid_to)
    return helping and same == (answer.body.pk if answer.body else None, answer.body_kind, answer.basis, valid_to)


def _end(row: Responsibility, day: date) -> None:
    """A line ends on a day; one that would never have held is withdrawn."""
    row.valid_to = day if row.valid_from < day else row.valid_to
    row.retired_at = clock.now() if row.valid_from >= day else None
    row.save(update_fields=["valid_to", "retired_at"])


@transaction.atomic
def end_responsibility(*, row: Responsibility, by: Actor, at: datetime) -> Responsibility:
    """Take a line off the list from today on; it stays in the history.

    Raises RuleBroken ``responsibility.not_keeper``, ``responsibility.ended_already``.
    """
    require_keeper(by, row.district_id, at)
    now, today = lock(Responsibility, row.pk), district_day(row.district_id, at)
    if now.retired_at is not None or (now.valid_to is not None and now.valid_to <= today):
        raise RuleBroken("responsibility.ended_already")
    _end(now, today)
    _note(now, "cases.end_responsibility", by, at, {"day": today.isoformat()})
    return now


@dataclass(frozen=True, slots=True)
class Proposed:
    """The draft, how many rules were written into it, and how many stood there already."""

    draft: RoutingTable
    added: int
    there: int


@transaction.atomic
def propose_rules(*, district: District, by: Actor, at: datetime) -> Proposed:
    """Write what the list says into the draft of the routing rules, behind the rules that are there: they are the
    exceptions. What stands there already is not written twice; nothing is live before it was tried.

    Raises RuleBroken ``routing.not_editor``, ``responsibility.empty``, ``routing.too_many``.
    """
    draft = begin_draft(district=district, by=by, at=at)
    rows = in_force_on(district.pk, district_day(district.pk, at)).order_by("category__sort_key", "pk")
    wanted, lines = proposals(map(as_line, rows)), _as_they_stand(draft)
    if not wanted:
        raise RuleBroken("responsibility.empty")
    bodies = Body.objects.in_bulk([one.target.body for one in wanted if one.target.body])
    added = 0
    for one in wanted:
        key = (one.conditions.as_data(), one.target.body, one.target.kind)
        body = bodies.get(one.target.body) if one.target.body else None
        if key in lines or (body is not None and body.valid_to):
            continue
        reason = "；".join(("权责清单", *one.bases))[:MOST_BASIS]
        put_rule(table=draft, number=None, conditions=key[0], body=body, body_kind=key[2], reason=reason, by=by, at=at)
        added += 1
    return Proposed(draft, added, len(wanted) - added)


def _as_they_stand(draft: RoutingTable) -> Sequence[tuple[Mapping[str, Any], int | None, str]]:
    return list(draft.rules.values_list("conditions", "body_id", "body_kind"))


def _note(row: Responsibility, verb: str, by: Actor, at: datetime, body: dict[str, Any]) -> None:
    said = {
        "matter": row.matter, "subdistrict": row.subdistrict_id, "place": row.place, "body": row.body_id,
        "body_kind": row.body_kind, "basis": row.basis, "from": row.valid_from.isoformat(),
        "assistants": sorted(row.assistants.values_list("pk", flat=True)), **body,
    }  # fmt: skip
    leave_entry(district_id=row.district_id, subject=subject_key(row), verb=verb, by=by, at=at, body=said)
