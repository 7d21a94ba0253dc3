"""What is public of a plan: its grids with scope, people and the four public items 四公开, as they are on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet
from shapely.geometry.base import BaseGeometry

from gridward.areas.models import Division, GroundFeature
from gridward.core.geometry import to_metres
from gridward.core.sides import SIDES, sides_of
from gridward.districts.models import District
from gridward.grids.models import DutyPost, Grid, GridNotice, GridPlan, GridShape
from gridward.grids.queries.days import as_of
from gridward.grids.queries.listing import team_of
from gridward.grids.queries.plans import shapes_of
from gridward.grids.shapes import projection_of, to_shapely
from gridward.grids.words import named
from gridward.web.moments import is_chinese

NAMED_LINES = (
    GroundFeature.Kind.STREET, GroundFeature.Kind.ARTERIAL, GroundFeature.Kind.EXPRESS, GroundFeature.Kind.RAIL,
    GroundFeature.Kind.WATER,
)  # fmt: skip
ROAD_REACH_M, GRID_REACH_M = 25.0, 5.0
Notices = dict[str, GridNotice]
Sides = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class GridFacts:
    """One grid of a plan as residents may read it. ``sides`` are names of roads, waters, else neighbouring grids."""

    grid: Grid
    shape: GridShape
    posts: tuple[DutyPost, ...]
    notices: Notices
    sides: Sides = field(default_factory=dict)

    @property
    def phones(self) -> list[str]:
        """Duty phones of the team, then of the body in charge."""
        found = [post.duty_phone for post in self.posts]
        body = self.grid.body.duty_phone if self.grid.body else ""
        return list(dict.fromkeys(phone for phone in (*found, body) if phone))


def published_plans(district: District) -> QuerySet[GridPlan]:
    """Adopted plans, awaited or in force or followed by another, the latest day first."""
    rows = GridPlan.objects.filter(district=district, state=GridPlan.State.ADOPTED)
    return rows.select_related("division", "district").order_by("-adopted_from", "-pk")


def day_of(plan: GridPlan, today: date) -> date:
    """The day on which a plan is told: today; the first day of an awaited plan; the first of one that has ended."""
    if plan.adopted_from is None or (plan.adopted_from <= today and holds_on(plan, today)):
        return today
    return plan.adopted_from


def holds_on(plan: GridPlan, day: date) -> bool:
    """Whether any of its grids holds on a day."""
    return GridShape.objects.filter(as_of(day), district_id=plan.district_id, plan=plan).exists()


def published_shapes(plan: GridPlan, *, community: str = "", grid: str = "") -> list[GridShape]:
    """The grids of a plan in the order of their codes; perhaps only those of a community, or one."""
    rows = shapes_of(plan).select_related("grid__community", "grid__subdistrict", "grid__body__parent")
    rows = rows.filter(grid__community__code=community) if community else rows
    return list((rows.filter(grid__code=grid) if grid else rows).order_by("grid__code"))


def facts_of(plan: GridPlan, shapes: Sequence[GridShape], day: date, *, with_sides: bool = True) -> list[GridFacts]:
    """Everything public of these grids on a day; statements do not grow with their number."""
    grids = [shape.grid for shape in shapes]
    posts: dict[int, list[DutyPost]] = {grid.pk: [] for grid in grids}
    for post in team_of(grids, day):
        posts[post.grid_id].append(post)
    notices = notices_of(plan.district, grids, day)
    sides = sides_of_grids(plan, shapes) if with_sides else {}
    return [
        GridFacts(shape.grid, shape, tuple(posts[shape.grid_id]), notices[shape.grid_id], sides.get(shape.grid_id, {}))
        for shape in shapes
    ]


def common_items(rows: Sequence[GridFacts]) -> dict[str, GridNotice | None]:
    """Duties and assessment where all these grids have the same words, or none: told once instead of at each."""
    found: dict[str, GridNotice | None] = {}
    for item in (GridNotice.Item.DUTIES.value, GridNotice.Item.ASSESSMENT.value):
        stated = [row.notices.get(item) for row in rows]
        if len({notice.pk if notice else None for notice in stated}) == 1 and len(rows) > 1:
            found[item] = stated[0]
    return found


# --- the four public items ----------------------------------------------------------------------------


def notices_of(
    district: District, grids: Iterable[Grid], day: date, known_at: datetime | None = None
) -> dict[int, Notices]:
    """Per grid what is stated nearest to it: of itself, its community, its subdistrict, the district; one statement."""
    wanted = list(grids)
    near = Q(grid__in=wanted) | Q(division__isnull=False)
    rows = GridNotice.objects.filter(near, as_of(day, known_at), district=district)
    held: dict[tuple[str, int, str], GridNotice] = {}
    for row in rows.select_related("division").order_by("pk"):
        if row.grid_id is not None:
            held["grid", row.grid_id, row.item] = row
        elif row.division is not None and row.division.level == Division.Level.DISTRICT:
            held["district", 0, row.item] = row
        else:
            held["division", row.division_id or 0, row.item] = row
    return {grid.pk: _nearest(grid, held) for grid in wanted}


def _nearest(grid: Grid, held: dict[tuple[str, int, str], GridNotice]) -> Notices:
    places = [("grid", grid.pk), ("division", grid.community_id), ("division", grid.subdistrict_id), ("district", 0)]
    found: Notices = {}
    for item in GridNotice.Item.values:
        rows = (held.get((kind, key, item)) for kind, key in places if key is not None)
        row = next((row for row in rows if row), None)
        if row is not None:
            found[item] = row
    return found


def notices_at(*, division: Division | None, grid: Grid | None, day: date) -> Notices:
    """What is stated of exactly this division or grid."""
    rows = GridNotice.objects.filter(as_of(day), division=division, grid=grid)
    return {row.item: row for row in rows}


def said(notice: GridNotice) -> str:
    """In the reader's language, else in Chinese."""
    return str((not is_chinese() and notice.words_en) or notice.words_zh)


