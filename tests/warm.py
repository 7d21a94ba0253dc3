"""Compiles the slow loops once, so that nobody waits later; part of ``make setup``: ``python -m tests.warm``.

numba keeps a function until its own file changes, not until one that it calls does: all are compiled anew.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from shapely.geometry import box

from gridward.core.locate import GridIndex
from gridward.core.locate.index import ENGINE_FROM_POINTS
from gridward.core.partition import Steps, Weights, design, make_instance
from gridward.core.partition.footways import straight_ways
from gridward.core.partition.prove import prove
from gridward.core.partition.report import report_of

CORE = Path(__file__).parents[1] / "gridward" / "core"


def main() -> None:
    for pattern in ("*.nbi", "*.nbc"):
        for compiled in CORE.rglob(pattern):
            compiled.unlink()
    locate()
    partition()


def locate() -> None:
    index = GridIndex(["1", "2"], ["community", "community"], [box(112, 28, 113, 29), box(113, 28, 114, 29)])
    lon, lat = np.full(ENGINE_FROM_POINTS, 112.5), np.full(ENGINE_FROM_POINTS, 28.5)
    index.first_many(lon, lat)
    index.covering_many(lon, lat)


def partition() -> None:
    names = [str(at) for at in range(8)]
    instance = make_instance(
        ids=names, xy_m=np.random.default_rng(0).uniform(0, 100, (8, 2)), workload=np.ones(8), target_workload=3.0,
        current_grid=names, edges=list(zip(names, names[1:], strict=False)),
    )  # fmt: skip
    weights = Weights(stability=1.0)
    result = design(instance, weights=weights, stop=Steps(1), rng=np.random.default_rng(0))
    report_of(instance, *prove(instance, result, weights)[:1], weights)
    on_foot = replace(instance, footways=straight_ways(instance.xy_m, instance.edges))
    walks = Weights(walks=True)
    prove(on_foot, design(on_foot, weights=walks, stop=Steps(1), rng=np.random.default_rng(0)), walks)


if __name__ == "__main__":
    main()
