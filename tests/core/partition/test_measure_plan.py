"""Any division is measured by the same eyes, also one that is in parts, across communities or not whole."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.partition import Steps, Weights, design, faults, measures
from gridward.core.partition.report import report_of
from tests.core.partition.test_edit_plan import field
from tests.core.partition.towns import lattice, parts

Row = dict[str, Any]


def by_code(rows: list[Row], code: str) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "code"} for row in rows if row["code"] == code]


def test_a_report_and_the_measures_say_the_same() -> None:
    instance = lattice(6, 8, current_grid=[f"g{column // 4}{row // 3}" for row in range(6) for column in range(8)])
    weights = Weights(stability=0.5)
    result = design(instance, weights=weights, stop=Steps(1), rng=np.random.default_rng(0))
    report, told = report_of(instance, result, weights), measures(instance, result.grid, result.names, weights)
    assert {name: report[name] for name in told} == told and told["without_grid"] == 0
    assert sum(row["workload_in"] for row in told["grids"]) == pytest.approx(
        told["moved_share"] * instance.workload.sum()
    )
    assert told["T"] == 0.5 * told["moved_share"] and told["J"] == pytest.approx(sum(told[term] for term in "BCXIT"))


@given(seed=st.integers(0, 9999))
def test_each_grid_is_counted_as_by_hand(seed: int) -> None:
    rng = np.random.default_rng(seed)
    instance, grid = lattice(5, 6, seed, communities=2), rng.integers(-1, 4, 30)
    names = ("a", "b", "c", "d")
    told = measures(instance, grid, names, Weights())
    assert told["without_grid"] == (grid < 0).sum() and [row["grid"] for row in told["grids"]] == [
        names[g] for g in range(4) if (grid == g).any()
    ]
    assert json.loads(json.dumps(told)) == told
    for row in told["grids"]:
        own = np.flatnonzero(grid == names.index(row["grid"]))
        others = np.flatnonzero((grid >= 0) & (grid != names.index(row["grid"])))
        assert row["atoms"] == len(own) and row["workload"] == instance.workload[own].sum()
        assert row["crossings"] == len(set(instance.superblock[own])) - 1
        assert row["cut_blocks"] == len(set(instance.block[own]) & set(instance.block[others]))
        of = {name: instance.workload[own[instance.community[own] == at]].sum() for at, name in enumerate(("c0", "c1"))}
        assert of[row["community"]] == max(of.values()) and row["community"] == row["communities"][0]
        assert set(row["communities"]) == {instance.communities[at] for at in instance.community[own]}
        alone = np.where(np.isin(np.arange(30), own), 0, np.arange(1, 31))
        assert row["parts"] == parts(instance, alone.tolist()) - (30 - len(own))
        assert row["connected"] == (row["parts"] == 1)
        assert row["walk_min_mean"] is None or 0 <= row["walk_min_mean"] <= row["walk_min_max"]
        assert instance.ids.index(row["base"]) in own


def test_a_door_that_cannot_be_reached_has_no_minutes() -> None:
    instance = lattice(1, 6, edges=[("a0000", "a0001"), ("a0001", "a0002"), ("a0003", "a0004"), ("a0004", "a0005")])
    told = measures(instance, np.array([0, 0, 0, 0, 1, 1]), ("a", "b"), Weights())
    assert [row["walk_min_max"] is None for row in told["grids"]] == [True, False]
    assert told["walk_min_mean"] is None and told["walk_min_p95"] is None and not told["connected"]
    with pytest.raises(ValueError, match="no atom"):
        measures(instance, np.full(6, -1), (), Weights())


def test_every_fault_is_named_with_its_place() -> None:
    """A row of twelve atoms, 500 m apart but for one gap: two communities, three superblocks."""
    along = np.arange(12) * 500.0 + 300 * (np.arange(12) > 3)
    instance = field(
        1, 12, xy_m=np.column_stack([along, np.zeros(12)]), community=[*("n" * 9), *("s" * 3)],
        superblock=[*("u" * 6), *("v" * 5), "w"], grids_per_community={"n": 2, "s": 1}, target_workload=None,
    )  # fmt: skip
    grid = np.array([0, 0, 0, 1, 0, 1, 1, 2, 2, 2, 2, -1])
    found = faults(instance, grid, ("a", "b", "c"))
    assert json.loads(json.dumps(found)) == found
    assert by_code(found, "without_grid") == [{"atoms": [11]}]
    assert by_code(found, "grid_across_communities") == [{"grid": "c", "communities": ["n", "s"], "atoms": [9, 10]}]
    assert by_code(found, "grid_in_parts") == [
        {"grid": "a", "parts": 2, "atoms": [4]}, {"grid": "b", "parts": 2, "atoms": [3]}]  # fmt: skip
    assert by_code(found, "grid_off") == [{"grid": "b", "of_target": pytest.approx(9 / 11), "atoms": [3, 5, 6]}]
    assert by_code(found, "grid_across_main_road") == [{"grid": "b", "superblocks": [0, 1], "atoms": [6]}]
    assert by_code(found, "far_from_base") == [
        {"grid": "a", "base": "2.0", "walk_min": pytest.approx(1300 / 75), "atoms": [4]},
        {"grid": "b", "base": "5.0", "walk_min": pytest.approx(1300 / 75), "atoms": [3]}]  # fmt: skip
    assert faults(instance, np.full(12, -1), ()) == [{"code": "without_grid", "atoms": list(range(12))}]


def test_a_cut_block_says_why() -> None:
    def why(workload: list[float], block: str, grid: list[int], community: str = "nnnnnn") -> Row:
        instance = field(1, 6, workload=np.array(workload), block=[name.strip("-") for name in block],
                         community=list(community))  # fmt: skip
        (row,) = by_code(faults(instance, np.array(grid), ("a", "b", "c")), "block_cut")
        assert row.pop("atoms") == [at for at in range(6) if block[at] == "x"] and row.pop("block") == 0
        return row

    cut = ["a", "b"]
    assert why([1, 1, 4, 4, 1, 1], "--xx--", [0, 0, 0, 1, 1, 1]) == {
        "grids": cut, "why": "heavier_than_a_grid", "of_target": pytest.approx(8 / 6)}  # fmt: skip
    assert why([1, 1, 1, 1, 1, 1], "--xx--", [0, 0, 0, 1, 1, 1]) == {
        "grids": cut, "why": "whole_unbalances", "grid": "a", "of_target": pytest.approx(4 / 3)}  # fmt: skip
    assert why([5, 5, 1, 1, 5, 5], "--xx--", [0, 0, 0, 1, 1, 1]) == {"grids": cut, "why": "better_whole", "grid": "a"}
    assert why([1, 1, 1, 1, 1, 1], "--xx--", [0, 0, 0, 1, 1, 1], "nnnsss") == {
        "grids": cut, "why": "across_communities"}  # fmt: skip
    assert why([6, 1, 1, 1, 1, 2], "--xx--", [0, 0, 0, 1, 1, 1]) == {"grids": cut, "why": "better_whole", "grid": "b"}
    assert why([9, 9, 9, 0, 9, 9], "--xx--", [0, 0, 1, 2, 0, 0])["why"] == "whole_tears"  # one would be left empty
    assert why([9, 1, 9, 9, 1, 9], "-x--x-", [0, 0, 0, 1, 1, 1])["why"] == "whole_tears"
    whole = field(1, 6, block=list("xxyyzz"))
    assert by_code(faults(whole, np.array([0, 0, 0, 0, 1, 1]), ("a", "b")), "block_cut") == []
