"""A unit's own record counts the more the more its kind differs by more than chance."""

import numpy as np

from gridward.core.partition.record import monthly_rates


def test_units_that_differ_only_by_chance_have_the_mean_of_their_kind() -> None:
    counts = np.array([1.0, 1.0, 1.0, 1.0, 40.0])
    rates, errors = monthly_rates(counts, 10.0, ["house"] * 4 + ["market"])
    assert np.allclose(rates, [0.1, 0.1, 0.1, 0.1, 4.0])
    assert (errors > 0).all()


def test_a_kind_whose_units_differ_keeps_most_of_each_record() -> None:
    rng = np.random.default_rng(5)
    truth = rng.gamma(2.0, 0.5, 4000)
    counts = rng.poisson(truth * 6.0).astype(float)
    rates, errors = monthly_rates(counts, 6.0, ["house"] * len(truth))
    alone = counts / 6.0
    assert np.mean((rates - truth) ** 2) < np.mean((alone - truth) ** 2)
    assert np.mean((rates - truth) ** 2) < np.mean((truth.mean() - truth) ** 2)
    assert 0.9 < np.mean(np.abs(rates - truth) < 2 * errors) < 1.0
    assert np.isclose(rates.mean(), alone.mean())


def test_without_a_record_there_is_no_rate() -> None:
    rates, errors = monthly_rates(np.array([3.0]), 0.0, ["house"])
    assert rates.tolist() == [0.0]
    assert errors.tolist() == [0.0]
