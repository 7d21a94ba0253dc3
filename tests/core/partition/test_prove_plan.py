"""Bounds no plan is below; small plans proven best, or made so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.partition import Instance, Result, Steps, Weights, design, score
from gridward.core.partition.prove import Proof, least_spread, prove
from gridward.core.partition.report import report_of
from tests.core.partition.towns import all_plans, chain, lattice, parts


def proven(instance: Instance, rounds: int = 0, **weights: float) -> tuple[Result, list[Proof]]:
    stop, rng = Steps(rounds), np.random.default_rng(0)
    return prove(instance, design(instance, weights=Weights(**weights), stop=stop, rng=rng), Weights(**weights))


@pytest.mark.parametrize(("rows", "columns", "grids", "seed"), [(3, 3, 3, 1), (2, 5, 4, 2), (3, 4, 3, 3)])
def test_the_proven_plan_is_the_best_of_all(rows: int, columns: int, grids: int, seed: int) -> None:
    instance = lattice(rows, columns, seed, grids_per_community={"c0": grids})
    result, (proof,) = proven(instance)
    best = min(
        score(instance, np.array(plan)).total
        for plan in all_plans(len(instance), grids)
        if parts(instance, plan) == grids
    )
    assert proof.is_optimal and proof.gap == 0
    assert result.terms.total == pytest.approx(best, abs=1e-6) and parts(instance, result.grid.tolist()) == grids
    assert report_of(instance, result, Weights(), [proof])["bound"] == pytest.approx(best, abs=1e-6)


def test_forty_atoms_are_proven_and_a_poor_plan_becomes_the_best() -> None:
    instance = lattice(5, 8)
    grown = design(instance, stop=Steps(0), rng=np.random.default_rng(0))
    result, (proof,) = prove(instance, grown, Weights())
    assert proof.is_optimal and result.terms.total < grown.terms.total - 0.1
    assert design(instance, stop=Steps(4), rng=np.random.default_rng(1)).terms.total >= result.terms.total - 1e-6


@given(seed=st.integers(0, 999), grids=st.integers(1, 5))
def test_no_plan_is_below_the_floor(seed: int, grids: int) -> None:
    rng = np.random.default_rng(seed)
    instance = lattice(4, 6, seed, grids_per_community={"c0": grids})
    result, (proof,) = prove(instance, design(instance, stop=Steps(1), rng=rng), Weights(), most_atoms=0)
    assert proof.bound <= proof.cost and proof.is_optimal == (grids == 1)
    labels = rng.integers(0, grids, 24)
    labels[:grids] = range(grids)
    means = np.stack([instance.xy_m[labels == grid].mean(axis=0) for grid in range(grids)])
    assert least_spread(instance.xy_m, grids) <= ((instance.xy_m - means[labels]) ** 2).sum() + 1e-6


def test_the_floor_is_not_nothing() -> None:
    """Of an even lattice at least 40 % of the compactness is explained, and all of what balance must cost."""
    instance = lattice(12, 12, grids_per_community={"c0": 9})
    result, (proof,) = proven(instance, 2)
    report = report_of(instance, result, Weights(), [proof])
    assert 0.4 * report["C"] < report["bound"] < report["J"] and report["gap"] == report["J"] - report["bound"]


def test_two_communities_are_proven_one_by_one() -> None:
    result, proofs = proven(lattice(4, 8, communities=2))
    assert [proof.is_optimal for proof in proofs] == [True, True] and len(result.pieces) == 2


@pytest.mark.parametrize("instance", [chain(12), lattice(1, 1), lattice(2, 3, grids_per_community={"c0": 6}),
                                      lattice(3, 4, workload=np.zeros(12), grids_per_community={"c0": 4})])  # fmt: skip
def test_odd_places_are_bounded_too(instance: Instance) -> None:
    result, proofs = proven(instance, 1)
    assert all(np.isfinite([proof.cost, proof.bound]).all() for proof in proofs)
    assert parts(instance, result.grid.tolist()) == len(result.names)


def test_a_block_in_two_superblocks_is_not_said_to_be_proven() -> None:
    instance = lattice(3, 4, superblock=[f"s{column % 2}" for _ in range(3) for column in range(4)])
    _, (proof,) = proven(instance, 1)
    assert not proof.is_optimal and proof.bound < proof.cost


def test_stability_keeps_its_plan_and_the_bound_holds() -> None:
    today = [f"g{column // 2}" for _ in range(3) for column in range(6)]
    instance = lattice(3, 6, current_grid=today)
    result, (proof,) = proven(instance, 1, stability=50.0)
    assert result.terms.moved_share == 0 and proof.bound <= proof.cost
