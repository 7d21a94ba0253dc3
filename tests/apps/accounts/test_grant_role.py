"""Giving roles and taking them back."""

from datetime import datetime, timedelta

import pytest

from gridward.accounts import queries
from gridward.accounts.actions import grant_role, withdraw_grant
from gridward.accounts.models import Grant
from gridward.audit.models import Entry
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from tests.cast import Cast, build_cast
from tests.sessions import TwoSessions
from tests.town import Town, build_town


def give(town: Town, cast: Cast, at: datetime, by: str = "sun", to: str = "shu", **changes: object) -> Grant:
    given = {
        "role": "mediator", "scope": f"area:{town.divisions['liuyin'].pk}",
        "body": town.bodies["committee_liuyin"], **changes,
    }  # fmt: skip
    return grant_role(user=cast[to], **given, by=cast.actor(by), at=at)  # type: ignore[arg-type]


def refusal(*args: object, **changes: object) -> str:
    with pytest.raises(RuleBroken) as broken:
        give(*args, **changes)  # type: ignore[arg-type]
    return broken.value.code


def roles_of(cast: Cast, name: str, at: datetime) -> list[str]:
    return [grant.role for grant in queries.grants_of(cast[name], at.date())]


def test_a_role_holds_from_today_and_is_in_the_audit(town: Town, cast: Cast, at: datetime) -> None:
    give(town, cast, at)
    assert roles_of(cast, "shu", at) == ["caseworker", "mediator"]
    assert Entry.objects.filter(subject=f"accounts.User:{cast['shu'].pk}", verb="accounts.grant_role").count() == 1


@pytest.mark.parametrize("name", ["cleo", "zhao", "wen", "nie", "ivy", "pan", "finn"])
def test_only_the_system_administrator_gives_roles(town: Town, cast: Cast, at: datetime, name: str) -> None:
    assert refusal(town, cast, at, by=name) == "accounts.not_administrator"


def test_nobody_gives_a_role_to_oneself(town: Town, cast: Cast, at: datetime) -> None:
    centre = {"role": "acceptor", "scope": "district:7", "body": town.bodies["centre"]}
    assert refusal(town, cast, at, to="sun", **centre) == "accounts.not_to_oneself"


def test_the_same_role_is_not_given_twice(town: Town, cast: Cast, at: datetime) -> None:
    give(town, cast, at)
    assert refusal(town, cast, at) == "accounts.already_held"


def test_two_givers_at_the_same_moment_give_one_role(two_sessions: TwoSessions, at: datetime) -> None:
    town = build_town()
    cast = build_cast(town)
    answers = two_sessions.at_once(lambda: give(town, cast, at), lambda: give(town, cast, at))
    assert sorted(type(answer).__name__ for answer in answers) == ["Grant", "RuleBroken"]
    assert Grant.objects.filter(user=cast["shu"], role="mediator").count() == 1


@pytest.mark.parametrize(("who", "role"), [("nie", "sysadmin"), ("ivy", "sysadmin"), ("nie", "auditor")])
def test_system_security_and_audit_administrators_are_three_persons(
    town: Town, cast: Cast, at: datetime, who: str, role: str
) -> None:
    centre = {"role": role, "scope": "district:7", "body": town.bodies["centre"]}
    assert refusal(town, cast, at, to=who, **centre) == "accounts.administrators_apart"


def test_a_role_does_not_begin_in_the_past_nor_end_before_it_begins(town: Town, cast: Cast, at: datetime) -> None:
    today = at.date()
    assert refusal(town, cast, at, valid_from=today - timedelta(days=1)) == "accounts.days_wrong"
    assert refusal(town, cast, at, valid_from=today, valid_to=today) == "accounts.days_wrong"


def test_a_later_role_holds_later(town: Town, cast: Cast, at: datetime) -> None:
    give(town, cast, at, valid_from=at.date() + timedelta(days=3))
    assert roles_of(cast, "shu", at) == ["caseworker"]
    assert roles_of(cast, "shu", at + timedelta(days=3)) == ["caseworker", "mediator"]


def withdraw(cast: Cast, name: str, at: datetime, by: str = "sun", for_cause: bool = False) -> Grant:
    grant = Grant.objects.get(user=cast[name])
    return withdraw_grant(grant=grant, for_cause=for_cause, by=cast.actor(by), at=at)


def test_a_withdrawn_role_ends_now_and_what_was_done_before_still_counts(cast: Cast, at: datetime) -> None:
    withdraw(cast, "gao", at)
    assert roles_of(cast, "gao", at) == []
    assert queries.held_at(cast.actor("gao"), at - timedelta(hours=1))
    assert not queries.held_at(cast.actor("gao"), at)


def test_withdrawn_for_cause_nothing_that_arrives_later_counts(cast: Cast, at: datetime) -> None:
    withdraw(cast, "gao", at, for_cause=True)
    assert not queries.held_at(cast.actor("gao"), at - timedelta(hours=1))


def test_a_role_is_withdrawn_once(cast: Cast, at: datetime) -> None:
    withdraw(cast, "gao", at)
    with pytest.raises(RuleBroken, match="withdrawn"):
        withdraw(cast, "gao", at)


@pytest.mark.parametrize("by", ["gao", "lin", "ivy", "nie", "finn"])
def test_others_withdraw_nothing(cast: Cast, at: datetime, by: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        withdraw(cast, "gao", at, by=by)
    assert broken.value.code == "accounts.not_administrator"


def test_the_security_administrator_withdraws_from_the_auditor_and_the_system_administrator_cannot(
    cast: Cast, at: datetime
) -> None:
    with pytest.raises(RuleBroken):
        withdraw(cast, "ivy", at, by="sun")
    assert withdraw(cast, "ivy", at, by="nie").closed_at == at


def test_the_last_system_administrator_stays(town: Town, cast: Cast, at: datetime) -> None:
    with pytest.raises(RuleBroken) as broken:
        withdraw(cast, "sun", at, by="nie")
    assert broken.value.code == "accounts.last_administrator"
    give(town, cast, at, to="wen", role="sysadmin", scope="district:7", body=town.bodies["centre"])
    assert withdraw(cast, "sun", at, by="nie").closed_at == at


def test_a_withdrawn_administrator_administers_no_more(town: Town, cast: Cast, at: datetime) -> None:
    give(town, cast, at, to="wen", role="sysadmin", scope="district:7", body=town.bodies["centre"])
    withdraw(cast, "sun", at, by="nie")
    assert refusal(town, cast, at) == "accounts.not_administrator"
    wen = Actor(cast["wen"].pk, "sysadmin", town.bodies["centre"].pk, 7)
    grant_role(user=cast["shu"], role="mediator", scope=f"area:{town.divisions['liuyin'].pk}",
               body=town.bodies["committee_liuyin"], by=wen, at=at)  # fmt: skip
