"""Put the grown parts together as one `Town` of frozen values with numbers and codes."""

from collections.abc import Sequence

import numpy as np
import shapely

from gridward.demo.town import places
from gridward.demo.town.building import Built
from gridward.demo.town.divisions import Divisions, number_cells, shapes_of
from gridward.demo.town.faces import Faces
from gridward.demo.town.frame import Frame
from gridward.demo.town.land import WIDTH_M, Land
from gridward.demo.town.landmarks import Landmarks
from gridward.demo.town.model import (
    Block,
    Bridge,
    Building,
    Cell,
    Community,
    Compound,
    Gate,
    Green,
    Grid,
    GridKind,
    Landmark,
    Road,
    RoadKind,
    Style,
    Subdistrict,
    Town,
    Use,
    Water,
)
from gridward.demo.town.terrain import Terrain
from gridward.demo.town.trunk import Trunk

SHORTEST_BRIDGE_M = 60.0


def assemble(
    seed: int,
    terrain: Terrain,
    trunk: Trunk,
    faces: Faces,
    land: Land,
    built: Built,
    counts: tuple[np.ndarray, np.ndarray, np.ndarray],
    divisions: Divisions,
    wanted_grids: tuple[int, int],
    rng: np.random.Generator,
) -> Town:
    subdistricts, communities = _divisions(land, built, counts, divisions)
    outline = shapely.coverage_union_all([s.shape for s in subdistricts])
    roads = _roads(faces)
    waters = _waters(terrain)
    blocks, block_index = _blocks(land, divisions)
    compounds, compound_of, targets = _compounds(land, built, counts[0], divisions, roads, block_index)
    buildings = _buildings(land, built, counts, divisions, compound_of, targets, block_index)
    water = shapely.union_all([w.shape for w in waters])
    landmarks = Landmarks(roads, communities).all(buildings, blocks, water, subdistricts, rng)
    grids = _community_grids(land, built, counts, divisions)
    roads_wanted, all_wanted = wanted_grids
    bands = places.road_bands(roads, outline, roads_wanted, rng)
    grids += _road_grids(bands, communities, len(grids))
    grids += _premises_grids(landmarks, blocks, communities, all_wanted - len(grids), len(grids))
    return Town(
        seed=seed,
        frame=Frame(),
        outline=outline,
        waters=waters,
        greens=_greens(land, terrain),
        railway=(trunk.railway,),
        roads=roads,
        bridges=_bridges(roads, terrain),
        subdistricts=subdistricts,
        communities=communities,
        cells=_cells(land, divisions),
        blocks=blocks,
        compounds=compounds,
        buildings=buildings,
        grids=tuple(grids),
        landmarks=landmarks,
    )


def _summed(label: np.ndarray, values: np.ndarray, count: int) -> list[int]:
    return [int(v) for v in np.bincount(label, weights=values, minlength=count)]


def _divisions(
    land: Land, built: Built, counts: tuple[np.ndarray, np.ndarray, np.ndarray], divisions: Divisions
) -> tuple[tuple[Subdistrict, ...], tuple[Community, ...]]:
    shapes = shapes_of(land, divisions.subdistrict)
    west = np.bincount(divisions.subdistrict, weights=land.west) * 2 > np.bincount(divisions.subdistrict)
    at = divisions.subdistrict[built.cells]
    households, residents = (_summed(at, c, len(shapes)) for c in counts[:2])
    codes = _subdistrict_codes(len(shapes), divisions.industrial)
    subdistricts = tuple(
        Subdistrict(n, codes[n], n == divisions.industrial, bool(west[n]), shapes[n], households[n], residents[n])
        for n in range(len(shapes))
    )
    shapes = shapes_of(land, divisions.community)
    at = divisions.community[built.cells]
    households, residents = (_summed(at, c, len(shapes)) for c in counts[:2])
    above = divisions.subdistrict_of.tolist()
    first = {s: above.index(s) for s in set(above)}
    communities = tuple(
        Community(n, above[n], f"{n - first[above[n]] + 1:03}", shapes[n], households[n], residents[n])
        for n in range(len(shapes))
    )
    return subdistricts, communities


def _subdistrict_codes(count: int, industrial: int) -> list[str]:
    codes, number = [], 0
    for n in range(count):
        number += n != industrial
        codes.append("401" if n == industrial else f"{number:03}")
    return codes


