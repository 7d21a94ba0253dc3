"""A district's own words over the messages of both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from django.utils.translation import gettext, trans_real

from gridward.web import terms

PACK = Path(terms.__file__).parent / "terms" / "wangge.toml"


@pytest.fixture
def with_pack() -> Iterator[None]:
    """The example pack in force; the catalogues are read afresh before and after."""
    trans_real._translations.clear()
    terms.apply_pack(PACK)
    yield
    trans_real._translations.clear()


@pytest.mark.usefixtures("with_pack")
def test_a_pack_changes_a_chinese_word_wherever_it_stands() -> None:
    with translation.override("zh-hans"):
        assert gettext("Find a case, an address, a grid") == "查事件、地址、网格"


@pytest.mark.usefixtures("with_pack")
def test_a_pack_changes_an_english_word_with_its_article() -> None:
    with translation.override("en"):
        assert gettext("Find a case, an address, a grid") == "Find an event, an address, a grid"


@pytest.mark.usefixtures("with_pack")
def test_words_outside_the_pack_stay() -> None:
    with translation.override("zh-hans"):
        assert gettext("Community grid") == "社区型网格"


def test_without_a_pack_the_messages_speak_of_cases() -> None:
    with translation.override("zh-hans"):
        assert gettext("Find a case, an address, a grid") == "查案卷、地址、网格"


def test_a_longer_word_guards_the_word_inside_it() -> None:
    change = terms.chinese_change({"grid": {"zh": "片区"}})
    assert change("责任网格和网格") == "责任网格和片区"


def test_many_follow_one_in_english() -> None:
    change = terms.english_change({"case": {"en": "matter"}})
    assert change("Cases: a case of %(case)s") == "Matters: a matter of %(case)s"


def test_a_pack_with_an_unknown_term_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "pack.toml"
    wrong.write_text('[casse]\nzh = "事件"\n', "utf-8")
    with pytest.raises(ImproperlyConfigured, match="casse"):
        terms.read_pack(wrong)


def test_the_default_list_has_about_eighty_words_in_both_languages() -> None:
    words = terms.read_words(terms.DEFAULT)
    assert 75 <= len(words) <= 95
    assert all(row["zh"] and row["en"] for row in words.values())
    assert len({row["zh"] for row in words.values()}) == len(words)
