"""What must hold of stored grids, looked at again by ``gridward check-data``."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import shapely
from django.db.models import F, Q

from gridward.areas.models import Division
from gridward.core.geometry import area_m2
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.models import DutyPost, GridShape
from gridward.grids.queries.days import in_force
from gridward.grids.shapes import projection_of, to_shapely
from gridward.work import clock

MOST = 1000
REACHES_OUT_M2 = 200


def one_shape_a_day() -> Iterator[str]:
    """No grid has two shapes on any day."""
    rows = GridShape.objects.filter(valid_from__isnull=False, retired_at__isnull=True)
    columns = ("grid_id", "valid_from", "valid_to", "grid__code")
    for code, day in _overlaps(rows.order_by("grid_id", "valid_from", "pk").values_list(*columns)):
        yield f"{code}: two shapes on {day}"


def one_post_a_day() -> Iterator[str]:
    """Nobody holds two posts in one grid on any day. People are named by their public id."""
    rows = DutyPost.objects.filter(retired_at__isnull=True).order_by("grid_id", "user_id", "valid_from", "pk")
    held = rows.values_list("grid_id", "user_id", "valid_from", "valid_to", "grid__code", "user__public_id")
    pairs = (((grid, user), begins, ends, f"{code} {person}") for grid, user, begins, ends, code, person in held)
    for name, day in _overlaps(pairs):
        yield f"{name}: two posts on {day}"


def _overlaps(rows: Iterable[tuple[Any, date, date | None, str]]) -> Iterator[tuple[str, date]]:
    """(name, day) where a period begins before the latest end of its key; rows are (key, from, to, name), ordered."""
    for _key, group in groupby(rows, key=itemgetter(0)):
        latest = date.min
        for _, begins, ends, name in group:
            if begins < latest:
                yield name, begins
            latest = max(latest, ends or date.max)


def shapes_inside() -> Iterator[str]:
    """A community's grids lie in it, but for a strip along the edge."""
    for district in District.objects.order_by("pk"):
        outlines = {
            row.pk: to_shapely(row.outline)
            for row in Division.objects.filter(district=district, outline__isnull=False, level="community")
        }
        today = local_day(district, clock.now())
        held = GridShape.objects.filter(in_force(today), district=district, grid__kind="community")
        for shape in held.filter(grid__community__in=outlines).select_related("grid").iterator(500):
            beyond = shapely.difference(to_shapely(shape.shape), outlines[shape.grid.community_id])
            if (reaches := area_m2(beyond, projection_of(district)) if not beyond.is_empty else 0.0) > REACHES_OUT_M2:
                yield f"{shape.grid.code}: {reaches:.0f} m² outside its community"


def adopted_plans_are_dated() -> Iterator[str]:
    """The shapes of an adopted plan begin on its day, those of a draft have none."""
    rows = GridShape.objects.filter(retired_at__isnull=True)
    wrong = rows.filter(Q(plan__state="adopted") & ~Q(valid_from=F("plan__adopted_from")) | Q(plan__state="withdrawn"))
    undated = rows.filter(plan__state="adopted", valid_from__isnull=True)
    early = rows.filter(plan__state="draft", valid_from__isnull=False)
    for shape in (wrong | undated | early).select_related("grid", "plan").order_by("pk").distinct()[:MOST]:
        yield f"{shape.grid.code}: {shape.plan.state}, {shape.valid_from}"


CHECKS = (
    ("grids.one_shape_a_day", one_shape_a_day),
    ("grids.one_post_a_day", one_post_a_day),
    ("grids.shapes_inside", shapes_inside),
    ("grids.adopted_plans_are_dated", adopted_plans_are_dated),
)
