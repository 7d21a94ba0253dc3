"""Grow the example district into an empty database: its ground, its people, its reference lists."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from gridward.cases.actions.reference import load_reference_lists
from gridward.core.actor import SYSTEM
from gridward.core.calendar.holidays import chinese_days
from gridward.demo.actions.atoms import put_atoms
from gridward.demo.actions.components import put_all_components
from gridward.demo.actions.ground import (
    CODE6,
    Ground,
    geos,
    name_places,
    put_cells,
    put_divisions,
    put_grids,
    put_ground,
)
from gridward.demo.actions.people import SINCE, Staff, put_bodies, put_neighbour, put_people, put_shifts
from gridward.demo.actions.routing import put_list, put_responsibilities, put_rules
from gridward.demo.town import grow
from gridward.districts.models import CalendarDay, District, WorkingCalendar
from gridward.work import clock

DISTRICT_ID, NEIGHBOUR_ID = 1, 2
OFFICE = [[["08:00", "12:00"], ["14:00", "18:00"]]] * 5 + [[], []]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Grown:
    """The district with its ground and staff, for the month that is grown on it."""

    ground: Ground
    staff: Staff


def put_calendar(district: District) -> None:
    """Office hours with the packaged holidays and make-up days."""
    calendar = WorkingCalendar.objects.create(
        district=district, code="office", name_zh="机关工作时间", name_en="Office hours", week=OFFICE
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(
            district=district, calendar=calendar, day=day, kind=row.kind.value, name_zh=row.name_zh,
            name_en=row.name_en, recorded_at=clock.now(),
        )
        for day, row in chinese_days().items()
    )  # fmt: skip


@transaction.atomic
def grow_district(*, seed: int, say: Say) -> Grown:
    """Everything but cases, in one transaction."""
    say("ground")
    town, rng = grow(seed), random.Random(seed)
    district = District.objects.create(
        id=DISTRICT_ID, code6=CODE6, name_zh="示例区", name_en="Example District", hotline="0000-12345", is_demo=True,
        outline=geos(town, town.outline, multi=True),
    )  # fmt: skip
    neighbour = District.objects.create(
        id=NEIGHBOUR_ID, code6="900102", name_zh="邻区（示例）", name_en="Neighbour (example)", is_demo=True
    )
    put_calendar(district)
    put_calendar(neighbour)
    middle, low = put_divisions(town, district)
    ground = Ground(town, district, middle, low, [], *name_places(town))
    put_ground(ground)
    put_cells(ground)
    put_atoms(ground)
    say("people")
    staff = put_bodies(ground)
    put_grids(ground, staff.committees, SINCE)
    put_shifts(ground, staff)
    put_people(ground, staff, rng)
    put_neighbour(neighbour)
    say("lists")
    load_reference_lists(district=district, by=SYSTEM, valid_from=SINCE)
    put_rules(district)
    put_all_components(ground, staff)
    put_list(district, SINCE)
    put_responsibilities(district, SINCE)
    return Grown(ground, staff)
