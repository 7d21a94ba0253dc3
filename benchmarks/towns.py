"""Example towns for the grid designer: crooked streets, a river with bridges, communities of whole blocks."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay

from gridward.core.partition import EDGE_CLASSES, Instance, make_instance

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SAME_BLOCK, MINOR_STREET, MAIN_ROAD, BRIDGE = range(len(EDGE_CLASSES))
PER_KM2 = 467.0  # buildings of a town's land, the river and what is left empty included
BLOCK_M, SUPERBLOCK_M = 155.0, 620.0
RIVER_M, BRIDGES_M = 180.0, 1_500.0
EAST = 0.45  # how densely the east bank is built, the west bank being 1
NEIGHBOURS_M = 130.0
A_GRID = 40  # atoms


def town(atoms: int, communities: int, seed: int) -> Instance:
    """Buildings of uneven workload; a grid is to carry what 40 of them have on average."""
    rng = np.random.default_rng(seed)
    side_m = float(np.sqrt(atoms / PER_KM2)) * 1e3
    xy_m, is_west = buildings(rng, atoms, side_m)
    cell, superblock = lattice(xy_m, is_west, rng.uniform(0, 2 * np.pi, 4))
    edges, is_bridge = neighbours(xy_m, is_west)
    block = connected(atoms, edges[cell[edges[:, 0]] == cell[edges[:, 1]]])
    community = communities_of_blocks(rng, xy_m, block, edges, communities)
    workload = np.maximum(1.0, np.round(rng.lognormal(2.6, 0.8, atoms)))
    a, b = edges.T
    kind = np.where(block[a] == block[b], SAME_BLOCK,
                    np.where(superblock[a] == superblock[b], MINOR_STREET, MAIN_ROAD))  # fmt: skip
    return indexed(xy_m, workload, edges, np.where(is_bridge, BRIDGE, kind), community=community, block=block,
                   superblock=superblock, target_workload=A_GRID * float(workload.mean()))  # fmt: skip


def indexed(xy_m: Floats, workload: Floats, edges: Integers, kind: Integers | None = None, *,
            target_workload: float, **columns: Integers) -> Instance:  # fmt: skip
    """Columns of numbers as an instance: atoms and the values of columns are called by their numbers."""
    ids = [str(at) for at in range(len(workload))]
    return make_instance(
        ids=ids, xy_m=xy_m, workload=workload, edges=[(ids[a], ids[b]) for a, b in edges.tolist()],
        edge_class=[] if kind is None else [EDGE_CLASSES[at] for at in kind], target_workload=target_workload,
        **{name: list(map(str, column.tolist())) for name, column in columns.items()},
    )  # fmt: skip


def buildings(rng: np.random.Generator, count: int, side_m: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Places (count, 2) off the river, denser on the west bank, and who stands there."""
    found = np.empty((0, 2))
    while len(found) < count:
        places = rng.uniform(0, side_m, (count, 2))
        from_river = places[:, 0] - river_x(places[:, 1], side_m)
        is_land = np.abs(from_river) > RIVER_M / 2
        is_built = rng.random(count) < np.where(from_river < 0, 1.0, EAST)
        found = np.concatenate([found, places[is_land & is_built]])
    found = found[:count]
    return found, found[:, 0] < river_x(found[:, 1], side_m)


def river_x(y: Floats, side_m: float) -> Floats:
    return side_m * (0.55 + 0.06 * np.sin(5 * y / side_m))


def lattice(xy_m: Floats, is_west: NDArray[np.bool_], phase: Floats) -> tuple[Integers, Integers]:
    """Cell of streets and superblock of main roads of each place, on a lattice bent like an old town's."""
    x, y = xy_m.T
    bent = np.stack([
        x + 60 * np.sin(y / 430 + phase[0]) + 25 * np.sin(y / 170 + phase[1]),
        y + 60 * np.sin(x / 510 + phase[2]) + 25 * np.sin(x / 190 + phase[3]),
    ], axis=1)  # fmt: skip

    def numbered(size_m: float) -> Integers:
        cells = np.column_stack([np.floor(bent / size_m), is_west])
        return np.unique(cells, axis=0, return_inverse=True)[1].ravel()

    return numbered(BLOCK_M), numbered(SUPERBLOCK_M)


def neighbours(xy_m: Floats, is_west: NDArray[np.bool_]) -> tuple[Integers, NDArray[np.bool_]]:
    """Near neighbours on one bank, bridges, and what else it takes for all to hang together; which are bridges."""
    edges, length_m = triangulated(xy_m)
    a, b = edges.T
    is_across = is_west[a] != is_west[b]
    tree = minimum_spanning_tree(coo_array((length_m + 1e3 * is_across, (a, b)), (len(xy_m),) * 2)).tocoo()
    is_needed = np.isin(a * len(xy_m) + b, tree.coords[0].astype(np.int64) * len(xy_m) + tree.coords[1])
    is_at_bridge = (length_m < 2 * RIVER_M) & (xy_m[a, 1] % BRIDGES_M < 60)
    kept = is_needed | np.where(is_across, is_at_bridge, length_m < NEIGHBOURS_M)
    return edges[kept], is_across[kept]


def triangulated(xy_m: Floats) -> tuple[Integers, Floats]:
    """Edges of the Delaunay triangulation, the lower index first, and their lengths in metres."""
    corners = Delaunay(xy_m).simplices.astype(np.int64)
    edges = np.unique(np.sort(corners[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0)
    return edges, np.hypot(*(xy_m[edges[:, 0]] - xy_m[edges[:, 1]]).T)


def connected(count: int, edges: Integers) -> Integers:
    """The number of the connected part that each of ``count`` things belongs to."""
    return connected_components(coo_array((np.ones(len(edges)), edges.T), (count, count)), directed=False)[1]


def communities_of_blocks(
    rng: np.random.Generator, xy_m: Floats, block: Integers, edges: Integers, count: int
) -> Integers:
    """Blocks go to the nearest of some centres by the way along blocks, so that every community is connected."""
    atoms = np.bincount(block).astype(np.float64)
    middle = np.stack([np.bincount(block, column) / atoms for column in xy_m.T], axis=1)
    pairs = np.unique(block[edges], axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    length_m = np.hypot(*(middle[pairs[:, 0]] - middle[pairs[:, 1]]).T)
    ways = coo_array((length_m, pairs.T), (len(atoms),) * 2).tocsr()
    centres = rng.choice(len(atoms), count, replace=False, p=atoms / atoms.sum())
    for _ in range(6):
        nearest = dijkstra(ways, directed=False, indices=centres, min_only=True, return_predecessors=True)[2]
        for at, centre in enumerate(centres.tolist()):
            own = np.flatnonzero(nearest == centre)
            mean = np.average(middle[own], axis=0, weights=atoms[own])
            centres[at] = own[np.argmin(((middle[own] - mean) ** 2).sum(axis=1))]
    nearest = dijkstra(ways, directed=False, indices=centres, min_only=True, return_predecessors=True)[2]
    return nearest[block]
