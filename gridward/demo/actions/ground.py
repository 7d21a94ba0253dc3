"""The grown town as rows: divisions, ground, cells, grids."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from gridward.areas.models import Division, GroundFeature
from gridward.core.codes.numbers import cell_code, grid_code
from gridward.core.geometry import to_multipolygon
from gridward.demo.content import english, names, rows
from gridward.demo.town import RoadKind, Town
from gridward.demo.town import model as grown
from gridward.districts.models import District
from gridward.gpkg.bulk import bulk_load
from gridward.grids.models import Cell, Grid, GridPlan, GridShape
from gridward.work import clock

CODE6 = "900101"
SCHEME, EDITION = "example", "seed"
SOURCE = "grown for the example district"
ROADS = {
    RoadKind.EXPRESSWAY: (GroundFeature.Kind.EXPRESS, 0), RoadKind.ARTERIAL: (GroundFeature.Kind.ARTERIAL, 1),
    RoadKind.SECONDARY: (GroundFeature.Kind.STREET, 2), RoadKind.MINOR: (GroundFeature.Kind.STREET, 3),
    RoadKind.LANE: (GroundFeature.Kind.STREET, 4),
}  # fmt: skip
WATERS = {"river": "river", "creek": "stream", "lake": "lake"}  # kind in the town: kind among the names
GREENS = ("park", "riverside", "island", "wood")


@dataclass(frozen=True, slots=True)
class Ground:
    """The rows that people and cases stand on, by their index in the grown town."""

    town: Town
    district: District
    subdistricts: list[Division]
    communities: list[Division]
    grids: list[Grid]
    road_names: dict[int, str]
    compound_names: dict[int, str]
    landmark_names: dict[int, str]


def geos(town: Town, shape: Any, *, multi: bool = False) -> GEOSGeometry:
    """A shape of the town in degrees, as GeoDjango wants it."""
    degrees = town.frame.to_lonlat(shape)
    made = to_multipolygon(degrees) if multi else degrees
    return GEOSGeometry(memoryview(shapely.to_wkb(made)), srid=4326)


def _put(divisions: list[Division]) -> None:
    """Insert, then write the path of ids from the top down."""
    Division.objects.bulk_create(divisions)
    for row in divisions:
        row.path = f"{row.parent.path if row.parent else '/'}{row.pk}/"
    Division.objects.bulk_update(divisions, ["path"])


def _division(
    town: Town, district: District, level: str, code: str, name: dict[str, str], parent: Any, shape: Any
) -> Division:
    return Division(
        district=district, scheme=SCHEME, edition=EDITION, code=code, level=level, parent=parent, sort_key=code,
        name_zh=name["name_zh"], name_en=name["name_en"], outline=geos(town, shape, multi=True),
    )  # fmt: skip


def _community_names(town: Town) -> dict[int, dict[str, str]]:
    """Each community a name of its subdistrict's list; what one list lacks, another lends."""
    content = rows("divisions")
    tops = [row for row in content if row["level"] == "subdistrict"]
    pools = {row["code"]: [r for r in content if r["parent"] == row["code"]] for row in tops}
    given: dict[int, dict[str, str]] = {}
    short: list[int] = []
    for community in town.communities:
        pool = pools[tops[community.subdistrict]["code"]]
        if pool:
            given[community.index] = pool.pop(0)
        else:
            short.append(community.index)
    left = [row for pool in pools.values() for row in pool]
    return given | dict(zip(short, left, strict=False))


def put_divisions(town: Town, district: District) -> tuple[list[Division], list[Division]]:
    """District, subdistricts and communities, with names and outlines."""
    top = _division(
        town, district, "district", f"{CODE6}000000", {"name_zh": district.name_zh, "name_en": district.name_en},
        None, town.outline,
    )  # fmt: skip
    _put([top])
    titles = [row for row in rows("divisions") if row["level"] == "subdistrict"]
    middle = [
        _division(town, district, "subdistrict", f"{CODE6}{s.code}000", titles[s.index], top, s.shape)
        for s in town.subdistricts
    ]
    _put(middle)
    named = _community_names(town)
    low = [
        _division(
            town, district, "community", f"{CODE6}{town.subdistricts[c.subdistrict].code}{c.code}", named[c.index],
            middle[c.subdistrict], c.shape,
        )
        for c in town.communities
    ]  # fmt: skip
    _put(low)
    return middle, low


def _feature(town: Town, district: District, kind: str, shape: Any, name: str = "", rank: int = 0) -> GroundFeature:
    return GroundFeature(
        district=district, kind=kind, shape=geos(town, shape), name_zh=name, name_en=english().get(name, ""),
        rank=rank, source=SOURCE,
    )  # fmt: skip


def _ground(ground: Ground) -> Iterator[GroundFeature]:
    town, district = ground.town, ground.district
    waters = {grown_as: names(kind)[0]["name_zh"] for grown_as, kind in WATERS.items()}
    for water in town.waters:
        yield _feature(town, district, "water", water.shape, waters.get(water.kind, ""))
    for green in town.greens:
        if green.kind in GREENS:
            yield _feature(town, district, "park", green.shape)
    for line in town.railway:
        yield _feature(town, district, "rail", line)
    for road in town.roads:
        kind, rank = ROADS[road.kind]
        yield _feature(town, district, kind, road.line, ground.road_names.get(road.index, ""), rank)
    for block in town.blocks:
        yield _feature(town, district, "block", block.shape)
    for building in town.buildings:
        yield _feature(town, district, "building", building.shape)
    for compound in town.compounds:
        for gate in compound.gates:
            yield _feature(town, district, "gate", gate.point, ground.compound_names.get(compound.index, ""))
    for landmark in town.landmarks:
        if landmark.index in ground.landmark_names:
            yield _feature(town, district, "landmark", landmark.point, ground.landmark_names[landmark.index])


