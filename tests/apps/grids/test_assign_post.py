"""A grid's team: posts begin and end on days; nobody holds two in one grid at a time."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from gridward.accounts.actions import leave_organisation
from gridward.audit.models import Entry
from gridward.core.errors import RuleBroken
from gridward.grids.actions import assign_post, end_post
from gridward.grids.models import DutyPost, GridShape
from tests.cast import Cast, build_cast
from tests.sessions import TwoSessions
from tests.town import BUILT_AT, SINCE, Town, build_town, square

TODAY = date(2026, 3, 4)


def assign(town: Town, cast: Cast, at: datetime, by: str = "hui", **changes: Any) -> DutyPost:
    """Shu, the social worker, becomes the linked official of Liuyin's west grid."""
    values = {"grid": town.grids["liuyin_w"], "user": cast["shu"], "kind": "linked",
              "body": town.bodies["committee_liuyin"], "from_day": TODAY, **changes}  # fmt: skip
    return assign_post(**values, by=cast.actor(by), at=at)


def refused(code: str, attempt: Any, *args: Any, **values: Any) -> None:
    with pytest.raises(RuleBroken) as told:
        attempt(*args, **values)
    assert told.value.code == code


def test_a_team_includes_linked_officials(town: Town, cast: Cast, at: datetime) -> None:
    post = assign(town, cast, at, duty_phone="0000-5551234")
    assert (post.kind, post.valid_from, post.valid_to) == ("linked", TODAY, None)
    assert DutyPost.objects.filter(grid=town.grids["liuyin_w"]).count() == 2
    assert Entry.objects.filter(verb="grids.assign_post").count() == 1


@pytest.mark.parametrize("name", ["hui", "wen", "sun"])
def test_the_leader_the_director_and_the_administrator_fill_posts(
    name: str, town: Town, cast: Cast, at: datetime
) -> None:
    assert assign(town, cast, at, by=name).pk


@pytest.mark.parametrize("name", ["gao", "lin", "dev", "nie", "ivy", "finn"])
def test_nobody_else_fills_posts(name: str, town: Town, cast: Cast, at: datetime) -> None:
    refused("grids.not_post_giver", assign, town, cast, at, by=name)


def test_a_leader_fills_no_posts_of_another_subdistrict(town: Town, cast: Cast, at: datetime) -> None:
    refused("grids.not_post_giver", assign, town, cast, at, grid=town.grids["xinqiao_w"],
            body=town.bodies["committee_xinqiao"])  # fmt: skip


def test_the_same_person_is_not_twice_in_one_grid(town: Town, cast: Cast, at: datetime) -> None:
    assign(town, cast, at)
    refused("grids.post_overlaps", assign, town, cast, at, from_day=TODAY + timedelta(days=30))
    refused("grids.post_overlaps", assign, town, cast, at, from_day=TODAY - timedelta(days=9))
    assert assign(town, cast, at, grid=town.grids["liuyin_e"]).pk
    assert assign(town, cast, at, from_day=TODAY - timedelta(days=9), to_day=TODAY).pk


def test_strangers_and_those_who_left_get_no_post(town: Town, cast: Cast, at: datetime) -> None:
    refused("grids.not_of_district", assign, town, cast, at, user=cast["finn"])
    leave_organisation(user=cast["shu"], by=cast.actor("sun"), at=at)
    cast["shu"].refresh_from_db()
    refused("grids.not_of_district", assign, town, cast, at)


def test_dates_must_make_sense(town: Town, cast: Cast, at: datetime) -> None:
    refused("grids.post_too_far_back", assign, town, cast, at, from_day=TODAY - timedelta(days=32))
    refused("grids.post_ends_early", assign, town, cast, at, to_day=TODAY)


def test_a_post_ends_on_its_day_and_only_once(town: Town, cast: Cast, at: datetime) -> None:
    post = DutyPost.objects.get(user=cast["gao"])
    ended = end_post(post=post, on_day=TODAY, by=cast.actor("hui"), at=at)
    assert (ended.valid_to, ended.retired_at) == (TODAY, None)
    refused("grids.post_ended", end_post, post=post, on_day=TODAY, by=cast.actor("hui"), at=at)


def test_a_post_that_never_began_is_retired(town: Town, cast: Cast, at: datetime) -> None:
    post = assign(town, cast, at, from_day=TODAY + timedelta(days=10))
    ended = end_post(post=post, on_day=TODAY, by=cast.actor("hui"), at=at)
    assert ended.retired_at == at and ended.valid_to is None


def test_a_post_does_not_end_in_the_past(cast: Cast, at: datetime) -> None:
    post = DutyPost.objects.get(user=cast["gao"])
    refused("grids.post_ends_early", end_post, post=post, on_day=TODAY - timedelta(days=1), by=cast.actor("hui"), at=at)


def test_leaving_ends_all_posts_of_a_person(town: Town, cast: Cast, at: datetime) -> None:
    leave_organisation(user=cast["gao"], by=cast.actor("sun"), at=at)
    assert DutyPost.objects.get(user=cast["gao"], retired_at__isnull=True).valid_to == TODAY
    assert DutyPost.objects.get(user=cast["eva"]).valid_to is None


def test_of_two_at_the_same_moment_one_gets_the_post(two_sessions: TwoSessions, at: datetime) -> None:
    town = build_town()
    cast = build_cast(town)
    answers = two_sessions.at_once(*(lambda: assign(town, cast, at),) * 2)
    codes = sorted(answer.code if isinstance(answer, RuleBroken) else type(answer).__name__ for answer in answers)
    assert codes == ["DutyPost", "grids.post_overlaps"]


def second_post(town: Town, cast: Cast) -> DutyPost:
    return DutyPost(district=town.district, grid=town.grids["liuyin_w"], user=cast["gao"], kind="linked",
                    body=town.bodies["committee_liuyin"], valid_from=TODAY, recorded_at=BUILT_AT)  # fmt: skip


def second_shape(town: Town) -> GridShape:
    return GridShape(district=town.district, plan=town.plan, grid=town.grids["liuyin_w"], shape=square(113.99, 28.19),
                     area_m2=1, valid_from=TODAY, recorded_at=BUILT_AT)  # fmt: skip


@pytest.mark.parametrize("what", ["post", "shape"])
def test_postgresql_itself_refuses_what_overlaps(what: str, town: Town, cast: Cast) -> None:
    """Past every action: the exclusion constraint. GeoPackage has none, and its action checks are tested above."""
    row = second_post(town, cast) if what == "post" else second_shape(town)
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
        row.valid_from, row.valid_to = SINCE - timedelta(days=9), SINCE
    row.save(force_insert=True)


@pytest.mark.parametrize("what", ["post", "shape"])
def test_no_database_takes_an_end_before_the_beginning(what: str, town: Town, cast: Cast) -> None:
    row = second_post(town, cast) if what == "post" else second_shape(town)
    row.valid_to = TODAY - timedelta(days=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
