"""An instance comes back from its bytes as it was."""

from dataclasses import fields

import numpy as np

from gridward.core.partition import make_instance
from gridward.core.partition.packing import pack, unpack


def test_an_instance_comes_back_as_it_was() -> None:
    given = make_instance(
        ids=["a", "b", "丙"], xy_m=np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 9.0]]), workload=np.array([1.0, 2.0, 0.5]),
        community=["x", "x", "y"], block=["1", "", "2"], superblock=["s", "s", ""], current_grid=["g1", "", "g2"],
        edges=[("a", "b"), ("b", "丙")], edge_class=["same_block", "main_road"], target_workload=2.0,
    )  # fmt: skip
    found = unpack(pack(given))
    for field in fields(given):
        before, after = getattr(given, field.name), getattr(found, field.name)
        assert type(after) is type(before)
        assert np.array_equal(after, before)
        assert not isinstance(before, np.ndarray) or before.dtype == after.dtype


def test_columns_that_nobody_gave_stay_empty() -> None:
    given = make_instance(ids=["a"], xy_m=np.zeros((1, 2)), workload=np.ones(1), edges=[], target_workload=1.0)
    found = unpack(pack(given))
    assert found.todays_grids == ()
    assert found.edges.shape == (0, 2)