# --- scope in words -----------------------------------------------------------------------------------


def sides_of_grids(plan: GridPlan, shapes: Sequence[GridShape]) -> dict[int, Sides]:
    """What lies around each grid by name: roads and waters of the ground, where there are none the grids beside it."""
    if not shapes:
        return {}
    projection = projection_of(plan.district)
    areas = [to_metres(to_shapely(shape.shape), projection) for shape in shapes]
    lines = _named_lines(plan, shapes)
    roads = [to_metres(shape, projection) for _, shape in lines]
    neighbours = _all_grids(plan)
    beside = [to_metres(to_shapely(row.shape), projection) for row in neighbours]
    found = {}
    for shape, area in zip(shapes, areas, strict=True):
        by_road = sides_of(area, roads, ROAD_REACH_M)
        others = [n for n, row in enumerate(neighbours) if row.grid_id != shape.grid_id]
        by_grid = sides_of(area, [beside[n] for n in others], GRID_REACH_M)
        along = {side: [lines[n][0] for n in by_road[side]] for side in SIDES}
        next_to = {side: [named(neighbours[others[n]].grid) for n in by_grid[side]] for side in SIDES}
        found[shape.grid_id] = {side: along[side] or next_to[side] for side in SIDES}
    return found


def _named_lines(plan: GridPlan, shapes: Sequence[GridShape]) -> list[tuple[str, BaseGeometry]]:
    """Named roads, railways and waters around, each name as one thing."""
    west, south, east, north = shapely.total_bounds([to_shapely(shape.shape) for shape in shapes])
    box = Polygon.from_bbox((west - 0.0005, south - 0.0005, east + 0.0005, north + 0.0005))
    rows = GroundFeature.objects.filter(district_id=plan.district_id, kind__in=NAMED_LINES, shape__intersects=box)
    pieces: dict[str, list[BaseGeometry]] = {}
    for row in rows.exclude(name_zh="").order_by("rank", "pk"):
        pieces.setdefault(named(row), []).append(to_shapely(row.shape))
    return [(name, shapely.GeometryCollection(parts)) for name, parts in pieces.items()]


def _all_grids(plan: GridPlan) -> list[GridShape]:
    """The plan's community grids: they share edges; road and premises grids lie over them."""
    rows = shapes_of(plan).filter(grid__kind=Grid.Kind.COMMUNITY)
    return list(rows.select_related("grid").order_by("grid__code"))
