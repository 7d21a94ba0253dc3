"""Put buildings on the free ground of every cell, none in water, on rails or on a road."""

import dataclasses
import math

import numpy as np
import shapely

from gridward.demo.town.land import Land
from gridward.demo.town.layouts import Site, layout_for
from gridward.demo.town.model import Use

SETBACK_M = 4.0


@dataclasses.dataclass(frozen=True)
class Built:
    """Parallel arrays over buildings."""

    shapes: np.ndarray
    cells: np.ndarray
    floors: np.ndarray
    dwellings: np.ndarray
    uses: list[Use]


def put_up_buildings(land: Land, barred: shapely.Geometry, rng: np.random.Generator) -> Built:
    """`barred` is water and rail land; nothing stands in it."""
    free = shapely.buffer(land.inner, -SETBACK_M, join_style="mitre")
    ground = shapely.intersection(shapely.buffer(land.cells, -2.0, join_style="mitre"), free[land.block_of])
    turns = [_turn(block) for block in land.inner]
    shapes: list[shapely.Polygon] = []
    grounds: list[int] = []
    floors: list[int] = []
    dwellings: list[int] = []
    seen: set[int] = set()
    block_seeds = rng.integers(0, 1 << 30, len(land.blocks)).tolist()
    for cell in np.argsort(land.block_of, kind="stable").tolist():
        block = int(land.block_of[cell])
        lay = layout_for(land.uses[block], land.styles[block])
        if lay is None:
            continue
        piece = max(shapely.get_parts(ground[cell]), key=lambda p: p.area, default=None)
        if piece is None or piece.area < 350:
            continue
        turn = turns[block] if land.uses[block] is Use.RESIDENTIAL else _turn(piece)
        c, s = math.cos(turn), math.sin(turn)
        level = np.array([[c, -s], [s, c]])
        ring = shapely.get_coordinates(piece.exterior)[:-1] @ level
        site = Site(ring, piece.area, block_seeds[block], block not in seen, rng)
        seen.add(block)
        for print_ in lay(site):
            shapes.append(shapely.Polygon(print_.xy @ level.T))
            grounds.append(cell)
            floors.append(print_.floors)
            dwellings.append(print_.dwellings)
    return _standing(land, ground, barred, np.array(shapes), np.array(grounds), np.array(floors), np.array(dwellings))


def _standing(
    land: Land,
    ground: np.ndarray,
    barred: shapely.Geometry,
    shapes: np.ndarray,
    cells: np.ndarray,
    floors: np.ndarray,
    dwellings: np.ndarray,
) -> Built:
    """Only what lies wholly on free ground stays."""
    stays = shapely.covers(shapely.buffer(ground, 0.05)[cells], shapes)
    shapely.prepare(barred)
    stays &= ~shapely.intersects(barred, shapes) & shapely.is_valid(shapes)
    shapes, cells, floors, dwellings = shapes[stays], cells[stays], floors[stays], dwellings[stays]
    shapes = shapely.set_precision(shapes, 0.01)
    uses = [land.uses[int(land.block_of[c])] for c in cells]
    return Built(shapes, cells, floors, dwellings, uses)


def _turn(block: shapely.Polygon) -> float:
    """The direction of rows: along the block, and facing south within forty-five degrees."""
    if block.is_empty:
        return 0.0
    xy = shapely.get_coordinates(block.exterior)
    edge = np.diff(xy, axis=0)
    length, angle = np.hypot(edge[:, 0], edge[:, 1]), np.arctan2(edge[:, 1], edge[:, 0])
    return float(np.angle((length * np.exp(4j * angle)).sum())) / 4
