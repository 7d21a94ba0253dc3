"""KaHIP and the regionalisations of spopt beside the designer, also on the maps that libpysal carries.

``python -m benchmarks.partition_more_peers [small large Georgia …]``, where ``requirements-peers.lock`` is installed;
not a part of ``make bench``. Counts processor time of one core; nothing runs longer than ``LIMIT_S``. Figures are in
docs/explanation/grid-design.md.
"""

import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import geopandas
import kahip
import libpysal
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sklearn.metrics.pairwise import euclidean_distances
from spopt import region
from spopt.region.objective_function import ObjectiveFunction

from benchmarks.partition import SEEDS, ours, torn_grids
from benchmarks.partition_peers import METIS, Cut, Integers, Piece, best_of_many, pieces_of
from benchmarks.towns import indexed, town
from gridward.core.partition import Instance, Steps, Terms, design, score

LIMIT_S = 120  # of processor time a plan
SLOW_S = 5  # a method that needs more is asked once, not for every seed
KAHIP = {"fast": 0, "eco": 1, "strong": 2}  # its own numbers
IMBALANCE = 0.03  # its default; 0.1 is worse in J
MAXP_SHARE = 0.8  # of the mean work, the least that a region of MaxP has, so that it makes about as many
FEET_M = 0.3048


def kahip_plan(piece: Piece, seed: int, *, mode: int, is_by_class: bool) -> Integers:
    """Balanced by workload; KaHIP does not promise that a grid is in one piece."""
    ties = piece.ties
    costs = ties.data if is_by_class else np.ones_like(ties.data)
    lists = [np.rint(piece.workload).astype(int), ties.indptr, costs, ties.indices]
    vertices, *rows = (values.tolist() for values in lists)
    return np.array(kahip.kaffpa(vertices, *rows, piece.grids, IMBALANCE, True, seed, mode)[1])


def areas_of(piece: Piece) -> tuple[pd.DataFrame, Any]:
    """Places in units of a usual edge, and workload; and the neighbours as spopt wants them."""
    near = np.split(piece.ties.indices, piece.ties.indptr[1:-1])
    of = np.repeat(np.arange(len(piece.atoms)), [len(row) for row in near])
    unit_m = np.median(np.hypot(*(piece.xy_m[of] - piece.xy_m[piece.ties.indices]).T))
    x, y = ((piece.xy_m - piece.xy_m.mean(axis=0)) / unit_m).T
    table = pd.DataFrame({"x": x, "y": y, "workload": piece.workload})
    return table, libpysal.weights.W({at: row.tolist() for at, row in enumerate(near)}, silence_warnings=True)


def skater(piece: Piece, seed: int) -> Integers:
    """Prunes a tree of places; no grid with less than half the mean number of atoms."""
    ways = {"dissimilarity": euclidean_distances, "affinity": None, "reduction": np.sum, "center": np.mean}
    floor = len(piece.atoms) / piece.grids / 2
    return solved(region.Skater(*areas_of(piece), ["x", "y"], piece.grids, floor, spanning_forest_kwds=ways))


def ward(piece: Piece, seed: int) -> Integers:
    return solved(region.WardSpatial(*areas_of(piece), ["x", "y"], piece.grids))


def spenc(piece: Piece, seed: int) -> Integers:
    return solved(region.Spenc(*areas_of(piece), ["x", "y"], piece.grids, random_state=seed))


def k_means(piece: Piece, seed: int) -> Integers:
    table, near = areas_of(piece)
    return solved(region.RegionKMeansHeuristic(table[["x", "y"]].to_numpy(), piece.grids, near, seed=seed))


def max_p(piece: Piece, seed: int) -> Integers:
    """As many grids as have their share of the work: the only one that knows work, but not how many grids."""
    np.random.seed(seed)
    least = MAXP_SHARE * piece.workload.sum() / piece.grids
    return solved(region.MaxPHeuristic(*areas_of(piece), ["x", "y"], "workload", least))


