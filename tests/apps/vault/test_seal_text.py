"""Sealed texts open only where they were sealed, with the ring they were sealed with."""

import json
import os
import stat
import uuid

import pytest
from cryptography.exceptions import InvalidTag

from gridward.core.errors import RuleBroken
from gridward.vault import ciphers
from gridward.vault.keys import add_key, key_ring, keys_path, marker_path
from gridward.vault.phones import normalise_phone
from gridward.vault.sealing import blind_index, key_number, open_sealed, seal

UID = uuid.UUID("11111111-2222-3333-4444-555555555555")
PLACE = {"table": "cases.Contact", "column": "phone", "uid": UID}


@pytest.fixture(autouse=True, params=["international", "national"])
def ring(request, settings, tmp_path):
    settings.GRIDWARD_HOME = tmp_path / "home"
    settings.GRIDWARD_KEYS = tmp_path / "safe" / "keys.json"
    settings.GRIDWARD_CIPHERS = request.param
    return request.param


def refusal(work) -> str:
    with pytest.raises(RuleBroken) as refused:
        work()
    assert str(keys_path()) in refused.value.sentence("zh") or "number" in refused.value.values_given
    return refused.value.code


@pytest.mark.parametrize("text", ["13800000000", "安丽华", "🙂 a\0b‮c", "x" * 10_000])
def test_a_text_opens_where_it_was_sealed(text):
    assert open_sealed(seal(text, **PLACE), **PLACE) == text


def test_nothing_stays_nothing():
    assert seal("", **PLACE) == b"" and open_sealed(b"", **PLACE) == ""


@pytest.mark.parametrize(
    "elsewhere",
    [{"table": "cases.Other"}, {"column": "name"}, {"uid": uuid.UUID(int=7)}],
)
def test_a_text_moved_elsewhere_does_not_open(elsewhere):
    sealed = seal("13800000000", **PLACE)
    with pytest.raises(InvalidTag):
        open_sealed(sealed, **{**PLACE, **elsewhere})


def test_no_byte_of_a_sealed_text_can_be_changed():
    sealed = seal("13800000000", **PLACE)
    for position in range(2, len(sealed)):
        torn = bytearray(sealed)
        torn[position] ^= 1
        with pytest.raises(InvalidTag):
            open_sealed(bytes(torn), **PLACE)


@pytest.mark.parametrize("length", [3, 14, 20])
def test_a_cut_off_text_does_not_open(length):
    with pytest.raises((InvalidTag, ValueError)):
        open_sealed(seal("13800000000", **PLACE)[:length], **PLACE)


def test_the_same_text_is_sealed_differently_each_time():
    assert seal("安丽华", **PLACE) != seal("安丽华", **PLACE)


def test_equal_numbers_meet_in_one_district_only():
    first = blind_index("13800000000", field="phone", district_id=7)
    assert first == blind_index("13800000000", field="phone", district_id=7) and len(first) == 32
    assert first != blind_index("13800000000", field="phone", district_id=8)
    assert first != blind_index("13800000000", field="name", district_id=7)
    assert first != blind_index("13800000001", field="phone", district_id=7)


@pytest.mark.parametrize(
    "text",
    ["13800000000", " 138 0000 0000 ", "+86 138-0000-0000", "＋８６１３８００００００００", "0086 13800000000",
     "(+86)13800000000", "86 13800000000", "１３８ ００００ ００００"],
)  # fmt: skip
def test_one_number_has_one_spelling(text):
    assert normalise_phone(text) == "13800000000"


@pytest.mark.parametrize(("text", "digits"), [("0731-8888 6666", "073188886666"), ("86886666", "86886666"), ("", "")])
def test_numbers_that_only_look_like_a_country_code_stay_whole(text, digits):
    assert normalise_phone(text) == digits


def test_the_key_file_is_readable_by_its_owner_alone():
    key_ring()
    assert stat.S_IMODE(keys_path().stat().st_mode) == 0o600


def test_a_lost_key_file_is_refused_and_not_replaced():
    seal("安丽华", **PLACE)
    keys_path().unlink()
    assert refusal(key_ring) == "vault.keys_missing"
    assert not keys_path().exists()


def test_the_key_file_of_other_data_is_refused():
    seal("安丽华", **PLACE)
    raw = json.loads(keys_path().read_text())
    keys_path().unlink()
    marker = marker_path().read_text()
    marker_path().unlink()
    key_ring()
    marker_path().write_text(marker)
    os.utime(keys_path(), ns=(1, 1))
    assert refusal(key_ring) == "vault.keys_foreign"
    keys_path().write_text(json.dumps(raw))
    assert key_ring().fingerprint == marker.strip()


@pytest.mark.parametrize(
    "text", ["", "{}", "not json", '{"data": {"1": "AA=="}, "current": "1", "index": "", "seal": ""}']
)
def test_a_damaged_key_file_is_refused(text):
    key_ring()
    keys_path().write_text(text)
    os.utime(keys_path(), ns=(2, 2))
    assert refusal(key_ring) == "vault.keys_broken"


def test_a_new_key_seals_and_the_old_one_still_opens():
    old = seal("安丽华", **PLACE)
    assert add_key("sm4-gcm") == "2"
    new = seal("安丽华", **PLACE)
    assert (key_number(old), key_number(new)) == ("1", "2")
    assert open_sealed(old, **PLACE) == open_sealed(new, **PLACE) == "安丽华"


def test_a_text_of_a_key_that_is_gone_says_which():
    sealed = seal("安丽华", **PLACE)
    assert refusal(lambda: open_sealed(b"\x00\x09" + sealed[2:], **PLACE)) == "vault.key_unknown"


def test_the_national_cipher_agrees_with_its_published_vector():
    """RFC 8998, appendix A.1: SM4-GCM."""
    text = "".join(letter * 16 for letter in "ABCDEFEA")
    sealed = ciphers.encrypt(
        "sm4-gcm", bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"), bytes.fromhex("00001234567800000000ABCD"),
        bytes.fromhex(text), bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"),
    ).hex()  # fmt: skip
    assert sealed == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )


def test_the_national_hash_keys_an_index_of_its_own(ring):
    expected = {"international": "sha256", "national": "sm3"}[ring]
    assert key_ring().index_hash == expected
    digests = {ciphers.keyed_digest(name, b"k" * 32, b"text") for name in ("sha256", "sm3")}
    assert len(digests) == 2
