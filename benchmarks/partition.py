"""Grids for a district: the designer beside METIS, GerryChain and Ward's method, on the same instances.

``python -m benchmarks.partition [town city flat real]`` counts processor time of one core, so that a busy machine
changes little. Every plan is scored by the same function. A peer that is not installed is left out.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from statistics import median

import numpy as np

from benchmarks import partition_peers as peers
from benchmarks.partition_peers import METIS, Cut, Integers, Piece
from benchmarks.real_places import DATA, PLACES, gerrymandria
from benchmarks.towns import A_GRID, connected, town
from gridward.core.partition import Instance, Seconds, Steps, Terms, design, score

SEEDS = (0, 1, 2)
RECOM_S = 1.0  # of CPU a community
AIMS = {  # the most that ours may cost against METIS once, and against its best of many
    ("town", 1): (0.83, 0.95), ("town", 5): (0.78, 0.91), ("city", 6): (0.84, None), ("flat", 40): (0.68, None),
}  # fmt: skip
ONCE, MANY = "METIS once", "METIS best of many"


@dataclass(frozen=True)
class Outcome:
    """A plan's processor time, terms, and how many of its grids are in pieces."""

    seconds: float
    terms: Terms
    torn: int


Outcomes = dict[str, Outcome]


def town_of(seed: int) -> Instance:
    return town(20_000, 20, seed)


def city_of(seed: int) -> Instance:
    return town(100_000, 100, seed)