class J(ObjectiveFunction):
    """The piece's part of J in place of AZP's own objective."""

    def __init__(self, piece: Piece) -> None:
        self.cost = piece.cost

    def __call__(self, labels: Integers, attr: object) -> float:
        return self.cost(labels)

    def update(self, moving_area: int, recipient_region: int, labels: Integers, attr: object) -> float:
        moved = labels.copy()
        moved[moving_area] = recipient_region
        return self.cost(moved) - self.cost(labels)


def azp(piece: Piece, seed: int, *, is_by_j: bool) -> Integers:
    """From regions grown at random, by its own objective (distances in pairs) or by J."""
    objective = {"objective_func": J(piece)} if is_by_j else {}
    random.seed(seed)
    np.random.seed(seed)
    return solved(region.AZP(*areas_of(piece), ["x", "y"], piece.grids, None, seed, **objective))


def solved(model: Any) -> Integers:
    model.solve()
    return np.unique(np.asarray(model.labels_), return_inverse=True)[1].ravel()


CUTS: dict[str, tuple[Cut, bool]] = {  # and whether seeds make a difference
    **{f"METIS, {name}": (cut, True) for name, cut in METIS.items()},
    **{
        f"KaHIP {name}, {ties}": (partial(kahip_plan, mode=mode, is_by_class=ties == "by class"), True)
        for name, mode in KAHIP.items() for ties in METIS
    },
    "spopt WardSpatial": (ward, False),
    "spopt RegionKMeans": (k_means, True),
    "spopt Spenc": (spenc, True),
    "spopt AZP": (partial(azp, is_by_j=False), True),
    "spopt AZP with J": (partial(azp, is_by_j=True), True),
    "spopt MaxP": (max_p, True),
    "spopt Skater": (skater, False),
}  # fmt: skip
FAST = [name for name in CUTS if name.startswith(("METIS", "KaHIP")) and "by class" in name] + ["spopt WardSpatial"]

TOWNS = {"small": (2_000, 1.0, list(CUTS)), "large": (20_000, 5.0, FAST)}  # atoms, seconds


def whole(pieces: list[Piece], plans: list[Integers]) -> Integers:
    """The plans as one; a method need not have made as many grids as it was asked for."""
    grid, first = np.empty(sum(len(piece.atoms) for piece in pieces), np.int64), 0
    for piece, plan in zip(pieces, plans, strict=True):
        grid[piece.atoms] = plan + first
        first += int(plan.max()) + 1
    return grid


@contextmanager
def limited() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError(f"stopped after {LIMIT_S} s")

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@dataclass(frozen=True)
class Found:
    """A plan's processor time, terms, how many grids it has and how many of them are in pieces."""

    seconds: float
    terms: Terms
    grids: int
    torn: int


def found(instance: Instance, seconds: float, grid: Integers) -> Found:
    return Found(seconds, score(instance, grid), len(np.unique(grid)), torn_grids(instance, grid))


def compare(name: str, instances: list[Instance], budget: float, cuts: list[str]) -> None:
    """One instance for each seed: each method once, and its best of many in the designer's time."""
    print(f"\n{name}: {len(instances[0])} atoms, {[int(i.grids.sum()) for i in instances]} grids", flush=True)
    divided = [pieces_of(instance) for instance in instances]
    cases = list(zip(SEEDS, instances, divided, strict=True))
    row("gridward", [once(partial(ours, i, budget, seed), i) for seed, i, _ in cases])
    for cut_name in cuts:
        cut, is_random = CUTS[cut_name]
        rows = []
        try:
            for seed, instance, pieces in cases:
                with limited():
                    rows.append(once(partial(plan_of, pieces, cut, seed), instance))
                if rows[0].seconds > SLOW_S:
                    break  # one town tells enough
        except (TimeoutError, RuntimeError, ValueError) as refused:
            print(f"{cut_name:<36} {type(refused).__name__}: {refused}", flush=True)
        if rows:
            row(cut_name, rows)
        if rows and is_random and rows[0].seconds < budget / 2:
            row(f"  best of many in {budget:g} s", [many(i, pieces, cut, budget, seed) for seed, i, pieces in cases])


