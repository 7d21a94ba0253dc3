"""Calendars are changed by the district's system administrator; open clocks follow as the joins say."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from gridward.accounts.queries.administration import administered
from gridward.core.actor import Actor
from gridward.core.calendar.holidays import DayException
from gridward.core.errors import RuleBroken
from gridward.districts import actions as districts
from gridward.districts.models import District, WorkingCalendar
from gridward.work import clock, collected
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock


@transaction.atomic
def import_calendar(
    *, calendar: WorkingCalendar, days: Mapping[date, DayException | None], by: Actor, at: datetime
) -> tuple[WorkingCalendar, list[date]]:
    """Set many days at once; one new version however many changed, none when nothing did.

    ``districts.change_calendar`` is joined by the apps whose clocks run on it:
    ``handler(*, calendar, by, at)`` with the new version.

    Raises RuleBroken ``accounts.not_administrator``.
    """
    _require(by, calendar.district_id, at)
    calendar, changed = districts.put_days(
        calendar=lock(WorkingCalendar, calendar.pk), days=days, recorded_at=clock.now()
    )
    if changed:
        _tell(calendar, {"days": [day.isoformat() for day in changed]}, by, at)
    return calendar, changed


def change_calendar_day(
    *, calendar: WorkingCalendar, day: date, exception: DayException | None, by: Actor, at: datetime
) -> WorkingCalendar:
    """Make one day a holiday or a make-up day 调休, or again a day like any other."""
    return import_calendar(calendar=calendar, days={day: exception}, by=by, at=at)[0]


@transaction.atomic
def save_calendar(
    *, district: District, code: str, name_zh: str, name_en: str, week: districts.Week, by: Actor, at: datetime
) -> WorkingCalendar:
    """Make a calendar or change its week."""
    _require(by, district.pk, at)
    before = WorkingCalendar.objects.filter(district=district, code=code).values_list("version", flat=True).first()
    calendar = districts.put_calendar(district=district, code=code, name_zh=name_zh, name_en=name_en, week=week)
    if calendar.version != before:
        _tell(calendar, {"week": week}, by, at)
    return calendar


def _require(by: Actor, district_id: int, at: datetime) -> None:
    if not administered(by, district_id, at).whole_district:
        raise RuleBroken("accounts.not_administrator")


def _tell(calendar: WorkingCalendar, said: dict[str, object], by: Actor, at: datetime) -> None:
    leave_entry(
        district_id=calendar.district_id, subject=subject_key(calendar), verb="districts.change_calendar", by=by, at=at,
        body={"version": calendar.version, **said},
    )  # fmt: skip
    collected.join("districts.change_calendar", calendar=calendar, by=by, at=at)
