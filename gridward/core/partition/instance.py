"""An instance of the design problem: atoms with their neighbours, and where today's grids lie."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridward.core.errors import RuleBroken
from gridward.core.partition.footways import Footways

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EDGE_CLASSES = ("same_block", "minor_street", "main_road", "bridge")
NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """n indivisible atoms (buildings or blocks) and m edges between neighbours.

    ``xy_m`` (n, 2) metres; ``workload`` (n,) minutes a month, or whatever unit is balanced; ``community``,
    ``block``, ``superblock``, ``today`` (n,) indexes, -1 where an atom has none; ``edges`` (m, 2) indexes of
    atoms, each pair once; ``edge_class`` (m,) indexes into ``EDGE_CLASSES``; ``area_m2`` the land it covers;
    ``grids`` how many each community is to have; ``footways`` where people walk, if it is known.
    """

    ids: tuple[str, ...]
    xy_m: Floats
    workload: Floats
    community: Integers
    communities: tuple[str, ...]
    block: Integers
    superblock: Integers
    today: Integers
    todays_grids: tuple[str, ...]
    edges: Integers
    edge_class: Integers
    area_m2: float
    grids: Integers
    footways: Footways | None = None

    def __len__(self) -> int:
        return len(self.ids)


def make_instance(
    *,
    ids: Sequence[str],
    xy_m: Floats,
    workload: Floats,
    community: Sequence[str] = (),
    block: Sequence[str] = (),
    superblock: Sequence[str] = (),
    current_grid: Sequence[str] = (),
    edges: Sequence[tuple[str, str]],
    edge_class: Sequence[str] = (),
    area_m2: float | None = None,
    target_workload: float | None = None,
    grids_per_community: Mapping[str, int] | None = None,
    footways: Footways | None = None,
) -> Instance:
    """Check and index an instance; the first thing wrong is refused in a sentence (``partition.…``).

    An empty text means "none"; a sequence may be left out whole. The area is by default that of the convex
    hull of the points (0 where they lie in a line: compactness is then not judged). The number of grids of a
    community is the given one, else its workload by the target, else the number it has today.
    """
    ids, count = tuple(ids), len(ids)
    place = _places(ids)
    xy_m = np.asarray(xy_m, np.float64).reshape(count, 2)
    workload = np.asarray(workload, np.float64)
    _check_numbers(ids, xy_m, workload)
    communities, of_community = _index(community, count, is_one_when_empty=True)
    blocks, of_block = _index(block, count)
    _, of_superblock = _index(superblock, count)
    grids, today = _index(current_grid, count)
    pairs, classes = _edges(place, edges, edge_class)
    if area_m2 is None:
        area_m2 = float(shapely.MultiPoint(xy_m).convex_hull.area)
    elif not (math.isfinite(area_m2) and area_m2 > 0):
        raise RuleBroken("partition.area_not_positive", area=area_m2)
    load = np.bincount(of_community, workload, len(communities)).astype(np.float64)
    atoms = np.bincount(of_community, minlength=len(communities))
    if grids_per_community is not None:
        numbers = _given_numbers(communities, grids_per_community, atoms)
    elif target_workload is not None:
        numbers = _numbers_by_target(load, atoms, target_workload)
    else:
        numbers = _todays_numbers(of_community, today, len(communities))
    if footways is not None:
        _check_ways(ids, footways, of_community, communities)
    return Instance(ids, xy_m, workload, of_community, communities, of_block, of_superblock, today, grids,
                    pairs, classes, area_m2, numbers, footways)  # fmt: skip


def _places(ids: Sequence[str]) -> dict[str, int]:
    if not ids:
        raise RuleBroken("partition.no_units")
    place: dict[str, int] = {}
    for at, name in enumerate(ids):
        if place.setdefault(name, at) != at:
            raise RuleBroken("partition.unit_twice", id=name)
    return place


def _check_numbers(ids: Sequence[str], xy_m: Floats, workload: Floats) -> None:
    for wrong, code in (
        (~np.isfinite(xy_m).all(axis=1), "partition.place_not_a_number"),
        (~np.isfinite(workload), "partition.workload_missing"),
        (workload < 0, "partition.workload_negative"),
    ):
        if wrong.any():
            raise RuleBroken(code, id=ids[int(np.flatnonzero(wrong)[0])])


def _index(names: Sequence[str], count: int, *, is_one_when_empty: bool = False) -> tuple[tuple[str, ...], Integers]:
    """The distinct names in their order and each atom's index; without any name all are one, or none is."""
    if not len(names) or not any(names):
        return (("",), np.zeros(count, np.int64)) if is_one_when_empty else ((), np.full(count, NONE))
    distinct = tuple(sorted(set(names) - (set() if is_one_when_empty else {""})))
    index = {name: at for at, name in enumerate(distinct)}
    return distinct, np.array([index.get(name, NONE) for name in names], np.int64)


