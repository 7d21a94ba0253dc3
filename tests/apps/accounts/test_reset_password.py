"""Slips for those who forgot, and changing one's own password."""

from datetime import datetime

import pytest

from gridward.accounts.actions import change_own_password, reset_password
from gridward.accounts.models import Device, User
from gridward.audit.models import Entry
from gridward.core.errors import RuleBroken
from tests.apps.accounts.test_create_user import local_administrator
from tests.cast import PASSWORD, Cast
from tests.town import Town


def test_a_new_slip_replaces_the_password_and_signs_out(cast: Cast, at: datetime) -> None:
    Device.objects.create(user=cast["gao"], session_key="s", signed_in_at=at, last_seen_at=at)
    slip = reset_password(user=cast["gao"], by=cast.actor("sun"), at=at)
    gao = User.objects.get(username="gao")
    assert gao.check_password(slip) and not gao.check_password(PASSWORD)
    assert gao.must_change_password and not Device.objects.filter(user=gao).exists()
    assert Entry.objects.filter(verb="accounts.reset_password").count() == 1


def test_a_subdistrict_resets_its_own_people_only(town: Town, cast: Cast, at: datetime) -> None:
    hui = local_administrator(town, cast, at)
    assert reset_password(user=cast["gao"], by=hui, at=at)
    with pytest.raises(RuleBroken):
        reset_password(user=cast["cleo"], by=hui, at=at)


@pytest.mark.parametrize(
    ("by", "who"), [("sun", "ivy"), ("sun", "sun"), ("nie", "gao"), ("lin", "gao"), ("sun", "finn")]
)
def test_no_administrator_stands_above_all_others(cast: Cast, at: datetime, by: str, who: str) -> None:
    with pytest.raises(RuleBroken):
        reset_password(user=cast[who], by=cast.actor(by), at=at)
    assert User.objects.get(username=who).check_password(PASSWORD)


@pytest.mark.parametrize(("by", "who"), [("nie", "ivy"), ("nie", "sun"), ("sun", "nie")])
def test_the_three_administrators_look_after_each_other(cast: Cast, at: datetime, by: str, who: str) -> None:
    slip = reset_password(user=cast[who], by=cast.actor(by), at=at)
    assert User.objects.get(username=who).check_password(slip)


def test_one_changes_the_own_password_with_the_old_one(cast: Cast, at: datetime) -> None:
    User.objects.filter(username="gao").update(must_change_password=True)
    change_own_password(user=cast["gao"], old=PASSWORD, new="plum-rain-in-june", by=cast.actor("gao"), at=at)
    gao = User.objects.get(username="gao")
    assert gao.check_password("plum-rain-in-june") and not gao.must_change_password


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("wrong", "plum-rain-in-june", "accounts.password_wrong"),
        (PASSWORD, PASSWORD, "accounts.password_weak"),
        (PASSWORD, "short", "accounts.password_weak"),
        (PASSWORD, "password123", "accounts.password_weak"),
    ],
)
def test_wrong_old_and_weak_new_passwords_are_refused(cast: Cast, at: datetime, old: str, new: str, code: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        change_own_password(user=cast["gao"], old=old, new=new, by=cast.actor("gao"), at=at)
    assert broken.value.code == code


def test_nobody_changes_the_password_of_another(cast: Cast, at: datetime) -> None:
    with pytest.raises(RuleBroken):
        change_own_password(user=cast["gao"], old=PASSWORD, new="plum-rain-in-june", by=cast.actor("sun"), at=at)
