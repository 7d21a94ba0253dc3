"""The places people name: stations, schools, markets, parks, bus stops and offices."""

import dataclasses

import numpy as np
import shapely

from gridward.demo.town import places
from gridward.demo.town.model import Block, Building, Community, Landmark, Road, Subdistrict, Use

SITE_KINDS = {
    Use.STATION: "station",
    Use.HOSPITAL: "hospital",
    Use.MUSEUM: "museum",
    Use.PUBLIC: "service_hall",
    Use.CONSTRUCTION: "construction_site",
    Use.MARKET: "market",
}
MIDDLE_SCHOOL_M2 = 27_000.0
MALL_M2 = 9_000.0
PARK_M2 = 15_000.0


Seat = tuple[shapely.Point, int, None, int]


@dataclasses.dataclass
class Landmarks:
    roads: tuple[Road, ...]
    communities: tuple[Community, ...]

    def all(
        self,
        buildings: tuple[Building, ...],
        blocks: tuple[Block, ...],
        water: shapely.Geometry,
        subdistricts: tuple[Subdistrict, ...],
        rng: np.random.Generator,
    ) -> tuple[Landmark, ...]:
        found: list[tuple[str, shapely.Point, int, int | None, int | None]] = []
        for block in blocks:
            kind = self._kind(block)
            if kind is not None:
                found.append((kind, block.shape.point_on_surface(), block.community, None, block.index))
        tree = shapely.STRtree([c.shape for c in self.communities])
        for road, point in places.bus_stops(self.roads, water, rng):
            home = tree.query(point, predicate="intersects")
            if len(home):
                found.append(("bus_stop", point, int(home.min()), road, None))
        found += [("community_office", *o) for o in self._offices(buildings)]
        found += [("subdistrict_office", *o) for o in self._seats(buildings, subdistricts)]
        return tuple(
            Landmark(
                n,
                kind,
                point,
                blocks[block].shape if block is not None and kind not in OFFICES else None,
                home,
                road,
                block,
            )
            for n, (kind, point, home, road, block) in enumerate(found)
        )

    def _kind(self, block: Block) -> str | None:
        area = block.shape.area
        if block.use is Use.SCHOOL:
            return "middle_school" if area > MIDDLE_SCHOOL_M2 else "primary_school"
        if block.use is Use.SHOP and area > MALL_M2:
            return "mall"
        if block.use is Use.GREEN and area > PARK_M2:
            return "park"
        return SITE_KINDS.get(block.use)

    def _offices(self, buildings: tuple[Building, ...]) -> list[Seat]:
        """One for every community, on the ground floor of a house near its middle."""
        own: dict[int, list[Building]] = {}
        for building in buildings:
            own.setdefault(building.community, []).append(building)
        return [_seat(c.shape, own[c.index]) for c in self.communities]

    def _seats(self, buildings: tuple[Building, ...], subdistricts: tuple[Subdistrict, ...]) -> list[Seat]:
        """One for every subdistrict, in an office building where there is one."""
        out = []
        for s in subdistricts:
            near = [b for b in buildings if self.communities[b.community].subdistrict == s.index]
            offices = [b for b in near if b.use in (Use.OFFICE, Use.PUBLIC)]
            out.append(_seat(s.shape, offices or near))
        return out


def _seat(shape: shapely.Polygon, choice: list[Building]) -> Seat:
    middle = shape.centroid
    best = min(choice, key=lambda b: (b.door.distance(middle), b.index))
    return best.door, best.community, None, best.block


OFFICES = ("community_office", "subdistrict_office")
