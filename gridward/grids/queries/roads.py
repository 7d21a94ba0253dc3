"""A road of a plan's area as the engine sees it, and the road grids that are proposed for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from django.db.models import Q
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from gridward.accounts.models import Body
from gridward.areas.models import Division, GroundFeature
from gridward.core.coordinates import Projection
from gridward.core.errors import RuleBroken
from gridward.core.geometry import to_lonlat, to_metres
from gridward.core.partition.objective import Terms
from gridward.core.partition.roadside import (
    Other,
    along,
    bands,
    crossings_of,
    ends_of,
    join_lines,
    patrol,
    sides_of_road,
    trim,
)
from gridward.core.partition.stretches import Front, Road, Side, Stretch, cut_road
from gridward.core.partition.workload import Feature, default_model, workload
from gridward.grids.models import Atom, Grid, GridPlan, GridShape
from gridward.grids.queries.counting import FEATURES
from gridward.grids.queries.plans import shapes_of
from gridward.grids.shapes import projection_of, to_shapely, to_stored

KIND = GroundFeature.Kind
ROADS = (KIND.ARTERIAL, KIND.STREET, KIND.EXPRESS)
MAIN = (KIND.ARTERIAL, KIND.EXPRESS, KIND.RAIL)
RAIL_ZH, RAIL_EN = "铁路", "railway"
WIDTH_M, FRONT_REACH_M = 25.0, 30.0  # a front stands within the band, or this much behind it
LEAST_M = 100.0
STEP_M, LEAST_ALONG_M = 25.0, 100.0  # of telling which community a road runs along
ENDS = {"west": ("西端", "west end"), "east": ("东端", "east end"), "north": ("北端", "north end"),
        "south": ("南端", "south end")}  # fmt: skip
SIDES = {"both": ("", ""), "north": ("北侧", "north side"), "east": ("东侧", "east side"),
         "south": ("南侧", "south side"), "west": ("西侧", "west side")}  # fmt: skip
SHOPS = FEATURES.index(Feature.SHOPS)


@dataclass(frozen=True, slots=True, eq=False)
class PlanRoad:
    """A road of an area, in metres. ``key`` is its name; of several pieces apart, the later ones have a number."""

    key: str
    name_zh: str
    name_en: str
    line: LineString


@dataclass(frozen=True, slots=True, eq=False)
class Proposed:
    """One road grid as it is proposed. ``code`` is the grid of the draft that goes on, or ""."""

    code: str
    stretch: Stretch
    scope: dict[str, str]
    shape: BaseGeometry
    division: Division
    body: Body | None
    length_m: int
    doors: int
    shops: int
    minutes: int
    off: int

    @property
    def names(self) -> tuple[str, str]:
        """Chinese and English."""
        (zh, en), said = SIDES[self.scope["side"]], self.scope
        in_english = ", ".join(part for part in (f"{said['from_mark_en']} – {said['to_mark_en']}", en) if part)
        return (f"{said['road']}（{said['from_mark']}—{said['to_mark']}）{zh}网格"[:80],
                f"{said['road_en']} ({in_english}) grid"[:120])  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What would be put into a plan: its grids, the terms of each cut, the grids of this road that are left out."""

    road: PlanRoad
    grids: tuple[Proposed, ...]
    terms: tuple[tuple[str, Terms], ...]
    left_out: tuple[Grid, ...]
    doors: tuple[Any, ...] = field(default=())


def roads_of(plan: GridPlan, width_m: float = WIDTH_M) -> list[PlanRoad]:
    """The named roads of a plan's area, by name; a road along its edge is one of it."""
    projection, outline = projection_of(plan.district), plan.division.outline
    rows = GroundFeature.objects.filter(district_id=plan.district_id, kind__in=ROADS).exclude(name_zh="")
    own = to_metres(to_shapely(outline), projection) if outline is not None else None
    area = own.buffer(width_m) if own is not None else None
    if area is not None:
        rows = rows.filter(shape__intersects=to_stored(to_lonlat(shapely.box(*area.bounds), projection)))
    pieces: dict[str, list[BaseGeometry]] = {}
    english: dict[str, str] = {}
    for row in rows.order_by("pk"):
        shape = to_metres(to_shapely(row.shape), projection)
        pieces.setdefault(row.name_zh, []).append(shape.intersection(area) if area is not None else shape)
        english.setdefault(row.name_zh, row.name_en or row.name_zh)
    found = []
    for name in sorted(pieces):
        joined = [trim(line, own, 3 * width_m) if own is not None else line for line in join_lines(pieces[name])]
        lines = [line for line in joined if line.length >= LEAST_M]
        found += [PlanRoad(name if not n else f"{name} {n + 1}", name, english[name], line)
                  for n, line in enumerate(lines)]  # fmt: skip
    return found


