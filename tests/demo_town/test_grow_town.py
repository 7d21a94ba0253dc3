"""The example district: one seed gives one town, and the town is one that people could live in."""

import collections
import subprocess
import sys

import numpy as np
import pytest
import shapely

from gridward.demo.town import GridKind, RoadKind, Town, grow

FINGERPRINT = """
import hashlib, sys
import shapely
from gridward.demo.town import grow
town = grow(int(sys.argv[1]))
shapes = [x.shape for layer in (town.cells, town.buildings, town.grids, town.compounds) for x in layer]
text = repr([(b.households, b.residents, b.floors, b.cell, b.door.wkb) for b in town.buildings])
text += repr([(m.kind, m.point.wkb, m.community) for m in town.landmarks])
print(hashlib.sha256(b"".join(shapely.to_wkb(shapes)) + text.encode()).hexdigest())
"""


def fingerprint(seed: int, hash_seed: str) -> str:
    command = [sys.executable, "-c", FINGERPRINT, str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": hash_seed})
    return done.stdout.strip()


@pytest.mark.full
def test_the_same_seed_gives_the_same_town_in_every_process() -> None:
    assert fingerprint(1, "1") == fingerprint(1, "2")


@pytest.mark.full
def test_another_seed_gives_another_town(town: Town) -> None:
    other = grow(2)
    assert other.outline.symmetric_difference(town.outline).area > 1e6
    check_size(other)


def check_size(town: Town) -> None:
    facts = town.statistics()
    assert 42.5 <= facts["area_km2"] <= 43.5
    assert facts["subdistricts"] == 14
    assert facts["communities"] == 83
    assert 4_000 <= facts["cells"] <= 4_600
    assert 9_300 <= facts["mean_cell_m2"] <= 10_700
    assert facts["grids"] == 575
    assert facts["road_grids"] >= 20
    assert facts["premises_grids"] >= 28
    assert 5_500 <= facts["buildings"] <= 7_000
    assert facts["households"] == pytest.approx(224_000, rel=0.01)
    assert facts["residents"] == pytest.approx(602_000, rel=0.01)
    assert facts["share_of_residents_west"] == pytest.approx(0.80, abs=0.04)
    assert facts["share_of_land_west"] == pytest.approx(0.40, abs=0.04)
    assert facts["grid_vertices"] < 60
    assert facts["bridges"] >= 3


def test_the_town_has_the_size_of_a_real_district(town: Town) -> None:
    check_size(town)


def test_one_subdistrict_is_an_industrial_park_with_a_code_of_its_own_range(town: Town) -> None:
    parks = [s for s in town.subdistricts if s.is_industrial_park]
    assert [s.code for s in parks] == ["401"]
    assert not parks[0].west_of_river
    assert len({s.code for s in town.subdistricts}) == 14


def check_partition(shapes: list[shapely.Polygon], whole: shapely.Geometry) -> None:
    assert all(s.geom_type == "Polygon" and s.is_valid for s in shapes)
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).symmetric_difference(whole).area < 1
    assert abs(float(shapely.area(shapes).sum()) - whole.area) < 1


@pytest.mark.parametrize("layer", ["subdistricts", "communities", "cells"])
def test_a_layer_covers_the_district_without_gap_or_overlap(town: Town, layer: str) -> None:
    check_partition([x.shape for x in getattr(town, layer)], town.outline)


def test_community_grids_cover_the_district_without_gap_or_overlap(town: Town) -> None:
    grids = [g for g in town.grids if g.kind is GridKind.COMMUNITY]
    check_partition([g.shape for g in grids], town.outline)


def test_every_border_is_made_of_the_borders_of_cells(town: Town) -> None:
    edges = {edge for cell in town.cells for edge in segments(cell.shape)}
    for layer in (town.subdistricts, town.communities, [g for g in town.grids if g.kind is GridKind.COMMUNITY]):
        for area in layer:
            assert all(edge in edges for edge in segments(area.shape))


def segments(shape: shapely.Polygon) -> list[frozenset[tuple[float, ...]]]:
    rings = [shape.exterior, *shape.interiors]
    return [frozenset(pair) for ring in rings for pair in zip(ring.coords[:-1], ring.coords[1:], strict=True)]


def test_communities_lie_in_their_subdistrict_and_grids_in_their_community(town: Town) -> None:
    for community in town.communities:
        assert community.shape.difference(town.subdistricts[community.subdistrict].shape).area < 1
    for grid in town.grids:
        home = town.communities[grid.community]
        assert grid.subdistrict == home.subdistrict
        assert grid.shape.is_valid and grid.shape.geom_type == "Polygon"
        if grid.kind is GridKind.ROAD:
            assert grid.shape.intersects(home.shape)
        else:
            assert grid.shape.difference(home.shape).area < 1


def test_a_community_grid_is_the_union_of_its_cells(town: Town) -> None:
    taken = collections.Counter(cell for g in town.grids for cell in g.cells)
    assert set(taken) == {c.index for c in town.cells}
    assert set(taken.values()) == {1}
    for grid in town.grids[:40]:
        cells = shapely.coverage_union_all([town.cells[c].shape for c in grid.cells])
        assert cells.symmetric_difference(grid.shape).area < 1e-6