def flat_of(seed: int) -> Instance:
    """The same city as one community."""
    city = city_of(seed)
    grids = np.array([len(city) // A_GRID])
    return replace(city, community=np.zeros(len(city), np.int64), communities=("",), grids=grids)


def torn_grids(instance: Instance, grid: Integers) -> int:
    a, b = instance.edges.T
    part = connected(len(instance), instance.edges[grid[a] == grid[b]])
    pairs = np.unique(np.stack([grid, part]), axis=1)
    return int((np.bincount(pairs[0]) > 1).sum())


def timed(instance: Instance, work: Callable[[], Integers]) -> Outcome:
    began = time.process_time()
    grid = work()
    return Outcome(time.process_time() - began, score(instance, grid), torn_grids(instance, grid))


def ours(instance: Instance, seconds: float, seed: int) -> Integers:
    stop = Seconds(seconds, time.process_time)
    return design(instance, stop=stop, rng=np.random.default_rng(seed)).grid


def of_pieces(pieces: list[Piece], cut: Cut, seed: int) -> Integers:
    return peers.joined(pieces, [cut(piece, seed) for piece in pieces])


def metis_outcomes(instance: Instance, pieces: list[Piece], budgets: dict[float, float], seed: int) -> Outcomes:
    """METIS once by both kinds of edge weights, and with the better one its best of many for as long as ours took."""
    once = {name: timed(instance, partial(of_pieces, pieces, cut, seed)) for name, cut in METIS.items()}
    better = min(once, key=lambda name: once[name].terms.total)
    rows = {f"{ONCE}, {name}": outcome for name, outcome in once.items()} | {ONCE: once[better]}
    for budget, seconds in budgets.items():
        plans, calls = peers.best_of_many(pieces, METIS[better], seconds, seed)
        grid = peers.joined(pieces, plans)
        rows[f"{MANY}, {budget:g} s"] = Outcome(seconds, score(instance, grid), torn_grids(instance, grid))
        print(f"METIS's best of {calls} calls, edges {better}, in {seconds:.1f} s", flush=True)
    return rows


def outcomes(instance: Instance, seconds: tuple[float, ...], seed: int, *, many: bool, slow: bool) -> Outcomes:
    """All ways on one instance; those in plain Python only when there is time for ``slow`` ones."""
    pieces = peers.pieces_of(instance)
    rows = {f"gridward {s:g} s": timed(instance, partial(ours, instance, s, seed)) for s in seconds}
    if peers.pymetis:
        budgets = {s: rows[f"gridward {s:g} s"].seconds for s in seconds} if many else {}
        rows |= metis_outcomes(instance, pieces, budgets, seed)
    cuts: dict[str, Cut] = {}
    if slow and peers.sklearn:
        cuts["Ward, scikit-learn"] = peers.ward
    if slow and peers.gerrychain:
        cuts["GerryChain recursive tree"] = peers.tree_plan
        cuts["GerryChain ReCom, best by J"] = partial(peers.recom_plan, seconds=RECOM_S)
    return rows | {name: timed(instance, partial(of_pieces, pieces, cut, seed)) for name, cut in cuts.items()}


def table(runs: list[Outcomes], aims: dict[int, tuple[float, float | None]]) -> None:
    """Medians of the runs; of J and of our ratio to METIS once also the least and the most."""
    print(f"{'':<34}{'CPU s':>7} {'J':>8} (least–most)       B     C     X     I   ÷ once  in pieces")
    for name in runs[0]:
        if name == ONCE:
            continue
        rows = [run[name] for run in runs]
        terms = [[getattr(row.terms, term) for row in rows] for term in Terms.__slots__ if term != "moved_share"]
        *parts, total = (median(values) for values in terms)
        seconds, torn = median(row.seconds for row in rows), max(row.torn for row in rows)
        noise, each = f"{min(terms[-1]):.3f}–{max(terms[-1]):.3f}", " ".join(f"{part:5.2f}" for part in parts)
        print(f"{name:<34}{seconds:7.2f} {total:8.3f} ({noise:<13}) {each} {ratio(runs, name, ONCE)[0]:8.3f} {torn:5d}")
    for seconds, (once, many) in aims.items():
        for other, aim in ((ONCE, once), (f"{MANY}, {seconds} s", many)):
            if aim and other in runs[0]:
                middle, least, most = ratio(runs, f"gridward {seconds} s", other)
                print(f"gridward {seconds} s ÷ {other}: {middle:.3f} ({least:.3f}–{most:.3f}), aim ≤ {aim}")


def ratio(runs: list[Outcomes], name: str, other: str) -> tuple[float, float, float]:
    """J by J of the same run: median, least, most; not a number without METIS."""
    ratios = [run[name].terms.total / run[other].terms.total for run in runs if other in run] or [float("nan")]
    return median(ratios), min(ratios), max(ratios)


def synthetic(kind: str, place: Callable[[int], Instance], seconds: tuple[float, ...], *, many: bool) -> None:
    runs = []
    for seed in SEEDS:
        instance = place(seed)
        runs.append(outcomes(instance, seconds, seed, many=many, slow=kind == "town"))
    atoms, grids, communities = len(instance), int(instance.grids.sum()), len(instance.communities)
    print(f"\n{kind}: {atoms} atoms, about {grids} grids in {communities} communities; another town each seed")
    table(runs, {budget: aim for (which, budget), aim in AIMS.items() if which == kind})


def real(seconds: float = 2.0) -> None:
    """Real places, each as one community, and a country whose plan is known.

    GerryChain is not asked: it wants every grid near the mean, and some blocks and buildings alone are more.
    """
    if not DATA.is_dir():
        print("real places: the folder of data is not beside the checkout, left out")
        return
    for name, place in PLACES.items():
        try:
            instance = place()
        except ImportError as missing:
            print(f"{name}: {missing}, left out")
            continue
        runs = [outcomes(instance, (seconds,), seed, many=True, slow=False) for seed in SEEDS]
        print(f"\n{name}: {len(instance)} atoms, {int(instance.grids.sum())} grids; each run has its own seed")
        table(runs, {})
    for grids, planted in ((4, "superblock"), (8, ""), (16, "block")):
        country = gerrymandria(grids)
        plan = design(country, stop=Steps(2), rng=np.random.default_rng(0))
        pairs = np.stack([plan.grid, getattr(country, planted) if planted else plan.grid])
        is_found = len(np.unique(pairs, axis=1).T) == grids
        is_found &= max(plan.terms.balance, plan.terms.crossings, plan.terms.integrity) < 1e-9
        print(f"gerrymandria, {grids} grids: the planted plan is {'found' if is_found else 'not found'}")


SECTIONS: dict[str, Callable[[], None]] = {
    "town": partial(synthetic, "town", town_of, (1.0, 5.0), many=True),
    "city": partial(synthetic, "city", city_of, (6.0,), many=True),
    "flat": partial(synthetic, "flat", flat_of, (40.0,), many=False),
    "real": real,
}


def main() -> None:
    for name in ("pymetis", "gerrychain", "sklearn"):
        if getattr(peers, name) is None:
            print(f"{name} is not installed, left out")
    design(town(400, 2, 0), stop=Steps(1), rng=np.random.default_rng(0))  # compiled before anything is timed
    for section in sys.argv[1:] or SECTIONS:
        SECTIONS[section]()


if __name__ == "__main__":
    main()
