"""Names of a plan's grids: today's where a grid goes on, new ones else."""

import numpy as np
from numpy.typing import NDArray

from gridward.core.partition.instance import NONE, Instance

Integers = NDArray[np.int64]


def names_of(instance: Instance, grid: Integers, count: int) -> tuple[str, ...]:
    """A name for each of the grids 0, 1, … of a plan (n,): of all pairs of a new grid and one of today, those that
    share most workload go first, so that as much as a greedy match can keep stays where it is.
    """
    today, has = instance.today, instance.today != NONE
    pairs, at = np.unique(np.stack([grid[has], today[has]], axis=1), axis=0, return_inverse=True)
    shared = np.bincount(at.ravel(), instance.workload[has], len(pairs))
    names, is_taken = [""] * count, np.zeros(len(instance.todays_grids), bool)
    for new, old in pairs[np.argsort(-shared, kind="stable")].tolist():
        if not names[new] and not is_taken[old]:
            names[new], is_taken[old] = instance.todays_grids[old], True
    community = np.empty(count, np.int64)
    community[grid] = instance.community
    return tuple(_new_names(instance, community.tolist(), names))


def _new_names(instance: Instance, community: list[int], names: list[str]) -> list[str]:
    """Grids without a name are counted within their community: name-01, name-02, …"""
    used, numbers = set(instance.todays_grids), dict[int, int]()
    for new, of in enumerate(community):
        while not names[new]:
            numbers[of] = numbers.get(of, 0) + 1
            name = f"{instance.communities[of] or 'grid'}-{numbers[of]:02d}"
            names[new] = name if name not in used else ""
        used.add(names[new])
    return names
