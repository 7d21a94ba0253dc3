"""Notices of works and outages: what holds at a place and time, what is shown to everybody, what may be made."""

from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.db.models import QuerySet

from gridward.cases.models import Case, Category, WorksNotice
from gridward.core.scopes import Territory
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.models import Grid
from gridward.grids.queries.today import grids_on

COMING, JUST_ENDED, MOST_SHOWN = timedelta(days=7), timedelta(days=14), 50
Kind = WorksNotice.Kind
# Words in the names of categories whose reports a notice of a kind usually answers; a person may untick each.
FITTING = {
    Kind.WORKS: ("施工", "工地", "噪声扰民", "扬尘", "围挡", "渣土", "说不清"),
    Kind.WATER: ("停水", "供水", "自来水", "水压", "说不清"),
    Kind.POWER: ("停电", "供电", "电力", "路灯", "照明", "电费", "说不清"),
    Kind.GAS: ("停气", "燃气", "煤气", "气费", "说不清"),
    Kind.ROAD: (
        "道路破损",
        "道路积水",
        "路面",
        "交通标",
        "交通信号",
        "交通护栏",
        "天桥",
        "便道",
        "施工占道",
        "公交",
        "说不清",
    ),
}


def notices_for(
    district: District, point: tuple[float, float] | None, category_id: int | None, at: datetime
) -> list[WorksNotice]:
    """Those that answer a report of this category from this place at this time."""
    if point is None or category_id is None:
        return []
    rows = WorksNotice.objects.filter(
        district=district, from_at__lte=at, to_at__gt=at, area__intersects=Point(*point, srid=4326)
    )
    found = rows.defer("area").select_related("body").order_by("to_at", "pk")
    return [row for row in found if category_id in row.category_ids]


def notices_of_case(case: Case) -> list[WorksNotice]:
    """Those that would have answered the report when it was told."""
    point = case.position.coords if case.position else None
    return notices_for(case.district, point, case.category_id, case.told_at)


def notices_at(district: District, point: tuple[float, float], at: datetime) -> list[WorksNotice]:
    """All that hold at a place now or within a week, whatever they are about."""
    return list(shown_notices(district, at).filter(area__intersects=Point(*point, srid=4326)))


def shown_notices(district: District, at: datetime) -> QuerySet[WorksNotice]:
    """What everybody reads: what holds and what comes within a week, the next to begin first."""
    rows = WorksNotice.objects.filter(district=district, to_at__gt=at, from_at__lte=at + COMING)
    return rows.defer("area").select_related("body").order_by("from_at", "pk")


def notices_of_staff(district: District, at: datetime) -> QuerySet[WorksNotice]:
    """Those that hold, come, or ended within two weeks; the latest to end first."""
    rows = WorksNotice.objects.filter(district=district, to_at__gt=at - JUST_ENDED)
    return rows.select_related("body", "made_by").order_by("-to_at", "-pk")[:MOST_SHOWN]


def fitting(district: District, kind: str) -> list[Category]:
    """The categories in use whose names fit a kind of notice; all that residents are offered where none does."""
    rows = list(
        Category.objects.filter(district=district, is_in_use=True).exclude(kind=Category.Kind.COMPONENT)
        .order_by("-is_public", "sort_key")
    )  # fmt: skip
    found = [row for row in rows if any(word in f"{row.name_zh} {row.public_zh} {row.synonyms}"
                                        for word in FITTING[Kind(kind)])]  # fmt: skip
    return found or [row for row in rows if row.is_public]


def grids_to_choose(district: District, seen: Territory, *, everywhere: bool, at: datetime) -> QuerySet[Grid]:
    """The grids of today that the role reaches, by subdistrict and community."""
    rows = grids_on(district, local_day(district, at)).select_related("subdistrict", "community")
    rows = rows.order_by("subdistrict__sort_key", "community__sort_key", "code")
    if everywhere or seen.whole_district:
        return rows
    return rows.filter(subdistrict_id__in=seen.subdistrict_ids | seen.division_ids)
