"""Texts of moments and JSON are the usual ones, only sooner."""

import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.audit import chain
from gridward.core.jsontext import speller
from gridward.core.moments import spelled

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
ZONES = st.sampled_from([UTC, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")])
SPAN = datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2100-01-01")
WAYS: tuple[dict[str, Any], ...] = ({}, {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")})


@pytest.mark.parametrize("has_c", [True, False])
@pytest.mark.parametrize("options", WAYS)
@given(value=VALUES)
def test_a_speller_writes_what_json_dumps_writes(has_c: bool, options: dict[str, Any], value: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if not has_c:
            patch.setattr("json.encoder.c_make_encoder", None)
        assert speller(**options)(value) == json.dumps(value, **options)


@given(st.datetimes(*SPAN, timezones=ZONES), st.booleans())
def test_a_moment_is_spelled_in_utc_whatever_its_zone(at: datetime, is_whole: bool) -> None:
    at = at.replace(microsecond=0) if is_whole else at
    assert spelled(at) == at.astimezone(UTC).isoformat()
    assert chain.stamp(at) == at.astimezone(UTC).isoformat(timespec="microseconds")


def test_the_hour_that_comes_twice_is_two_moments() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    assert first == first.replace(fold=1)
    assert datetime.fromisoformat(spelled(first.replace(fold=1))) - datetime.fromisoformat(spelled(first)) == (
        timedelta(hours=1)
    )


def test_no_two_bodies_share_a_salt_nor_does_a_forked_process() -> None:
    drawn = [chain.new_salt() for _ in range(300)]
    assert len(set(drawn)) == 300 and {len(salt) for salt in drawn} == {16}
    out, into = os.pipe()
    if not (child := os.fork()):
        os.write(into, chain.new_salt())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(out, 16) != chain.new_salt()
    os.close(out)
    os.close(into)
