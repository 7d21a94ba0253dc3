"""Routing rules change in a draft, are tried on past cases, and become live as a whole; what was live is kept."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from gridward.accounts.models import Body
from gridward.accounts.queries.administration import administered
from gridward.cases.models import RoutingRule, RoutingTable
from gridward.cases.queries.choices import HANDLING_KINDS
from gridward.cases.queries.routing import as_rule, table_of
from gridward.cases.queries.routing_past import past_cases
from gridward.core.actor import Actor
from gridward.core.dispatch.rules import conditions_from
from gridward.core.dispatch.trial import Trial, try_rules
from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

EDITORS = (Role.DISPATCHER, Role.DUTY_CHIEF)
MOST_RULES = 300
STATE = RoutingTable.State


def require_editor(by: Actor, district_id: int, at: datetime) -> None:
    """Raises RuleBroken ``routing.not_editor`` unless the actor dispatches, or is on duty, for the whole district."""
    if not any(administered(by, district_id, at, role=role).whole_district for role in EDITORS):
        raise RuleBroken("routing.not_editor")


@transaction.atomic
def begin_draft(*, district: District, by: Actor, at: datetime) -> RoutingTable:
    """A draft that begins as the live rules are; the one that there is already, where somebody began."""
    require_editor(by, district.pk, at)
    lock(District, district.pk)
    if (there := table_of(district.pk, STATE.DRAFT)) is not None:
        return there
    last = RoutingTable.objects.filter(district=district).aggregate(n=Max("n"))["n"] or 0
    live = table_of(district.pk, STATE.LIVE)
    draft = RoutingTable.objects.create(
        district=district, n=last + 1, made_by_id=by.user_id, recorded_at=clock.now(),
        last_number=live.last_number if live else 0,
    )  # fmt: skip
    for row in live.rules.all() if live else ():
        row.pk, row.table = None, draft
        row.save(force_insert=True)
    _note(draft, "cases.begin_routing", by, at, {"n": draft.n})
    return draft


@transaction.atomic
def put_rule(
    *, table: RoutingTable, number: int | None, conditions: Mapping[str, Any], body: Body | None, body_kind: str,
    reason: str, by: Actor, at: datetime,
) -> RoutingRule:  # fmt: skip
    """Write a rule of the draft: a new one at the end, or what stands under a number.

    Raises RuleBroken ``routing.*``.
    """
    draft = _draft(table, by, at)
    _check_target(draft, body, body_kind)
    said = conditions_from(conditions).as_data()
    if not said:
        raise RuleBroken("routing.holds_for_all")
    row = _rule(draft, number) if number is not None else _new_rule(draft)
    row.conditions, row.body, row.body_kind, row.reason = said, body, body_kind, reason.strip()
    row.save()
    target = {"body": body.pk if body else None, "body_kind": body_kind, "reason": row.reason}
    _changed(draft, "cases.put_routing_rule", by, at, {"rule": row.number, "conditions": said, **target})
    return row


@transaction.atomic
def shift_rule(*, table: RoutingTable, number: int, up: bool, by: Actor, at: datetime) -> None:
    """Ask a rule of the draft one earlier, or one later; the first and the last stay where they are."""
    draft = _draft(table, by, at)
    rows = list(draft.rules.order_by("position"))
    here = rows.index(_rule(draft, number))
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here].position, rows[there].position = rows[there].position, rows[here].position
    for row in (rows[here], rows[there]):
        row.save(update_fields=["position"])
    _changed(draft, "cases.shift_routing_rule", by, at, {"rule": number, "up": up})


@transaction.atomic
def drop_rule(*, table: RoutingTable, number: int, by: Actor, at: datetime) -> None:
    """Take a rule out of the draft; its number is not given again."""
    draft = _draft(table, by, at)
    _rule(draft, number).delete()
    _changed(draft, "cases.drop_routing_rule", by, at, {"rule": number})


@transaction.atomic
def drop_draft(*, table: RoutingTable, by: Actor, at: datetime) -> None:
    """Give a draft up: nothing of what is live has changed."""
    draft = _draft(table, by, at)
    _note(draft, "cases.drop_routing", by, at, {"n": draft.n})
    draft.delete()


def try_draft(*, table: RoutingTable, by: Actor, at: datetime) -> Trial:
    """Try the draft on past cases beside what is live, and keep the outcome with it.

    Reads some thousand cases before it takes the lock; a draft that changed meanwhile is not called tried.
    """
    require_editor(by, table.district_id, at)
    rows = list(table.rules.order_by("position"))
    live = table_of(table.district_id, STATE.LIVE)
    before = tuple(map(as_rule, live.rules.order_by("position"))) if live else ()
    trial = try_rules(past_cases(table.district, at=at), before, tuple(map(as_rule, rows)))
    with transaction.atomic():
        draft = _draft(table, by, at)
        if [_content(row) for row in draft.rules.order_by("position")] != [_content(row) for row in rows]:
            raise RuleBroken("routing.changed_meanwhile")
        draft.trial = asdict(trial)
        draft.save(update_fields=["trial"])
        counted = {name: getattr(trial, name) for name in ("cases", "changed", "saved", "risked")}
        _note(draft, "cases.try_routing", by, at, counted)
    return trial


@transaction.atomic
def go_live(*, table: RoutingTable, by: Actor, at: datetime) -> RoutingTable:
    """The draft, tried as it stands, is what proposes bodies from now on; what was live is kept as it was."""
    draft = _draft(table, by, at)
    if draft.trial is None:
        raise RuleBroken("routing.not_tried")
    now = clock.now()
    RoutingTable.objects.filter(district_id=draft.district_id, state=STATE.LIVE).update(
        state=STATE.RETIRED, live_to=now
    )  # fmt: skip
    draft.state, draft.live_from = STATE.LIVE, now
    draft.save(update_fields=["state", "live_from"])
    _note(draft, "cases.routing_live", by, at, {"n": draft.n})
    return draft


def _draft(table: RoutingTable, by: Actor, at: datetime) -> RoutingTable:
    """The draft, locked. Raises RuleBroken ``routing.no_draft`` where it went live or was given up meanwhile."""
    require_editor(by, table.district_id, at)
    try:
        row = lock(RoutingTable, table.pk)
    except RoutingTable.DoesNotExist:
        raise RuleBroken("routing.no_draft") from None
    if row.state != STATE.DRAFT:
        raise RuleBroken("routing.no_draft")
    return row


def _rule(draft: RoutingTable, number: int) -> RoutingRule:
    row = draft.rules.filter(number=number).first()
    if row is None:
        raise RuleBroken("routing.no_rule", number=number)
    return row


def _new_rule(draft: RoutingTable) -> RoutingRule:
    """Numbers go on over all versions, so that rule 14 is one rule for ever."""
    if draft.rules.count() >= MOST_RULES:
        raise RuleBroken("routing.too_many", most=MOST_RULES)
    last = draft.rules.aggregate(n=Max("position"))["n"] or 0
    draft.last_number += 1
    draft.save(update_fields=["last_number"])
    return RoutingRule(district_id=draft.district_id, table=draft, number=draft.last_number, position=last + 1)


def _check_target(draft: RoutingTable, body: Body | None, body_kind: str) -> None:
    if (body is None) == (not body_kind):
        raise RuleBroken("routing.one_target")
    if body_kind and body_kind not in HANDLING_KINDS:
        raise RuleBroken("routing.kind_unknown")
    if body and (body.district_id != draft.district_id or body.kind not in HANDLING_KINDS or body.valid_to):
        raise RuleBroken("case.choice_unknown")


def _content(row: RoutingRule) -> tuple[Any, ...]:
    return row.number, row.conditions, row.body_id, row.body_kind


def _changed(draft: RoutingTable, verb: str, by: Actor, at: datetime, body: dict[str, Any]) -> None:
    """What was tried is no longer what stands there."""
    RoutingTable.objects.filter(pk=draft.pk).update(trial=None)
    _note(draft, verb, by, at, body)


def _note(table: RoutingTable, verb: str, by: Actor, at: datetime, body: dict[str, Any]) -> None:
    leave_entry(district_id=table.district_id, subject=subject_key(table), verb=verb, by=by, at=at, body=body)
