"""A draft as a picture: its units' ground tinted by grid, boundaries, labels; chosen units and those that move."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from gridward.core.geometry import to_lonlat
from gridward.core.partition.instance import NONE, Instance
from gridward.core.partition.measures import METRES_A_MINUTE, grade, in_use
from gridward.core.partition.pieces import neighbours
from gridward.grids.models import DesignDraft, GridDesign
from gridward.grids.queries.designs import Drawn, as_one, by_walking, drawn, grids_in_metres, instance_of, lots_of
from gridward.grids.queries.judging import Judged, atoms_in, judge, label_of
from gridward.grids.queries.layers import ground_of
from gridward.grids.shapes import projection_of
from gridward.web.map_drawing import number, path_text
from gridward.web.maps import Box, Feature, Layer, Sheet, Window, sheet, window_around
from gridward.web.moments import thousands

WIDTH_PX, LEAST_PX, MOST_PX = 760, 480, 900
TINTS = 5
RINGS_MIN = (2.0, 5.0, 10.0, 15.0)  # minutes on foot
TOLERANCE_PX = 0.3
SHEET_PX = (560, 460)  # where drafts stand side by side
MOST_NAMED = 40  # chosen pieces in the link of each piece
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outline:
    """A grid's boundary in pixels, and where its label stands."""

    grid: int
    label: str
    path: str
    x: str
    y: str
    is_off: bool
    is_locked: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it; ``window`` tells script how pixels become degrees; ``lots`` are links that choose a piece."""

    window: Window
    below: str
    lots: SafeString
    outlines: list[Outline] = field(default_factory=list)


def picture_of(
    request: HttpRequest, design: GridDesign, draft: DesignDraft, judged: Judged, *, community: str = "",
    chosen: Collection[int] = (), with_walks: bool = False,
) -> Picture:  # fmt: skip
    """A draft to draw in, around one community or all of the area; ``with_walks`` tints by minutes from the base."""
    instance, plan = instance_of(design), drawn(draft)
    members = atoms_in(design, community)
    window = _window(design, members)
    ground = ground_of(request.district)
    tint, off = tints(design, plan), {row.name for row in judged.rows if row.is_off}
    rings = _rings(instance, plan, by_walking(design)) if with_walks else {}
    kinds = {unit: rings.get(unit) or _kind(instance, plan, tint, unit) for unit in members.tolist()}
    lots = _links(instance, kinds, _lot_paths(design.pk, design.facts["digest"], community, window), community, chosen)
    shown = sorted(set(plan.grid[members].tolist()) - {NONE})
    shapes = [as_one(design, plan.grid == grid) for grid in shown]
    locked = set(draft.locked.get("grids", ()))
    outlines = []
    for grid, shape, path in zip(shown, shapes, _paths(design, window, np.array(shapes, object)), strict=True):
        x, y = _spot(design, window, shape)
        name = plan.names[grid]
        outlines.append(Outline(grid, label_of(name), path, x, y, name in off, name in locked))
    return Picture(window, ground.picture(window, theme=getattr(request, "theme", "light")), lots, outlines)


def _kind(instance: Instance, plan: Drawn, tint: Integers, unit: int) -> str:
    """How a piece is drawn: the tint of its grid, and whether it changes grid."""
    return f"t{tint[plan.grid[unit]]}{' moved' if _has_moved(instance, plan, unit) else ''}"


def _links(
    instance: Instance, kinds: Mapping[int, str], paths: Mapping[int, str], community: str, chosen: Collection[int]
) -> SafeString:
    """Pieces as links, written at once: a template's loop over hundreds takes longer than all the rest."""
    within = f"community={escape(community)}&amp;" if community else ""
    named = sorted(chosen)[:MOST_NAMED]
    others = {unit: "".join(f"unit={one}&amp;" for one in named if one != unit) for unit in named}
    all_others = "".join(f"unit={one}&amp;" for one in named)
    minutes, word = np.rint(instance.workload).astype(int).tolist(), _("%(minutes)s min a month")
    return mark_safe("".join(
        f'<a href="?{within}{others.get(unit, f"{all_others}unit={unit}")}#drawing" tabindex="-1" data-unit="{unit}">'
        f"<title>{escape(instance.ids[unit])}: {word % {'minutes': thousands(minutes[unit])}}</title>"
        f'<path class="lot {kind}{" on" if unit in chosen else ""}" d="{paths[unit]}"/></a>'
        for unit, kind in kinds.items()
    ))  # fmt: skip


@lru_cache(maxsize=16)
def _lot_paths(design_id: int, digest: str, community: str, window: Window) -> dict[int, str]:
    """The ground of the pieces of a community, or of all, as paths in pixels: no draft changes it."""
    design = GridDesign.objects.select_related("division__district").defer("instance", "lots").get(pk=design_id)
    members = atoms_in(design, community)
    return dict(zip(members.tolist(), _paths(design, window, lots_of(design)[members]), strict=True))


