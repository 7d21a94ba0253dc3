"""A plan is connected, nested, complete and the same every time; small ones are the best there is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.partition import (
    NAMED_PLANS,
    Instance,
    Result,
    Seconds,
    Steps,
    Terms,
    Weights,
    design,
    make_instance,
    score,
)
from gridward.core.partition.measures import grade
from gridward.core.partition.report import notes, report_of
from tests.core.partition.towns import all_plans, chain, lattice, parts


def plan(instance: Instance, rounds: int = 1, seed: int = 0, **weights: float) -> Result:
    return design(instance, weights=Weights(**weights), stop=Steps(rounds), rng=np.random.default_rng(seed))


def check(instance: Instance, result: Result) -> None:
    """Complete, connected, no grid over two communities, every name once."""
    grids = len(result.names)
    assert set(result.grid.tolist()) == set(range(grids)) and len(set(result.names)) == grids
    assert parts(instance, result.grid.tolist()) == grids
    assert len({*zip(result.grid.tolist(), instance.community.tolist(), strict=True)}) == grids
    assert score(instance, result.grid, result.names, Weights()).total >= 0


@given(rows=st.integers(1, 6), columns=st.integers(1, 7), communities=st.integers(1, 3), seed=st.integers(0, 99))
def test_a_plan_is_complete_connected_and_nested(rows: int, columns: int, communities: int, seed: int) -> None:
    instance = lattice(rows, columns, seed, communities)
    result = plan(instance, seed=seed)
    check(instance, result)
    assert len(result.names) == instance.grids.sum()


def test_the_same_steps_give_the_same_plan_with_workers_or_without() -> None:
    instance = lattice(12, 12, communities=4)
    one = plan(instance, 2)
    with ThreadPoolExecutor(2) as workers:
        other = design(instance, stop=Steps(2), rng=np.random.default_rng(0), workers=workers)
    assert one.grid.tolist() == plan(instance, 2).grid.tolist() == other.grid.tolist()
    assert one.grid.tolist() != plan(instance, 2, seed=1).grid.tolist()


def test_more_steps_are_never_worse() -> None:
    instance = lattice(14, 14, communities=2)
    totals = [plan(instance, rounds).terms.total for rounds in range(5)]
    assert totals == sorted(totals, reverse=True) and totals[0] > totals[-1]


def test_whoever_asks_gets_the_best_plan_so_far() -> None:
    instance, told = lattice(10, 10), list[Terms]()
    stop = Steps(50, lambda: len(told) == 3)
    rng = np.random.default_rng(0)
    result = design(instance, stop=stop, rng=rng, progress=lambda done, terms: told.append(terms))
    check(instance, result)
    assert result.rounds == 3 and result.terms.total <= min(terms.total for terms in told)


def test_the_clock_ends_a_search() -> None:
    instance, ticks = lattice(10, 10), iter(range(10_000))
    result = design(instance, stop=Seconds(40, lambda: float(next(ticks))), rng=np.random.default_rng(0))
    check(instance, result)
    assert result.terms.total < plan(instance, 0).terms.total and next(ticks) < 300


@pytest.mark.parametrize(("rows", "columns", "grids"), [(2, 5, 2), (3, 3, 3), (2, 5, 4), (3, 4, 2)])
def test_the_best_of_all_plans_is_found(rows: int, columns: int, grids: int) -> None:
    instance = lattice(rows, columns, seed=7, grids_per_community={"c0": grids})
    best = min(
        score(instance, np.array(other)).total
        for other in all_plans(len(instance), grids)
        if parts(instance, other) == grids
    )
    assert plan(instance, 3).terms.total == pytest.approx(best, abs=1e-9)


def test_each_term_steers_the_plan() -> None:
    """With only one term the plan is best in that term: the price of each is what the score counts."""
    instance = lattice(10, 10, seed=3)
    terms = ("balance", "compactness", "crossings", "integrity")
    none = dict.fromkeys(terms, 0.0)
    alone = {term: plan(instance, 3, **(none | {term: 1.0})).terms for term in terms}
    for term in terms:
        assert getattr(alone[term], term) == min(getattr(other, term) for other in alone.values())
        assert getattr(alone[term], term) < 0.5 * max(getattr(other, term) for other in alone.values())


def test_stability_keeps_people_with_their_grid_worker() -> None:
    today = [f"g{row // 4}{column // 5}" for row in range(8) for column in range(10)]
    instance = lattice(8, 10, current_grid=today)
    free, tied = plan(instance, 2), plan(instance, 2, stability=3.0)
    assert set(free.names) == set(tied.names) == set(today)
    assert tied.terms.moved_share < 0.5 * free.terms.moved_share
    bound = plan(instance, 2, stability=1000.0)
    assert bound.terms.moved_share == 0 and [bound.names[g] for g in bound.grid] == today


def test_three_named_plans_are_each_the_best_in_their_own() -> None:
    rng = np.random.default_rng(3)
    free = lattice(12, 16, seed=5)
    today = plan(free, 1, balance=0.1).grid
    instance = replace(free, today=today, todays_grids=tuple(f"g{at:02}" for at in range(today.max() + 1)))
    plans = {name: design(instance, weights=weights, stop=Steps(2), rng=rng) for name, weights in NAMED_PLANS.items()}
    terms = {name: result.terms for name, result in plans.items()}
    assert min(terms, key=lambda name: terms[name].balance) == "balanced"
    assert min(terms, key=lambda name: terms[name].compactness) == "walkable"
    assert min(terms, key=lambda name: terms[name].moved_share) == "stable"


def test_a_stable_plan_moves_little_more_than_it_must_and_costs_little_more() -> None:
    """The least that any plan moves whose grids are within a tenth of the target: what is over, or what is missing."""
    free = lattice(16, 20, seed=2, target_workload=400.0)
    today = plan(free, 2, balance=0.1).grid
    instance = replace(free, today=today, todays_grids=tuple(f"g{at:02}" for at in range(today.max() + 1)))
    load = np.bincount(today, instance.workload) / (instance.workload.sum() / (today.max() + 1))
    must = max(np.maximum(load - 1.1, 0).sum(), np.maximum(0.9 - load, 0).sum()) / len(load)
    stable = design(instance, weights=NAMED_PLANS["stable"], stop=Steps(3), rng=np.random.default_rng(0))
    best = min(plan(instance, 3, seed).terms.total for seed in range(3))
    assert must < stable.terms.moved_share < must + 0.07
    assert score(instance, stable.grid).total < 1.15 * best


def test_a_grid_of_today_in_two_parts_is_mended() -> None:
    today = ["w" if column in (0, 1, 7) else "e" for _ in range(4) for column in range(8)]
    instance = lattice(4, 8, current_grid=today)
    check(instance, plan(instance, 1, stability=1000.0))


def test_a_community_in_pieces_shares_its_grids_and_says_so() -> None:
    instance = lattice(
        4, 12, community=["c0" if column in (0, 1, 2, 3, 9, 10) else "c1" for _ in range(4) for column in range(12)]
    )
    result = plan(instance)
    check(instance, result)
    said = [note for note in notes(instance, result) if note["code"] == "community_in_pieces"]
    assert {note["community"]: note["pieces"] for note in said} == {"c0": 2, "c1": 2}
    alone = lattice(1, 6, edges=[], grids_per_community={"c0": 2})
    assert len(plan(alone).names) == 6 and notes(alone, plan(alone))[0]["asked"] == 2


@pytest.mark.parametrize(
    "instance",
    [
        pytest.param(lattice(5, 5, workload=np.array([500.0] + [1.0] * 24)), id="one giant tower"),
        pytest.param(chain(20), id="a chain"),
        pytest.param(
            lattice(2, 4, edges=[("a0000", f"a{row:02}{column:02}") for row in (0, 1) for column in range(4)][1:],
                    grids_per_community={"c0": 3}), id="a star"),
        pytest.param(lattice(3, 4, xy_m=np.zeros((12, 2))), id="all at one place"),
        pytest.param(lattice(3, 4, workload=np.zeros(12), grids_per_community={"c0": 4}), id="no work at all"),
        pytest.param(lattice(1, 1), id="one atom"),
        pytest.param(lattice(2, 3, grids_per_community={"c0": 6}), id="an atom a grid"),
    ],
)  # fmt: skip
def test_odd_places_are_cut_all_the_same(instance: Instance) -> None:
    result = plan(instance)
    check(instance, result)
    report = report_of(instance, result, Weights())
    assert np.isfinite([report[term] for term in "JBCXIT"]).all()


def test_two_towns_joined_by_one_bridge_keep_apart() -> None:
    one, other = lattice(4, 4), lattice(4, 4)
    instance = make_instance(
        ids=[*(f"n{i}" for i in one.ids), *(f"s{i}" for i in other.ids)],
        xy_m=np.concatenate([one.xy_m, other.xy_m + [600, 0]]), workload=np.ones(32), area_m2=2 * 160.0 * 160.0,
        edges=[("na0303", "sa0000"),
               *((f"{side}{one.ids[a]}", f"{side}{one.ids[b]}") for side in "ns" for a, b in one.edges)],
        grids_per_community={"": 2},
    )  # fmt: skip
    assert len({(instance.ids[at][0], grid) for at, grid in enumerate(plan(instance).grid.tolist())}) == 2


def test_no_weights_at_all_is_no_trouble() -> None:
    instance = lattice(6, 6)
    result = plan(instance, balance=0, compactness=0, crossings=0, integrity=0)
    check(instance, result)
    assert result.terms.total == 0


def test_the_report_says_what_was_made() -> None:
    instance = lattice(8, 8, communities=2)
    result = plan(instance)
    report = report_of(instance, result, Weights())
    assert report["connected"] and report["k"] == len(report["grids"]) == len(result.names)
    assert report["J"] == pytest.approx(sum(report[term] for term in "BCXIT"))
    assert sum(row["workload"] for row in report["grids"]) == pytest.approx(instance.workload.sum())
    assert report["max_deviation"] == pytest.approx(max(abs(row["of_target"] - 1) for row in report["grids"]))
    assert 0 < report["walk_min_mean"] < report["walk_min_p95"] <= max(row["walk_min_max"] for row in report["grids"])


def test_walks_follow_the_edges_from_the_middle() -> None:
    graded = grade(chain(9), np.array([0] * 5 + [1] * 4), 2)
    assert graded.base.tolist() == [2, 6] and graded.parts.tolist() == [1, 1]
    assert graded.walk_m.tolist() == [60, 30, 0, 30, 60, 30, 0, 30, 60]
    torn = grade(chain(6), np.array([0, 1, 0, 1, 1, 1]), 2)
    assert torn.parts.tolist() == [2, 2]
