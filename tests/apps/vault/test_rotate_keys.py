"""A new key while everybody works: every sealed column opens as before, under the new key."""

import pytest
from django.core.management import call_command

from gridward.cases.actions.contacts import Reporter
from gridward.cases.models import Contact
from gridward.vault import actions
from gridward.vault.columns import SealedColumn, sealed_columns
from gridward.vault.keys import key_ring
from gridward.vault.rotation import keys_in_use, reseal_everything, rotate_keys
from gridward.vault.sealing import key_number, open_sealed, seal
from tests.apps.cases.scene import Scene

pytestmark = pytest.mark.django_db
COUNT = 7


@pytest.fixture
def contacts(scene: Scene) -> list[Contact]:
    for number in range(COUNT):
        scene.report(reporter=Reporter(f"示例人{number}", f"1380000000{number}"))
    return list(Contact.objects.order_by("pk"))


def opened(column: str) -> list[str]:
    return [
        open_sealed(getattr(row, column), table="cases.Contact", column=column, uid=row.uid)
        for row in Contact.objects.order_by("pk")
    ]


def test_every_sealed_column_is_found_in_the_models():
    assert {SealedColumn(Contact, column) for column in ("name", "phone", "email")} <= set(sealed_columns())


@pytest.mark.parametrize("cipher", ["aes-256-gcm", "sm4-gcm"])
def test_after_a_rotation_everything_opens_as_before_under_the_new_key(contacts, monkeypatch, cipher):
    monkeypatch.setattr(actions, "CHUNK", 3)
    assert rotate_keys(cipher=cipher) == "2"
    assert keys_in_use() == {"2": 2 * COUNT}
    assert opened("name") == [f"示例人{number}" for number in range(COUNT)]
    assert opened("phone") == [f"1380000000{number}" for number in range(COUNT)]
    assert key_ring().cipher_of("2") == cipher


def test_a_blind_index_stays_so_that_equal_numbers_still_meet(contacts):
    before = [bytes(row.phone_index) for row in contacts]
    rotate_keys(cipher="aes-256-gcm")
    assert [bytes(row.phone_index) for row in Contact.objects.order_by("pk")] == before


def test_a_rotation_cut_off_in_the_middle_is_finished_later(contacts, monkeypatch):
    monkeypatch.setattr(actions, "CHUNK", 3)
    real = actions.seal

    def dying(text, **place):
        if text.endswith("4"):
            raise KeyboardInterrupt
        return real(text, **place)

    monkeypatch.setattr(actions, "seal", dying)
    with pytest.raises(KeyboardInterrupt):
        rotate_keys(cipher="aes-256-gcm")
    assert set(keys_in_use()) == {"1", "2"}
    assert len(opened("phone")) == COUNT
    monkeypatch.setattr(actions, "seal", real)
    call_command("rotate_keys", finish=True, verbosity=0)
    assert keys_in_use() == {"2": 2 * COUNT}
    assert reseal_everything() == 0


def test_what_somebody_writes_during_a_rotation_stays(contacts, monkeypatch):
    row = contacts[0]
    real = actions.seal

    def meanwhile(text, **place):
        if text == "示例人0":
            Contact.objects.filter(pk=row.pk).update(name=real("改名", **place))
        return real(text, **place)

    monkeypatch.setattr(actions, "seal", meanwhile)
    rotate_keys(cipher="aes-256-gcm")
    assert opened("name")[0] == "改名"


def test_what_was_purged_stays_empty(contacts):
    Contact.objects.filter(pk=contacts[0].pk).update(name=b"", phone=b"")
    rotate_keys(cipher="aes-256-gcm")
    assert opened("name")[0] == ""


def test_new_texts_are_sealed_with_the_new_key(contacts):
    rotate_keys(cipher="aes-256-gcm")
    row = contacts[0]
    assert key_number(seal("x", table="cases.Contact", column="name", uid=row.uid)) == "2"
