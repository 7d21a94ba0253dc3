"""Shifts of a body's posts: opened from a day on, closed on a day, never changed."""

import re
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q

from gridward.accounts.models import Body
from gridward.accounts.queries.administration import district_day, is_delegated, require_body
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.duties.models import Shift
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

WEEKDAYS = re.compile(r"[01]{7}")


@transaction.atomic
def create_shift(
    *, body: Body, name_zh: str, name_en: str, weekdays: str, starts_at: time, ends_at: time,
    follows_calendar: bool = True, is_duty_roster: bool = False, valid_from: date | None = None,
    valid_to: date | None = None, by: Actor, at: datetime,
) -> Shift:  # fmt: skip
    """Give a body's posts a weekly shift; an end not after the start is on the next day.

    ``weekdays`` are seven of 0 and 1, Monday first. Raises RuleBroken for an empty week, days in the past,
    a shift that the body has already, and for a body that the actor does not administer.
    """
    body = lock(Body, body.pk)
    seen = require_body(by, body, at)
    today = district_day(body.district_id, at)
    start = valid_from or today
    if start < today or (valid_to is not None and valid_to <= start):
        raise RuleBroken("accounts.days_wrong")
    if not WEEKDAYS.fullmatch(weekdays) or "1" not in weekdays:
        raise RuleBroken("duties.weekdays_wrong")
    shift = Shift(
        district_id=body.district_id, body=body, name_zh=name_zh, name_en=name_en, weekdays=weekdays,
        starts_at=starts_at, ends_at=ends_at, follows_calendar=follows_calendar, is_duty_roster=is_duty_roster,
        valid_from=start, valid_to=valid_to, recorded_at=clock.now(),
    )  # fmt: skip
    _refuse_double(shift)
    shift.save(force_insert=True)
    leave_entry(
        district_id=body.district_id, subject=subject_key(body), verb="duties.create_shift", by=by, at=at,
        body={"shift": shift.pk, "weekdays": weekdays, "starts_at": starts_at.isoformat(),
              "ends_at": ends_at.isoformat(), "duty_roster": is_duty_roster, "delegated": is_delegated(seen)},
    )  # fmt: skip
    return shift


def _refuse_double(shift: Shift) -> None:
    same = Shift.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=shift.valid_from), district_id=shift.district_id, body=shift.body,
        weekdays=shift.weekdays, starts_at=shift.starts_at, ends_at=shift.ends_at,
        is_duty_roster=shift.is_duty_roster, retired_at__isnull=True,
    )  # fmt: skip
    if same.exists():
        raise RuleBroken("duties.shift_exists")


@transaction.atomic
def close_shift(*, shift: Shift, by: Actor, at: datetime) -> Shift:
    """End a shift today; one that was to begin later never does. Raises RuleBroken when it has ended."""
    shift = lock(Shift, shift.pk)
    seen = require_body(by, shift.body, at)
    today = district_day(shift.district_id, at)
    if shift.retired_at is not None or (shift.valid_to is not None and shift.valid_to <= today):
        raise RuleBroken("duties.shift_closed")
    shift.valid_to = max(today, shift.valid_from)
    shift.save(update_fields=["valid_to"])
    leave_entry(
        district_id=shift.district_id, subject=subject_key(shift.body), verb="duties.close_shift", by=by, at=at,
        body={"shift": shift.pk, "delegated": is_delegated(seen)},
    )  # fmt: skip
    return shift
