"""Leaving is one action: roles end, devices are signed out, other apps move the work, or nothing happens."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from gridward.accounts import queries
from gridward.accounts.actions import leave_organisation, note_presence, sign_out_device, sign_out_devices
from gridward.accounts.models import Device, Grant, User
from gridward.audit.models import Entry
from gridward.core.errors import RuleBroken
from gridward.work import collected
from tests.cast import Cast


def sign_in(cast: Cast, client_of: Callable[[str], Client], name: str, at: datetime) -> str:
    key = client_of(name).session.session_key
    assert key
    note_presence(user=cast[name], session_key=key, label="Firefox", at=at)
    return key


def test_roles_end_and_devices_are_signed_out(cast: Cast, client_of: Callable[[str], Client], at: datetime) -> None:
    key = sign_in(cast, client_of, "gao", at)
    leave_organisation(user=cast["gao"], by=cast.actor("sun"), at=at)
    gao = User.objects.get(username="gao")
    assert (gao.is_active, gao.left_on) == (False, at.date())
    assert queries.grants_of(gao, at.date()) == []
    assert not Session.objects.filter(session_key=key).exists() and not Device.objects.filter(user=gao).exists()
    assert Entry.objects.filter(verb="accounts.leave_organisation").count() == 1


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a higher app would be told in the same transaction."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(collected, "joins", lambda: {"accounts.leave_post": (lambda **values: told.append(values),)})
    return told


def test_other_apps_take_part_while_the_roles_still_stand(cast: Cast, at: datetime, joined: list[Any]) -> None:
    leave_organisation(user=cast["gao"], by=cast.actor("sun"), at=at)
    assert joined == [{"user": cast["gao"], "successor": None, "by": cast.actor("sun"), "at": at}]


def test_when_another_app_refuses_nothing_has_happened(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**values: object) -> None:
        raise RuleBroken("accounts.has_left")

    monkeypatch.setattr(collected, "joins", lambda: {"accounts.leave_post": (refuse,)})
    with pytest.raises(RuleBroken):
        leave_organisation(user=cast["gao"], by=cast.actor("sun"), at=at)
    assert User.objects.get(username="gao").is_active
    assert queries.grants_of(cast["gao"], at.date())


@pytest.mark.parametrize("by", ["gao", "lin", "wen", "nie", "finn"])
def test_only_the_administrator_ends_an_account(cast: Cast, at: datetime, by: str) -> None:
    with pytest.raises(RuleBroken):
        leave_organisation(user=cast["gao"], by=cast.actor(by), at=at)
    assert User.objects.get(username="gao").is_active


def test_somebody_leaves_once(cast: Cast, at: datetime) -> None:
    leave_organisation(user=cast["gao"], by=cast.actor("sun"), at=at)
    with pytest.raises(RuleBroken) as broken:
        leave_organisation(user=cast["gao"], by=cast.actor("sun"), at=at)
    assert broken.value.code == "accounts.has_left"


def test_the_last_system_administrator_does_not_leave(cast: Cast, at: datetime) -> None:
    with pytest.raises(RuleBroken) as broken:
        leave_organisation(user=cast["sun"], by=cast.actor("nie"), at=at)
    assert broken.value.code == "accounts.last_administrator"


def test_leaving_for_cause_taints_what_arrives_later(cast: Cast, at: datetime) -> None:
    leave_organisation(user=cast["gao"], for_cause=True, by=cast.actor("sun"), at=at)
    assert Grant.objects.get(user=cast["gao"]).is_withdrawn_for_cause


def test_one_signs_out_ones_own_device_and_nobody_elses(
    cast: Cast, client_of: Callable[[str], Client], at: datetime
) -> None:
    key = sign_in(cast, client_of, "gao", at)
    device = Device.objects.get(session_key=key)
    with pytest.raises(RuleBroken):
        sign_out_device(device=device, by=cast.actor("lin"), at=at)
    sign_out_device(device=device, by=cast.actor("gao"), at=at)
    sign_out_device(device=device, by=cast.actor("gao"), at=at)
    assert not Session.objects.filter(session_key=key).exists()
    assert Entry.objects.filter(verb="accounts.sign_out_device").count() == 1


def test_the_administrator_signs_out_all_devices_of_a_lost_phone(
    cast: Cast, client_of: Callable[[str], Client], at: datetime
) -> None:
    sign_in(cast, client_of, "gao", at)
    sign_in(cast, client_of, "gao", at)
    assert sign_out_devices(user=cast["gao"], by=cast.actor("sun"), at=at) == 2
    assert not Session.objects.exists()


def test_a_successor_holds_the_same_role_for_the_same_body(cast: Cast, at: datetime, joined: list[Any]) -> None:
    for name in ("gao", "lin", "finn"):
        with pytest.raises(RuleBroken) as broken:
            leave_organisation(user=cast["gao"], successor=cast[name], by=cast.actor("sun"), at=at)
        assert broken.value.code == "accounts.successor_wrong"
    leave_organisation(user=cast["gao"], successor=cast["eva"], by=cast.actor("sun"), at=at)
    assert [told["successor"] for told in joined] == [cast["eva"]]
