"""A road is cut into stretches in the best of all ways, between marks that people know."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.errors import RuleBroken
from gridward.core.partition import Weights
from gridward.core.partition.stretches import Crossing, Front, Road, Side, cut_road


def evenly(fronts: int = 240, **more: object) -> Road:
    crossings = tuple(Crossing(at, f"lane {at}") for at in range(100, 1200, 100))
    places = (np.arange(fronts) + 0.5) * 1200 / fronts
    sides = (Side.LEFT, Side.RIGHT)
    doors = tuple(Front(float(at), sides[i % 2], 5.0) for i, at in enumerate(places))
    return replace(Road(1200, "river", "station", crossings, doors), **more)


def test_even_fronts_become_even_stretches_that_cost_what_even_ones_should() -> None:
    plan = cut_road(evenly(), 4)
    assert [(one.from_mark, one.to_mark) for one in plan.stretches] == [
        ("river", "lane 300"), ("lane 300", "lane 600"), ("lane 600", "lane 900"), ("lane 900", "station")]  # fmt: skip
    assert [(one.from_m, one.to_m, one.fronts, one.minutes) for one in plan.stretches[:2]] == [
        (0, 300, 60, 300), (300, 600, 60, 300)]  # fmt: skip
    assert plan.terms.compactness == pytest.approx(1, abs=1e-3) and plan.terms.balance == pytest.approx(0)
    assert (plan.terms.crossings, plan.terms.integrity, plan.terms.moved_share) == (0, 0, 0)


def test_main_crossings_communities_and_todays_stretches_draw_the_cuts() -> None:
    road = evenly()
    mains = tuple(replace(at, is_main=at.position_m in (200, 500)) for at in road.crossings)
    plan = cut_road(replace(road, crossings=mains), 3, weights=Weights(crossings=100))
    assert [(one.to_m, one.main_crossings) for one in plan.stretches] == [(200, 0), (500, 0), (1200, 0)]
    assert cut_road(replace(road, crossings=mains), 2).terms.crossings == 2 / 2
    split = cut_road(replace(road, communities=((0, "north"), (400, "south"))), 3, weights=Weights(integrity=100))
    assert split.stretches[0].to_m == 400 or split.stretches[1].to_m == 400
    assert {one.communities for one in split.stretches} == {("north",), ("south",)}
    doors = tuple(replace(at, today="old" if at.position_m < 700 else "new") for at in road.fronts)
    kept = cut_road(replace(road, fronts=doors), 2, weights=Weights(stability=100))
    assert [(one.to_m, one.continues) for one in kept.stretches] == [(700, "old"), (1200, "new")]
    free = cut_road(replace(road, fronts=doors), 2)
    assert [one.to_m for one in free.stretches] == [600, 1200] and free.terms.moved_share == pytest.approx(1 / 12)


def test_one_side_is_cut_by_its_own_fronts() -> None:
    road = evenly()
    uneven = tuple(
        replace(at, minutes=50.0) if at.side == Side.RIGHT and at.position_m < 200 else at for at in road.fronts
    )
    left, right = (cut_road(replace(road, fronts=uneven), 2, side=side) for side in (Side.LEFT, Side.RIGHT))
    assert [one.to_m for one in left.stretches] == [600, 1200] and left.stretches[0].side == Side.LEFT
    assert right.stretches[0].to_m == 200 and sum(one.fronts for one in (*left.stretches, *right.stretches)) == 240


def test_no_cut_where_none_is_allowed_and_no_more_stretches_than_gaps() -> None:
    road = evenly()
    barred = replace(road, crossings=tuple(replace(at, is_cut_allowed=at.position_m == 100) for at in road.crossings))
    assert [one.to_m for one in cut_road(barred, 2).stretches] == [100, 1200]
    for wrong, stretches, code in ((barred, 3, "partition.too_few_crossings"), (road, 0, "partition.too_few_crossings"),
                                   (replace(road, length_m=900), 2, "partition.off_the_road")):  # fmt: skip
        with pytest.raises(RuleBroken) as refused:
            cut_road(wrong, stretches)
        assert refused.value.code == code and refused.value.sentence("zh") and refused.value.sentence("en")
    assert cut_road(Road(50, "a", "b", (), ()), 1).terms.total == 0


def matches(stretches: int, todays: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every way in which stretches continue some of today's in order, each at most one."""
    for kept in range(min(stretches, len(todays)) + 1):
        for which in combinations(range(stretches), kept):
            for names in combinations(todays, kept):
                of = dict(zip(which, names, strict=True))
                yield tuple(of.get(at, "") for at in range(stretches))


