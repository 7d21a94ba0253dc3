"""A point → cell, community, subdistrict and the responsible grid, with the reason."""

from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

import shapely
from django.contrib.gis.geos import Point
from django.db.models import Count, Max, Q

from gridward.areas.models import Division
from gridward.core.locate import GridIndex, responsible
from gridward.districts.models import District
from gridward.grids.models import Cell, GridShape


@dataclass(frozen=True, slots=True)
class Located:
    """What lies at a place. ``reason`` is a code of ``core.locate`` with its values, spoken by the page."""

    grid_id: int | None = None
    community_id: int | None = None
    subdistrict_id: int | None = None
    cell_id: int | None = None
    is_outside: bool = False
    reason: str = ""
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Indexes:
    """Indexes of one district on one day; ``stamp`` tells when they no longer hold."""

    stamp: tuple[Any, ...]
    grids: GridIndex
    grid_ids: tuple[int, ...]
    communities: GridIndex
    community_ids: tuple[tuple[int, int | None], ...]


_held: dict[tuple[int, date], _Indexes] = {}
_building = Lock()
MOST_HELD = 8


def in_force(day: date) -> Q:
    """Shapes that hold on a day."""
    return Q(valid_from__lte=day, retired_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def _stamp(district_id: int) -> tuple[Any, ...]:
    """Changes whenever a shape is recorded, dated, closed or retired, or a division is loaded."""
    shapes = GridShape.objects.filter(district_id=district_id).aggregate(
        Count("pk"), Max("pk"), Max("recorded_at"), Max("retired_at"), Max("valid_from"), Max("valid_to"),
        Count("valid_to"), Count("valid_from"),
    )  # fmt: skip
    drawn = Division.objects.filter(district_id=district_id, outline__isnull=False)
    return (*shapes.values(), *drawn.aggregate(Count("pk"), Max("pk")).values())


def _shapely(geometry: Any) -> Any:
    return shapely.from_wkb(bytes(geometry.wkb))


def _build(district: District, day: date, stamp: tuple[Any, ...]) -> _Indexes:
    shapes = list(GridShape.objects.filter(in_force(day), district=district).select_related("grid").order_by("pk"))
    areas = list(
        Division.objects.filter(
            district=district, level=Division.Level.COMMUNITY, is_in_use=True, outline__isnull=False
        ).order_by("pk")
    )
    return _Indexes(
        stamp,
        GridIndex([s.grid.code for s in shapes], [s.grid.kind for s in shapes], [_shapely(s.shape) for s in shapes]),
        tuple(s.grid_id for s in shapes),
        GridIndex([a.code for a in areas], ["community"] * len(areas), [_shapely(a.outline) for a in areas]),
        tuple((a.pk, a.parent_id) for a in areas),
    )


def indexes_of(district: District, day: date) -> _Indexes:
    """The indexes in force, built again when the rows changed; two statements when they did not."""
    stamp = _stamp(district.pk)
    held = _held.get((district.pk, day))
    if held is not None and held.stamp == stamp:
        return held
    with _building:
        held = _build(district, day, stamp)
        while len(_held) >= MOST_HELD:
            del _held[next(iter(_held))]
        _held[district.pk, day] = held
    return held


def is_inside(district: District, lon: float, lat: float) -> bool:
    """Within the district's outline; a district without one takes every place."""
    if district.outline is None:
        return True
    return bool(district.outline.covers(Point(lon, lat, srid=4326)))


def locate(district: District, lon: float, lat: float, *, day: date) -> Located:
    """The responsible grid of a place on a day: premises before road before community grid.

    A place between the grids still has its community; a place outside the district says so.
    """
    held = indexes_of(district, day)
    answer = responsible(held.grids, lon, lat)
    at_community = held.communities.first(lon, lat)
    community_id, subdistrict_id = held.community_ids[at_community] if at_community >= 0 else (None, None)
    cell = Cell.objects.filter(district=district, shape__covers=Point(lon, lat, srid=4326)).order_by("code").first()
    grid_id = held.grid_ids[answer.position] if answer.position is not None else None
    outside = grid_id is None and community_id is None and not is_inside(district, lon, lat)
    return Located(
        grid_id=grid_id, community_id=community_id, subdistrict_id=subdistrict_id,
        cell_id=cell.pk if cell else None, is_outside=outside,
        reason=answer.reason.code, values=dict(answer.reason.values),
    )  # fmt: skip