def _has_moved(instance: Instance, plan: Drawn, unit: int) -> bool:
    today, now = instance.today[unit], plan.grid[unit]
    return bool(today >= 0 and now >= 0 and instance.todays_grids[today] != plan.names[now])


def _box(design: GridDesign, members: Integers) -> Box:
    west, south, east, north = shapely.total_bounds(
        to_lonlat(shapely.geometrycollections(lots_of(design)[members]), projection_of(design.division.district))
    ).tolist()
    return west, south, east, north


def _rings(instance: Any, plan: Drawn, walks: bool) -> dict[int, str]:
    """Of each atom that has a grid, the ring of minutes on foot from the grid's middle: 0, 1, … far."""
    has = np.flatnonzero(plan.grid != NONE)
    covered, grid, names = in_use(instance, plan.grid, plan.names)
    minutes = grade(covered, grid, len(names), walks=walks).walk_m / METRES_A_MINUTE
    return dict(zip(has.tolist(), (f"w{ring}" for ring in np.digitize(minutes, RINGS_MIN)), strict=True))


def _window(design: GridDesign, members: Integers) -> Window:
    """As high as the area asks for."""
    west, south, east, north = shapely.total_bounds(lots_of(design)[members]).tolist()
    height = WIDTH_PX * (north - south) / max(east - west, 1.0)
    return window_around(_box(design, members), (WIDTH_PX, round(min(MOST_PX, max(LEAST_PX, height)))))


def _paths(design: GridDesign, window: Window, shapes: NDArray[np.object_]) -> list[str]:
    """Shapes in metres as paths in pixels."""
    projection = projection_of(design.division.district)
    moved = shapely.transform(shapes, lambda points: window.to_px(projection.to_lonlat(points)))
    return [path_text(shape) for shape in shapely.coverage_simplify(moved, TOLERANCE_PX)]


def _spot(design: GridDesign, window: Window, shape: Any) -> tuple[str, str]:
    point = to_lonlat(shapely.point_on_surface(shape), projection_of(design.division.district))
    x, y = window.to_px(np.array([[point.x, point.y]]))[0].tolist()
    return number(x), number(y)


def tints(design: GridDesign, plan: Drawn) -> Integers:
    """A tint for each grid, none like a neighbour's where five are enough (greedy, in the order of the names); the
    last one is for what has no grid.
    """
    edges = plan.grid[instance_of(design).edges]
    edges = edges[(edges[:, 0] != edges[:, 1]) & (edges >= 0).all(axis=1)]
    begin, to = neighbours(len(plan.names), np.unique(np.sort(edges, axis=1), axis=0))
    tint = np.full(len(plan.names) + 1, NONE)
    tint[-1] = TINTS
    for grid in range(len(plan.names)):
        taken = tint[to[begin[grid] : begin[grid + 1]]].tolist()
        tint[grid] = min(range(TINTS), key=lambda one: (taken.count(one), one))
    return tint


def draft_sheet(request: HttpRequest, design: GridDesign, draft: DesignDraft, name: str, title: str) -> Sheet:
    """A draft on the ordinary map: its grids, those off the target filled, and the ground that changes grid."""
    plan, judged = drawn(draft), judge(design, draft)
    off = {row.name for row in judged.rows if row.is_off}
    titles = {row.name: row.title for row in judged.rows}
    instance, projection = instance_of(design), projection_of(design.division.district)
    moved = [at for at in range(len(instance)) if _has_moved(instance, plan, at)]
    grounds, count = grids_in_metres(design, plan), len(plan.names)
    changed_ground = [as_one(design, np.array(moved))] if moved else []
    least_m = TOLERANCE_PX * np.ptp(shapely.total_bounds(lots_of(design))[[0, 2]]) / SHEET_PX[0]
    seen = [*shapely.coverage_simplify(np.array(grounds, object), least_m), *shapely.simplify(changed_ground, least_m)]
    shapes = shapely.get_parts(to_lonlat(shapely.geometrycollections(seen), projection)).tolist()
    grids = [
        Feature(shape, id=f"{name}-{grid_name}", name=label_of(grid_name), is_chosen=grid_name in off)
        for grid_name, shape in zip(plan.names, shapes[:count], strict=True) if grid_name in titles
    ]  # fmt: skip
    changed = [Feature(shape) for shape in shapes[count:]]
    return sheet(
        request, [Layer("grid_community", grids), Layer("changed", changed)], title=title, name=name, size=SHEET_PX,
        whole=_box(design, np.arange(len(instance))), ground=ground_of(request.district),
    )  # fmt: skip