def cost_by_definition(road: Road, cuts: Sequence[float], weights: Weights) -> float:
    """J of a cut, straight from its words; of the ways to continue today's stretches the one that moves least."""
    k, doors = len(cuts) - 1, road.fronts
    inside = [[at for at in doors if a <= at.position_m < b or b == at.position_m == road.length_m]
              for a, b in pairwise(cuts)]  # fmt: skip
    load = [sum(at.minutes for at in own) for own in inside]
    target = sum(load) / k
    balance = sum((own / target - 1) ** 2 for own in load) / k / 0.01 if target else 0.0
    spread = sum(np.var([at.position_m for at in own]) * len(own) for own in inside if own) / max(len(doors), 1)
    mains = sum(a < at.position_m < b for a, b in pairwise(cuts) for at in road.crossings if at.is_main)
    borders = [start for start, _ in road.communities[1:]]
    names = [name for _, name in road.communities]
    along = [{name for name, (low, high) in zip(names, pairwise([0, *borders, road.length_m]), strict=True)
              if low < b and a < high} for a, b in pairwise(cuts)]  # fmt: skip
    todays = list(dict.fromkeys(at.today for at in doors if at.today))
    moved = min(
        sum(at.minutes for own, name in zip(inside, way, strict=True) for at in own if at.today and at.today != name)
        for way in matches(k, todays)
    )
    return (weights.balance * balance + weights.compactness * spread / (road.length_m**2 / 12 / k**2)
            + weights.crossings * mains / k + weights.integrity * sum(max(0, len(of) - 1) for of in along) / k
            + weights.stability * (moved / sum(load) if sum(load) else 0.0))  # fmt: skip


@st.composite
def roads(draw: st.DrawFn) -> Road:
    spot, flag = st.integers(0, 10), st.booleans()
    crossings = draw(st.lists(st.builds(Crossing, spot.map(float), st.just("x"), flag, flag), max_size=6))
    front = st.builds(
        Front, spot.map(float), st.just(Side.LEFT), st.integers(0, 9).map(float), st.sampled_from(["", *"pqr"])
    )
    fronts = sorted(draw(st.lists(front, max_size=8)), key=lambda at: at.position_m)
    borders = sorted(draw(st.sets(st.integers(1, 9), max_size=2)))
    communities = tuple((float(at), draw(st.sampled_from("nm"))) for at in [0, *borders])
    return Road(10.0, "begin", "end", tuple(crossings), tuple(fronts), communities)


@given(roads(), st.tuples(*[st.integers(0, 3)] * 5))
def test_no_other_cut_is_better(road: Road, weighed: tuple[int, ...]) -> None:
    weights, marks = Weights(*weighed), {at.position_m for at in road.crossings if at.is_cut_allowed} - {0.0, 10.0}
    for k in range(1, len(marks) + 2):
        ways = [(0.0, *cuts, 10.0) for cuts in combinations(sorted(marks), k - 1)]
        plan = cut_road(road, k, weights=weights)
        found = (0.0, *(one.to_m for one in plan.stretches))
        assert found in ways and len(plan.stretches) == k
        assert plan.terms.total == pytest.approx(min(cost_by_definition(road, way, weights) for way in ways), abs=1e-9)
        assert plan.terms.total == pytest.approx(cost_by_definition(road, found, weights), abs=1e-9)
        moved = cost_by_definition(road, found, Weights(0, 0, 0, 0, 1))
        assert plan.terms.moved_share == pytest.approx(moved, abs=1e-9)
