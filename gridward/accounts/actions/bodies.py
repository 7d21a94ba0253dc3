"""Bodies 单位: made, changed, ended. ``parent`` is 块, ``guides`` is 条; they are separate links."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gridward.accounts.actions.grants import held_in
from gridward.accounts.models import Body
from gridward.accounts.queries.administration import administered, covers, district_day, is_delegated, require_body
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.scopes import Territory
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock, lock_all

CHANGEABLE = frozenset({"speciality", "name_zh", "name_en", "division", "calendar", "duty_phone", "sort_key"})


@transaction.atomic
def create_body(
    *, district_id: int, code: str, kind: str, name_zh: str, name_en: str, parent: Body | None = None,
    by: Actor, at: datetime, **rest: Any,
) -> Body:  # fmt: skip
    """Make a body under a parent (at the top only for the whole district's administrator).

    ``rest`` are further columns: speciality, division, calendar, duty_phone, sort_key.
    """
    seen = _require_place(by, district_id, parent, at)
    _refuse_unknown(rest)
    body = Body(
        district_id=district_id, code=code, kind=kind, name_zh=name_zh, name_en=name_en, parent=parent,
        valid_from=district_day(district_id, at), **{"sort_key": code[:20], **rest},
    )  # fmt: skip
    try:
        with transaction.atomic():
            body.save(force_insert=True)
    except IntegrityError:
        raise RuleBroken("accounts.body_code_taken", taken=code) from None
    body.path = f"{parent.path if parent else '/'}{body.pk}/"
    body.save(update_fields=["path"])
    _leave(body, "accounts.create_body", {"kind": kind, "parent": parent.code if parent else ""}, seen, by, at)
    return body


@transaction.atomic
def change_body(*, body: Body, by: Actor, at: datetime, **changes: Any) -> Body:
    """Change names, duty phone, area, calendar, order or ``parent``; a new parent takes the whole subtree along."""
    body = lock(Body, body.pk)
    seen = require_body(by, body, at)
    moves, parent = "parent" in changes, changes.pop("parent", None)
    _refuse_unknown(changes)
    for column, value in changes.items():
        setattr(body, column, value)
    if moves:
        _require_place(by, body.district_id, parent, at)
        _hang_under(body, parent)
    body.save(update_fields=[*changes, "parent", "path"])
    _leave(body, "accounts.change_body", {"columns": sorted(changes), "moved": moves}, seen, by, at)
    return body


def _hang_under(body: Body, parent: Body | None) -> None:
    if parent is not None and f"/{body.pk}/" in parent.path:
        raise RuleBroken("accounts.body_in_ring")
    old, new = body.path, f"{parent.path if parent else '/'}{body.pk}/"
    below = Body.objects.filter(district_id=body.district_id, path__startswith=old).exclude(pk=body.pk)
    rows = lock_all(Body, below.values_list("pk", flat=True))
    for row in rows:
        row.path = new + row.path.removeprefix(old)
    Body.objects.bulk_update(rows, ["path"])
    body.parent, body.path = parent, new


@transaction.atomic
def set_guides(*, body: Body, guides: Iterable[Body], by: Actor, at: datetime) -> Body:
    """Name the bodies that this one guides in its trade 条, instead of those named before."""
    body = lock(Body, body.pk)
    seen = require_body(by, body, at)
    chosen = list(guides)
    if any(other.district_id != body.district_id or other.pk == body.pk for other in chosen):
        raise RuleBroken("accounts.body_not_here")
    body.guides.set(chosen)
    _leave(body, "accounts.set_guides", {"guides": sorted(other.code for other in chosen)}, seen, by, at)
    return body


@transaction.atomic
def end_body(*, body: Body, by: Actor, at: datetime) -> Body:
    """Close a body today: only when nobody holds a role in it and no living body hangs under it."""
    body = lock(Body, body.pk)
    seen = require_body(by, body, at)
    today = district_day(body.district_id, at)
    if body.valid_to is not None:
        raise RuleBroken("accounts.body_ended")
    if body.children.filter(valid_to__isnull=True).exists() or held_in(body, today):
        raise RuleBroken("accounts.body_in_use")
    body.valid_to = today
    body.save(update_fields=["valid_to"])
    _leave(body, "accounts.end_body", {}, seen, by, at)
    return body


def _require_place(by: Actor, district_id: int, parent: Body | None, at: datetime) -> Territory:
    """The actor administers where the body is to hang."""
    seen = administered(by, district_id, at)
    fits = seen.whole_district if parent is None else covers(seen, parent.pk)
    if parent is not None and parent.district_id != district_id:
        fits = False
    if not fits:
        raise RuleBroken("accounts.not_administrator")
    return seen


def _refuse_unknown(columns: dict[str, Any]) -> None:
    if unknown := columns.keys() - CHANGEABLE:
        raise TypeError(f"not a column that may be changed: {', '.join(sorted(unknown))}")


def _leave(body: Body, verb: str, said: dict[str, Any], seen: Territory, by: Actor, at: datetime) -> None:
    leave_entry(
        district_id=body.district_id, subject=subject_key(body), verb=verb, by=by, at=at,
        body={"code": body.code, **said, "delegated": is_delegated(seen)},
    )  # fmt: skip
