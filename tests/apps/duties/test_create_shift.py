"""Shifts: made, closed, doubled, by whom; and the roster that must cover every hour."""

from datetime import datetime, time, timedelta

import pytest

from gridward.audit.models import Entry, StepBody
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.duties.actions import close_shift, create_shift
from gridward.duties.models import Shift
from gridward.duties.queries import roster_gaps, shifts_of
from tests.apps.accounts.test_create_user import local_administrator
from tests.cast import Cast, build_cast
from tests.sessions import TwoSessions
from tests.town import Town, build_town


def make(town: Town, by: Actor, at: datetime, **changes: object) -> Shift:
    given = {
        "body": town.bodies["committee_liuyin"], "name_zh": "白班", "name_en": "Day", "weekdays": "1111100",
        "starts_at": time(8), "ends_at": time(18), **changes,
    }  # fmt: skip
    return create_shift(**given, by=by, at=at)  # type: ignore[arg-type]


def test_a_body_gets_a_shift_from_today(town: Town, cast: Cast, at: datetime) -> None:
    make(town, cast.actor("sun"), at)
    assert [s.name_zh for s in shifts_of(town.bodies["committee_liuyin"], at.date())] == ["白班"]
    assert Entry.objects.filter(verb="duties.create_shift").count() == 1


def test_a_subdistrict_rosters_its_own_bodies_and_the_district_can_read_it(
    town: Town, cast: Cast, at: datetime
) -> None:
    hui = local_administrator(town, cast, at)
    make(town, hui, at)
    entry = Entry.objects.get(verb="duties.create_shift")
    assert '"delegated":true' in StepBody.objects.get(table="audit.Entry", step_id=entry.pk).body
    with pytest.raises(RuleBroken):
        make(town, hui, at, body=town.bodies["committee_xinqiao"])


@pytest.mark.parametrize("by", ["gao", "lin", "wen", "ivy", "finn"])
def test_nobody_else_rosters(town: Town, cast: Cast, at: datetime, by: str) -> None:
    with pytest.raises(RuleBroken):
        make(town, cast.actor(by), at)


def test_the_same_shift_is_not_made_twice(town: Town, cast: Cast, at: datetime) -> None:
    make(town, cast.actor("sun"), at)
    with pytest.raises(RuleBroken) as broken:
        make(town, cast.actor("sun"), at)
    assert broken.value.code == "duties.shift_exists"


def test_two_makers_at_the_same_moment_make_one_shift(two_sessions: TwoSessions, at: datetime) -> None:
    town = build_town()
    sun = build_cast(town).actor("sun")
    answers = two_sessions.at_once(lambda: make(town, sun, at), lambda: make(town, sun, at))
    assert sorted(type(answer).__name__ for answer in answers) == ["RuleBroken", "Shift"]


@pytest.mark.parametrize("weekdays", ["", "0000000", "11111", "1111112", "11111001"])
def test_a_shift_has_a_weekday(town: Town, cast: Cast, at: datetime, weekdays: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        make(town, cast.actor("sun"), at, weekdays=weekdays)
    assert broken.value.code == "duties.weekdays_wrong"


def test_a_shift_does_not_begin_in_the_past(town: Town, cast: Cast, at: datetime) -> None:
    with pytest.raises(RuleBroken) as broken:
        make(town, cast.actor("sun"), at, valid_from=at.date() - timedelta(days=1))
    assert broken.value.code == "accounts.days_wrong"


def test_a_shift_is_closed_once(town: Town, cast: Cast, at: datetime) -> None:
    shift = make(town, cast.actor("sun"), at)
    close_shift(shift=shift, by=cast.actor("sun"), at=at)
    assert shifts_of(town.bodies["committee_liuyin"], at.date()) == []
    with pytest.raises(RuleBroken) as broken:
        close_shift(shift=shift, by=cast.actor("sun"), at=at)
    assert broken.value.code == "duties.shift_closed"


def test_the_duty_roster_says_which_hours_nobody_holds(town: Town, cast: Cast, at: datetime) -> None:
    sun = cast.actor("sun")
    day = {"weekdays": "1111111", "is_duty_roster": True, "follows_calendar": False}
    make(town, sun, at, **day)
    open_hours = sum((b - a).total_seconds() for a, b in roster_gaps(town.district, at.date())) / 3600
    assert open_hours == 7 * 14
    make(town, sun, at, starts_at=time(18), ends_at=time(8), **day)
    assert roster_gaps(town.district, at.date() + timedelta(days=1)) == []