def put_ground(ground: Ground) -> None:
    """Everything that the own base map draws."""
    with bulk_load(connection, GroundFeature):
        GroundFeature.objects.bulk_create(_ground(ground), batch_size=500)


def put_cells(ground: Ground) -> None:
    """单元网格, numbered within their community."""
    town = ground.town
    cells = (
        Cell(
            district=ground.district, community=ground.communities[cell.community], area_m2=round(cell.shape.area),
            code=str(cell_code(ground.communities[cell.community].code, int(cell.code))),
            shape=geos(town, cell.shape, multi=True),
        )
        for cell in town.cells
    )  # fmt: skip
    with bulk_load(connection, Cell):
        Cell.objects.bulk_create(cells, batch_size=500)


def _grid_name(ground: Ground, grid: grown.Grid) -> tuple[str, str]:
    if grid.kind is grown.GridKind.ROAD:
        name = ground.road_names.get(grid.road if grid.road is not None else -1) or f"道路{grid.number}"
        return f"{name}道路网格", f"{english().get(name, f'Road {grid.number}')} grid"
    if grid.kind is grown.GridKind.PREMISES:
        name = ground.landmark_names.get(grid.landmark if grid.landmark is not None else -1) or f"单位{grid.number}"
        return f"{name}单位网格", f"{english().get(name, f'Premises {grid.number}')} grid"
    community = ground.communities[grid.community]
    return f"{community.name_zh}第{grid.number}网格", f"{community.name_en} grid {grid.number}"


def put_grids(ground: Ground, bodies: dict[int, Any], since: date) -> None:
    """Three kinds of grids under one plan in force; ``bodies`` are the committees by community index."""
    town, district = ground.town, ground.district
    for grid in town.grids:
        is_road = grid.kind is grown.GridKind.ROAD
        division = ground.subdistricts[grid.subdistrict] if is_road else ground.communities[grid.community]
        name_zh, name_en = _grid_name(ground, grid)
        level = Grid.Level.PREMISES if grid.kind is grown.GridKind.PREMISES else Grid.Level.COMMUNITY
        ground.grids.append(
            Grid(
                district=district, code=str(grid_code(division.code, grid.kind.value, grid.number)), level=level,
                name_zh=name_zh, name_en=name_en, kind=grid.kind.value,
                subdistrict=ground.subdistricts[grid.subdistrict], community=ground.communities[grid.community],
                body=bodies[grid.community],
            )
        )  # fmt: skip
    Grid.objects.bulk_create(ground.grids, batch_size=500)
    top = Division.objects.get(district=district, level="district")
    plan = GridPlan.objects.create(
        district=district, division=top, name_zh="现行网格方案", name_en="Grids in force", state=GridPlan.State.ADOPTED,
        adopted_from=since, recorded_at=clock.now(),
    )  # fmt: skip
    shapes = (
        GridShape(
            district=district, plan=plan, grid=row, shape=geos(town, grid.shape, multi=True), valid_from=since,
            area_m2=round(grid.shape.area), households=grid.households, recorded_at=clock.now(),
        )
        for grid, row in zip(town.grids, ground.grids, strict=True)
    )  # fmt: skip
    with bulk_load(connection, GridShape):
        GridShape.objects.bulk_create(shapes, batch_size=500)


def _hand_out(kinds: tuple[str, ...], wanted: Iterable[int]) -> dict[int, str]:
    """The first of ``wanted`` get the names there are."""
    pool = [row["name_zh"] for kind in kinds for row in names(kind)]
    return dict(zip(wanted, pool, strict=False))


def name_places(town: Town) -> tuple[dict[int, str], dict[int, str], dict[int, str]]:
    """Names of roads, compounds and landmarks by index; those for which no name is left stay nameless."""
    by_kind = {kind: [r for r in town.roads if r.kind is kind] for kind in RoadKind}
    longest = {kind: sorted(found, key=lambda r: -r.line.length) for kind, found in by_kind.items()}
    roads = _hand_out(("expressway",), (r.index for r in longest[RoadKind.EXPRESSWAY]))
    roads |= _hand_out(("main_road",), (r.index for r in longest[RoadKind.ARTERIAL]))
    lesser = [*longest[RoadKind.SECONDARY], *longest[RoadKind.MINOR]]
    roads |= _hand_out(("road",), (r.index for r in lesser))
    roads |= _hand_out(("lane",), (r.index for r in longest[RoadKind.LANE]))
    largest = sorted(town.compounds, key=lambda c: -c.households)
    compounds = _hand_out(("compound",), (c.index for c in largest))
    landmarks: dict[int, str] = {}
    pairs = {
        ("hospital",): ("hospital",), ("school",): ("primary_school", "middle_school"), ("market",): ("market",),
        ("mall",): ("mall",), ("premises",): ("museum", "service_hall", "station"), ("park",): ("park",),
        ("works_compound",): ("construction_site",), ("bus_stop",): ("bus_stop",),
    }  # fmt: skip
    for kinds, of_town in pairs.items():
        landmarks |= _hand_out(kinds, (m.index for m in town.landmarks if m.kind in of_town))
    return roads, compounds, landmarks
