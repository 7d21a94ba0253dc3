"""Codes and numbers: built, read, refused."""

import csv
import random
import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.codes import component, identity, numbers, spoken
from gridward.core.codes.divisions import CommunityKind, DivisionLevel, TownshipKind, parse_division
from gridward.core.errors import RuleBroken
from tests.shared_data import DATA, needs_data

COMMUNITY = "990101001003"


def refused(code, call, *args):
    with pytest.raises(RuleBroken) as refusal:
        call(*args)
    assert refusal.value.code == code
    assert refusal.value.sentence("zh")
    assert refusal.value.sentence("en")
    return refusal.value


# Divisions


@pytest.mark.parametrize(
    ("text", "level", "short", "parent"),
    [
        ("43", DivisionLevel.PROVINCE, "43", None),
        ("430100", DivisionLevel.CITY, "4301", "430000000000"),
        ("430102000000", DivisionLevel.DISTRICT, "430102", "430100000000"),
        ("430102001", DivisionLevel.SUBDISTRICT, "430102001", "430102000000"),
        ("430102001003", DivisionLevel.COMMUNITY, "430102001003", "430102001000"),
    ],
)
def test_a_division_code_tells_its_level_and_parent(text, level, short, parent):
    code = parse_division(text)
    assert (code.level, code.short) == (level, short)
    assert (str(code.parent) if code.parent else None) == parent


def test_the_parts_of_a_division_code():
    assert parse_division("430102001003").parts == ("43", "01", "02", "001", "003")
    assert parse_division("430102001003").district == "430102"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("001", "subdistrict"), ("099", "subdistrict"), ("100", "town"), ("199", "town"), ("200", "township")]
    + [("399", "township"), ("400", "zone"), ("599", "zone"), ("600", "other")],
)
def test_the_third_part_tells_the_kind_of_township(code, kind):
    assert parse_division(f"430102{code}").township_kind is TownshipKind(kind)


def test_the_last_part_tells_the_kind_of_community():
    kinds = [parse_division(f"430102001{tail}").community_kind for tail in ("001", "200", "498")]
    assert kinds == [CommunityKind.RESIDENTS_COMMITTEE, CommunityKind.VILLAGE_COMMITTEE, CommunityKind.OTHER]
    assert parse_division("430102001").community_kind is None


def test_a_community_lies_within_its_district_and_not_in_another():
    assert parse_division(COMMUNITY).is_within(parse_division("990101"))
    assert not parse_division(COMMUNITY).is_within(parse_division("990102"))


@pytest.mark.parametrize("text", ["", "4", "43010", "43010200100x", "４３", "430102000003", "000000", "4301020010031"])
def test_a_malformed_division_is_refused(text):
    refused("codes.division_malformed", parse_division, text)