def test_most_community_grids_have_300_to_500_households(town: Town) -> None:
    facts = town.statistics()
    assert facts["community_grids_of_300_to_500_households"] > 0.85 * facts["community_grids"]
    for grid in town.grids:
        if grid.kind is GridKind.COMMUNITY:
            inside = sum(b.households for b in town.buildings if b.grid == grid.index)
            assert inside == grid.households
            assert 250 <= grid.households <= 650


def test_every_community_is_large_enough_to_have_a_committee(town: Town) -> None:
    assert min(c.households for c in town.communities) >= 500


def test_codes_of_cells_and_communities_are_unique_where_they_must_be(town: Town) -> None:
    cells = [(c.community, c.code) for c in town.cells]
    assert len(set(cells)) == len(cells)
    assert all(len(code) == 3 for _, code in cells)
    communities = [(c.subdistrict, c.code) for c in town.communities]
    assert len(set(communities)) == len(communities)
    grids = [(g.kind, g.subdistrict if g.kind is GridKind.ROAD else g.community, g.number) for g in town.grids]
    assert len(set(grids)) == len(grids)


def test_no_building_stands_in_water_or_on_a_road(town: Town) -> None:
    shapes = np.array([b.shape for b in town.buildings])
    assert shapely.is_valid(shapes).all()
    for water in town.waters:
        assert not shapely.intersects(water.shape, shapes).any()
    tree = shapely.STRtree(shapes)
    for road in town.roads:
        near = tree.query(road.line, predicate="dwithin", distance=road.width_m / 2)
        assert len(near) == 0
    for rail in town.railway:
        assert len(tree.query(rail, predicate="dwithin", distance=5)) == 0


def test_no_building_overlaps_another(town: Town) -> None:
    shapes = np.array([b.shape for b in town.buildings])
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = a < b
    overlap = shapely.area(shapely.intersection(shapes[a[apart]], shapes[b[apart]]))
    assert (overlap < 0.5).all()


def test_a_building_and_its_door_lie_in_one_cell_and_the_door_outside_all_walls(town: Town) -> None:
    cells = np.array([town.cells[b.cell].shape for b in town.buildings])
    doors = np.array([b.door for b in town.buildings])
    shapes = np.array([b.shape for b in town.buildings])
    assert shapely.covers(cells, shapes).all()
    assert shapely.covers(cells, doors).all()
    assert len(shapely.STRtree(shapes).query(doors, predicate="intersects")[0]) == 0
    assert (shapely.distance(doors, shapes) < 1.5).all()


def test_no_ground_is_left_over_between_blocks_roads_water_and_rails(town: Town) -> None:
    known = [b.shape.buffer(3) for b in town.blocks]
    known += [r.line.buffer(r.width_m / 2 + 3) for r in town.roads]
    known += [w.shape.buffer(7) for w in town.waters] + [line.buffer(20) for line in town.railway]
    rest = shapely.get_parts(town.outline.difference(shapely.union_all(known)))
    assert max(float(p.area) for p in rest) < 3_000


def test_every_gate_lies_on_the_wall_of_its_compound_and_near_a_road(town: Town) -> None:
    roads = shapely.STRtree([r.line for r in town.roads])
    for compound in town.compounds:
        assert [g.is_main for g in compound.gates].count(True) == 1
        for gate in compound.gates:
            assert gate.point.distance(compound.shape.exterior) < 1e-6
            assert len(roads.query(gate.point, predicate="dwithin", distance=40))


def test_buildings_of_a_compound_stand_inside_its_wall(town: Town) -> None:
    members = [b for b in town.buildings if b.compound is not None]
    assert len(members) > 2_000
    walls = np.array([town.compounds[b.compound or 0].shape for b in members])
    assert shapely.covers(walls, np.array([b.shape for b in members])).all()


def test_main_roads_cross_the_river_on_bridges_and_nothing_else_does(town: Town) -> None:
    river = town.waters[0].shape.buffer(-5)
    crossing = {road.index for road in town.roads if road.line.intersects(river)}
    assert crossing == {bridge.road for bridge in town.bridges}
    assert {town.roads[r].kind for r in crossing} <= {RoadKind.EXPRESSWAY, RoadKind.ARTERIAL}


def test_every_community_has_an_office_and_the_town_what_a_town_needs(town: Town) -> None:
    kinds = collections.Counter(m.kind for m in town.landmarks)
    assert kinds["community_office"] == 83
    assert kinds["subdistrict_office"] == 14
    assert kinds["station"] == 1
    for kind in ("hospital", "museum", "market", "construction_site", "primary_school", "middle_school", "park"):
        assert kinds[kind] >= 2
    assert kinds["bus_stop"] > 100
    for mark in town.landmarks:
        assert town.communities[mark.community].shape.distance(mark.point) < 1e-6


def test_degrees_and_metres_agree_and_equal_borders_stay_equal(town: Town) -> None:
    cells = [c.shape for c in town.cells[:300]]
    degrees = town.frame.to_lonlat(np.array(cells))
    back = town.frame.to_metres(degrees)
    assert max(shapely.hausdorff_distance(np.array(cells), back)) < 1e-4
    assert {round(p, 1) for p in town.frame.to_lonlat(shapely.Point(0, 0)).coords[0]} == {114.0, 28.2}
    metres = {p for c in cells for p in c.exterior.coords}
    assert len({p for d in degrees for p in d.exterior.coords}) == len(metres)
