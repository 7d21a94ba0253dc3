"""The units of an area as an instance of the design problem: what they are, what they weigh, who is whose neighbour."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridward.areas.models import Division, GroundFeature
from gridward.core.coordinates import Projection
from gridward.core.errors import RuleBroken
from gridward.core.geometry import to_metres
from gridward.core.locate import GridIndex
from gridward.core.partition import EDGE_CLASSES, Instance, make_instance
from gridward.core.partition.lots import lots
from gridward.core.partition.neighbourhood import neighbourhood
from gridward.core.partition.pieces import split
from gridward.core.partition.record import monthly_rates
from gridward.core.partition.workload import Feature, Workload, default_model, workload
from gridward.grids.models import Atom, Cell, Grid, GridShape
from gridward.grids.queries.days import in_force
from gridward.grids.queries.plans import grids_under
from gridward.grids.queries.walking import WALKED, gates_of, ways_of
from gridward.grids.shapes import projection_of, to_shapely, to_stored
from gridward.work import collected

Floats = NDArray[np.float64]
FEATURES = tuple(feature.value for feature in Feature)
HOUSEHOLDS = [FEATURES.index(name) for name in (Feature.SMALL_HOUSEHOLDS, Feature.LARGE_HOUSEHOLDS)]
KIND = GroundFeature.Kind
AROUND: dict[str, tuple[str, ...]] = {
    "streets": (KIND.STREET.value,), "rivers": (KIND.WATER.value,),
    "main_roads": (KIND.ARTERIAL.value, KIND.EXPRESS.value, KIND.RAIL.value),
    "walked": WALKED, "gates": (KIND.GATE.value,),
}  # fmt: skip
RECORD_MONTHS = 12
CASE_REACH_M = 80.0  # a case belongs to the nearest unit, if one stands this near
MARGIN_DEG = 0.003  # roads and waters around the area matter too


@dataclass(frozen=True, slots=True)
class Unit:
    """What the designer needs to know of one atom, wherever it comes from."""

    code: str
    use: str
    community: str
    block: str
    is_compound: bool
    shape: BaseGeometry
    counts: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """An instance with the work that it was weighed by, and the ground of each atom in metres."""

    instance: Instance
    work: Workload
    lots: list[BaseGeometry]
    facts: dict[str, Any]


def units_of(division: Division) -> tuple[str, list[Unit]]:
    """The units of an area in force, and of what kind they are: atoms as they were counted, else cells."""
    under = {} if division.level == Division.Level.DISTRICT else {"community__path__startswith": division.path}
    atoms = Atom.objects.filter(district_id=division.district_id, retired_at__isnull=True, **under)
    rows = list(atoms.select_related("community").order_by("code"))
    if rows:
        return str(rows[0].kind), [
            Unit(row.code, row.use, row.community.code if row.community else "", row.block, row.is_compound,
                 to_shapely(row.shape), row.counts)
            for row in rows
        ]  # fmt: skip
    cells = Cell.objects.filter(district_id=division.district_id, **under).select_related("community").order_by("code")
    return "cell", [
        Unit(cell.code, "", cell.community.code if cell.community else "", cell.code, False, to_shapely(cell.shape),
             {Feature.HECTARES: cell.area_m2 / 10_000})
        for cell in cells
    ]  # fmt: skip


def count_area(division: Division, day: date, *, grids: int | None = None, minutes: float | None = None) -> Counted:
    """Everything about an area that a design needs; ``minutes`` a month for each grid, else ``grids`` in all shared
    by workload, else as many as today. Raises RuleBroken ``grids.no_units`` and what the instance refuses.
    """
    kind, units = units_of(division)
    if not units:
        raise RuleBroken("grids.no_units", name_zh=division.name_zh, name_en=division.name_en)
    projection = projection_of(division.district)
    shapes = [to_metres(unit.shape, projection) for unit in units]
    places = shapely.get_coordinates(shapely.centroid(np.array(shapes, object)))
    cases, months = _cases_of(division, day, places, projection)
    work = _weigh(units, cases, months)
    around = _around(division, [unit.shape for unit in units], projection)
    communities = [unit.community for unit in units]
    whole = _outline(division, projection)
    ground = _lots(division, shapes, communities, projection, whole)
    walked, gates = around.pop("walked"), around.pop("gates")
    found = neighbourhood(shapes, **around, lots=ground)
    blocks = [unit.block or f"~{at}" for unit, at in zip(units, found.block.tolist(), strict=True)]
    way_out = gates_of([unit.block if unit.is_compound else "" for unit in units], ground, gates)
    codes = [unit.code for unit in units]
    total = float(work.minutes.sum())
    instance = make_instance(
        ids=codes, xy_m=places, workload=work.minutes, community=communities,
        block=blocks, superblock=[str(at) for at in found.superblock.tolist()],
        current_grid=todays_grids(division, day, [unit.shape for unit in units]),
        edges=[(codes[one], codes[other]) for one, other in found.edges.tolist()],
        edge_class=[EDGE_CLASSES[at] for at in found.kind.tolist()],
        area_m2=None if whole is None else float(whole.area),
        target_workload=minutes or (total / grids if grids else None),
        footways=ways_of(places, found, walked, way_out),
    )  # fmt: skip
    return Counted(instance, work, ground, {
        "kind": kind, "minutes": round(total), "months": months, "cases": int(cases.sum()),
        "error": round(float(np.sqrt((work.error**2).sum()))), "compounds": _compounds(units, instance),
        "in_pieces": _in_pieces(instance), "streets": len(walked), "gates": way_out.count,
    })  # fmt: skip


def _lots(
    division: Division, shapes: Sequence[BaseGeometry], communities: Sequence[str], projection: Projection,
    whole: BaseGeometry | None,
) -> list[BaseGeometry]:  # fmt: skip
    """The ground of each unit in metres, community by community: within cells where there are any. Where nobody
    drew communities all is one, within the outline of the ``whole``.
    """
    own = np.array(communities)
    rows = Division.objects.filter(district_id=division.district_id, is_in_use=True, code__in=set(communities))
    outlines = {row.code: row.outline for row in rows if row.outline}
    cells: dict[str, list[BaseGeometry]] = {}
    for cell in Cell.objects.filter(district_id=division.district_id).select_related("community").order_by("code"):
        code = cell.community.code if cell.community else ""
        cells.setdefault(code, []).append(to_metres(to_shapely(cell.shape), projection))
    found: list[Any] = [None] * len(shapes)
    for code in sorted(set(communities)):
        members = np.flatnonzero(own == code).tolist()
        outline = None if code else whole
        if code in outlines:
            outline = to_metres(to_shapely(outlines[code]), projection)
        for member, lot in zip(
            members, lots([shapes[at] for at in members], cells.get(code, []), outline), strict=True
        ):
            found[member] = lot
    return found


def _compounds(units: Sequence[Unit], instance: Instance) -> list[int]:
    """The blocks that are walled compounds, by their index in the instance."""
    own = {int(block) for unit, block in zip(units, instance.block.tolist(), strict=True) if unit.is_compound}
    return sorted(own)


def _in_pieces(instance: Instance) -> dict[str, int]:
    """Communities that a river without a bridge, or the lack of a way, parts: by code, in how many pieces."""
    pieces = Counter(instance.communities[piece.community] for piece in split(instance))
    return {community: count for community, count in pieces.items() if count > 1}


def _outline(division: Division, projection: Projection) -> BaseGeometry | None:
    """In metres; a district's own stands for its division's."""
    outline = division.outline or (division.district.outline if division.level == Division.Level.DISTRICT else None)
    return to_metres(to_shapely(outline), projection) if outline else None


def _weigh(units: Sequence[Unit], cases: Floats, months: float) -> Workload:
    """Minutes a month by what is counted and by the district's own record of cases, drawn to the kind's mean."""
    features = np.array([[float(unit.counts.get(name, 0)) for name in FEATURES] for unit in units])
    uses = [unit.use for unit in units]
    features[:, FEATURES.index(Feature.CASES)] = monthly_rates(cases, months, uses)[0]
    return workload(features, uses, default_model())


def _cases_of(division: Division, day: date, places: Floats, projection: Projection) -> tuple[Floats, float]:
    """Past cases near each unit, and over how many months; asked of the app that keeps them."""
    found: list[Floats] = []
    months = 0.0
    for ask in collected.joins().get("grids.past_work", ()):
        lonlat, told = ask(division=division, until=day, months=RECORD_MONTHS)
        months = max(months, told)
        found.append(projection.to_metres(lonlat) if len(lonlat) else np.empty((0, 2)))
    at = np.concatenate([*found, np.empty((0, 2))])
    tree = shapely.STRtree(shapely.points(places))
    _, nearest = tree.query_nearest(shapely.points(at), max_distance=CASE_REACH_M, all_matches=False)
    return np.bincount(nearest, minlength=len(places)).astype(np.float64), months


def _around(
    division: Division, shapes: Sequence[BaseGeometry], projection: Projection
) -> dict[str, list[BaseGeometry]]:
    """Streets, main roads and waters in and around the units, in metres."""
    west, south, east, north = shapely.total_bounds(np.array(shapes, object)).tolist()
    box = shapely.box(west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG)
    rows = GroundFeature.objects.filter(
        district_id=division.district_id, kind__in=[kind for group in AROUND.values() for kind in group],
        shape__intersects=to_stored(box),
    )  # fmt: skip
    drawn = [(row.kind, to_metres(to_shapely(row.shape), projection)) for row in rows.order_by("pk")]
    return {name: [shape for kind, shape in drawn if kind in group] for name, group in AROUND.items()}


def todays_grids(division: Division, day: date, shapes: Sequence[BaseGeometry]) -> list[str]:
    """The code of the community grid that each shape stands in on a day; empty where there is none."""
    rows = GridShape.objects.filter(
        grids_under(division, "grid__"), in_force(day), district_id=division.district_id,
        grid__kind=Grid.Kind.COMMUNITY,
    )  # fmt: skip
    held = list(rows.select_related("grid").order_by("grid__code"))
    codes = [shape.grid.code for shape in held]
    index = GridIndex(codes, ["community"] * len(held), [to_shapely(shape.shape) for shape in held])
    inside = shapely.get_coordinates(shapely.point_on_surface(np.array(shapes, object)))
    found = index.first_many(inside[:, 0], inside[:, 1]) if held else np.full(len(shapes), -1)
    return [codes[at] if at >= 0 else "" for at in found.tolist()]
