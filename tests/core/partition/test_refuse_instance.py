"""What is wrong with an instance is said in one sentence, before anything is searched."""

import math
from typing import Any

import numpy as np
import pytest

from gridward.core.errors import RuleBroken
from gridward.core.partition import make_instance


def three(**wrong: Any) -> dict[str, Any]:
    return {
        "ids": ["a", "b", "c"], "xy_m": np.eye(3, 2), "workload": np.ones(3), "edges": [("a", "b"), ("b", "c")],
        "target_workload": 1.0,
    } | wrong  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ids": [], "xy_m": np.empty((0, 2)), "workload": np.empty(0), "edges": []}, "partition.no_units"),
        ({"ids": ["a", "b", "a"]}, "partition.unit_twice"),
        ({"xy_m": np.array([[0, 0], [1, math.inf], [2, 0]])}, "partition.place_not_a_number"),
        ({"workload": np.array([1, math.nan, 1])}, "partition.workload_missing"),
        ({"workload": np.array([1, -1.0, 1])}, "partition.workload_negative"),
        ({"edges": [("a", "b"), ("b", "x")]}, "partition.edge_to_unknown"),
        ({"edges": [("b", "b")]}, "partition.edge_to_itself"),
        ({"edge_class": ["same_block", "motorway"]}, "partition.edge_class_unknown"),
        ({"area_m2": 0.0}, "partition.area_not_positive"),
        ({"target_workload": 0.0}, "partition.target_not_positive"),
        ({"target_workload": None}, "partition.no_number_of_grids"),
        ({"target_workload": None, "community": list("nns"), "current_grid": ["g", "g", ""]},
         "partition.no_number_of_grids"),
        ({"grids_per_community": {"": 4}}, "partition.more_grids_than_atoms"),
        ({"grids_per_community": {"": 0}}, "partition.number_not_positive"),
        ({"grids_per_community": {"": 1, "north": 1}}, "partition.community_unknown"),
        ({"grids_per_community": {}}, "partition.community_without_number"),
    ],
)  # fmt: skip
def test_a_bad_instance_is_refused_by_name(wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        make_instance(**three(**wrong))
    assert refused.value.code == code
    assert refused.value.sentence("zh") and refused.value.sentence("en")


def test_the_number_of_grids_is_given_or_by_target_or_todays() -> None:
    north = {"community": ["n", "n", "s"], "workload": np.array([3.0, 2, 0.1])}
    assert make_instance(**three(**north, target_workload=2.0)).grids.tolist() == [2, 1]
    assert make_instance(**three(**north, grids_per_community={"n": 1, "s": 1})).grids.tolist() == [1, 1]
    today = {"current_grid": ["g", "h", "i"], "target_workload": None}
    assert make_instance(**three(**north, **today)).grids.tolist() == [2, 1]


def test_an_edge_told_twice_is_one_edge_of_the_closer_class() -> None:
    twice = {"edges": [("a", "b"), ("b", "a")], "edge_class": ["main_road", "same_block"]}
    instance = make_instance(**three(**twice))
    assert (instance.edges.tolist(), instance.edge_class.tolist()) == ([[0, 1]], [0])
