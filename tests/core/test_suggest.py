"""Learning which words mean which category, and keeping silent when unsure."""

import random

import numpy as np
import pytest

from gridward.core.errors import RuleBroken
from gridward.core.suggest.engine import NEVER, learn
from gridward.core.suggest.learning import FEWEST_CASES, Example, Lesson
from gridward.core.suggest.linear import LinearModel, probabilities
from gridward.core.suggest.words import as_words, pieces_of

SAID = {
    1: ("路灯不亮", "灯坏了", "晚上路灯灭了", "灯杆不亮", "这条路没有灯光"),
    2: ("垃圾没人收", "一堆垃圾", "垃圾桶满了", "垃圾发臭", "烂菜叶没人扫"),
    3: ("路上有坑", "路面塌了", "地砖翘起来", "路面裂开", "井盖边上有坑"),
}
FILLER = ("麻烦来看看", "好几天了", "在小区北门", "老人走路不方便", "谢谢", "就在巷口", "已经第二次说了", "请尽快")


def said_of(n: int, *, noise: float = 0.0) -> list[Example]:
    rng, rows = random.Random(7), []
    for i in range(n):
        kind = rng.choice(list(SAID))
        words = rng.choice(SAID[kind if rng.random() >= noise else rng.choice(list(SAID))])
        text = f"{rng.choice(FILLER)}，{words}{rng.choice(SAID[kind]) if noise == 0 else ''}，{rng.choice(FILLER)}"
        rows.append(Example(text, kind, float(i)))
    return rows


def taught(examples: list[Example]) -> tuple[LinearModel, Lesson]:
    return learn(examples, lambda _text: [2], lambda _done, _total: None)


def test_pieces_hold_no_telephone_and_no_number() -> None:
    pieces = pieces_of("请打 13800138000 找我，3 号楼路灯不亮，身份证 110101199001011234")
    assert "路灯" in pieces and not any(piece.isdigit() for piece in pieces)


def test_pieces_that_follow_each_other_are_one_word_again() -> None:
    assert as_words("北门的路灯不亮，灯杆歪了", ["路灯", "灯不", "不亮", "灯杆"]) == ["路灯不亮", "灯杆"]
    assert as_words("lamp is broken", ["lamp", "broken"]) == ["broken", "lamp"]


def test_what_was_learnt_is_right_says_why_and_survives_being_kept() -> None:
    model, lesson = taught(said_of(400))
    assert lesson.cross.first > 0.9 and lesson.later.first > 0.9 and lesson.later.right > 0.9
    assert 0.2 < lesson.names.first < 0.5 and lesson.is_better
    guesses = model.guesses("北门口那盏路灯不亮了")
    assert guesses[0].category == 1 and model.is_sure(guesses) and "路灯不亮" in guesses[0].because[0]
    assert sum(guess.probability for guess in guesses) == pytest.approx(1)
    again = LinearModel.from_bytes(model.as_bytes()).guesses("北门口那盏路灯不亮了")
    assert [g.category for g in again] == [g.category for g in guesses]
    assert again[0].probability == pytest.approx(guesses[0].probability, abs=0.01)


def test_it_keeps_silent_about_what_it_never_read_and_when_nothing_is_to_be_learnt() -> None:
    model, _ = taught(said_of(400))
    assert model.guesses("photosynthesis") == [] and not model.is_sure(model.guesses("谢谢，在小区北门"))
    blind, lesson = taught([Example(random.Random(i).choice(FILLER), i % 3, float(i)) for i in range(300)])
    assert blind.sure_from == NEVER and lesson.cross.answered == 0
    assert not blind.is_sure(blind.guesses("麻烦来看看"))


def test_probabilities_said_are_shares_of_right_ones() -> None:
    _, lesson = taught(said_of(1200, noise=0.5))
    off = [abs(row.said - row.right) * row.cases for row in lesson.bins]
    assert 0.5 < lesson.cross.first < 0.9 and sum(off) / lesson.cross.cases < 0.1


def test_a_word_of_fewer_than_five_cases_and_a_category_of_fewer_than_ten_are_left_out() -> None:
    rows = said_of(300)
    rows[:4] = [Example(f"{row.text}王小明", row.category, row.at) for row in rows[:4]]
    model, lesson = taught([*rows, *(Example("路灯不亮", 9, 999.0 + n) for n in range(9))])
    assert lesson.rare == 9 and lesson.kinds == 3 and 9 not in model.categories
    assert "小明" not in model.places and "王小" not in model.places


def test_equal_texts_are_never_learnt_and_asked() -> None:
    """Every text belongs to a category by chance, but is said six times: whoever remembered would be right."""
    rng = random.Random(3)
    texts = [("".join(chr(0x4E00 + rng.randrange(3000)) for _ in range(8)), rng.choice([1, 2])) for _ in range(60)]
    rows = [Example(text, kind, float(n)) for n, (text, kind) in enumerate(texts * 6)]
    _, lesson = taught(rows)
    assert lesson.cross.first < 0.7 < lesson.later.first


def test_too_few_cases_are_said_and_a_stop_is_heard() -> None:
    with pytest.raises(RuleBroken) as refused:
        taught(said_of(FEWEST_CASES - 1))
    assert refused.value.code == "training.too_few_cases" and str(FEWEST_CASES) in refused.value.sentence("zh")

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(said_of(300), lambda _text: [], stop)


def test_a_temperature_flattens() -> None:
    scores = np.array([[3.0, 1.0]])
    assert probabilities(scores, 4.0)[0, 0] < probabilities(scores, 1.0)[0, 0] < 1