@needs_data
def test_every_division_of_furong_is_read():
    with (DATA / "furong" / "divisions.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    levels = {"district": "district", "street": "subdistrict", "community": "community"}
    for row in rows:
        code = parse_division(row["code"])
        assert str(code.parent) == row["parent"]
        assert code.level == levels.get(row["level"], "community")


# Numbers


@given(st.integers(1, 999))
def test_a_cell_code_is_read_back(sequence):
    code = numbers.cell_code(COMMUNITY, sequence)
    assert re.fullmatch(r"\d{15}", str(code))
    assert numbers.parse_cell_code(str(code)) == code


@given(st.sampled_from(sorted(numbers.GRID_LETTERS)), st.integers(1, numbers.MOST_GRIDS))
def test_a_grid_code_is_read_back_even_when_typed_loosely(kind, sequence):
    code = numbers.grid_code(COMMUNITY, kind, sequence)
    assert len(str(code)) == 15
    assert numbers.parse_grid_code(str(code)) == code
    assert numbers.parse_grid_code(code.spaced.lower()) == code


def test_grid_codes_sort_by_their_sequence():
    codes = [str(numbers.grid_code(COMMUNITY, "community", n)) for n in range(1, numbers.MOST_GRIDS + 1)]
    assert codes == sorted(codes)
    assert codes[6] == "990101001003C07"
    assert codes[99] == "990101001003CA0"
    assert len(set(codes)) == 339


def test_a_grid_may_serve_a_whole_subdistrict_and_a_district_where_that_is_said():
    assert str(numbers.grid_code("990101001", "road", 1)) == "990101001000R01"
    refused("codes.grid_malformed", numbers.grid_code, "990101", "road", 1)
    assert str(numbers.grid_code("990101000000", "community", 3)) == "990101000000C03", "no subdistrict is drawn"
    refused("codes.grid_malformed", numbers.grid_code, COMMUNITY, "river", 1)


@given(st.integers(1, 999_999))
def test_a_component_id_is_read_back(sequence):
    code = component.component_id("990101", "01005", sequence)
    assert len(str(code)) == 17
    assert component.parse_component_id(str(code)) == code


def test_everything_wrong_with_a_component_code_is_said():
    def faults(text):
        found = component.faults_of(text, district="990101", classes={"01005"})
        assert all(fault.sentence("zh") and fault.sentence("en") for fault in found)
        return [fault.code for fault in found]

    assert faults("99010101005000001") == faults("990101 01 005 000001") == []
    assert faults("99010201099000001") == ["codes.component_elsewhere", "codes.component_class_unknown"]
    assert faults("9901010105000001") == ["codes.component_of_2013"], "two digits for the minor class"
    assert faults("9.90101E+16") == faults("99010101005000001.0") == ["codes.component_rounded"]
    assert faults("99010101005000000") == ["codes.sequence_out_of_range"]
    assert faults("") == faults("９９０１０１０１００５０００００１") == ["codes.component_malformed"]


@given(st.dates(date(1990, 1, 1), date(2200, 12, 31)), st.integers(1, 99_999))
def test_a_case_number_is_read_back(day, sequence):
    number = numbers.case_number("990101", day, sequence)
    assert len(str(number)) == 19
    assert numbers.parse_case_number(str(number)) == number


def test_a_case_number_is_written_as_documented():
    assert str(numbers.case_number("990101", date(2026, 3, 7), 42)) == "9901012026030700042"


@pytest.mark.parametrize(
    ("read", "refusal", "text"),
    [
        (numbers.parse_cell_code, "codes.cell_malformed", "99010100100301"),
        (numbers.parse_cell_code, "codes.cell_malformed", "990101001000001"),
        (numbers.parse_cell_code, "codes.sequence_out_of_range", "990101001003000"),
        (numbers.parse_grid_code, "codes.grid_malformed", "990101001003X07"),
        (numbers.parse_grid_code, "codes.grid_malformed", "990101001003CI7"),
        (numbers.parse_grid_code, "codes.sequence_out_of_range", "990101001003C00"),
        (component.parse_component_id, "codes.component_malformed", "9901010100500000a"),
        (numbers.parse_case_number, "codes.case_number_malformed", "9901012026023000001"),
        (numbers.parse_case_number, "codes.case_number_malformed", "99010120260301"),
    ],
)
def test_a_malformed_number_is_refused(read, refusal, text):
    refused(refusal, read, text)


def test_a_sequence_that_does_not_fit_is_refused():
    refused("codes.sequence_out_of_range", numbers.cell_code, COMMUNITY, 1000)
    refused("codes.sequence_out_of_range", numbers.case_number, "990101", date(2026, 1, 1), 100_000)


def test_cells_are_numbered_from_west_to_east_in_bands_from_the_north():
    #    2     (lies 30 m higher: the same band)
    #  1
    #  3   4
    centres = [(0, 270), (100, 300), (0, 150), (300, 190)]
    shuffled = [2, 0, 3, 1]
    found = numbers.number_cells([centres[i] for i in shuffled])
    assert found.tolist() == [3, 1, 4, 2]


@given(st.lists(st.tuples(st.floats(0, 2000), st.floats(0, 2000)), max_size=60))
def test_every_cell_gets_a_number_of_its_own(centres):
    assert sorted(numbers.number_cells(centres).tolist()) == list(range(1, len(centres) + 1))


def test_a_thousand_cells_are_too_many():
    refused("codes.too_many_cells", numbers.number_cells, np.zeros((1000, 2)))


# Identity


def test_known_numbers_carry_the_right_check_character():
    assert identity.parse_citizen_id("11010519491231002x", date(2026, 1, 1)) == "11010519491231002X"
    assert identity.parse_credit_code("91330100799655058b") == "91330100799655058B"


@given(st.integers(0, 17), st.integers(0, 9))
def test_one_wrong_digit_in_an_identity_number_is_found(place, digit):
    right = "11010519491231002X"
    wrong = right[:place] + str(digit) + right[place + 1 :]
    if wrong != right:
        refused("codes.citizen_id_wrong", identity.parse_citizen_id, wrong, date(2026, 1, 1))


@given(st.integers(0, 17), st.sampled_from(identity.CREDIT_CHARACTERS))
def test_one_wrong_character_in_a_credit_code_is_found(place, character):
    right = "91330100799655058B"
    wrong = right[:place] + character + right[place + 1 :]
    if wrong != right:
        refused("codes.credit_code_wrong", identity.parse_credit_code, wrong)


@pytest.mark.parametrize("birth", ["19490231", "20300101"])
def test_a_birth_date_exists_and_has_passed(birth):
    body = f"110105{birth}002"
    number = body + identity.citizen_check_character(body)
    refusal = refused("codes.citizen_id_wrong", identity.parse_citizen_id, number, date(2026, 1, 1))
    assert number not in f"{refusal} {refusal.values_given}"


@pytest.mark.parametrize("text", ["", "1101051949123100２X", "91330100799655058BB", "913301007996550I8B"])
def test_malformed_identities_are_refused(text):
    refused("codes.citizen_id_wrong", identity.parse_citizen_id, text, date(2026, 1, 1))
    refused("codes.credit_code_wrong", identity.parse_credit_code, text)


# Spoken codes


@given(st.integers(0, spoken.SPACE - 1))
def test_a_spoken_code_is_read_back_in_words_and_in_pinyin(number):
    assert spoken.parse_spoken(spoken.spoken_code(number)) == number
    assert spoken.parse_spoken(spoken.spoken_reading(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        "青竹 4827",
        "青竹4827",
        " 青 竹，四八二七。",
        "ｑｉｎｇｚｈｕ ４８２７",
        "Qīng zhú 4827",
        "QINGZHU-4827",
        "青竹　四8２七",
    ],
)
def test_a_spoken_code_may_be_typed_loosely(text):
    assert spoken.parse_spoken(text) == 4827


@pytest.mark.parametrize(
    "text",
    ["绿柳 1102", "lvliu1102", "luliu 1102", "lüliu 1102", "lǜ liǔ 1102", "绿柳幺幺〇二", "绿柳幺幺零两"],
)
def test_u_with_dots_and_spoken_ones_are_understood(text):
    assert spoken.spoken_code(spoken.parse_spoken(text)) == "绿柳 1102"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "青竹",
        "青竹 482",
        "青竹 48271",
        "青草竹 4827",
        "青竹 48 27 1",
        "4827",
        "4827 青竹",
        "xyz 4827",
        "竹" * 10**6,
    ],
)
def test_what_is_no_spoken_code_is_refused(text):
    assert refused("codes.spoken_unreadable", spoken.parse_spoken, text).status == 404


