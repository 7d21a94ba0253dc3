"""Small instances for tests: jittered lattices of atoms with blocks, superblocks and communities."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from gridward.core.partition import Instance, make_instance


def lattice(rows: int, columns: int, seed: int = 0, communities: int = 1, **more: Any) -> Instance:
    """Atoms 40 m apart with uneven workloads; 2 × 2 make a block, 4 × 4 a superblock, strips of columns a community."""
    rng = np.random.default_rng(seed)
    cells = list(product(range(rows), range(columns)))
    name = {cell: f"a{cell[0]:02d}{cell[1]:02d}" for cell in cells}
    pairs = [(cell, (cell[0] + down, cell[1] + right)) for cell in cells for down, right in ((0, 1), (1, 0))]
    given: dict[str, Any] = {
        "ids": [name[cell] for cell in cells],
        "xy_m": np.array(cells, float) * 40 + rng.uniform(-8, 8, (len(cells), 2)),
        "workload": rng.integers(5, 30, len(cells)).astype(float),
        "community": [f"c{column * communities // columns}" for _, column in cells],
        "block": [f"b{row // 2}-{column // 2}" for row, column in cells],
        "superblock": [f"s{row // 4}-{column // 4}" for row, column in cells],
        "edges": [(name[one], name[other]) for one, other in pairs if other in name],
    }
    if "grids_per_community" not in more and "current_grid" not in more:
        more.setdefault("target_workload", 160.0)
    return make_instance(**(given | more))


def chain(count: int, **more: Any) -> Instance:
    """Atoms in a straight line."""
    return make_instance(
        ids=[str(i) for i in range(count)], xy_m=np.array([[i * 30.0, 0.0] for i in range(count)]),
        workload=np.ones(count), edges=[(str(i), str(i + 1)) for i in range(count - 1)],
        **({"target_workload": 4.0} | more),
    )  # fmt: skip


def parts(instance: Instance, grid: Sequence[int]) -> int:
    """How many connected parts a plan's grids have in all, counted the slow way."""
    of = {atom: {atom} for atom in range(len(instance))}
    for one, other in instance.edges.tolist():
        if grid[one] == grid[other] and of[one] is not of[other]:
            of[one] |= of[other]
            for atom in of[other]:
                of[atom] = of[one]
    return len({id(group) for group in of.values()})


def all_plans(count: int, grids: int) -> Iterator[list[int]]:
    """Every way to put ``count`` atoms into exactly ``grids`` grids, each once."""

    def go(at: int, used: int, plan: list[int]) -> Iterator[list[int]]:
        if at == count:
            if used == grids:
                yield list(plan)
            return
        if grids - used > count - at:
            return
        for grid in range(min(used + 1, grids)):
            plan.append(grid)
            yield from go(at + 1, max(used, grid + 1), plan)
            plan.pop()

    yield from go(0, 0, [])
