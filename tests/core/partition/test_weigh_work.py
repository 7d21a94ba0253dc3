"""Minutes a month of an atom: told by counts, moved by the district's record, never by who somebody is."""

import re

import numpy as np
import pytest

from gridward.core.errors import RuleBroken
from gridward.core.partition.workload import DEFAULT_MINUTES, Feature, default_model, fit, workload

PLACES = list(Feature)


def atoms(rng: np.random.Generator, count: int) -> np.ndarray:
    return rng.poisson(3.0, (count, len(PLACES))).astype(float)


def test_no_feature_says_who_somebody_is() -> None:
    forbidden = "origin|hukou|register|tenure|rent|owner|migrant|native|ethnic|religio|income|crim|petition|risk|nation"
    assert [feature for feature in Feature if re.search(forbidden, feature.value)] == []
    assert set(DEFAULT_MINUTES) == set(Feature)


def test_without_a_record_the_defaults_speak_and_say_why() -> None:
    village, tower = np.zeros((2, len(PLACES)))
    village[PLACES.index(Feature.MOVES)] = 120
    tower[PLACES.index(Feature.SMALL_HOUSEHOLDS)] = 60
    told = workload(np.array([village, tower]), ["village", "tower"], default_model())
    assert told.minutes.tolist() == [240.0, 180.0] and told.error.tolist() == [120.0, 90.0]
    assert [(why.feature, why.count, why.each, why.minutes) for why in told.reasons(0)] == [("moves", 120, 2.0, 240.0)]


def test_the_record_moves_the_defaults() -> None:
    rng = np.random.default_rng(1)
    features, truth = atoms(rng, 400), default_model().minutes * np.linspace(0.5, 1.6, len(PLACES))
    months = np.full(400, 24.0)
    model = fit(features, ["any"] * 400, rng.poisson(features @ truth * months), months)
    others = atoms(rng, 100)
    off, before = (np.abs(others @ (minutes - truth)).mean() for minutes in (model.minutes, default_model().minutes))
    assert off < 0.05 * before
    assert model.atoms_known == 400


def test_a_kind_that_is_more_work_is_told_apart_and_few_atoms_are_believed_less() -> None:
    rng = np.random.default_rng(2)
    features, months = atoms(rng, 303), np.full(303, 12.0)
    kinds = ["village"] * 150 + ["tower"] * 150 + ["market"] * 3
    extra = np.array([80.0] * 150 + [0.0] * 150 + [80.0] * 3)
    model = fit(features, kinds, rng.normal((features @ default_model().minutes + extra) * months, 300), months)
    assert 40 < model.of_kind["village"] - model.of_kind["tower"] < 110
    swing = np.array([25.0, -25.0] * 150 + [25.0, -25.0, 0.0])  # the same of all kinds: only their numbers differ
    known = fit(np.zeros_like(features), kinds, 40.0 + extra + swing, np.ones(303)).of_kind
    assert 90 < known["market"] < known["village"] - 1 < 119


def test_an_atom_is_drawn_to_its_own_record_the_more_months_it_has() -> None:
    rng = np.random.default_rng(3)
    features, months = atoms(rng, 200), rng.choice([1.0, 48.0], 200)
    habit = np.exp(rng.normal(0, 0.3, 200))
    recorded = rng.poisson(features @ default_model().minutes * habit * months).astype(float)
    model = fit(features, ["any"] * 200, recorded, months)
    told = workload(features, ["any"] * 200, model, recorded, months)
    plain = workload(features, ["any"] * 200, model)
    truth = features @ default_model().minutes * habit
    assert np.abs(told.minutes - truth).mean() < 0.5 * np.abs(plain.minutes - truth).mean()
    assert told.error[months == 48].mean() < told.error[months == 1].mean() <= plain.error.mean()
    assert sum(why.minutes for why in told.reasons(5)) == pytest.approx(told.minutes[5])


def test_few_records_change_nothing() -> None:
    features = atoms(np.random.default_rng(4), 9)
    model = fit(features, ["any"] * 9, np.full(9, 9e9), np.ones(9))
    assert model.minutes.tolist() == default_model().minutes.tolist() and model.of_kind == {}


@pytest.mark.parametrize("wrong", [-1.0, np.nan])
def test_a_count_is_a_number_from_zero_up(wrong: float) -> None:
    features = np.zeros((2, len(PLACES)))
    features[1, 0] = wrong
    with pytest.raises(RuleBroken) as refused:
        workload(features, ["a", "b"], default_model())
    assert refused.value.code == "partition.feature_wrong" and "Row 2" in refused.value.sentence("en")