def grids_of_road(plan: GridPlan, road: PlanRoad, width_m: float = WIDTH_M) -> list[GridShape]:
    """The road grids of a draft that lie along a road: most of their ground is within its band."""
    projection = projection_of(plan.district)
    rows = shapes_of(plan).filter(grid__kind=Grid.Kind.ROAD).select_related("grid").order_by("grid__code")
    reach = road.line.buffer(2 * width_m)
    found = [(row, to_metres(to_shapely(row.shape), projection)) for row in rows]
    return [row for row, shape in found if shape.intersection(reach).area > shape.area / 2]


@dataclass(frozen=True, slots=True, eq=False)
class _Doors:
    """The counted atoms along a road: position, side, minutes a month, shops and the point of each."""

    position: Any
    side: list[Side]
    minutes: Any
    shops: Any
    points: tuple[BaseGeometry, ...]


def propose(
    plan: GridPlan, *, road: str, stretches: int, each_side: bool = False, width_m: float = WIDTH_M
) -> Proposal:  # fmt: skip
    """The best road grids for a road of a plan's area.

    Raises RuleBroken ``grids.road_unknown``, ``grids.outline_needed``, ``grids.stretch_outside`` and what
    ``cut_road`` refuses.
    """
    chosen = next((one for one in roads_of(plan, width_m) if one.key == road), None)
    if chosen is None:
        raise RuleBroken("grids.road_unknown", road=road[:60])
    projection = projection_of(plan.district)
    doors, marks = _doors(plan, chosen, width_m, projection), _marks(plan, chosen, projection)
    held = grids_of_road(plan, chosen, width_m)
    grids: list[Proposed] = []
    terms: list[tuple[str, Terms]] = []
    for side in (Side.LEFT, Side.RIGHT) if each_side else (Side.BOTH,):
        compass = "both" if side is Side.BOTH else sides_of_road(chosen.line)[side]
        going = {one.code for one in grids}
        open_to = [row for row in held if row.grid.code not in going
                   and (side is Side.BOTH or row.scope.get("side", "both") in ("both", compass))]  # fmt: skip
        cut = cut_road(_road(plan, chosen, doors, marks, open_to, projection), stretches, side=side)
        terms.append((compass, cut.terms))
        grids += _proposed(plan, chosen, cut.stretches, side, compass, doors, marks, width_m, projection)
    going = {one.code for one in grids}
    left_out = tuple(row.grid for row in held if row.grid.code not in going)
    points = tuple(to_lonlat(point, projection) for point in doors.points)
    return Proposal(chosen, tuple(grids), tuple(terms), left_out, points)


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """Crossings and ends by their Chinese names, and what each is called in English."""

    crossings: tuple[Any, ...]
    begins: str
    ends: str
    english: dict[str, str]

    def in_english(self, name: str) -> str:
        return " / ".join(self.english.get(part, part) for part in name.split("、"))


def _marks(plan: GridPlan, road: PlanRoad, projection: Projection) -> _Marks:
    box = to_stored(to_lonlat(shapely.box(*road.line.buffer(LEAST_M).bounds), projection))
    rows = GroundFeature.objects.filter(
        ~Q(name_zh="") | Q(kind=KIND.RAIL), district_id=plan.district_id, kind__in=(*ROADS, KIND.RAIL),
        shape__intersects=box,
    )  # fmt: skip
    english, others = {RAIL_ZH: RAIL_EN}, []
    for row in rows.exclude(name_zh=road.name_zh).order_by("pk"):
        name = row.name_zh or RAIL_ZH
        english.setdefault(name, row.name_en or name)
        others.append(Other(name, row.kind in MAIN, to_metres(to_shapely(row.shape), projection)))
    crossings, *ends = crossings_of(road.line, others)
    english |= dict(ENDS.values())
    begins, last = (name or ENDS[end][0] for name, end in zip(ends, ends_of(road.line), strict=True))
    return _Marks(tuple(crossings), begins, last, english)


def _doors(plan: GridPlan, road: PlanRoad, width_m: float, projection: Projection) -> _Doors:
    """The area's atoms whose ground reaches into the band or stands within 30 m behind it."""
    reach = width_m + FRONT_REACH_M
    box = to_stored(to_lonlat(shapely.box(*road.line.buffer(reach).bounds), projection))
    rows = Atom.objects.filter(district_id=plan.district_id, retired_at__isnull=True, shape__intersects=box)
    if plan.division.level != Division.Level.DISTRICT:
        rows = rows.filter(community__path__startswith=plan.division.path)
    found = [(row, to_metres(to_shapely(row.shape), projection)) for row in rows.order_by("code")]
    found = [(row, shape) for row, shape in found if shape.distance(road.line) <= reach]
    points = shapely.centroid(np.array([shape for _, shape in found], object))
    features = np.array([[float(row.counts.get(name, 0)) for name in FEATURES] for row, _ in found])
    features = features.reshape(-1, len(FEATURES))
    position, side = along(road.line, points)
    minutes = workload(features, [row.use for row, _ in found], default_model()).minutes
    return _Doors(position, side, minutes, features[:, SHOPS], tuple(points.tolist()))


