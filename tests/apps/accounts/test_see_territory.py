"""Who sees what: the chosen role, its territory, the one scope query."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from gridward.accounts import queries
from gridward.accounts.middleware import CHOSEN, acting_role
from gridward.accounts.models import Body, Grant
from gridward.core.scopes import Territory
from gridward.districts.models import District
from gridward.grids.models import Grid
from tests.cast import Cast
from tests.sessions import TwoSessions
from tests.town import Town, build_town

TODAY = date(2026, 3, 4)


def seen_by(cast: Cast, name: str) -> Territory:
    held = queries.chosen(queries.held_roles(cast[name], TODAY), None)
    assert held is not None
    return queries.territory(held)


def ids(town_rows: dict[str, object], *keys: str) -> set[int]:
    return {town_rows[key].pk for key in keys}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["cleo", "zhao", "dev", "wen"])
def test_the_centre_reaches_the_whole_district(cast: Cast, name: str) -> None:
    assert seen_by(cast, name).whole_district


def test_a_community_secretary_reaches_one_community(town: Town, cast: Cast) -> None:
    here = frozenset(ids(town.divisions, "liuyin"))
    assert seen_by(cast, "lin") == Territory(7, division_ids=here, community_ids=here)


def test_a_subdistrict_leader_reaches_the_subdistrict_with_its_communities(town: Town, cast: Cast) -> None:
    assert seen_by(cast, "hui").division_ids == ids(town.divisions, "liuan", "liuyin", "dukou")


def test_a_department_reaches_itself_and_the_bodies_below_it(town: Town, cast: Cast) -> None:
    assert seen_by(cast, "deng").body_ids == ids(town.bodies, "maintenance", "contractor")


def test_a_grid_worker_reaches_the_own_grids_only(town: Town, cast: Cast) -> None:
    assert seen_by(cast, "gao").grid_ids == ids(town.grids, "liuyin_w")


@pytest.mark.parametrize("name", ["pan", "sun", "nie", "ivy"])
def test_administrators_see_no_business_content(cast: Cast, name: str) -> None:
    assert seen_by(cast, name).is_empty


def test_within_answers_exactly_the_grids_of_a_territory(town: Town, cast: Cast) -> None:
    def grids(name: str) -> set[int]:
        rows = queries.within(Grid.objects.all(), seen_by(cast, name), grids=("pk",))
        return set(rows.values_list("pk", flat=True))

    assert grids("gao") == ids(town.grids, "liuyin_w")
    assert grids("lin") == ids(town.grids, "liuyin_w", "liuyin_e")
    assert grids("cleo") == {grid.pk for grid in town.grids.values()}
    assert grids("finn") == set()
    assert grids("ivy") == set()


def test_another_districts_rows_stay_out_even_when_an_id_is_named(town: Town) -> None:
    rows = Body.objects.all()
    foreign = Territory(town.other.pk, body_ids=frozenset(body.pk for body in town.bodies.values()))
    assert not queries.within(rows, foreign, areas=(), bodies=("pk",), grids=()).exists()


def test_a_grant_holds_from_its_first_day_to_the_day_before_its_end(town: Town, cast: Cast) -> None:
    Grant.objects.filter(user=cast["gao"]).update(valid_from=TODAY, valid_to=TODAY + timedelta(days=2))
    held = [bool(queries.grants_of(cast["gao"], TODAY + timedelta(days=n))) for n in (-1, 0, 1, 2)]
    assert held == [False, True, True, False]


def test_a_grant_withdrawn_for_cause_covers_nothing_any_more(cast: Cast, at: datetime) -> None:
    assert queries.held_at(cast.actor("gao"), at)
    Grant.objects.filter(user=cast["gao"]).update(is_withdrawn_for_cause=True)
    assert not queries.held_at(cast.actor("gao"), at)


def test_work_done_before_a_grant_was_closed_on_the_same_day_still_counts(cast: Cast, at: datetime) -> None:
    Grant.objects.filter(user=cast["gao"]).update(valid_to=TODAY, closed_at=at)
    assert queries.held_at(cast.actor("gao"), at - timedelta(minutes=1))
    assert not queries.held_at(cast.actor("gao"), at)


def test_nobody_acts_in_a_role_or_a_district_that_is_not_theirs(town: Town, cast: Cast, at: datetime) -> None:
    gao = cast.actor("gao")
    assert not queries.held_at(gao.__class__(gao.user_id, "acceptor", gao.body_id, gao.district_id), at)
    assert not queries.held_at(gao.__class__(gao.user_id, gao.role, gao.body_id, town.other.pk), at)


def request_of(cast: Cast, name: str, **session: str) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = {"_auth_user_id": str(cast[name].pk), **session}
    request.user = cast[name]
    return request


def test_the_role_chosen_in_the_session_is_the_one_that_acts(town: Town, cast: Cast, at: datetime) -> None:
    gao, committee = cast["gao"], town.bodies["committee_liuyin"]
    scope = f"grid:{town.grids['dukou_w'].pk}"
    Grant.objects.create(
        district=town.district, user=gao, role="building_head", body=committee, scope=scope,
        valid_from=TODAY, recorded_at=at,
    )  # fmt: skip
    request = request_of(cast, "gao")
    acting_role(lambda request: request)(request)
    assert request.actor == cast.actor("gao")
    assert [held.role for held in request.grants] == ["grid_worker", "building_head"]
    request = request_of(cast, "gao", **{CHOSEN: f"building_head:{committee.pk}"})
    acting_role(lambda request: request)(request)
    assert request.actor.role == "building_head"
    assert request.territory.grid_ids == ids(town.grids, "dukou_w")


def test_a_role_that_is_no_longer_held_cannot_be_chosen(cast: Cast, at: datetime) -> None:
    request = request_of(cast, "gao", **{CHOSEN: "district_director:1"})
    acting_role(lambda request: request)(request)
    assert request.actor.role == "grid_worker"


@pytest.mark.parametrize("name", ["cleo", "gao", "deng", "hui"])
def test_identity_grants_and_territory_cost_three_statements(
    cast: Cast, client_of: Callable[[str], object], name: str, at: datetime
) -> None:
    user_id = cast[name].pk
    with CaptureQueriesContext(
        connection,
    ) as counted:
        from_session = type(cast[name]).objects.select_related("district").get(pk=user_id)
        request = request_of(cast, name)
        request.user = from_session
        acting_role(lambda request: request)(request)
        assert request.territory.district_id == 7
    assert len(counted) <= 3


def test_a_second_session_sees_committed_rows(two_sessions: TwoSessions) -> None:
    build_town()
    assert two_sessions.in_another(lambda: District.objects.count()) == 2
