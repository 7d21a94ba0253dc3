"""Real blocks and buildings as instances for the grid designer, where their files lie beside the checkout."""

import json
from collections.abc import Callable

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.towns import MINOR_STREET, SAME_BLOCK, connected, indexed, triangulated
from gridward.core.partition import Instance
from tests.shared_data import DATA

NEIGHBOURS_M = 100.0
WALL_M = 0.5  # buildings this near stand wall to wall
LARGEST_M2 = 200_000.0  # blocks beyond are parks, fields and water


def furong() -> Instance:
    """1,126 blocks between the roads of a district of Changsha; their load is their area, about 14 to a grid."""
    blocks = _in_metres(geopandas.read_file(DATA / "furong" / "furong_blocks_derived.geojson"))
    shapes = blocks.geometry.to_numpy()
    pairs = _pairs_within(shapes, 0.5)
    shared = shapely.intersection(shapely.buffer(shapes[pairs[:, 0]], 0.5), shapes[pairs[:, 1]])
    load = np.minimum(shapely.area(shapes), LARGEST_M2)
    edges = pairs[shapely.area(shared) > 2.0]  # more than a corner
    return indexed(_places(shapes), load, edges, target_workload=14 * load.mean())


def bubenec() -> Instance:
    """Buildings of a quarter of Prague, about 16 to a grid."""
    return _buildings(geopandas.read_file(DATA / "osm" / "bubenec.gpkg", layer="buildings"), 16)


def helsinki() -> Instance:
    """Buildings in the middle of Helsinki, about 40 to a grid."""
    return _buildings(geopandas.read_parquet(DATA / "osm" / "helsinki_buildings_all.parquet"), 40)


def gerrymandria(grids: int) -> Instance:
    """An invented country of 8 × 8 cells: 16 towns of 2 × 2 cells in 4 counties of 4 × 4."""
    country = json.loads((DATA / "grid" / "gerrymandria_8x8.json").read_text("utf-8"))
    cells = country["nodes"]
    edges = [(a, to["id"]) for a, near in enumerate(country["adjacency"]) for to in near if a < to["id"]]
    column = {name: np.array([int(cell[name]) for cell in cells]) for name in ("x", "y", "TOTPOP", "muni", "county")}
    places, load = np.column_stack([column["x"], column["y"]]).astype(float), column["TOTPOP"].astype(float)
    return indexed(places, load, np.array(edges), block=column["muni"], superblock=column["county"],
                   target_workload=load.sum() / grids)  # fmt: skip


PLACES: dict[str, Callable[[], Instance]] = {"Furong": furong, "Bubenec": bubenec, "Helsinki": helsinki}


def _buildings(frame: geopandas.GeoDataFrame, atoms: int) -> Instance:
    """Buildings by their footprints; neighbours are near, and those wall to wall are a block. Islands are left out."""
    shapes = _mainland(_in_metres(frame).geometry.to_numpy())
    load, near = shapely.area(shapes), _near(shapes)
    block = connected(len(shapes), _pairs_within(shapes, WALL_M))
    kind = np.where(block[near[:, 0]] == block[near[:, 1]], SAME_BLOCK, MINOR_STREET)
    return indexed(_places(shapes), load, near, kind, block=block, target_workload=atoms * load.mean())


def _near(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    edges, length_m = triangulated(_places(shapes))
    return np.unique(np.concatenate([edges[length_m < NEIGHBOURS_M], _pairs_within(shapes, WALL_M)]), axis=0)


def _mainland(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The largest part that hangs together."""
    part = connected(len(shapes), _near(shapes))
    return shapes[part == np.argmax(np.bincount(part))]


def _in_metres(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    return frame.to_crs(frame.estimate_utm_crs())


def _places(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    return shapely.get_coordinates(shapely.centroid(shapes))


def _pairs_within(shapes: NDArray[np.object_], metres: float) -> NDArray[np.int64]:
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=metres).T
    return pairs[pairs[:, 0] < pairs[:, 1]].astype(np.int64)
