"""Categories and standards change by dated rows: a standard is closed and a new one begins, never rewritten."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from gridward.accounts.models import Body
from gridward.accounts.queries.administration import administered
from gridward.cases.models import Category, Standard
from gridward.core.actor import Actor
from gridward.core.calendar.due import amount_seconds
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

CHANGEABLE = frozenset(
    {"public_zh", "public_en", "synonyms", "default_body", "needs_before_photo", "needs_after_photo",
     "allows_desk_check", "allows_self_handling", "is_urgent", "is_public", "is_shown_nearby", "is_in_use"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StandardText:
    """What a standard says: when to file, when to close, by when, and on which basis."""

    filing_zh: str
    filing_en: str
    closing_zh: str
    closing_en: str
    limit_value: int
    limit_unit: str
    make_safe_value: int | None = None
    make_safe_unit: str = ""
    closes_by_notice: bool = False
    basis: str = ""


def require_lists(by: Actor, district_id: int, at: datetime) -> None:
    """Raises RuleBroken ``accounts.not_administrator`` unless the actor administers the whole district."""
    if not administered(by, district_id, at).whole_district:
        raise RuleBroken("accounts.not_administrator")


@transaction.atomic
def change_category(*, category: Category, changes: Mapping[str, Any], by: Actor, at: datetime) -> Category:
    """Change how a category is named to residents, handled and shown; code, family and name stay."""
    row = lock(Category, category.pk)
    require_lists(by, row.district_id, at)
    body = changes.get("default_body")
    if not set(changes) <= CHANGEABLE or (isinstance(body, Body) and body.district_id != row.district_id):
        raise RuleBroken("case.choice_unknown")
    changed = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    said = {name: value.pk if isinstance(value, Body) else value for name, value in changed.items()}
    _note(row, "cases.change_category", by, at, said)
    return row


@transaction.atomic
def put_standard(
    *, category: Category, n: int, text: StandardText, valid_from: date, by: Actor, at: datetime
) -> Standard:
    """A standard from a day on, today or later; what held under the same number ends on that day."""
    row = lock(Category, category.pk)
    require_lists(by, row.district_id, at)
    _check(row, valid_from, at)
    amount_seconds(text.limit_value, text.limit_unit)
    now = clock.now()
    for before in Standard.objects.filter(category=row, n=n, retired_at__isnull=True).exclude(valid_to__lte=valid_from):
        _end(before, valid_from, now)
    standard = Standard.objects.create(
        district_id=row.district_id, category=row, n=n, valid_from=valid_from, recorded_at=now, **asdict(text)
    )
    _note(row, "cases.put_standard", by, at, {"n": n, "from": valid_from.isoformat(), **asdict(text)})
    return standard


@transaction.atomic
def close_standard(*, standard: Standard, on: date, by: Actor, at: datetime) -> Standard:
    """No new case is filed under it from a day on; cases filed before keep their limits."""
    category = lock(Category, standard.category_id)
    require_lists(by, category.district_id, at)
    _check(category, on, at)
    row = lock(Standard, standard.pk)
    if row.retired_at is not None or row.valid_to is not None:
        raise RuleBroken("case.standard_closed")
    _end(row, on, clock.now())
    _note(category, "cases.close_standard", by, at, {"n": row.n, "on": on.isoformat()})
    return row


def _check(category: Category, day: date, at: datetime) -> None:
    if day < local_day(category.district, at):
        raise RuleBroken("case.standard_in_the_past")


def _end(row: Standard, day: date, now: datetime) -> None:
    """Closed on the day; a row that would only have begun then or later is retired."""
    if row.valid_from >= day:
        row.retired_at = now
    else:
        row.valid_to = day
    row.save(update_fields=["valid_to", "retired_at"])


def _note(category: Category, verb: str, by: Actor, at: datetime, body: dict[str, Any]) -> None:
    leave_entry(district_id=category.district_id, subject=subject_key(category), verb=verb, by=by, at=at, body=body)
