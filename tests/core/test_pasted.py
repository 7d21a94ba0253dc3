"""Text from a chat, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.intake.pasted import MOST_PASTED, take_apart
from gridward.core.search.scrub import PRIVATE

PLACES = ("柳荫里", "柳荫里小区", "柳荫", "新桥路", "文昌社区")


def test_a_message_from_a_group_becomes_words_place_and_a_sealed_contact() -> None:
    found = take_apart(
        "王丽 2026/3/4 10:20:11\n[图片]\n@网格员 柳荫里3栋2单元门口的路灯不亮了，老人晚上摔了一跤，"
        "我是王丽，电话13800138000\n"
        "王丽 2026/3/4 10:21:03\n麻烦快点修",
        PLACES,
    )
    assert found.words == "柳荫里3栋2单元门口的路灯不亮了，老人晚上摔了一跤\n麻烦快点修"
    assert (found.place, found.phone, found.name) == ("柳荫里3栋2单元门口", "13800138000", "王丽")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我姓陈，新桥路口有个坑", "陈"), ("联系人：李大山 13900139000 新桥路积水", "李大山"),
        ("我是3栋的，路灯不亮", ""), ("我是这里的住户", ""), ("李梅:\n下水道堵了", "李梅"),
        ("[3-4 10:20] 阿梅: 下水道堵了", "阿梅"), ("昨天 22:10\n很吵", ""),
    ],
)  # fmt: skip
def test_a_name_is_proposed_where_somebody_says_it(text: str, name: str) -> None:
    found = take_apart(text, PLACES)
    assert found.name == name and (not name or name not in found.words) and found.words


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("柳荫里小区北门垃圾没人收", "柳荫里小区北门"), ("新桥路 12号旁边有坑", "新桥路 12号旁边"),
        ("某某路有坑", ""), ("文昌社区老人要助餐", "文昌社区"),
    ],
)  # fmt: skip
def test_the_place_is_a_known_name_with_its_number(text: str, place: str) -> None:
    assert take_apart(text, PLACES).place == place


def test_an_identity_number_is_kept_nowhere() -> None:
    for number in ("110101199001011237", "11010119900101123X", "１１０１０１１９９００１０１１２３７"):
        found = take_apart(f"我身份证{number}，办老年证要什么材料")
        assert found.phone == "" and "0101" not in repr(found) and "办老年证" in found.words


@given(st.text(max_size=MOST_PASTED + 100))
def test_whatever_is_pasted_no_number_stays_in_the_words(text: str) -> None:
    found = take_apart(text, PLACES)
    assert not PRIVATE.search(found.words) and len(found.words) <= MOST_PASTED