def test_the_words_are_stable():
    words = spoken.spoken_words()
    assert len(words) == spoken.WORD_COUNT
    assert [words[n][0] for n in (0, 1, 100, 250, 499)] == ["青竹", "翠竹", "樟树", "蜂蜜", "铜锣"]


def test_no_two_words_sound_alike():
    heard = {_heard(pinyin) for _, pinyin in spoken.spoken_words()}
    assert len(heard) == spoken.WORD_COUNT


def _heard(pinyin):
    """Pinyin with the sounds merged that many speakers do not tell apart."""
    for one, other in (
        ("zh", "z"),
        ("ch", "c"),
        ("sh", "s"),
        ("ng", "n"),
        ("n", "l"),
        ("hu", "f"),
        ("v", "u"),
    ):
        pinyin = pinyin.replace(one, other)
    return pinyin


def test_words_have_two_characters_and_no_number():
    for word, pinyin in spoken.spoken_words():
        assert re.fullmatch(r"[\u4e00-\u9fff]{2}", word)
        assert not set(word) & set("〇零○一二两三四五六七八九十幺")
        assert re.fullmatch(r"[a-z]{4,12}", pinyin) or word in ("企鹅", "银耳")


def test_drawn_codes_spread_over_the_whole_space():
    rng = random.Random(5)
    drawn = [spoken.draw_spoken(rng) for _ in range(2000)]
    assert len({number // spoken.NUMBERS_PER_WORD for number in drawn}) > 480
    assert [spoken.draw_spoken(random.Random(5)) for _ in range(2)] == drawn[:1] * 2


def test_a_number_outside_the_space_is_a_bug():
    with pytest.raises(ValueError, match="counts from 0"):
        spoken.spoken_code(spoken.SPACE)
