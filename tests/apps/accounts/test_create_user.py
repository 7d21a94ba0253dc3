"""Making accounts: who may, what is on the slip, and that nobody has an account without a role."""

from datetime import datetime

import pytest

from gridward.accounts.actions import create_user
from gridward.accounts.models import Grant, User
from gridward.audit.models import Entry, StepBody
from gridward.core.actor import SYSTEM, Actor
from gridward.core.errors import RuleBroken
from tests.cast import Cast, build_cast
from tests.sessions import TwoSessions
from tests.town import Town, build_town


def newcomer(town: Town, by: Actor, at: datetime, **changes: object) -> object:
    given = {
        "username": "meng", "name": "孟想", "body": town.bodies["committee_dukou"], "role": "community_secretary",
        "scope": f"area:{town.divisions['dukou'].pk}", **changes,
    }  # fmt: skip
    return create_user(**given, by=by, at=at)  # type: ignore[arg-type]


def refused(town: Town, by: Actor, at: datetime, **changes: object) -> str:
    before = User.objects.count()
    with pytest.raises(RuleBroken) as broken:
        newcomer(town, by, at, **changes)
    assert User.objects.count() == before
    return broken.value.code


def local_administrator(town: Town, cast: Cast, at: datetime) -> Actor:
    """Hui also administers the accounts of her own subdistrict office."""
    office = town.bodies["office_liuan"]
    Grant.objects.create(
        district=town.district, user=cast["hui"], role="sysadmin", body=office, scope=f"body:{office.pk}",
        valid_from=at.date(), recorded_at=at,
    )  # fmt: skip
    return Actor(cast["hui"].pk, "sysadmin", office.pk, town.district.pk)


def test_the_system_administrator_makes_an_account_with_its_first_role(town: Town, cast: Cast, at: datetime) -> None:
    made = newcomer(town, cast.actor("sun"), at)
    user = User.objects.get(username="meng")
    assert user.must_change_password and user.check_password(made.first_password)
    assert [(g.role, g.body.code) for g in user.grants.all()] == [("community_secretary", "committee-dukou")]
    assert Entry.objects.get(subject=f"accounts.User:{user.pk}").verb == "accounts.create_user"


def test_the_slip_is_long_random_and_left_nowhere(town: Town, cast: Cast, at: datetime) -> None:
    slips = {newcomer(town, cast.actor("sun"), at, username=f"meng{n}").first_password for n in range(3)}
    assert len(slips) == 3 and all(len(slip) == 14 for slip in slips)
    assert not any(slip in body for slip in slips for body in StepBody.objects.values_list("body", flat=True))


def test_no_name_is_written_into_the_audit(town: Town, cast: Cast, at: datetime) -> None:
    newcomer(town, cast.actor("sun"), at)
    assert not any("孟想" in body for body in StepBody.objects.values_list("body", flat=True))


@pytest.mark.parametrize("name", ["cleo", "wen", "nie", "ivy", "hui", "finn"])
def test_nobody_else_makes_accounts(town: Town, cast: Cast, at: datetime, name: str) -> None:
    assert refused(town, cast.actor(name), at) == "accounts.not_administrator"


def test_claiming_to_be_an_administrator_is_not_being_one(town: Town, cast: Cast, at: datetime) -> None:
    claim = Actor(cast["cleo"].pk, "sysadmin", town.bodies["centre"].pk, town.district.pk)
    assert refused(town, claim, at) == "accounts.not_administrator"


def test_a_subdistrict_administers_its_own_accounts_and_the_district_can_read_it(
    town: Town, cast: Cast, at: datetime
) -> None:
    newcomer(town, local_administrator(town, cast, at), at)
    entry = Entry.objects.get(verb="accounts.create_user")
    assert '"delegated":true' in StepBody.objects.get(step_id=entry.pk, table="audit.Entry").body


def test_a_subdistrict_administers_no_other_body_and_no_other_area(town: Town, cast: Cast, at: datetime) -> None:
    hui = local_administrator(town, cast, at)
    other = {"body": town.bodies["committee_xinqiao"], "scope": f"area:{town.divisions['xinqiao'].pk}"}
    assert refused(town, hui, at, **other) == "accounts.not_administrator"
    assert refused(town, hui, at, scope=other["scope"]) == "accounts.scope_not_here"
    district = {"role": "acceptor", "scope": f"district:{town.district.pk}"}
    assert refused(town, hui, at, **district) == "accounts.scope_not_here"


def test_a_username_is_given_once(town: Town, cast: Cast, at: datetime) -> None:
    assert refused(town, cast.actor("sun"), at, username="gao") == "accounts.username_taken"


@pytest.mark.parametrize(
    ("role", "scope", "code"),
    [
        ("resident", "district:7", "accounts.role_not_given"),
        ("system", "district:7", "accounts.role_not_given"),
        ("king", "district:7", "accounts.role_not_given"),
        ("grid_worker", "district:7", "accounts.scope_does_not_fit"),
        ("acceptor", "area:1", "accounts.scope_does_not_fit"),
        ("acceptor", "everything", "accounts.scope_unknown"),
        ("acceptor", "district:8", "accounts.scope_not_here"),
        ("caseworker", "area:999999", "accounts.scope_not_here"),
        ("handler", "body:999999", "accounts.scope_not_here"),
    ],
)
def test_a_role_is_given_in_the_scopes_of_the_table_only(
    town: Town, cast: Cast, at: datetime, role: str, scope: str, code: str
) -> None:
    assert refused(town, cast.actor("sun"), at, role=role, scope=scope) == code


def test_a_body_of_another_district_is_out_of_reach(town: Town, cast: Cast, at: datetime) -> None:
    assert refused(town, cast.actor("sun"), at, body=town.other_body) == "accounts.not_administrator"


def test_two_administrators_at_the_same_moment_make_one_account(two_sessions: TwoSessions, at: datetime) -> None:
    town = build_town()
    cast = build_cast(town)
    sun = cast.actor("sun")
    answers = two_sessions.at_once(lambda: newcomer(town, sun, at), lambda: newcomer(town, sun, at))
    assert sorted(type(answer).__name__ for answer in answers) == ["NewAccount", "RuleBroken"]
    assert User.objects.filter(username="meng").count() == 1
    assert Grant.objects.filter(user__username="meng").count() == 1


def test_the_system_itself_may_make_the_first_account(town: Town, at: datetime) -> None:
    newcomer(town, SYSTEM, at)
    assert User.objects.filter(username="meng", district=town.district).exists()
