"""Holidays and make-up days: versions grow, rows are retired, clocks are told, and only the district may."""

from datetime import date, datetime
from typing import Any

import pytest

from gridward.audit.models import Entry
from gridward.core.calendar.holidays import DayException, DayKind
from gridward.core.errors import RuleBroken
from gridward.districts.models import CalendarDay, WorkingCalendar
from gridward.districts.queries import days_of
from gridward.duties.actions import change_calendar_day, import_calendar, save_calendar
from gridward.work import collected
from tests.apps.accounts.test_create_user import local_administrator
from tests.cast import Cast, build_cast
from tests.sessions import TwoSessions
from tests.town import OFFICE_DAY, Town, build_town

FLOOD_DAY = date(2026, 6, 12)
CLOSED = DayException(DayKind.HOLIDAY, "停工", "Closed")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Versions that the clocks were told of."""
    versions: list[int] = []
    handler = {"districts.change_calendar": (lambda *, calendar, by, at: versions.append(calendar.version),)}
    monkeypatch.setattr(collected, "joins", lambda: handler)
    return versions


def close_a_day(town: Town, cast: Cast, at: datetime, by: str = "sun", exception: Any = CLOSED) -> WorkingCalendar:
    return change_calendar_day(calendar=town.calendar, day=FLOOD_DAY, exception=exception, by=cast.actor(by), at=at)


def test_a_changed_day_is_a_new_version_and_clocks_are_told(town: Town, cast: Cast, at: datetime, told: Any) -> None:
    assert close_a_day(town, cast, at).version == 2
    assert told == [2]
    assert FLOOD_DAY in [day.day for day in days_of(town.calendar, 2026)]
    assert Entry.objects.filter(verb="districts.change_calendar").count() == 1


def test_the_same_day_twice_changes_nothing(town: Town, cast: Cast, at: datetime, told: Any) -> None:
    close_a_day(town, cast, at)
    assert close_a_day(town, cast, at).version == 2
    assert told == [2]


def test_a_day_taken_back_is_retired_and_not_deleted(town: Town, cast: Cast, at: datetime, told: Any) -> None:
    close_a_day(town, cast, at)
    assert close_a_day(town, cast, at, exception=None).version == 3
    assert FLOOD_DAY not in [day.day for day in days_of(town.calendar)]
    assert CalendarDay.objects.get(day=FLOOD_DAY).retired_at == at


def test_a_year_is_one_version(town: Town, cast: Cast, at: datetime, told: Any) -> None:
    days = {date(2027, 1, n): CLOSED for n in range(1, 8)}
    calendar, changed = import_calendar(calendar=town.calendar, days=days, by=cast.actor("sun"), at=at)
    assert (calendar.version, len(changed)) == (2, 7)


@pytest.mark.parametrize("by", ["wen", "zhao", "hui", "nie", "finn"])
def test_nobody_else_changes_a_calendar(town: Town, cast: Cast, at: datetime, told: Any, by: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        close_a_day(town, cast, at, by=by)
    assert broken.value.code == "accounts.not_administrator"
    assert told == []


def test_a_subdistrict_does_not_change_the_districts_calendar(town: Town, cast: Cast, at: datetime) -> None:
    with pytest.raises(RuleBroken):
        change_calendar_day(
            calendar=town.calendar, day=FLOOD_DAY, exception=CLOSED, by=local_administrator(town, cast, at), at=at
        )


def test_two_changes_at_the_same_moment_are_two_versions(two_sessions: TwoSessions, at: datetime) -> None:
    town = build_town()
    cast = build_cast(town)

    def close(day: date) -> Any:
        return lambda: change_calendar_day(
            calendar=town.calendar, day=day, exception=CLOSED, by=cast.actor("sun"), at=at
        )

    two_sessions.at_once(close(date(2026, 6, 12)), close(date(2026, 6, 13)))
    assert WorkingCalendar.objects.get(pk=town.calendar.pk).version == 3


def test_a_new_week_is_a_new_version_and_the_same_week_is_not(town: Town, cast: Cast, at: datetime, told: Any) -> None:
    given = {"district": town.district, "code": "office", "name_zh": "机关", "name_en": "Office", "at": at}
    week = [OFFICE_DAY] * 6 + [[]]
    assert save_calendar(**given, week=week, by=cast.actor("sun")).version == 2
    assert save_calendar(**given, week=week, by=cast.actor("sun")).version == 2
    assert told == [2]


@pytest.mark.parametrize(
    "week",
    [[], [[]] * 7, [OFFICE_DAY] * 6, [[["12:00", "13:00"], ["08:00", "09:00"]]] + [[]] * 6, [[["8", "9"]]] + [[]] * 6],
)
def test_a_week_without_sense_is_refused(town: Town, cast: Cast, at: datetime, week: Any) -> None:
    with pytest.raises(RuleBroken) as broken:
        save_calendar(
            district=town.district, code="odd", name_zh="怪", name_en="Odd", week=week, by=cast.actor("sun"), at=at
        )
    assert broken.value.code == "districts.week_wrong"
