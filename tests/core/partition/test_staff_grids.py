"""Posts follow from work by a rule that anybody can check; skills from what the work is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.errors import RuleBroken
from gridward.core.partition.staffing import MINUTES_A_POST, SKILL_OF, Skill, staff
from gridward.core.partition.workload import Feature

PLACES = list(Feature)


def minutes_of(*grids: dict[Feature, float]) -> np.ndarray:
    return np.array([[grid.get(feature, 0.0) for feature in PLACES] for grid in grids])


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=20), st.floats(1, 1e4))
def test_no_post_carries_a_tenth_too_much_and_no_grid_has_one_too_many(work: list[float], minutes: float) -> None:
    told = staff(np.array(work), np.zeros((len(work), len(PLACES))), minutes)
    for load, posts, each in zip(work, told.posts.tolist(), told.load.tolist(), strict=True):
        assert posts >= 1 and each * posts == pytest.approx(load)
        assert each <= 1.1 * minutes * (1 + 1e-6)
        assert posts == 1 or load / (posts - 1) > 1.1 * minutes * (1 - 1e-6)
    assert told.total == sum(told.posts) and told.in_posts == pytest.approx(math.fsum(work) / minutes)


def test_a_month_of_a_post_is_what_is_said() -> None:
    assert pytest.approx(6264) == MINUTES_A_POST
    told = staff(np.array([6264.0, 6264 * 1.1, 6264 * 1.11]), np.zeros((3, len(PLACES))))
    assert told.posts.tolist() == [1, 1, 2]
    assert told.spread() == pytest.approx({"min": 3476.52, "median": 4870.26, "max": 6890.4,
                                           "cv": np.std([6264, 6890.4, 3476.52, 3476.52]) / 5026.86})  # fmt: skip
    assert staff(np.zeros(2), np.zeros((2, len(PLACES)))).spread()["cv"] == 0


def test_skills_are_shares_of_the_work_largest_first() -> None:
    lane = {Feature.ELDERS: 30.0, Feature.OLDEST: 30.0, Feature.CASES: 20.0, Feature.SHOPS: 20.0}
    told = staff(np.array([150.0, 10.0, 5.0]), minutes_of(lane, {Feature.SCHOOLS: 10.0}, {}))
    assert told.needs(0)[0] == (Skill.CARE, 0.6) and dict(told.needs(0))[Skill.MEDIATION] == 0.2
    assert told.needs(1) == [(Skill.CHILDREN, 1.0)] and told.needs(2) == []
    assert told.skills[:2].sum(axis=1) == pytest.approx([1, 1])
    assert set(SKILL_OF) == set(Feature) and set(SKILL_OF.values()) == set(Skill)


@pytest.mark.parametrize("minutes", [0.0, -1.0, math.nan])
def test_a_post_has_minutes(minutes: float) -> None:
    with pytest.raises(RuleBroken) as refused:
        staff(np.ones(1), np.zeros((1, len(PLACES))), minutes)
    assert refused.value.code == "partition.post_without_minutes" and refused.value.sentence("zh")
