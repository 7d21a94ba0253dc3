"""A plan changed by hand keeps its hard rules, or the whole request is refused and says why."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gridward.core.errors import RuleBroken
from gridward.core.partition import Instance, Steps, changes, design, make_instance, move, redraw
from gridward.core.partition.editing import left_of
from tests.core.partition.towns import lattice, parts

Integers = NDArray[np.int64]
NAMES = ("west", "east", "far")


def field(rows: int = 6, columns: int = 8, **more: Any) -> Instance:
    """Atoms 40 m apart, x to the east and y to the north, each of the same work."""
    at = [(column, row) for row in range(rows) for column in range(columns)]
    names = {place: f"{place[0]}.{place[1]}" for place in at}
    near = [(x + right, y + up) for x, y in at for right, up in ((1, 0), (0, 1))]
    edges = [(names[at[i // 2]], names[to]) for i, to in enumerate(near) if to in names]
    given_: dict[str, Any] = {"ids": list(names.values()), "xy_m": np.array(at, float) * 40, "edges": edges,
                              "workload": np.ones(len(at)), "target_workload": 16.0}  # fmt: skip
    return make_instance(**(given_ | more))


def columns(instance: Instance, *ends: int) -> Integers:
    """Grids side by side, each up to a column."""
    return np.searchsorted(np.array(ends), instance.xy_m[:, 0] / 40, side="right")


def refused(code: str, of: Any, *given_: Any, **more: Any) -> dict[str, Any]:
    with pytest.raises(RuleBroken) as told:
        of(*given_, **more)
    assert told.value.code == code and told.value.sentence("zh") and told.value.sentence("en")
    return told.value.values_given


def test_atoms_go_to_another_grid_and_nothing_else_changes() -> None:
    instance = field()
    grid = columns(instance, 3, 6)
    atoms = np.flatnonzero(instance.xy_m[:, 0] == 80)
    after = move(instance, grid, NAMES, atoms, 1)
    assert (after == columns(instance, 2, 6)).all() and (grid == columns(instance, 3, 6)).all()
    assert [(row["atom"], row["from"], row["to"]) for row in changes(instance, grid, NAMES, after, NAMES)] == [
        (at, "west", "east") for at in atoms.tolist()
    ]


def test_a_hard_rule_refuses_the_whole_request() -> None:
    instance = field(community=[*("n" * 24), *("s" * 24)])
    grid = columns(instance, 3) + 2 * instance.community
    names = ("a", "b", "c", "d")
    atom = instance.ids.index
    assert refused("partition.move_across_communities", move, instance, grid, names, [atom("0.0"), atom("0.3")], 1) == {
        "grid": "b", "community": "s", "atoms": 1}  # fmt: skip
    assert refused("partition.grid_emptied", move, instance, grid, names, np.flatnonzero(grid == 0), 1) == {"grid": "a"}
    middle = [atom(f"1.{row}") for row in range(3)]
    assert refused("partition.grid_torn", move, instance, grid, names, middle, 1)["grid"] in ("a", "b")
    corner = [atom("2.1"), atom("2.2"), atom("1.1")]  # leaves column 2's lowest atom to the rest by one neighbour
    kept = move(instance, grid, names, corner, 1)
    assert refused("partition.grid_torn", move, instance, kept, names, [atom("1.0")], 1) == {"grid": "a", "atoms": 1}


def test_what_is_fixed_is_neither_taken_nor_given_to() -> None:
    instance = field()
    grid, atoms = columns(instance, 3, 6), np.flatnonzero(field().xy_m[:, 0] == 80)
    fixed = np.zeros(len(instance), bool)
    fixed[atoms[:2]] = True
    assert refused("partition.atoms_fixed", move, instance, grid, NAMES, atoms, 1, fixed) == {
        "grid": "west", "atoms": 2}  # fmt: skip
    assert refused("partition.grid_fixed", move, instance, grid, NAMES, atoms, 1, grid == 1) == {"grid": "east"}
    line = np.array([[60.0, 0], [60, 200]])
    assert refused("partition.atoms_fixed", redraw, instance, grid, NAMES, line, fixed)["atoms"] == 2
    assert (move(instance, grid, NAMES, atoms[2:3], 0, fixed) == grid).all()


def test_a_grid_of_today_in_parts_may_be_mended_but_not_torn_further() -> None:
    instance = field(1, 8)
    grid = np.array([0, 0, 1, 1, 0, 0, 1, 1])
    assert move(instance, grid, NAMES, [4, 5], 1).tolist() == [0, 0, 1, 1, 1, 1, 1, 1]
    assert refused("partition.grid_torn", move, instance, np.array([0, 0, 0, 1, 1, 1, 0, 0]), NAMES, [1], 1) == {
        "grid": "west", "atoms": 2}  # fmt: skip


@pytest.mark.parametrize("turned", [False, True])
def test_a_line_beside_a_boundary_is_the_new_boundary(turned: bool) -> None:
    instance = field()
    grid = columns(instance, 3, 6)
    line = np.array([[62.0, 30.0], [58.0, 100.0], [62.0, 170.0]])  # in the west, two columns in; shorter than the field
    after = redraw(instance, grid, NAMES, line[::-1] if turned else line)
    assert (after == columns(instance, 2, 6)).all()
    assert (redraw(instance, after, NAMES, np.array([[140.0, 0], [140, 200]])) == columns(instance, 4, 6)).all()


def test_a_line_across_a_boundary_turns_it() -> None:
    instance = field()
    grid = columns(instance, 4, 8)
    after = redraw(instance, grid, NAMES, np.array([[0.0, 100], [280, 100]]))
    assert len(set(zip(after.tolist(), (instance.xy_m[:, 1] > 100).tolist(), strict=True))) == 2
    load = [[((after == g) & (grid == h)).sum() for g in (0, 1)] for h in (0, 1)]
    assert load == [[12, 12], [12, 12]]


def test_of_four_quarters_the_line_changes_the_two_that_it_is_about() -> None:
    instance = field(8, 8)
    east, north = (instance.xy_m[:, at] > 140 for at in (0, 1))
    grid, names = (east + 2 * north).astype(int), ("sw", "se", "nw", "ne")
    across = redraw(instance, grid, names, np.array([[0.0, 220], [280, 220]]))
    assert (across[~north] == grid[~north]).all() and {*across[north & (instance.xy_m[:, 1] > 220)]} in ({2}, {3})
    beside = redraw(instance, grid, names, np.array([[100.0, 150], [100, 290]]))
    assert (beside == np.where(north, 2 + (instance.xy_m[:, 0] > 100), grid)).all()
    below = redraw(instance, grid, names, np.array([[-10.0, 180], [130, 180]]))
    assert (below == np.where(~east, 2 * (instance.xy_m[:, 1] > 180), grid)).all()


def test_a_line_through_two_wide_grids_is_about_them_though_a_third_is_nearer() -> None:
    instance = field(6, 16)
    is_top = instance.xy_m[:, 1] > 100
    grid = np.where(is_top, instance.xy_m[:, 0] > 300, 2)
    after = redraw(instance, grid, NAMES, np.array([[0.0, 180], [600, 180]]))
    assert (after[~is_top] == 2).all() and {*after[instance.xy_m[:, 1] > 180]} in ({0}, {1})


def test_the_lightest_bits_go_first() -> None:
    instance = field(1, 9)
    line = np.array([[100.0, -50], [100, 9], [140, 9], [140, -9], [220, -9], [220, 50]])
    after = redraw(instance, columns(instance, 5), NAMES, line)
    assert after.tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 1]


def test_each_side_goes_to_who_has_more_there() -> None:
    instance = field()
    grid = columns(instance, 3, 8)
    after = redraw(instance, grid, NAMES, np.array([[20.0, 0], [60, 90], [100, 200]]))
    assert (after == grid).mean() > 0.8 and set(after) == {0, 1}


def test_a_bit_that_is_cut_off_goes_to_the_other_side() -> None:
    instance = field(3, 6, edges=[edge for edge in _edges(3, 6) if "0.2" not in edge] + [("0.2", "5.2")])
    grid = np.where(instance.xy_m[:, 0] < 120, 0, 1)
    grid[instance.ids.index("0.2")] = 1  # its only neighbour is far in the east
    after = redraw(instance, grid, ("west", "east"), np.array([[60.0, 0], [60, 80]]))
    assert after[instance.ids.index("0.2")] == 1
    assert parts(instance, after.tolist()) == 2 and (after == 0).sum() == 5


def _edges(rows: int, columns_: int) -> list[tuple[str, str]]:
    instance = field(rows, columns_)
    return [(instance.ids[a], instance.ids[b]) for a, b in instance.edges.tolist()]


@pytest.mark.parametrize(
    "line", [[[0, 0]], [[5, 5], [5, 5]], [[900.0, 0], [900, 50]], [[-20.0, 0], [-20, 200]], [[0, 0], [np.nan, 9]], []]
)
def test_a_line_that_parts_nothing_is_refused(line: list[list[float]]) -> None:
    instance = field()
    refused("partition.line_separates_nothing", redraw, instance, columns(instance, 4), NAMES, line)
    refused("partition.line_separates_nothing", redraw, instance, columns(instance, 8), NAMES, [[0, 90], [300, 90]])


@given(ys=st.lists(st.floats(-50, 50), min_size=2, max_size=8), seed=st.integers(0, 999))
def test_left_of_a_line_that_runs_east_is_above_it(ys: list[float], seed: int) -> None:
    xs = np.arange(len(ys)) * 30.0
    points = np.random.default_rng(seed).uniform((0, -80), (xs[-1], 80), (60, 2))
    line = np.column_stack([xs, ys])
    height = points[:, 1] - np.interp(points[:, 0], xs, ys)
    clear = np.abs(height) > 1e-3
    assert (left_of(line, points)[clear] == (height > 0)[clear]).all()
    assert (left_of(line[::-1], points)[clear] == (height < 0)[clear]).all()


@given(seed=st.integers(0, 9999))
def test_whatever_is_asked_by_hand_the_rules_hold(seed: int) -> None:
    """Random moves and lines on a real plan: refused, or connected, nested, complete, the fixed atoms in place."""
    rng = np.random.default_rng(seed)
    instance = lattice(8, 9, seed % 7, communities=2)
    plan = design(instance, stop=Steps(0), rng=rng)
    grid, fixed, taken = plan.grid, rng.random(72) < 0.1, 0
    for _ in range(6):
        try:
            before, grid = grid, _anything(instance, grid, plan.names, fixed, rng)
        except RuleBroken:
            continue
        taken += 1
        assert (grid[fixed] == before[fixed]).all() and set(grid) == set(plan.grid)
        assert parts(instance, grid.tolist()) == len(plan.names)
        assert len({*zip(grid.tolist(), instance.community.tolist(), strict=True)}) == len(plan.names)


def _anything(
    instance: Instance, grid: Integers, names: Sequence[str], fixed: NDArray[np.bool_], rng: np.random.Generator
) -> Integers:
    if rng.random() < 0.5:
        seed = rng.integers(len(instance))
        near = np.argsort(((instance.xy_m - instance.xy_m[seed]) ** 2).sum(axis=1))[: rng.integers(1, 6)]
        return move(instance, grid, names, near, int(rng.integers(len(names))), fixed)
    return redraw(instance, grid, names, rng.uniform(-20, 360, (rng.integers(2, 5), 2)), fixed)