def _roads(faces: Faces) -> tuple[Road, ...]:
    """Main roads first, long before short within a class: slots for names."""
    order = list(RoadKind)
    ranked = sorted(faces.roads, key=lambda r: (order.index(r[0]), -round(r[1].length, 3), r[1].coords[0]))
    return tuple(
        Road(n, kind, shapely.set_precision(line, 0.01), WIDTH_M[kind]) for n, (kind, line) in enumerate(ranked)
    )


def _bridges(roads: Sequence[Road], terrain: Terrain) -> tuple[Bridge, ...]:
    bed = terrain.river.union(terrain.island).buffer(6)
    return tuple(
        Bridge(road.index, part)
        for road in roads
        for part in shapely.get_parts(road.line.intersection(bed))
        if part.length > SHORTEST_BRIDGE_M
    )


def _waters(terrain: Terrain) -> tuple[Water, ...]:
    creek = terrain.creek.buffer(8, quad_segs=2).difference(shapely.union(terrain.river, terrain.lake))
    creek = max(shapely.get_parts(creek), key=lambda part: part.area).simplify(0.5)
    return Water("river", terrain.river), Water("lake", terrain.lake), Water("creek", creek)


def _greens(land: Land, terrain: Terrain) -> tuple[Green, ...]:
    water = shapely.union_all([terrain.river, terrain.lake])
    out = []
    for n, kind in enumerate(land.greens):
        if kind is None or land.inner[n].is_empty:
            continue
        shape = land.inner[n].difference(water) if water.intersects(land.inner[n]) else land.inner[n]
        if shape.area > 200:
            out.append(Green(kind, shape))
    return tuple(out)


def _blocks(land: Land, divisions: Divisions) -> tuple[tuple[Block, ...], dict[int, int]]:
    """Blocks with some ground between the roads; the dictionary gives a block's place in the town."""
    inside = shapely.point_on_surface(land.inner)
    points, cells = shapely.STRtree(land.cells).query(inside, predicate="intersects")
    cell_of = dict(sorted(zip(points.tolist(), cells.tolist(), strict=True), reverse=True))
    blocks: list[Block] = []
    index: dict[int, int] = {}
    for n, shape in enumerate(land.inner):
        if land.uses[n] is Use.WATER or shape.area < 200 or shape.geom_type != "Polygon":
            continue
        index[n] = len(blocks)
        community = int(divisions.community[cell_of[n]])
        blocks.append(Block(len(blocks), community, land.uses[n], shape))
    return tuple(blocks), index


def _compounds(
    land: Land,
    built: Built,
    households: np.ndarray,
    divisions: Divisions,
    roads: tuple[Road, ...],
    block_index: dict[int, int],
) -> tuple[tuple[Compound, ...], dict[int, int], np.ndarray]:
    """Compounds, the compound of each block, and the point each building's door looks to."""
    tree = shapely.STRtree([road.line for road in roads])
    block_of = land.block_of[built.cells]
    in_block = np.bincount(block_of, weights=households, minlength=len(land.blocks))
    targets = shapely.get_coordinates(
        shapely.line_interpolate_point(
            shapely.get_exterior_ring(land.inner)[block_of],
            shapely.line_locate_point(shapely.get_exterior_ring(land.inner)[block_of], shapely.centroid(built.shapes)),
        )
    )
    compounds: list[Compound] = []
    compound_of: dict[int, int] = {}
    for n, wall in places.walls(land).items():
        points = places.gates(wall, tree, roads)
        if not points or in_block[n] == 0:
            continue
        inside = np.nonzero(block_of == n)[0]
        community = int(divisions.community[built.cells[inside[0]]])
        compound_of[n] = len(compounds)
        targets[inside] = shapely.get_coordinates(points[0])[0]
        openings = tuple(Gate(point, k == 0) for k, point in enumerate(points))
        style = land.styles[n] or Style.SLABS
        compounds.append(Compound(len(compounds), block_index[n], community, style, wall, openings, int(in_block[n])))
    return tuple(compounds), compound_of, targets


