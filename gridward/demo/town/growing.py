"""Grow the town: the same seed gives the same town, to the last bit."""

import numpy as np
import shapely

from gridward.demo.town.assembly import assemble
from gridward.demo.town.building import put_up_buildings
from gridward.demo.town.divisions import draw_divisions
from gridward.demo.town.faces import divide_ground
from gridward.demo.town.land import CREEK_HALF_M, lay_out_land
from gridward.demo.town.model import Town
from gridward.demo.town.people import settle_people, workloads
from gridward.demo.town.terrain import grow_terrain
from gridward.demo.town.trunk import lay_trunk
from gridward.demo.town.zones import plan_zones

COMMUNITY_GRIDS, ROAD_GRIDS, ALL_GRIDS = 517, 24, 575
RAIL_CLEARANCE_M = 12.0


def grow(seed: int) -> Town:
    """A district of about 43 km², 14 subdistricts, 83 communities and 600,000 residents, in some seconds."""
    # One stream for every step: a change in one leaves what the others draw alone.
    ground, roads, zones, blocks, uses, houses, people, borders, names = (
        np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(9)
    )
    terrain = grow_terrain(ground)
    plan = plan_zones(terrain, zones)
    trunk = lay_trunk(terrain, roads)
    faces = divide_ground(terrain, trunk, plan, blocks)
    land = lay_out_land(faces, terrain, trunk, plan, uses)
    creek = terrain.creek.buffer(CREEK_HALF_M)
    barred = shapely.union_all([terrain.river, terrain.lake, creek, trunk.railway.buffer(RAIL_CLEARANCE_M)])
    built = put_up_buildings(land, barred, houses)
    households, residents = settle_people(land, built, people)
    work = workloads(land, built, households, people)
    by_cell = np.bincount(built.cells, weights=households, minlength=len(land.cells))
    divisions = draw_divisions(land, by_cell, COMMUNITY_GRIDS, borders)
    return assemble(
        seed,
        terrain,
        trunk,
        faces,
        land,
        built,
        (households, residents, work),
        divisions,
        (ROAD_GRIDS, ALL_GRIDS),
        names,
    )
