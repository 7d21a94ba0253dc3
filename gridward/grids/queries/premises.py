"""The ground that is chosen for a premises grid, and the premises grids of a draft."""

from datetime import date

from django.contrib.gis.geos import Point, Polygon
from shapely.geometry.base import BaseGeometry

from gridward.accounts.models import Body
from gridward.areas.models import Division, GroundFeature
from gridward.core.errors import RuleBroken
from gridward.core.geometry import box_around, buffer_m, distance_m, polygon_parts
from gridward.grids.models import Atom, Cell, Grid, GridPlan, GridShape
from gridward.grids.queries.plans import shapes_of
from gridward.grids.shapes import projection_of, to_shapely, to_stored

Place = tuple[float, float]
BUILDING_REACH_M = 30.0
GROUNDS = ("building", "block", "cell", "circle")
WHEREVER = (Body.Kind.DISTRICT, Body.Kind.DEPARTMENT, Body.Kind.CONTRACTOR)


def ground_at(plan: GridPlan, place: Place, ground: str, radius_m: float) -> BaseGeometry:
    """The ground of a place within the plan's area: the counted building there or next to it, the block, the cell,
    or a circle.

    Raises RuleBroken ``grids.place_outside``, ``grids.nothing_there``.
    """
    outline, point = plan.division.outline, to_shapely(Point(*place, srid=4326))
    area = to_shapely(outline) if outline is not None else None
    if area is not None and not area.covers(point):
        raise RuleBroken("grids.place_outside", name_zh=plan.division.name_zh, name_en=plan.division.name_en)
    if ground == "circle":
        found: BaseGeometry | None = buffer_m(point, radius_m, projection_of(plan.district))
    else:
        found = {"building": _building, "block": _block, "cell": _cell}[ground](plan, point)
    if found is None or not polygon_parts(found):
        raise RuleBroken("grids.nothing_there")
    return found if area is None else found.intersection(area)


def _building(plan: GridPlan, point: BaseGeometry) -> BaseGeometry | None:
    """The nearest counted atom with a footprint."""
    projection = projection_of(plan.district)
    box = Polygon.from_bbox(box_around(point.x, point.y, BUILDING_REACH_M, projection))
    rows = Atom.objects.filter(district_id=plan.district_id, retired_at__isnull=True, shape__intersects=box)
    shapes = [to_shapely(row.shape) for row in rows.order_by("code")]
    near = [(distance_m(shape, point, projection), n) for n, shape in enumerate(shapes) if polygon_parts(shape)]
    return shapes[min(near)[1]] if near and min(near)[0] <= BUILDING_REACH_M else None


def _block(plan: GridPlan, point: BaseGeometry) -> BaseGeometry | None:
    rows = GroundFeature.objects.filter(district_id=plan.district_id, kind=GroundFeature.Kind.BLOCK)
    row = rows.filter(shape__covers=to_stored(point)).order_by("pk").first()
    return to_shapely(row.shape) if row else None


def _cell(plan: GridPlan, point: BaseGeometry) -> BaseGeometry | None:
    rows = Cell.objects.filter(district_id=plan.district_id, shape__covers=to_stored(point))
    row = rows.order_by("code").first()
    return to_shapely(row.shape) if row else None


def division_at(plan: GridPlan, place: Place) -> Division:
    """The community of a place within the plan's area, else the area itself. Raises RuleBroken
    ``grids.outline_needed`` in a district whose communities are not drawn.
    """
    rows = Division.objects.filter(
        district_id=plan.district_id, is_in_use=True, level=Division.Level.COMMUNITY,
        path__startswith=plan.division.path, outline__covers=Point(*place, srid=4326),
    )  # fmt: skip
    found: Division | None = rows.order_by("code").first()
    if found is None and plan.division.level == Division.Level.DISTRICT:
        raise RuleBroken("grids.outline_needed")
    return found or plan.division


def hosts_of(plan: GridPlan) -> list[Body]:
    """Bodies that may answer for premises in the plan's area: its own first, then departments and contractors."""
    rows = Body.objects.filter(district_id=plan.district_id, valid_to__isnull=True)
    inside = plan.division.path
    near, wide = [], []
    for body in rows.select_related("division", "parent__division").order_by("sort_key", "pk"):
        divisions = (one.division for one in (body, body.parent) if one and one.division)
        if any(division.path.startswith(inside) for division in divisions):
            near.append(body)
        elif body.kind in WHEREVER:
            wide.append(body)
    return near + wide


def premises_of(plan: GridPlan) -> list[GridShape]:
    """The premises grids of a plan in the order of their codes."""
    rows = shapes_of(plan).filter(grid__kind=Grid.Kind.PREMISES).select_related("grid__body", "grid__community")
    return list(rows.order_by("grid__code"))


def is_over(shape: GridShape, day: date) -> bool:
    """Whether a temporary grid has ended by a day."""
    return shape.valid_to is not None and shape.valid_to <= day