def _road(
    plan: GridPlan, road: PlanRoad, doors: _Doors, marks: _Marks, held: Sequence[GridShape], projection: Projection
) -> Road:  # fmt: skip
    """The road for the engine: doors and the walk along it, each with the grid of the draft that it is in."""
    fronts = [Front(float(at), side, float(minutes))
              for at, side, minutes in zip(doors.position, doors.side, doors.minutes, strict=True)]  # fmt: skip
    grounds = [(row.grid.code, to_metres(to_shapely(row.shape), projection)) for row in held]

    def with_today(front: Front) -> Front:
        place = road.line.interpolate(front.position_m)
        today = next((code for code, ground in grounds if ground.intersects(place)), "")
        return Front(front.position_m, front.side, front.minutes, today)

    return Road(
        road.line.length, marks.begins, marks.ends, marks.crossings,
        tuple(with_today(front) for front in (*fronts, *patrol(road.line.length))),
        tuple(_communities(plan, road.line, projection)),
    )  # fmt: skip


def _communities(plan: GridPlan, line: LineString, projection: Projection) -> list[tuple[float, str]]:
    """From where on a road runs along which community; less than 100 m of another is not told."""
    rows = Division.objects.filter(
        district_id=plan.district_id, level=Division.Level.COMMUNITY, is_in_use=True,
        outline__intersects=to_stored(to_lonlat(line, projection)),
    )  # fmt: skip
    outlines = [(row.code, to_metres(to_shapely(row.outline), projection)) for row in rows.order_by("code")]
    steps = np.arange(STEP_M / 2, line.length, STEP_M).tolist()
    named = [(at, next((code for code, area in outlines if area.intersects(line.interpolate(at))), "")) for at in steps]
    begun = [(0.0, named[0][1])] + [(at, name) for (_, before), (at, name) in pairwise(named) if name != before]
    told: list[tuple[float, str]] = []
    for (at, name), (until, _) in pairwise([*begun, (line.length, "")]):
        if name and until - at >= LEAST_ALONG_M and (not told or told[-1][1] != name):
            told.append((at, name))
    return told


def _proposed(
    plan: GridPlan, road: PlanRoad, cut: Sequence[Stretch], side: Side, compass: str, doors: _Doors, marks: _Marks,
    width_m: float, projection: Projection,
) -> list[Proposed]:  # fmt: skip
    outline = plan.division.outline
    area = to_metres(to_shapely(outline), projection) if outline is not None else None
    mean = sum(stretch.minutes for stretch in cut) / len(cut)
    found = []
    grounds = bands(road.line, [(stretch.from_m, stretch.to_m) for stretch in cut], width_m, side)
    for stretch, ground in zip(cut, grounds, strict=True):
        shape = ground.intersection(area) if area is not None else ground
        scope = {
            "road": road.name_zh, "road_en": road.name_en, "side": compass,
            "from_mark": stretch.from_mark, "from_mark_en": marks.in_english(stretch.from_mark),
            "to_mark": stretch.to_mark, "to_mark_en": marks.in_english(stretch.to_mark),
        }  # fmt: skip
        if shape.area < 1.0:
            raise RuleBroken("grids.stretch_outside", **scope)
        inside = [at for at, (place, of) in enumerate(zip(doors.position, doors.side, strict=True))
                  if side in (Side.BOTH, of) and _holds(stretch, place, road.line.length)]  # fmt: skip
        lonlat = to_lonlat(shape, projection)
        division = _division(plan, lonlat)
        found.append(Proposed(
            stretch.continues, stretch, scope, lonlat, division, _body(division), round(stretch.to_m - stretch.from_m),
            len(inside), round(float(doors.shops[inside].sum())), round(stretch.minutes),
            round(100 * (stretch.minutes / mean - 1)) if mean else 0,
        ))  # fmt: skip
    return found


def _holds(stretch: Stretch, place: float, length_m: float) -> bool:
    """A door at a cut belongs to the stretch after it, one at the very end to the last."""
    return stretch.from_m <= place < stretch.to_m or place == stretch.to_m == length_m


def _division(plan: GridPlan, shape: BaseGeometry) -> Division:
    """Whose codes a road grid gets: the plan's own community or subdistrict, in a district the one it is in."""
    if plan.division.level != Division.Level.DISTRICT:
        return plan.division
    place = to_stored(shape.representative_point())
    rows = Division.objects.filter(
        district_id=plan.district_id, level=Division.Level.SUBDISTRICT, is_in_use=True, outline__covers=place
    )
    found: Division | None = rows.order_by("sort_key").first()
    if found is None:
        raise RuleBroken("grids.outline_needed")
    return found


def _body(division: Division) -> Body | None:
    """The office or committee that answers for a division."""
    kinds = (Body.Kind.SUBDISTRICT_OFFICE, Body.Kind.RESIDENTS_COMMITTEE)
    rows = Body.objects.filter(division=division, kind__in=kinds, valid_to__isnull=True)
    found: Body | None = rows.order_by("sort_key").first()
    return found
