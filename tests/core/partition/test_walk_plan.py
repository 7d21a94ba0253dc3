"""Walks in place of compactness: ways along streets and through gates; J by hand, the same however it is told."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.errors import RuleBroken
from gridward.core.partition import Instance, Steps, Weights, boundary, design, make_instance, measures, score
from gridward.core.partition.footways import Footways, measured_ways, street_ways
from gridward.core.partition.packing import pack, unpack
from gridward.core.partition.prove import least_walk_m, prove
from tests.core.partition.towns import all_plans, lattice, parts

WALKS = Weights(walks=True)
NOBODY = np.empty((0, 2), int)


def walkable(rows: int, columns: int, seed: int = 0, **more: Any) -> Instance:
    """A lattice whose neighbours are as far apart as chance says, with junctions that are no doors."""
    instance, rng = lattice(rows, columns, seed, **more), np.random.default_rng(seed + 1)
    ids, names = instance.ids, [f"crossing {at}" for at in range(len(instance.edges))]
    rows_of = [
        row
        for (a, b), name in zip(instance.edges.tolist(), names, strict=True)
        for row in ((ids[a], name, float(rng.uniform(10, 90))), (name, ids[b], float(rng.uniform(0, 10))))
    ]
    return replace(instance, footways=measured_ways(ids, rows_of))


def slow_walks(instance: Instance) -> np.ndarray[Any, Any]:
    """Metres between all doors, by Floyd and Warshall."""
    ways = instance.footways
    assert ways is not None
    away = np.full((len(ways.begin) - 1,) * 2, np.inf)
    np.fill_diagonal(away, 0)
    for v, (first, last) in enumerate(zip(ways.begin[:-1].tolist(), ways.begin[1:].tolist(), strict=True)):
        for e in range(first, last):
            away[v, ways.to[e]] = min(away[v, ways.to[e]], ways.length_m[e])
    for v in range(len(away)):
        away = np.minimum(away, away[:, [v]] + away[[v]])
    return away[np.ix_(ways.door, ways.door)]


@given(seed=st.integers(0, 999), grids=st.integers(1, 4))
def test_convenience_is_the_mean_walk_from_the_best_base(seed: int, grids: int) -> None:
    instance, rng = walkable(3, 4, seed), np.random.default_rng(seed)
    grid = np.concatenate([np.arange(grids), rng.integers(0, grids, 12 - grids)])
    away = slow_walks(instance)
    metres = sum(away[np.ix_(grid == g, grid == g)].sum(axis=1).min() for g in range(grids)) / 12
    unit = 2 / 3 * math.sqrt(instance.area_m2 / (math.pi * grids))
    terms, straight = score(instance, grid, (), WALKS), score(instance, grid)
    assert terms.compactness == pytest.approx(metres / unit, rel=1e-9)
    assert terms.total - terms.compactness == pytest.approx(straight.total - straight.compactness)
    told = measures(instance, grid, tuple("abcd"[:grids]), WALKS)
    assert (told["C"], told["convenience"]) == (terms.compactness, "walking")
    assert told["walk_min_mean"] == pytest.approx(metres / 75)
    assert least_walk_m(instance.footways, grids) <= 12 * metres + 1e-9  # type: ignore[arg-type]


@given(seed=st.integers(0, 999), turn=st.floats(0, 6.3), east=st.floats(-1e6, 1e6), north=st.floats(-1e6, 1e6))
def test_a_plan_walks_the_same_turned_moved_and_shuffled(seed: int, turn: float, east: float, north: float) -> None:
    rng, ids = np.random.default_rng(seed), [str(at) for at in range(20)]
    places, grid, order = rng.uniform(0, 200, (20, 2)), rng.integers(0, 3, 20), rng.permutation(20)
    turned = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    streets = [shapely.LineString([(0, 60), (200, 70)]), shapely.LineString([(90, 0), (100, 190)])]
    ways = street_ways(places, streets=streets, edges=NOBODY)
    one = make_instance(ids=ids, xy_m=places, workload=np.ones(20), edges=[], target_workload=1.0, footways=ways)
    other = make_instance(
        ids=[ids[at] for at in order], xy_m=(places @ turned + [east, north])[order], workload=np.ones(20), edges=[],
        target_workload=1.0, footways=ways.of(order),
    )  # fmt: skip
    assert score(other, grid[order] * 5 % 7, (), WALKS).total == pytest.approx(
        score(one, grid, (), WALKS).total, rel=1e-9, abs=1e-9
    )


@pytest.mark.parametrize(("rows", "columns", "grids", "seed"), [(3, 3, 3, 1), (2, 5, 2, 2), (3, 4, 3, 6)])
def test_the_best_of_all_plans_on_foot_is_found_and_proven(rows: int, columns: int, grids: int, seed: int) -> None:
    instance = walkable(rows, columns, seed, grids_per_community={"c0": grids})
    best = min(
        score(instance, np.array(plan), (), WALKS).total
        for plan in all_plans(len(instance), grids)
        if parts(instance, plan) == grids
    )
    found = design(instance, weights=WALKS, stop=Steps(3), rng=np.random.default_rng(0))
    assert found.terms.total == pytest.approx(best, abs=1e-6)
    grown = design(instance, weights=WALKS, stop=Steps(0), rng=np.random.default_rng(0))
    result, (proof,) = prove(instance, grown, WALKS)
    assert proof.is_optimal and result.terms.total == pytest.approx(best, abs=1e-6)


def test_walks_steer_the_plan_whose_grids_stay_whole() -> None:
    """A lattice where steps down are long and steps across short: grids become wide, as no straight line would."""
    free = lattice(12, 12, seed=3, communities=2)
    rows = [(free.ids[a], free.ids[b], 200.0 if free.ids[a][1:3] != free.ids[b][1:3] else 20.0)
            for a, b in free.edges.tolist()]  # fmt: skip
    instance, seen = replace(free, footways=measured_ways(free.ids, rows)), list[float]()
    straight = design(instance, stop=Steps(2), rng=np.random.default_rng(0))
    rounds = (0, 1, 3)
    on_foot = [design(instance, weights=WALKS, stop=Steps(n), rng=np.random.default_rng(0)) for n in rounds]
    for result in on_foot:
        assert parts(instance, result.grid.tolist()) == len(result.names) == instance.grids.sum()
        assert len({*zip(result.grid.tolist(), instance.community.tolist(), strict=True)}) == len(result.names)
        seen.append(result.terms.total)
    assert seen == sorted(seen, reverse=True) and seen[0] > seen[-1]
    by_line = score(instance, straight.grid, straight.names, WALKS)
    assert on_foot[-1].terms.compactness < 0.9 * by_line.compactness and on_foot[-1].terms.total < by_line.total
    again = design(instance, weights=WALKS, stop=Steps(1), rng=np.random.default_rng(0))
    assert again.grid.tolist() == on_foot[1].grid.tolist()


def test_what_is_locked_stays_where_walks_are_weighed() -> None:
    instance = walkable(8, 10, seed=2)
    start = design(instance, stop=Steps(0), rng=np.random.default_rng(0))
    fixed = boundary(instance, start.grid, int(start.grid[0]), int(start.grid[-1])) | (start.grid == 1)
    result = design(instance, weights=WALKS, stop=Steps(2), rng=np.random.default_rng(0), start=start.grid, fixed=fixed)
    assert result.grid[fixed].tolist() == start.grid[fixed].tolist()
    assert (result.grid == 1).tolist() == (start.grid == 1).tolist()
    assert result.terms.total < score(instance, start.grid, (), WALKS).total
    assert parts(instance, result.grid.tolist()) == len(result.names)


def walk(ways: Footways, one: int, other: int) -> float:
    instance = make_instance(ids=[str(at) for at in range(len(ways.door))], xy_m=np.zeros((len(ways.door), 2)),
                             workload=np.ones(len(ways.door)), edges=[], target_workload=1.0)  # fmt: skip
    return float(slow_walks(replace(instance, footways=ways))[one, other])


def test_one_leaves_a_compound_by_its_gates() -> None:
    """Doors 0 and 1 stand in a compound north of a street, 2 before its wall; the gate is at the east end."""
    places, street = np.array([[0, 20], [40, 20], [0, 10.0], [300, 10]]), shapely.LineString([(0, 0), (300, 0)])
    edges, compound, gate = np.array([[0, 1], [0, 2]]), np.array([7, 7, -1, -1]), {7: np.array([[100, 20.0]])}
    free = street_ways(places, streets=[street], edges=edges)
    assert walk(free, 0, 2) == 10 and walk(free, 0, 3) == pytest.approx(10 + 10 + 300 + 10)
    walled = street_ways(places, streets=[street], edges=edges, compound=compound, gates=gate)
    assert walk(walled, 0, 1) == 40 and walk(walled, 0, 2) == pytest.approx(100 + 20 + 100 + 10)
    assert walk(walled, 1, 3) == pytest.approx(60 + 20 + 200 + 10)
    nobody_knows = street_ways(places, streets=[street], edges=edges, compound=compound)
    assert walk(nobody_knows, 0, 2) == 10


def test_streets_that_touch_nothing_are_joined_by_the_shortest_line() -> None:
    streets = [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(130, 0), (200, 0)])]
    ways = street_ways(np.array([[10, 5], [150, 5.0]]), streets=streets, edges=NOBODY)
    assert walk(ways, 0, 1) == pytest.approx(150)
    bare = street_ways(np.array([[0, 0], [30, 40.0]]), streets=[], edges=NOBODY)
    assert walk(bare, 0, 1) == 50
    crossing = [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(50, -50), (50, 50)])]
    ways = street_ways(np.array([[0, 1], [51, 50.0]]), streets=crossing, edges=NOBODY)
    assert walk(ways, 0, 1) == pytest.approx(1 + 50 + 50 + 1)


def test_what_cannot_be_walked_is_refused() -> None:
    instance = lattice(2, 2)
    for act in (lambda: score(instance, np.zeros(4, int), (), WALKS),
                lambda: design(instance, weights=WALKS, stop=Steps(0), rng=np.random.default_rng(0))):  # fmt: skip
        with pytest.raises(RuleBroken) as refused:
            act()
        assert refused.value.code == "partition.no_footways"
    for metres in (-1.0, math.nan, math.inf):
        with pytest.raises(RuleBroken) as refused:
            measured_ways(["a", "b"], [("a", "b", 1.0), ("b", "c", metres)])
        assert refused.value.code == "partition.walk_length_wrong" and refused.value.values_given["row"] == 2
    with pytest.raises(RuleBroken) as refused:
        make_instance(ids=["a", "b", "c"], xy_m=np.zeros((3, 2)), workload=np.ones(3), edges=[], target_workload=1.0,
                      footways=measured_ways(["a", "b", "c"], [("a", "x", 5.0), ("x", "b", 5.0)]))  # fmt: skip
    assert refused.value.code == "partition.no_way_on_foot" and refused.value.values_given == {"one": "a", "other": "c"}


def test_ways_are_kept_with_the_units() -> None:
    instance, without = walkable(3, 3), lattice(3, 3)
    kept = unpack(pack(instance))
    assert slow_walks(kept).tolist() == slow_walks(instance).tolist() and unpack(pack(without)).footways is None