def _buildings(
    land: Land,
    built: Built,
    counts: tuple[np.ndarray, np.ndarray, np.ndarray],
    divisions: Divisions,
    compound_of: dict[int, int],
    targets: np.ndarray,
    block_index: dict[int, int],
) -> tuple[Building, ...]:
    doors = shapely.points(places.doors(built, targets))
    households, residents, work = counts
    out = []
    for n, shape in enumerate(built.shapes):
        cell = int(built.cells[n])
        block = int(land.block_of[cell])
        out.append(
            Building(
                index=n,
                block=block_index[block],
                cell=cell,
                community=int(divisions.community[cell]),
                grid=int(divisions.grid[cell]),
                compound=compound_of.get(block),
                use=built.uses[n],
                shape=shape,
                door=doors[n],
                floors=int(built.floors[n]),
                households=int(households[n]),
                residents=int(residents[n]),
                workload_minutes=int(work[n]),
            )
        )
    return tuple(out)


def _cells(land: Land, divisions: Divisions) -> tuple[Cell, ...]:
    numbers = number_cells(land, divisions.community)
    return tuple(
        Cell(n, int(divisions.community[n]), f"{numbers[n]:03}", land.uses[int(land.block_of[n])], shape)
        for n, shape in enumerate(land.cells)
    )


def _community_grids(
    land: Land, built: Built, counts: tuple[np.ndarray, np.ndarray, np.ndarray], divisions: Divisions
) -> list[Grid]:
    shapes = shapes_of(land, divisions.grid)
    at = divisions.grid[built.cells]
    households, residents, work = (_summed(at, c, len(shapes)) for c in counts)
    above = divisions.community_of_grid.tolist()
    members: list[list[int]] = [[] for _ in shapes]
    for cell, grid in enumerate(divisions.grid.tolist()):
        members[grid].append(cell)
    numbers = _numbers(above)
    return [
        Grid(
            index=n,
            kind=GridKind.COMMUNITY,
            number=numbers[n],
            subdistrict=int(divisions.subdistrict_of[above[n]]),
            community=above[n],
            shape=shapes[n],
            cells=tuple(members[n]),
            households=households[n],
            residents=residents[n],
            workload_minutes=work[n],
            road=None,
            landmark=None,
        )
        for n in range(len(shapes))
    ]


def _numbers(above: Sequence[int]) -> list[int]:
    """1, 2, 3 … within each of the things above, in the order given."""
    seen: dict[int, int] = {}
    out = []
    for a in above:
        seen[a] = seen.get(a, 0) + 1
        out.append(seen[a])
    return out


def _road_grids(bands: list[tuple[int, shapely.Polygon]], communities: tuple[Community, ...], start: int) -> list[Grid]:
    tree = shapely.STRtree([c.shape for c in communities])
    homes = []
    for _, band in bands:
        near = sorted(tree.query(band, predicate="intersects").tolist())
        homes.append(max(near, key=lambda c: (communities[c].shape.intersection(band).area, -c)))
    order = sorted(range(len(bands)), key=lambda k: (homes[k], bands[k][0]))
    numbers = _numbers([communities[homes[k]].subdistrict for k in order])
    return [
        Grid(
            index=start + n,
            kind=GridKind.ROAD,
            number=numbers[n],
            subdistrict=communities[homes[k]].subdistrict,
            community=homes[k],
            shape=bands[k][1],
            cells=(),
            households=0,
            residents=0,
            workload_minutes=round(bands[k][1].area / 42),
            road=bands[k][0],
            landmark=None,
        )
        for n, k in enumerate(order)
    ]


# Kinds that get a premises grid of their own, in the order in which places are given out.
PREMISES = (
    "station",
    "hospital",
    "museum",
    "service_hall",
    "construction_site",
    "market",
    "middle_school",
    "primary_school",
)


def _premises_grids(
    landmarks: tuple[Landmark, ...],
    blocks: tuple[Block, ...],
    communities: tuple[Community, ...],
    number: int,
    start: int,
) -> list[Grid]:
    sites = [m for kind in PREMISES for m in landmarks if m.kind == kind and m.block is not None]
    chosen = sorted(sites[:number], key=lambda m: (m.community, m.index))
    numbers = _numbers([m.community for m in chosen])
    return [
        Grid(
            index=start + n,
            kind=GridKind.PREMISES,
            number=numbers[n],
            subdistrict=communities[m.community].subdistrict,
            community=m.community,
            shape=blocks[m.block or 0].shape,
            cells=(),
            households=0,
            residents=0,
            workload_minutes=520 + round(blocks[m.block or 0].shape.area / 60),
            road=None,
            landmark=m.index,
        )
        for n, m in enumerate(chosen)
    ]
