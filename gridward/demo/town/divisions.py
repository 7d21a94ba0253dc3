"""Subdistricts, communities and community grids: unions of cells, borders along roads, rails and water."""

import dataclasses

import numpy as np
import shapely

from gridward.demo.town.graph import border_and_strain, divide, graph_of
from gridward.demo.town.land import Land, united
from gridward.demo.town.model import Use
from gridward.demo.town.zones import Zone

WESTERN_SUBDISTRICTS, EASTERN_SUBDISTRICTS = 10, 3
COMMUNITIES = 83
# How much of a division's size is counted in households, the rest in land.
SUBDISTRICTS_BY_HOUSEHOLDS = 0.72
COMMUNITIES_BY_HOUSEHOLDS = 0.88


@dataclasses.dataclass(frozen=True)
class Divisions:
    """Labels of cells; `subdistrict_of` and `community_of_grid` go one level up."""

    subdistrict: np.ndarray
    community: np.ndarray
    grid: np.ndarray
    industrial: int
    subdistrict_of: np.ndarray
    community_of_grid: np.ndarray


def draw_divisions(land: Land, households: np.ndarray, community_grids: int, rng: np.random.Generator) -> Divisions:
    """`households` are counted by cell."""
    units = _units(land)
    subdistrict, industrial = _subdistricts(land, units, _weight(land, households, SUBDISTRICTS_BY_HOUSEHOLDS), rng)
    weight = _weight(land, households, COMMUNITIES_BY_HOUSEHOLDS)
    shares = np.bincount(subdistrict, weights=weight)
    counts = _counts(shares, COMMUNITIES, 3)
    community = _within(land, units, weight, subdistrict, counts, 4_000.0, rng)
    community, subdistrict_of = _numbered(land, community, subdistrict)
    in_community = np.bincount(community, weights=households)
    grids = _counts(in_community, community_grids, 1)
    cell_units = np.arange(len(land.cells))
    grid = _within(land, cell_units, households + 0.5, community, grids, 16_000.0, rng, tries=2)
    grid, community_of_grid = _numbered(land, grid, community)
    return Divisions(subdistrict, community, grid, industrial, subdistrict_of, community_of_grid)


RIVERSIDE = ("riverside", "island")


def _units(land: Land) -> np.ndarray:
    """What a community never cuts: a block, with the bank and the half of the river before it."""
    label = [-1 if _of_the_river(land, int(b)) else int(b) for b in land.block_of]
    same_bank = land.west[land.pairs[:, 0]] == land.west[land.pairs[:, 1]]
    pairs, shared = land.pairs[same_bank].tolist(), land.shared[same_bank].tolist()
    while True:
        best: dict[int, tuple[float, int]] = {}
        for (a, b), length in zip(pairs, shared, strict=True):
            for cell, other in ((a, b), (b, a)):
                if label[cell] < 0 <= label[other]:
                    best[cell] = max(best.get(cell, (0.0, 0)), (length, label[other]))
        if not best:
            break
        for cell, (_, unit) in best.items():
            label[cell] = unit
    return np.unique(np.array(label) * 2 + land.west, return_inverse=True)[1]


def _of_the_river(land: Land, block: int) -> bool:
    return land.uses[block] is Use.WATER or land.greens[block] in RIVERSIDE


def _weight(land: Land, households: np.ndarray, by_households: float) -> np.ndarray:
    area = shapely.area(land.cells)
    dry = np.where([land.uses[b] is Use.WATER for b in land.block_of], 0.15, 1.0) * area
    return by_households * households / households.sum() + (1 - by_households) * dry / dry.sum()


def _subdistricts(
    land: Land, units: np.ndarray, weight: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, int]:
    zone = np.array([land.zones[b] is Zone.INDUSTRIAL for b in land.block_of]) & ~land.west
    side = np.where(land.west, 0, np.where(zone, 2, 1))
    side = _whole(land, side)
    counts = np.array([WESTERN_SUBDISTRICTS, EASTERN_SUBDISTRICTS, 1])
    label = _within(land, units, weight, side, counts, 2_500.0, rng, spread=0.22)
    label, above = _numbered(land, label, side)
    return label, int(np.nonzero(above == 2)[0][0])


