"""A search may begin at a plan that is there, and what is fixed in it stays."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.errors import RuleBroken
from gridward.core.partition import Result, Steps, Weights, boundary, design, score
from gridward.core.partition.prove import prove
from tests.core.partition.towns import lattice, parts

TOWN = lattice(8, 8, seed=4, communities=2)
FIRST = design(TOWN, weights=Weights(balance=0.0), stop=Steps(0), rng=np.random.default_rng(0))


def again(**more: Any) -> Result:
    given_ = {"start": FIRST.grid, "start_names": FIRST.names, "stop": Steps(1), "rng": np.random.default_rng(1)}
    return design(TOWN, **(given_ | more))


@given(seed=st.integers(0, 9999), share=st.floats(0, 1))
def test_what_is_fixed_stays_and_the_rest_gets_better(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    fixed = rng.random(len(TOWN)) < share
    closed = int(rng.integers(len(FIRST.names)))
    fixed[FIRST.grid == closed] = True
    result = again(fixed=fixed, rng=rng)
    assert result.names == FIRST.names and parts(TOWN, result.grid.tolist()) == len(FIRST.names)
    assert (result.grid[fixed] == FIRST.grid[fixed]).all()
    assert ((result.grid == closed) == (FIRST.grid == closed)).all()
    assert len({*zip(result.grid.tolist(), TOWN.community.tolist(), strict=True)}) == len(FIRST.names)
    assert result.terms.total <= score(TOWN, FIRST.grid, FIRST.names).total + 1e-12


def test_the_answer_keeps_labels_in_any_order_and_ties_that_hold_nothing_change_nothing() -> None:
    order = np.random.default_rng(2).permutation(len(FIRST.names))
    names = tuple(FIRST.names[at] for at in np.argsort(order))
    free, other = again(), again(start=order[FIRST.grid], start_names=names, fixed=np.zeros(len(TOWN), bool))
    assert free.terms.total < score(TOWN, FIRST.grid).total - 0.1
    assert [names[g] for g in other.grid] == [FIRST.names[g] for g in free.grid]


def test_a_fixed_boundary_stays_while_both_grids_change_elsewhere() -> None:
    one, other = FIRST.grid[TOWN.edges[FIRST.grid[TOWN.edges[:, 0]] != FIRST.grid[TOWN.edges[:, 1]]][0]]
    line = boundary(TOWN, FIRST.grid, one, other)
    assert set(FIRST.grid[line]) == {one, other}
    across = {tuple(sorted(edge)) for edge in TOWN.edges.tolist() if {*FIRST.grid[edge]} == {one, other}}
    assert set(np.flatnonzero(line)) == {at for edge in across for at in edge}
    result = again(fixed=line)
    assert (result.grid[line] == FIRST.grid[line]).all() and (result.grid != FIRST.grid).any()


def test_a_plan_in_hand_is_tied_to_todays_grids_by_its_names() -> None:
    best = len(FIRST.names) - 1 - again().grid
    instance = replace(TOWN, today=best, todays_grids=tuple(reversed(FIRST.names)))
    tied = design(instance, weights=Weights(stability=1000), stop=Steps(2), rng=np.random.default_rng(0),
                  start=FIRST.grid, start_names=FIRST.names)  # fmt: skip
    assert tied.terms.moved_share < 0.5 * score(instance, FIRST.grid, FIRST.names).moved_share
    unnamed = design(replace(TOWN, today=FIRST.grid, todays_grids=FIRST.names), weights=Weights(stability=1000),
                     stop=Steps(1), rng=np.random.default_rng(0), start=FIRST.grid)  # fmt: skip
    assert unnamed.names == FIRST.names and unnamed.terms.moved_share == 0


def test_a_proof_leaves_fixed_pieces_alone_and_keeps_names() -> None:
    poor = again(stop=Steps(0))
    fixed = TOWN.community == 0
    better, proofs = prove(TOWN, poor, Weights(), fixed=fixed)
    assert (better.grid[fixed] == poor.grid[fixed]).all() and (better.grid != poor.grid).any()
    assert [proof.is_optimal for proof in proofs] == [False, True] and set(better.names) == set(poor.names)
    kept = np.array(poor.names)[poor.grid] == np.array(better.names)[better.grid]
    assert TOWN.workload[kept].sum() > 0.5 * TOWN.workload.sum()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"start": FIRST.grid[1:]}, "partition.start_incomplete"),
        ({"start": FIRST.grid + 1}, "partition.start_incomplete"),
        ({"start": FIRST.grid - 1}, "partition.start_incomplete"),
        ({"start_names": (*FIRST.names, "more")}, "partition.start_incomplete"),
        ({"start_names": ("same",) * len(FIRST.names)}, "partition.start_incomplete"),
        ({"start": np.zeros(len(TOWN), int), "start_names": ()}, "partition.start_across_communities"),
        ({"start": 2 * TOWN.community + (np.arange(len(TOWN)) % 8 % 2), "start_names": ()}, "partition.start_in_parts"),
    ],
)
def test_what_is_no_plan_is_refused(wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        again(**wrong)
    assert refused.value.code == code and refused.value.sentence("zh") and refused.value.sentence("en")


def test_names_without_a_start_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="start"):
        again(start=None)
