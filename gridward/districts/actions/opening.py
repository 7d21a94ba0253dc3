"""A district begins: the tenant's own row and its usual working calendar."""

from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.core.actor import Actor
from gridward.core.calendar.holidays import PACKAGED_YEARS, chinese_days
from gridward.core.errors import RuleBroken
from gridward.districts.models import CalendarDay, District, WorkingCalendar

OFFICE_CALENDAR = "office"
OFFICE_HOURS = [["08:00", "12:00"], ["14:00", "18:00"]]
OFFICE_WEEK: list[list[list[str]]] = [OFFICE_HOURS] * 5 + [[], []]
FIRST_ID, LAST_ID = 1, 4095


@transaction.atomic
def open_district(
    *, code6: str, name_zh: str, name_en: str, by: Actor, at: datetime, id: int | None = None, **rest: Any
) -> District:
    """Make a district with the calendar ``office`` (working days, packaged holidays and make-up days).

    ``rest`` are further columns: outline, time_zone, central_meridian, hotline, is_demo. Apps above leave the
    audit entry, together with what they load into the new district.

    Raises RuleBroken ``grids.district_exists`` when the code or the id is taken.
    """
    if District.objects.filter(code6=code6).exists():
        raise RuleBroken("grids.district_exists", code6=code6)
    number = _free_id(id)
    district = District(id=number, code6=code6, name_zh=name_zh, name_en=name_en, **rest)
    district.save(force_insert=True)
    _add_office_calendar(district, at)
    return district


def _free_id(wanted: int | None) -> int:
    taken = set(District.objects.values_list("pk", flat=True))
    if wanted is None:
        wanted = next(number for number in range(FIRST_ID, LAST_ID + 2) if number not in taken)
    if wanted in taken or not FIRST_ID <= wanted <= LAST_ID:
        raise RuleBroken("grids.district_id_taken", id=wanted)
    return wanted


def _add_office_calendar(district: District, at: datetime) -> None:
    calendar = WorkingCalendar(
        district=district, code=OFFICE_CALENDAR, name_zh="机关工作时间", name_en="Office hours", week=OFFICE_WEEK
    )
    calendar.save(force_insert=True)
    CalendarDay.objects.bulk_create(
        CalendarDay(
            district=district, calendar=calendar, day=day, kind=row.kind.value,
            name_zh=row.name_zh, name_en=row.name_en, recorded_at=at,
        )
        for day, row in sorted(chinese_days(PACKAGED_YEARS).items())
    )  # fmt: skip