def _whole(land: Land, label: np.ndarray) -> np.ndarray:
    """Give pieces cut off from their side's main part to the side around them."""
    label = label.copy()
    for part in (2, 1, 0):
        pieces = _pieces(land, label == part)
        main = np.bincount(pieces[pieces >= 0]).argmax()
        stray = np.nonzero((pieces >= 0) & (pieces != main))[0]
        for _ in range(3):
            for cell in stray.tolist():
                a, b = land.pairs[:, 0] == cell, land.pairs[:, 1] == cell
                near = np.concatenate([land.pairs[a, 1], land.pairs[b, 0]])
                length = np.concatenate([land.shared[a], land.shared[b]])
                votes = np.bincount(label[near], weights=length, minlength=3)
                votes[part] = -1
                if votes.max() > 0:
                    label[cell] = int(votes.argmax())
    return label


def _pieces(land: Land, member: np.ndarray) -> np.ndarray:
    """Connected components among member cells, -1 elsewhere."""
    inside = member[land.pairs[:, 0]] & member[land.pairs[:, 1]]
    pairs = land.pairs[inside]
    label = np.where(member, np.arange(len(member)), -1)
    while True:
        lower = label.copy()
        np.minimum.at(lower, pairs[:, 0], label[pairs[:, 1]])
        np.minimum.at(lower, pairs[:, 1], label[pairs[:, 0]])
        if (lower == label).all():
            return label
        label = lower


def _within(
    land: Land,
    units: np.ndarray,
    weight: np.ndarray,
    parent: np.ndarray,
    counts: np.ndarray,
    strictness: float,
    rng: np.random.Generator,
    spread: float = 0.0,
    tries: int = 1,
) -> np.ndarray:
    """Divide every parent into `counts` parts made of whole units; labels run on over the parents."""
    out = np.full(len(parent), -1)
    centre = shapely.get_coordinates(shapely.centroid(land.cells))
    inside = parent[land.pairs[:, 0]] == parent[land.pairs[:, 1]]
    done = 0
    for p, k in enumerate(counts.tolist()):
        cells = np.nonzero(parent == p)[0]
        own = np.zeros(len(parent), dtype=int)
        names, local = np.unique(units[cells], return_inverse=True)
        own[cells] = local
        here = inside & (parent[land.pairs[:, 0]] == p)
        a, b = own[land.pairs[here, 0]], own[land.pairs[here, 1]]
        apart = a != b
        size = np.bincount(local)
        xy = np.column_stack([np.bincount(local, weights=centre[cells, i]) / size for i in (0, 1)])
        graph = graph_of(
            xy,
            np.bincount(local, weights=weight[cells]),
            np.column_stack([a, b])[apart],
            land.shared[here][apart],
            land.edges[here][apart],
        )
        shares = [float(s) for s in rng.uniform(1 - spread, 1 + spread, k)]
        best = min(
            (divide(graph, shares, strictness, rng) for _ in range(tries if k > 1 else 1)),
            key=lambda label: border_and_strain(graph, label, shares, strictness),
        )
        out[cells] = done + best[local]
        done += k
    return out


def _counts(size: np.ndarray, total: int, least: int) -> np.ndarray:
    """How many parts each gets, `total` in all: the largest average size goes down first."""
    counts = np.full(len(size), least)
    while counts.sum() < total:
        counts[int(np.argmax(size / (counts + 0.5)))] += 1
    return counts


def _numbered(land: Land, label: np.ndarray, parent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Renumber parts by parent, then in bands from north to south, west to east in a band."""
    size = np.bincount(label)
    centre = shapely.get_coordinates(shapely.centroid(land.cells))
    x, y = (np.bincount(label, weights=centre[:, i]) / size for i in (0, 1))
    above = np.zeros(len(size), dtype=int)
    above[label] = parent
    band = 900 if len(size) < 40 else 400
    order = np.lexsort((x, -np.round(y / band), above))
    place = np.argsort(order)
    return place[label], above[order]


def shapes_of(land: Land, label: np.ndarray) -> np.ndarray:
    return united(land.cells, label)


def number_cells(land: Land, community: np.ndarray) -> np.ndarray:
    """Each cell's number in its community from 1, bands of about a cell's height from the north."""
    centre = shapely.get_coordinates(shapely.centroid(land.cells))
    order = np.lexsort((centre[:, 0], -np.round(centre[:, 1] / 100), community))
    number = np.zeros(len(community), dtype=int)
    starts = np.searchsorted(community[order], np.arange(community.max() + 1))
    number[order] = np.arange(len(order)) - starts[community[order]] + 1
    return number
