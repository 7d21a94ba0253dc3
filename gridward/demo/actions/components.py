"""Lamps, manholes, bins and trees along the named roads of the example district, with who owns and maintains them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import shapely

from gridward.core.codes.component import component_id
from gridward.demo.actions.ground import CODE6, Ground
from gridward.demo.actions.people import SINCE, Staff
from gridward.demo.town.model import Road
from gridward.grids.queries import Locator
from gridward.registers.actions import NewComponent, put_components
from gridward.registers.models import Component

STEP_M, BESIDE_M, MOST_ON_A_ROAD, ROADS = 55.0, 1.5, 20, 60
HOUSE_M = 4.0  # from one house number to the next, as the demo's places count them
DAMAGED_EVERY = 41


@dataclass(frozen=True, slots=True)
class Kind:
    """A class, what people call one, and the codes of its bodies."""

    class_code: str
    word: str
    owner: str
    maintainer: str


LAMP = Kind("01037", "路灯", "chengguan", "denguang")
KINDS = (
    LAMP, Kind("01004", "雨水箅子", "shizheng", "paishui"), LAMP, Kind("03005", "垃圾箱", "huanwei", "huanwei"),
    LAMP, Kind("01002", "污水井盖", "shizheng", "paishui"), LAMP, Kind("04002", "行道树", "yuanlin", "yuanlin"),
    LAMP, Kind("01001", "供水井盖", "gongshui", "gongshui"), LAMP, Kind("04007", "街头座椅", "yuanlin", "yuanlin"),
    LAMP, Kind("01007", "通信井盖", "tongxin", "tongxin"), LAMP, Kind("02017", "交通护栏", "jiaojing", "shizheng"),
)  # fmt: skip


def put_all_components(ground: Ground, staff: Staff) -> None:
    """The same for the same ground: nothing is drawn by chance."""
    locator = Locator(ground.district)
    rows = []
    for row in _rows(ground, staff):
        located = locator.locate(*row.position, day=SINCE)
        if located.cell_id is not None:
            rows.append(NewComponent(row.code, row.position, row.name, row.place, row.owner, row.maintainer, row.state,
                                     row.since, located.cell_id))  # fmt: skip
    put_components(district=ground.district, rows=rows)


def _rows(ground: Ground, staff: Staff) -> Iterator[NewComponent]:
    given: Counter[str] = Counter()
    named = [road for road in ground.town.roads if road.index in ground.road_names]
    for road in sorted(named, key=lambda road: -road.line.length)[:ROADS]:
        for n, (along_m, point) in enumerate(_beside(road)):
            kind = KINDS[n % len(KINDS)]
            given[kind.class_code] += 1
            yield _row(ground, staff, road, kind, given[kind.class_code], along_m, point)


def _beside(road: Road) -> Iterator[tuple[float, shapely.Point]]:
    """Points along a road, now on its left, now on its right."""
    places = int(min(MOST_ON_A_ROAD, road.line.length // STEP_M))
    for n in range(places):
        side = 1 if n % 2 else -1
        kerb = road.line.offset_curve(side * (road.width_m / 2 + BESIDE_M))
        along = STEP_M * (n + 0.5)
        yield along, shapely.line_interpolate_point(kerb, along if kerb.length >= along else kerb.length / 2)


def _row(
    ground: Ground, staff: Staff, road: Road, kind: Kind, number: int, along_m: float, point: shapely.Point
) -> NewComponent:  # fmt: skip
    at, name = ground.town.frame.to_lonlat(point), ground.road_names[road.index]
    is_damaged = kind is not LAMP and number % DAMAGED_EVERY == 0
    return NewComponent(
        str(component_id(CODE6, kind.class_code, number)), (round(at.x, 7), round(at.y, 7)),
        name=f"{name}{kind.word} {number:03}", place=f"{name} {max(1, round(along_m / HOUSE_M))} 号附近",
        owner=staff.bodies[kind.owner], maintainer=staff.bodies[kind.maintainer],
        state=Component.State.DAMAGED.value if is_damaged else Component.State.INTACT.value,
        since=date(2016 + number % 9, 1 + number % 12, 1),
    )  # fmt: skip
