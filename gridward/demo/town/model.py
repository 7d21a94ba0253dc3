"""What a grown town is made of; coordinates are metres east and north of its anchor."""

import dataclasses
import enum

import shapely

from gridward.demo.town.frame import Frame


class RoadKind(enum.StrEnum):
    EXPRESSWAY = "expressway"
    ARTERIAL = "arterial"
    SECONDARY = "secondary"
    MINOR = "minor"
    LANE = "lane"


class Use(enum.StrEnum):
    """What a building, a block or a cell is mostly used for."""

    RESIDENTIAL = "residential"
    MIXED = "mixed"
    SHOP = "shop"
    MARKET = "market"
    OFFICE = "office"
    PUBLIC = "public"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    MUSEUM = "museum"
    STATION = "station"
    INDUSTRIAL = "industrial"
    CONSTRUCTION = "construction"
    VILLAGE = "village"
    GREEN = "green"
    FIELD = "field"
    WATER = "water"


class Style(enum.StrEnum):
    """How a residential area was built."""

    COURTYARDS = "courtyards"
    SLABS = "slabs"
    TOWERS = "towers"
    COTTAGES = "cottages"


class GridKind(enum.StrEnum):
    """The three kinds of the seed paper: 社区型, 道路型, 单位型."""

    COMMUNITY = "community"
    ROAD = "road"
    PREMISES = "premises"


@dataclasses.dataclass(frozen=True)
class Road:
    """A centre line; `index` is its place in `Town.roads`, main roads first, and the slot for its name."""

    index: int
    kind: RoadKind
    line: shapely.LineString
    width_m: float


@dataclasses.dataclass(frozen=True)
class Bridge:
    road: int
    line: shapely.LineString


@dataclasses.dataclass(frozen=True)
class Water:
    """`kind` is river, lake, creek or pond."""

    kind: str
    shape: shapely.Polygon | shapely.MultiPolygon


@dataclasses.dataclass(frozen=True)
class Green:
    """`kind` is park, riverside, island, wood or field."""

    kind: str
    shape: shapely.Polygon | shapely.MultiPolygon


@dataclasses.dataclass(frozen=True)
class Subdistrict:
    """`code` is the 3-digit part of the division code; 4xx marks an industrial park 园区."""

    index: int
    code: str
    is_industrial_park: bool
    west_of_river: bool
    shape: shapely.Polygon
    households: int
    residents: int


@dataclasses.dataclass(frozen=True)
class Community:
    """`code` is the 3-digit part of the code within the subdistrict."""

    index: int
    subdistrict: int
    code: str
    shape: shapely.Polygon
    households: int
    residents: int


@dataclasses.dataclass(frozen=True)
class Cell:
    """A 单元网格; `code` counts within the community, north to south in bands, west to east in a band."""

    index: int
    community: int
    code: str
    use: Use
    shape: shapely.Polygon


@dataclasses.dataclass(frozen=True)
class Block:
    """The land between roads (carriageways taken off)."""

    index: int
    community: int
    use: Use
    shape: shapely.Polygon


@dataclasses.dataclass(frozen=True)
class Gate:
    point: shapely.Point
    is_main: bool


@dataclasses.dataclass(frozen=True)
class Compound:
    """A walled 小区; its gates lie on its border."""

    index: int
    block: int
    community: int
    style: Style
    shape: shapely.Polygon
    gates: tuple[Gate, ...]
    households: int


@dataclasses.dataclass(frozen=True)
class Building:
    """`workload_minutes` is the grid worker's time for it in a month; `grid` is its community grid."""

    index: int
    block: int
    cell: int
    community: int
    grid: int
    compound: int | None
    use: Use
    shape: shapely.Polygon
    door: shapely.Point
    floors: int
    households: int
    residents: int
    workload_minutes: int


@dataclasses.dataclass(frozen=True)
class Landmark:
    """`kind`: station, hospital, primary_school, middle_school, market, museum, construction_site,
    service_hall, mall, park, bus_stop, community_office, subdistrict_office, bridge, lake."""

    index: int
    kind: str
    point: shapely.Point
    shape: shapely.Polygon | None
    community: int
    road: int | None
    block: int | None


@dataclasses.dataclass(frozen=True)
class Grid:
    """A grid of a grid plan; `number` counts within the community and kind (road grids: in the subdistrict).

    `cells` are those a community grid is made of; `road` and `landmark` say what the other kinds are about.
    """

    index: int
    kind: GridKind
    number: int
    subdistrict: int
    community: int
    shape: shapely.Polygon
    cells: tuple[int, ...]
    households: int
    residents: int
    workload_minutes: int
    road: int | None
    landmark: int | None


@dataclasses.dataclass(frozen=True)
class Town:
    seed: int
    frame: Frame
    outline: shapely.Polygon
    waters: tuple[Water, ...]
    greens: tuple[Green, ...]
    railway: tuple[shapely.LineString, ...]
    roads: tuple[Road, ...]
    bridges: tuple[Bridge, ...]
    subdistricts: tuple[Subdistrict, ...]
    communities: tuple[Community, ...]
    cells: tuple[Cell, ...]
    blocks: tuple[Block, ...]
    compounds: tuple[Compound, ...]
    buildings: tuple[Building, ...]
    grids: tuple[Grid, ...]
    landmarks: tuple[Landmark, ...]

    def statistics(self) -> dict[str, float]:
        """Counts, areas (km²) and shares (0…1) that say what kind of town this is."""
        western = {c.index for c in self.communities if self.subdistricts[c.subdistrict].west_of_river}
        residents = sum(b.residents for b in self.buildings)
        dry = shapely.difference(self.outline, shapely.union_all([w.shape for w in self.waters]))
        west = shapely.union_all([s.shape for s in self.subdistricts if s.west_of_river])
        kinds = [g.kind for g in self.grids]
        fair = [g for g in self.grids if g.kind is GridKind.COMMUNITY and 300 <= g.households <= 500]
        return {
            "area_km2": self.outline.area / 1e6,
            "subdistricts": len(self.subdistricts),
            "communities": len(self.communities),
            "cells": len(self.cells),
            "blocks": len(self.blocks),
            "compounds": len(self.compounds),
            "buildings": len(self.buildings),
            "roads": len(self.roads),
            "road_km": sum(r.line.length for r in self.roads) / 1_000,
            "bridges": len(self.bridges),
            "landmarks": len(self.landmarks),
            "grids": len(self.grids),
            "community_grids": kinds.count(GridKind.COMMUNITY),
            "road_grids": kinds.count(GridKind.ROAD),
            "premises_grids": kinds.count(GridKind.PREMISES),
            "community_grids_of_300_to_500_households": len(fair),
            "households": sum(b.households for b in self.buildings),
            "residents": residents,
            "share_of_residents_west": sum(b.residents for b in self.buildings if b.community in western) / residents,
            "share_of_land_west": dry.intersection(west).area / dry.area,
            "mean_cell_m2": self.outline.area / len(self.cells),
            "grid_vertices": sum(shapely.get_num_coordinates(g.shape) for g in self.grids) / len(self.grids),
        }