def _edges(
    place: Mapping[str, int], edges: Sequence[tuple[str, str]], classes: Sequence[str]
) -> tuple[Integers, Integers]:
    """Each pair of neighbours once, the lower index first; of two classes the closer tie counts."""
    codes = {name: at for at, name in enumerate(EDGE_CLASSES)} | {"": 1}
    found: dict[tuple[int, int], int] = {}
    for row, (one, other) in enumerate(edges, start=1):
        for name in (one, other):
            if name not in place:
                raise RuleBroken("partition.edge_to_unknown", row=row, id=name)
        if one == other:
            raise RuleBroken("partition.edge_to_itself", row=row, id=one)
        name = classes[row - 1] if len(classes) else ""
        if name not in codes:
            raise RuleBroken("partition.edge_class_unknown", row=row, name=name, known=", ".join(EDGE_CLASSES))
        pair = (place[one], place[other]) if place[one] < place[other] else (place[other], place[one])
        found[pair] = min(found.get(pair, len(EDGE_CLASSES)), codes[name])
    pairs = np.array(sorted(found), np.int64).reshape(-1, 2)
    return pairs, np.array([found[one, other] for one, other in pairs.tolist()], np.int64)


def _check_ways(ids: Sequence[str], footways: Footways, community: Integers, communities: Sequence[str]) -> None:
    """Every door of a community can be reached from every other."""
    part, first = footways.part, np.zeros(len(communities), np.int64)
    first[community[::-1]] = np.arange(len(ids))[::-1]
    apart = np.flatnonzero(part != part[first[community]])
    if len(apart):
        one, other = ids[first[community[apart[0]]]], ids[apart[0]]
        raise RuleBroken("partition.no_way_on_foot", one=one, other=other)


def _given_numbers(communities: Sequence[str], given: Mapping[str, int], atoms: Integers) -> Integers:
    unknown = sorted(set(given) - set(communities))
    if unknown:
        raise RuleBroken("partition.community_unknown", name=unknown[0])
    for name, count in zip(communities, atoms.tolist(), strict=True):
        if name not in given:
            raise RuleBroken("partition.community_without_number", name=name)
        if given[name] < 1:
            raise RuleBroken("partition.number_not_positive", name=name, grids=given[name])
        if given[name] > count:
            raise RuleBroken("partition.more_grids_than_atoms", name=name, grids=given[name], atoms=count)
    return np.array([given[name] for name in communities], np.int64)


def _numbers_by_target(load: Floats, atoms: Integers, target: float) -> Integers:
    if not (math.isfinite(target) and target > 0):
        raise RuleBroken("partition.target_not_positive", target=target)
    return np.array([min(max(1, round(w / target)), n) for w, n in zip(load.tolist(), atoms.tolist(), strict=True)])


def _todays_numbers(community: Integers, today: Integers, communities: int) -> Integers:
    has = today != NONE
    pairs = np.unique(np.stack([community[has], today[has]], axis=1), axis=0)
    found = np.bincount(pairs[:, 0], minlength=communities)
    if (found == 0).any():
        raise RuleBroken("partition.no_number_of_grids")
    return found
