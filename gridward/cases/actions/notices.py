"""A notice of planned works or an outage is published by the body that knows, and taken down."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from gridward.cases.actions.texts import clean_text
from gridward.cases.models import Category, WorksNotice
from gridward.core.actor import Actor
from gridward.core.coordinates import Projection
from gridward.core.errors import RuleBroken
from gridward.core.geometry import buffer_m, to_multipolygon
from gridward.core.scopes import Territory
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.models import Grid
from gridward.grids.queries import locate
from gridward.grids.queries.today import ground_of_grids
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock

MAKERS = frozenset({Role.DEPARTMENT, Role.SUBDISTRICT_LEADER, Role.DUTY_CHIEF, Role.DISTRICT_DIRECTOR})
OF_THE_CENTRE = frozenset({Role.DUTY_CHIEF, Role.DISTRICT_DIRECTOR})
MOST_DAYS, MOST_TEXT, MOST_TEXT_EN, MOST_PLACE, MOST_PLACE_EN = 180, 500, 800, 120, 200
LEAST_M, MOST_M = 30, 2000


@dataclass(frozen=True, slots=True)
class Ground:
    """Where it is: whole grids, or everything within ``radius_m`` of a point; both together are both."""

    grid_ids: Collection[int] = ()
    point: tuple[float, float] | None = None
    radius_m: int = 0


@dataclass(frozen=True, slots=True)
class Announced:
    """What a notice says."""

    kind: str
    place_zh: str
    text_zh: str
    from_at: datetime
    to_at: datetime
    category_ids: Sequence[int]
    place_en: str = ""
    text_en: str = ""


@transaction.atomic
def publish_notice(
    *, district: District, told: Announced, ground: Ground, seen: Territory, by: Actor, at: datetime
) -> WorksNotice:
    """Publish it in the name of the actor's body, for ground that the actor's role reaches; a department may do works
    anywhere in the district.

    Raises RuleBroken ``notice.not_for_your_role``, ``notice.ends_before_it_begins``, ``notice.over_already``,
    ``notice.too_long``, ``notice.no_area``, ``notice.not_your_ground``, ``case.choice_unknown``.
    """
    if by.role not in MAKERS or by.body_id is None or by.user_id is None:
        raise RuleBroken("notice.not_for_your_role")
    _check_times(told, at)
    area = _area(district, ground, at)
    _check_ground(district, ground, seen, by, at)
    known = Category.objects.filter(district=district, pk__in=list(told.category_ids))
    if not told.category_ids or known.count() != len(set(told.category_ids)):
        raise RuleBroken("case.choice_unknown")
    row = WorksNotice.objects.create(
        district=district, kind=told.kind, place_zh=clean_text(told.place_zh, MOST_PLACE),
        place_en=clean_text(told.place_en, MOST_PLACE_EN), text_zh=clean_text(told.text_zh, MOST_TEXT),
        text_en=clean_text(told.text_en, MOST_TEXT_EN), area=area, category_ids=sorted(set(told.category_ids)),
        body_id=by.body_id, from_at=told.from_at, to_at=told.to_at, made_by_id=by.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    said = {"kind": row.kind, "place": row.place_zh, "text": row.text_zh, "from_at": row.from_at.isoformat(),
            "to_at": row.to_at.isoformat()}  # fmt: skip
    leave_entry(district_id=district.pk, subject=subject_key(row), verb="cases.publish_notice", by=by, at=at, body=said)
    return row


@transaction.atomic
def end_notice(*, notice: WorksNotice, by: Actor, at: datetime) -> WorksNotice:
    """Take it down before its time, by the body that published it or by the centre; twice is once.

    Raises RuleBroken ``notice.not_yours``.
    """
    row = lock(WorksNotice, notice.pk)
    if not may_end(row, by):
        raise RuleBroken("notice.not_yours")
    if row.to_at <= at:
        return row
    before, row.ended_at = row.to_at, at
    row.to_at = max(at, row.from_at)
    row.save(update_fields=["to_at", "ended_at"])
    leave_entry(
        district_id=row.district_id, subject=subject_key(row), verb="cases.end_notice", by=by, at=at,
        body={"to_at": before.isoformat()},
    )  # fmt: skip
    return row


def may_end(notice: WorksNotice, by: Actor) -> bool:
    """Whether the actor's role and body may take it down."""
    return by.role in OF_THE_CENTRE or (by.role in MAKERS and by.body_id == notice.body_id)


def _check_times(told: Announced, at: datetime) -> None:
    if told.to_at <= told.from_at:
        raise RuleBroken("notice.ends_before_it_begins")
    if told.to_at <= at:
        raise RuleBroken("notice.over_already")
    if told.to_at - told.from_at > timedelta(days=MOST_DAYS):
        raise RuleBroken("notice.too_long", days=MOST_DAYS)


def _area(district: District, ground: Ground, at: datetime) -> GEOSGeometry:
    """One area of all that was chosen."""
    wkb = ground_of_grids(district, ground.grid_ids, local_day(district, at))
    shapes = [shapely.from_wkb(one) for one in wkb]
    if ground.point is not None:
        if not LEAST_M <= ground.radius_m <= MOST_M:
            raise RuleBroken("notice.radius", least=LEAST_M, most=MOST_M)
        projection = Projection(district.central_meridian)
        shapes.append(buffer_m(shapely.Point(*ground.point), float(ground.radius_m), projection))
    if not shapes:
        raise RuleBroken("notice.no_area")
    area = to_multipolygon(shapely.union_all(shapes))
    return GEOSGeometry(memoryview(shapely.to_wkb(area)), srid=4326)


def _check_ground(district: District, ground: Ground, seen: Territory, by: Actor, at: datetime) -> None:
    """Every grid and the middle of the circle lie where the role reaches."""
    subdistricts = set(Grid.objects.filter(pk__in=list(ground.grid_ids)).values_list("subdistrict_id", flat=True))
    if ground.point is not None:
        found = locate(district, *ground.point, day=local_day(district, at))
        if found.is_outside:
            raise RuleBroken("case.outside_district", district_zh=district.name_zh, district_en=district.name_en)
        subdistricts.add(found.subdistrict_id)
    everywhere = seen.whole_district or by.role == Role.DEPARTMENT
    if not everywhere and not subdistricts <= seen.subdistrict_ids | seen.division_ids:
        raise RuleBroken("notice.not_your_ground")
