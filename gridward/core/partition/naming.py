"""Names of a plan's grids: today's where a grid goes on, new ones else."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gridward.core.partition.instance import NONE, Instance
from gridward.core.partition.pieces import Piece

Integers = NDArray[np.int64]


def names_of(instance: Instance, pieces: Sequence[Piece], grid: Integers) -> tuple[str, ...]:
    """A name for each of the grids 0, 1, …: of all pairs of a new grid and one of today, those that share most
    workload go first, so that as much as a greedy match can keep stays where it is.
    """
    count, today = sum(piece.grids for piece in pieces), instance.today
    has = today != NONE
    pairs, at = np.unique(np.stack([grid[has], today[has]], axis=1), axis=0, return_inverse=True)
    shared = np.bincount(at.ravel(), instance.workload[has], len(pairs))
    names, is_taken = [""] * count, np.zeros(len(instance.todays_grids), bool)
    for new, old in pairs[np.argsort(-shared, kind="stable")].tolist():
        if not names[new] and not is_taken[old]:
            names[new], is_taken[old] = instance.todays_grids[old], True
    return tuple(_new_names(instance, pieces, names))


def _new_names(instance: Instance, pieces: Sequence[Piece], names: list[str]) -> list[str]:
    """Grids without a name are counted within their community: name-01, name-02, …"""
    used, at = set(instance.todays_grids), 0
    numbers: dict[int, int] = {}
    for piece in pieces:
        for new in range(at, at + piece.grids):
            while not names[new]:
                numbers[piece.community] = numbers.get(piece.community, 0) + 1
                name = f"{instance.communities[piece.community] or 'grid'}-{numbers[piece.community]:02d}"
                names[new] = name if name not in used else ""
            used.add(names[new])
        at += piece.grids
    return names
