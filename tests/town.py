"""A small town for tests: one district of two subdistricts, four communities, ten grids, and its bodies.

Built with bulk inserts, so that a test may ask for it freely; everything in it is invented.

The communities are squares of 0.01° around 114.00 °E 28.20 °N::

    渡口 dukou   | 新桥 xinqiao      28.20 – 28.21
    柳荫 liuyin  | 书院 shuyuan      28.19 – 28.20
    113.99–114.00 | 114.00–114.01
    subdistrict 柳岸 (liuan) | 桥东 (qiaodong)

Each community is split into a west and an east grid: ``town.grids["liuyin_w"]``. Over them lie one road grid
(``road``, along 114.00 °E) and one premises grid (``premises``, a hospital in shuyuan).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.districts.models import CalendarDay, District, WorkingCalendar
from gridward.grids.models import Grid, GridPlan, GridShape

SINCE = date(2025, 1, 1)
BUILT_AT = datetime(2025, 1, 1, tzinfo=UTC)
OFFICE_DAY = [["08:00", "12:00"], ["14:00", "18:00"]]
HOLIDAYS = {date(2026, 5, 1): "劳动节", date(2026, 5, 4): "劳动节", date(2026, 5, 5): "劳动节"}
MAKE_UP_DAY = date(2026, 5, 9)

SUBDISTRICTS = {
    "liuan": ("001", "柳岸街道", "Liuan Subdistrict"),
    "qiaodong": ("002", "桥东街道", "Qiaodong Subdistrict"),
}
COMMUNITIES = {
    "liuyin": ("liuan", "001001", "柳荫社区", "Liuyin Community", 113.99, 28.19),
    "dukou": ("liuan", "001002", "渡口社区", "Dukou Community", 113.99, 28.20),
    "shuyuan": ("qiaodong", "002001", "书院社区", "Shuyuan Community", 114.00, 28.19),
    "xinqiao": ("qiaodong", "002002", "新桥社区", "Xinqiao Community", 114.00, 28.20),
}
# key: kind, speciality, parent, division, names
BODIES: dict[str, tuple[str, str, str, str, str, str]] = {
    "centre": ("district", "", "", "district", "示例区网格化服务中心", "Example District Grid Centre"),
    "maintenance": ("department", "municipal_works", "centre", "", "市政设施维护处", "City Maintenance"),
    "sanitation": ("department", "sanitation", "centre", "", "环境卫生管理处", "Sanitation Department"),
    "civil_affairs": ("department", "civil_affairs", "centre", "", "民政局", "Civil Affairs Bureau"),
    "office_liuan": ("subdistrict_office", "", "centre", "liuan", "柳岸街道办事处", "Liuan Office"),
    "office_qiaodong": ("subdistrict_office", "", "centre", "qiaodong", "桥东街道办事处", "Qiaodong Office"),
    "committee_liuyin": ("residents_committee", "", "office_liuan", "liuyin", "柳荫居委会", "Liuyin Committee"),
    "committee_dukou": ("residents_committee", "", "office_liuan", "dukou", "渡口居委会", "Dukou Committee"),
    "committee_shuyuan": ("residents_committee", "", "office_qiaodong", "shuyuan", "书院居委会", "Shuyuan Committee"),
    "committee_xinqiao": ("residents_committee", "", "office_qiaodong", "xinqiao", "新桥居委会", "Xinqiao Committee"),
    "property": ("property_company", "", "committee_liuyin", "", "安居物业示例公司", "Anju Property Company"),
    "contractor": ("contractor", "municipal_works", "maintenance", "", "路通养护示例公司", "Lutong Contractor"),
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """Rows by short names. ``other`` is a second district with one body, for what must not be seen."""

    district: District
    calendar: WorkingCalendar
    divisions: dict[str, Division]
    bodies: dict[str, Body]
    plan: GridPlan
    grids: dict[str, Grid]
    other: District
    other_body: Body


def square(west: float, south: float, width: float = 0.01, height: float = 0.01) -> MultiPolygon:
    """A rectangle in degrees."""
    return MultiPolygon(Polygon.from_bbox((west, south, west + width, south + height)), srid=4326)


def build_town() -> Town:
    """Make the town in the database of the running test."""
    district = _district(7, "900107", "示例区", "Example District", square(113.99, 28.19, 0.02, 0.02))
    calendar = _calendar(district)
    divisions = _divisions(district)
    bodies = _bodies(district, calendar, divisions)
    plan, grids = _grids(district, divisions, bodies)
    other = _district(8, "900108", "邻区示例", "Neighbour District", square(114.01, 28.19, 0.02, 0.02))
    other_body = _body(other, "centre", ("district", "", "", "", "邻区网格中心", "Neighbour Centre"))
    _put(Body, [other_body])
    return Town(district, calendar, divisions, bodies, plan, grids, other, other_body)


def _put(model: type[Any], rows: list[Any]) -> None:
    """Insert rows that know their ancestors, then write the path of ids that needs their own id."""
    model.objects.bulk_create(rows)
    for row in rows:
        row.path = f"{row.parent.path if row.parent else '/'}{row.pk}/"
    model.objects.bulk_update(rows, ["path"])


def _district(pk: int, code6: str, name_zh: str, name_en: str, outline: MultiPolygon) -> District:
    return District.objects.create(id=pk, code6=code6, name_zh=name_zh, name_en=name_en, outline=outline)


def _calendar(district: District) -> WorkingCalendar:
    week = [OFFICE_DAY] * 5 + [[], []]
    calendar = WorkingCalendar.objects.create(
        district=district, code="office", name_zh="机关工作时间", name_en="Office hours", week=week
    )
    kinds = [
        *((day, "holiday", name) for day, name in HOLIDAYS.items()),
        (MAKE_UP_DAY, "workday", "调休上班"),
    ]
    CalendarDay.objects.bulk_create(
        CalendarDay(district=district, calendar=calendar, day=day, kind=kind, name_zh=name, recorded_at=BUILT_AT)
        for day, kind, name in kinds
    )
    return calendar


def _division(district: District, level: str, code: str, names: tuple[str, str], parent: Any, outline: Any) -> Division:
    return Division(
        district=district, scheme="local", edition="example", code=code, level=level, parent=parent,
        name_zh=names[0], name_en=names[1], sort_key=code, outline=outline,
    )  # fmt: skip


def _divisions(district: District) -> dict[str, Division]:
    code6 = district.code6
    top = _division(
        district, "district", f"{code6}000000", (district.name_zh, district.name_en), None, district.outline
    )
    _put(Division, [top])
    middle = {
        key: _division(district, "subdistrict", f"{code6}{code}000", names, top, square(west, 28.19, 0.01, 0.02))
        for (key, (code, *names)), west in zip(SUBDISTRICTS.items(), (113.99, 114.00), strict=True)
    }
    _put(Division, list(middle.values()))
    low = {
        key: _division(district, "community", f"{code6}{code}", names, middle[up], square(west, south))
        for key, (up, code, *names, west, south) in COMMUNITIES.items()
    }
    _put(Division, list(low.values()))
    return {"district": top, **middle, **low}


def _body(district: District, key: str, row: tuple[str, ...], **links: Any) -> Body:
    kind, speciality, _, _, name_zh, name_en = row
    return Body(
        district=district, code=key.replace("_", "-"), kind=kind, speciality=speciality,
        name_zh=name_zh, name_en=name_en, sort_key=f"{list(BODIES).index(key):03}", valid_from=SINCE, **links,
    )  # fmt: skip


def _bodies(district: District, calendar: WorkingCalendar, divisions: dict[str, Division]) -> dict[str, Body]:
    made: dict[str, Body] = {}
    for depth in (
        ("",),
        ("centre",),
        ("office_liuan", "office_qiaodong", "maintenance"),
        ("committee_liuyin",),
    ):
        rows = {
            key: _body(district, key, row, parent=made.get(row[2]), division=divisions.get(row[3]), calendar=calendar)
            for key, row in BODIES.items()
            if row[2] in depth
        }
        _put(Body, list(rows.values()))
        made |= rows
    made["sanitation"].guides.add(made["office_liuan"], made["office_qiaodong"])
    return made


def _grids(
    district: District, divisions: dict[str, Division], bodies: dict[str, Body]
) -> tuple[GridPlan, dict[str, Grid]]:
    plan = GridPlan.objects.create(
        district=district, division=divisions["district"], name_zh="现行网格", name_en="Grids in force",
        state="adopted", adopted_from=SINCE, recorded_at=BUILT_AT,
    )  # fmt: skip
    drawn = _community_grids(district, divisions, bodies)
    names = ("中心路网格", "Centre Road Grid")
    road = _grid(district, None, bodies["sanitation"], "R01", "road", names)
    drawn["road"] = (road, square(113.9998, 28.19, 0.0004, 0.02))
    names, community = ("示例医院网格", "Example Hospital Grid"), divisions["shuyuan"]
    premises = _grid(district, community, bodies["committee_shuyuan"], "P01", "premises", names)
    drawn["premises"] = (premises, square(114.004, 28.194, 0.001, 0.001))
    Grid.objects.bulk_create([grid for grid, _ in drawn.values()])
    GridShape.objects.bulk_create(
        GridShape(district=district, plan=plan, grid=grid, shape=shape, area_m2=round(shape.area * 1.0887e10),
                  valid_from=SINCE, recorded_at=BUILT_AT)
        for grid, shape in drawn.values()
    )  # fmt: skip
    return plan, {key: grid for key, (grid, _) in drawn.items()}


def _community_grids(
    district: District, divisions: dict[str, Division], bodies: dict[str, Body]
) -> dict[str, tuple[Grid, MultiPolygon]]:
    drawn = {}
    for key, (_, code, name_zh, name_en, west, south) in COMMUNITIES.items():
        for number, (side, zh, en) in enumerate((("w", "西", "West"), ("e", "东", "East"))):
            names, shape = (f"{name_zh}{zh}网格", f"{name_en} {en} Grid"), square(west + number * 0.005, south, 0.005)
            body = bodies[f"committee_{key}"]
            grid = _grid(district, divisions[key], body, f"{code}0{number + 1}", "community", names)
            drawn[f"{key}_{side}"] = (grid, shape)
    return drawn


def _grid(
    district: District, community: Division | None, body: Body, code: str, kind: str, names: tuple[str, str]
) -> Grid:
    return Grid(
        district=district, code=district.code6 + code, name_zh=names[0], name_en=names[1], kind=kind,
        level="premises" if kind == "premises" else "community", community=community,
        subdistrict=community.parent if community else None, body=body,
    )  # fmt: skip
