"""How likely two reports tell of the same thing: in order, within bounds, and by words that tell something."""

from hypothesis import given
from hypothesis import strategies as st

from gridward.core.search.alike import FAR_M, SAME_HOME_M, Alike, Beside, alike, shared_words, words_in

METRES, DAYS, SHARE = st.floats(0, 400), st.floats(-90, 90), st.floats(0, 1)


def codes(found: Alike) -> list[str]:
    return [reason.code for reason in found.reasons]


@given(METRES, METRES, DAYS, DAYS, SHARE, SHARE)
def test_nearer_sooner_and_in_more_of_the_same_words_is_never_less_likely(
    far: float, near: float, late: float, soon: float, few: float, many: float
) -> None:
    near, far = sorted((near, far))
    soon, late = sorted((abs(soon), abs(late)))
    few, many = sorted((few, many))
    worse, better = alike(Beside(far, False, late, few)), alike(Beside(near, True, soon, many))
    assert 0 <= worse.points <= better.points <= 100
    assert bool(better.reasons) is (near < FAR_M)


def test_what_is_likely_and_why() -> None:
    said = alike(Beside(40, True, 3, 0.5))
    assert said.is_likely and codes(said) == ["metres", "same_category", "days", "words"]
    assert alike(Beside(40, True, 3, 0)).is_likely and not alike(Beside(140, True, 25, 0)).is_likely
    assert not alike(Beside(FAR_M, True, 0, 1)).is_likely and not alike(Beside(None, True, 2, 0)).is_likely
    assert codes(alike(Beside(None, True, 2, 0.6))) == ["same_community", "same_category", "days", "words"]
    assert not alike(Beside(SAME_HOME_M, True, 0, 1, True)).is_likely
    assert alike(Beside(5, True, 0, 0.5, True)).is_likely and codes(alike(Beside(5, False, 0, 0)))[1] == "kin"


def test_words_are_shared_by_pairs_and_empty_words_tell_nothing() -> None:
    one, other = words_in("柳荫巷口路灯不亮"), words_in("路灯坏了不亮，柳荫巷口")
    assert shared_words(one, other) == shared_words(other, one) > 0.6
    assert shared_words(words_in("请尽快处理，谢谢"), words_in("希望处理，谢谢")) == 0.0
    assert shared_words(words_in("路灯"), words_in("路灯")) == 0.25 and shared_words(frozenset(), one) == 0.0
    assert words_in("灯，13800000001") == frozenset()