def plan_of(pieces: list[Piece], cut: Cut, seed: int) -> Integers:
    return whole(pieces, [cut(piece, seed) for piece in pieces])


def once(work: Callable[[], Integers], instance: Instance) -> Found:
    began = time.process_time()
    grid = work()
    return found(instance, time.process_time() - began, grid)


def many(instance: Instance, pieces: list[Piece], cut: Cut, budget: float, seed: int) -> Found:
    """The best by J among the plans that have as many grids as they should."""
    return found(instance, budget, whole(pieces, best_of_many(pieces, cut, budget, seed)[0]))


def row(name: str, rows: list[Found]) -> None:
    """Medians, and J of each seed with the number of grids and of those in pieces."""
    names = ("total", "balance", "compactness", "crossings", "integrity")
    terms = " ".join(f"{median(getattr(each.terms, name) for each in rows):7.2f}" for name in names)
    each = ", ".join(f"{each.terms.total:.3f} ({each.grids}, {each.torn})" for each in rows)
    print(f"{name:<36}{median(each.seconds for each in rows):7.2f} s {terms}   {each}", flush=True)


def georgia() -> Instance:
    """Counties by the people of 1990."""
    return of_map(geopandas.read_file(libpysal.examples.get_path("G_utm.shp")), "TotPop90")


def north_carolina() -> Instance:
    """Counties by the births of 1974 to 1978; the file has degrees."""
    counties = geopandas.read_file(libpysal.examples.get_path("sids2.shp")).set_crs("EPSG:4267")
    return of_map(counties.to_crs("EPSG:32119"), "BIR74")


def chicago() -> Instance:
    """Community areas by their area, as the file counts no people; it is in feet."""
    areas = geopandas.read_file(libpysal.examples.get_path("Chicago77.shp"))
    areas = areas.set_geometry(areas.scale(FEET_M, FEET_M, origin=(0, 0)))
    return of_map(areas.assign(hectares=areas.area / 1e4), "hectares")  # KaHIP's sums have 32 bits


def of_map(frame: geopandas.GeoDataFrame, column: str) -> Instance:
    """Neighbours share a border; ten to a grid."""
    near = libpysal.weights.Rook.from_dataframe(frame, use_index=False, silence_warnings=True).neighbors
    edges = np.array([(a, b) for a, others in near.items() for b in others if a < b])
    places: NDArray[np.float64] = shapely.get_coordinates(frame.geometry.centroid)
    load = frame[column].to_numpy(float)
    return indexed(places, load, edges, target_workload=10 * load.mean())


MAPS: dict[str, Callable[[], Instance]] = {"Georgia": georgia, "North Carolina": north_carolina, "Chicago": chicago}


def main() -> None:
    design(town(400, 2, 0), stop=Steps(1), rng=np.random.default_rng(0))  # compiled before anything is timed
    for piece in pieces_of(town(400, 2, 0)):
        piece.cost(np.arange(len(piece.atoms)) % piece.grids)
    wanted = sys.argv[1:] or [*TOWNS, *MAPS]
    print(f"{time.strftime('%Y-%m-%d')}, kahip {kahip.__version__}, libpysal {libpysal.__version__}", flush=True)
    for name in wanted:
        if name in MAPS:
            compare(name, [MAPS[name]()] * len(SEEDS), 1.0, [cut for cut in CUTS if "by class" not in cut])
        else:
            atoms, budget, cuts = TOWNS[name]
            compare(name, [town(atoms, atoms // 1_000, seed) for seed in SEEDS], budget, cuts)


if __name__ == "__main__":
    main()
