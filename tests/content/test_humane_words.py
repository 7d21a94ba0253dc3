"""No packaged text speaks of people as targets, lists them by suspicion, or names a real number."""

import re

import pytest

TARGETS = ("稳控", "管控", "重点", "排查对象", "打击")
LISTS_OF_PERSONS = (
    "高危",
    "黑名单",
    "刑满",
    "吸毒",
    "上访户",
    "特殊人群",
    "问题人员",
    "前科",
    "盲流",
    "低端人口",
    "risk_level",
    "key_person",
    "risk score",
    "blacklist",
)
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})-\d{7,8}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@pytest.mark.parametrize("word", TARGETS + LISTS_OF_PERSONS)
def test_no_text_uses_a_word_that_makes_people_a_target(all_files, word):
    assert [name for name, text in all_files.items() if word in text] == []


def test_no_text_carries_a_real_telephone_or_identity_number(all_files):
    for name, text in all_files.items():
        assert not MOBILE.search(text), name
        assert not IDENTITY.search(text), name
        assert set(LANDLINE.findall(text)) <= {"0000"}, name


def test_no_text_points_to_the_network(all_files):
    assert [name for name, text in all_files.items() if re.search(r"https?://|www\.", text)] == []
