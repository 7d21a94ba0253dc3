"""A shopping street in 柳荫 with five side roads, twenty shops, a school; the western half busier."""

from datetime import datetime

import shapely
from django.contrib.gis.geos import LineString

from gridward.areas.models import GroundFeature
from gridward.core.actor import SYSTEM
from gridward.grids.actions import AtomRow, load_atoms
from tests.town import Town

STREET, LAT = "柳荫商业街", 28.195
SIDE_ROADS = ("东风路", "书香巷", "柳荫大道", "菜园巷", "渡口路")
SCHOOL = (113.9925, 28.1925)


def lay_street(town: Town, at: datetime) -> None:
    def road(kind: str, name: str, *points: tuple[float, float]) -> GroundFeature:
        return GroundFeature(district=town.district, kind=kind, name_zh=name, name_en=f"{name} road",
                             shape=LineString(points, srid=4326), source="own drawing")  # fmt: skip

    pieces = [road("street", STREET, (113.9905, LAT), (113.995, LAT)),
              road("street", STREET, (113.9995, LAT), (113.995, LAT))]  # fmt: skip
    across = [
        road("arterial" if n == 2 else "street", name, (113.992 + 0.0015 * n, 28.193), (113.992 + 0.0015 * n, 28.197))
        for n, name in enumerate(SIDE_ROADS)
    ]
    GroundFeature.objects.bulk_create([*pieces, *across])
    code = town.divisions["liuyin"].code
    shops = [
        AtomRow(code=f"S{n}", shape=shapely.Point(113.991 + 0.0004 * n, LAT + 0.0003 * (-1) ** n).buffer(5e-5),
                community=code, use="shop", block="", counts={"shops": 20 if n < 10 else 5})
        for n in range(20)
    ]  # fmt: skip
    school = AtomRow(code="SCHOOL", shape=shapely.box(113.992, 28.192, 113.993, 28.193), community=code, use="school",
                     block="", counts={"schools": 1})  # fmt: skip
    load_atoms(district=town.district, rows=[*shops, school], by=SYSTEM, at=at)
