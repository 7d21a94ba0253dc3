"""The list of what may be passed to communities 事项准入: kept by the district, widened by two roles for a time."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from gridward.accounts.queries.administration import administered, district_day
from gridward.areas.models import Division
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.scopes import Territory
from gridward.core.workflow.roles import Role
from gridward.core.written import without_harm
from gridward.districts.models import District
from gridward.duties.models import ListedDuty
from gridward.duties.queries.listed import ASKERS, DECIDERS, KEEPERS, in_force_on, matter_names
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

MOST_DAYS, LEAST_REASON, MOST_REASON = 90, 6, 200
State = ListedDuty.State


@transaction.atomic
def list_duty(
    *, district: District, matter: str, basis: str, only_assists: bool, valid_from: date, by: Actor, at: datetime
) -> ListedDuty:  # fmt: skip
    """Put a matter on the list from a day on, without an end.

    Raises RuleBroken ``listed.not_keeper``, ``listed.there_already``, ``listed.matter_unknown``.
    """
    _require(by, district.pk, at, KEEPERS, "listed.not_keeper")
    lock(District, district.pk)
    if in_force_on(district.pk, valid_from).filter(state=State.LISTED, matter=matter).exists():
        raise RuleBroken("listed.there_already")
    row = ListedDuty.objects.create(
        state=State.LISTED, only_assists=only_assists, valid_from=valid_from, **_common(district, matter, basis, by)
    )  # fmt: skip
    _note(row, "duties.list_duty", by, at, {"only_assists": only_assists, "from": valid_from.isoformat()})
    return row


@transaction.atomic
def end_duty(*, duty: ListedDuty, by: Actor, at: datetime) -> ListedDuty:
    """Take a matter off the list from today on; what was passed before stays where it is.

    Raises RuleBroken ``listed.not_keeper``, ``listed.ended_already``.
    """
    _require(by, duty.district_id, at, KEEPERS, "listed.not_keeper")
    row, today = lock(ListedDuty, duty.pk), district_day(duty.district_id, at)
    if row.valid_to is not None and row.valid_to <= today:
        raise RuleBroken("listed.ended_already")
    row.valid_to = max(today, row.valid_from)
    row.save(update_fields=["valid_to"])
    _note(row, "duties.end_duty", by, at, {"until": row.valid_to.isoformat()})
    return row


@transaction.atomic
def ask_admission(
    *, district: District, matter: str, division: Division | None, until: date, reason: str, by: Actor, at: datetime
) -> ListedDuty:  # fmt: skip
    """Ask that a matter beyond the list be admitted in a subdistrict, or everywhere, until a day.

    Raises RuleBroken ``listed.not_asker``, ``listed.how_long``, ``listed.say_why``, ``listed.matter_unknown``.
    """
    _require(by, district.pk, at, ASKERS, "listed.not_asker")
    today = district_day(district.pk, at)
    if not today < until <= today + timedelta(days=MOST_DAYS):
        raise RuleBroken("listed.how_long", most=MOST_DAYS)
    if len(reason.strip()) < LEAST_REASON:
        raise RuleBroken("listed.say_why", least=LEAST_REASON)
    if division is not None and (division.district_id, division.level) != (district.pk, Division.Level.SUBDISTRICT):
        raise RuleBroken("listed.matter_unknown")
    row = ListedDuty.objects.create(
        state=State.ASKED, division=division, valid_from=today, valid_to=until, **_common(district, matter, reason, by)
    )  # fmt: skip
    _note(row, "duties.ask_admission", by, at, {"division": division.pk if division else None, "reason": row.basis,
                                                "until": until.isoformat()})  # fmt: skip
    return row


@transaction.atomic
def decide_admission(*, duty: ListedDuty, on: bool, answer: str, by: Actor, at: datetime) -> ListedDuty:
    """Admit it or not: the subdistrict's leader in the own subdistrict, the district's director everywhere; never who
    asked, and never in the role in which it was asked.

    Raises RuleBroken ``listed.not_decider``, ``listed.decided_already``, ``listed.say_why``.
    """
    row = lock(ListedDuty, duty.pk, related=("division",))
    seen = _require(by, row.district_id, at, DECIDERS, "listed.not_decider")
    own = seen.whole_district or (row.division_id in seen.division_ids)
    if not own or by.user_id == row.asked_by_id or by.role == row.asked_role:
        raise RuleBroken("listed.not_decider")
    if row.state != State.ASKED:
        raise RuleBroken("listed.decided_already")
    if not on and len(answer.strip()) < LEAST_REASON:
        raise RuleBroken("listed.say_why", least=LEAST_REASON)
    row.state = State.ADMITTED if on else State.REFUSED
    row.answer, row.decided_by_id, row.decided_role, row.decided_at = _text(answer), by.user_id, by.role, clock.now()
    row.valid_from = district_day(row.district_id, at)
    row.save(update_fields=["state", "answer", "decided_by", "decided_role", "decided_at", "valid_from"])
    _note(row, "duties.decide_admission", by, at, {"on": on, "answer": row.answer})
    return row


def _common(district: District, matter: str, basis: str, by: Actor) -> dict[str, Any]:
    """What every row holds: the matter by both names that it has now."""
    names = matter_names(district.pk).get(matter)
    if names is None:
        raise RuleBroken("listed.matter_unknown")
    return {"district": district, "matter": matter, "name_zh": names.zh, "name_en": names.en, "basis": _text(basis),
            "asked_by_id": by.user_id, "asked_role": by.role, "recorded_at": clock.now()}  # fmt: skip


def _text(words: str) -> str:
    return without_harm(words).strip()[:MOST_REASON]


def _require(by: Actor, district_id: int, at: datetime, roles: frozenset[Role], code: str) -> Territory:
    """What the actor reaches by today's rights in one of these roles."""
    role = Role(by.role)
    seen = administered(by, district_id, at, role=role)
    if role is not Role.SYSTEM and (role not in roles or seen.is_empty):
        raise RuleBroken(code)
    return seen


def _note(row: ListedDuty, verb: str, by: Actor, at: datetime, body: dict[str, Any]) -> None:
    said = {"matter": row.matter, "name": row.name_zh, **body}
    leave_entry(district_id=row.district_id, subject=subject_key(row), verb=verb, by=by, at=at, body=said)
