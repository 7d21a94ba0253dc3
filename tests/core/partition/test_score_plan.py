"""J of a plan: each term by hand, and the same wherever the town lies and however its rows are ordered."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.errors import RuleBroken
from gridward.core.partition import Instance, Weights, make_instance, score
from tests.core.partition.towns import lattice


def four() -> Instance:
    """Four atoms at the corners of a square of 100 m; one block of two, two superblocks."""
    return make_instance(
        ids=list("abcd"), xy_m=np.array([[0, 0], [100, 0], [0, 100], [100, 100.0]]), workload=np.array([1.0, 2, 3, 2]),
        block=["p", "p", "q", "r"], superblock=["u", "u", "u", "v"], current_grid=["west", "east", "west", ""],
        edges=[("a", "b"), ("a", "c"), ("c", "d"), ("b", "d")],
    )  # fmt: skip


def test_each_term_is_what_its_formula_says() -> None:
    instance, grid = four(), np.array([0, 1, 0, 1])
    terms = score(instance, grid, ("west", "new"), Weights(1, 2, 3, 4, 5))
    assert terms.balance == 0 and terms.compactness == pytest.approx(2500 / (10_000 / (4 * math.pi)))
    assert terms.crossings == (3 - 2) / 2 and terms.integrity == (4 - 3) / 3
    assert terms.moved_share == 2 / 8  # b leaves the east; d had no grid
    assert terms.total == pytest.approx(2 * terms.compactness + 3 * 0.5 + 4 / 3 + 5 * 0.25)
    other = score(instance, np.array([0, 0, 1, 1]), (), Weights())
    assert other.balance == pytest.approx(((3 / 4 - 1) ** 2 + (5 / 4 - 1) ** 2) / 2 / 0.01)
    assert (other.crossings, other.integrity, other.moved_share) == ((3 - 2) / 2, 0, 6 / 8)


def test_an_empty_column_drops_its_term() -> None:
    edges = [("a", "b"), ("b", "c")]
    instance = make_instance(ids=list("abc"), xy_m=np.eye(3, 2), workload=np.ones(3), edges=edges, target_workload=1.0)
    terms = score(instance, np.array([0, 1, 1]), ("x", "y"), Weights(stability=1))
    assert (terms.crossings, terms.integrity, terms.moved_share) == (0, 0, 0)


@given(seed=st.integers(0, 999), turn=st.floats(0, 6.3), east=st.floats(-1e6, 1e6), north=st.floats(-1e6, 1e6))
def test_a_plan_costs_the_same_turned_moved_and_shuffled(seed: int, turn: float, east: float, north: float) -> None:
    rng = np.random.default_rng(seed)
    instance, grid = lattice(5, 6, seed), rng.integers(0, 4, 30)
    turned = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    order = rng.permutation(30)
    columns = {name: [f"{value}" for value in getattr(instance, name)[order]] for name in ("block", "superblock")}
    other = make_instance(
        ids=[instance.ids[at] for at in order], xy_m=(instance.xy_m @ turned.T + [east, north])[order],
        workload=instance.workload[order], edges=[], target_workload=1.0, **columns,
    )  # fmt: skip
    one, two = score(instance, grid), score(other, grid[order] * 7 % 11)
    for name in one.__slots__:
        assert getattr(two, name) == pytest.approx(getattr(one, name), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_a_weight_is_a_number_from_zero_up(value: float) -> None:
    with pytest.raises(RuleBroken) as refused:
        Weights(crossings=value)
    assert refused.value.code == "partition.weight_wrong"
