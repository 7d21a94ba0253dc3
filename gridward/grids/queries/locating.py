"""A point → cell, community, subdistrict and the responsible grid, with the reason."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import itemgetter
from threading import Lock
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Count, DateField, DateTimeField, Max, Value
from django.db.models.functions import Cast
from numpy.typing import ArrayLike

from gridward.areas.models import Division
from gridward.core.locate import GridIndex, responsible
from gridward.districts.models import District
from gridward.grids.models import Cell, GridShape
from gridward.grids.queries.days import in_force
from gridward.grids.shapes import to_shapely


@dataclass(frozen=True, slots=True)
class Located:
    """What lies at a place. ``reason`` is a code of ``core.locate`` with its values, spoken by the page.

    ``others`` are the codes of the grids that cover the place too and give way.
    """

    grid_id: int | None = None
    community_id: int | None = None
    subdistrict_id: int | None = None
    cell_id: int | None = None
    is_outside: bool = False
    reason: str = ""
    values: dict[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Area:
    """What a shape of an index stands for."""

    grid_id: int | None
    community_id: int | None
    subdistrict_id: int | None


NOTHING = _Area(None, None, None)


@dataclass(frozen=True, slots=True)
class _Indexes:
    """Indexes of one district on one day; ``stamp`` tells when they no longer hold."""

    stamp: tuple[Any, ...]
    grids: GridIndex
    of_grids: tuple[_Area, ...]
    communities: GridIndex
    of_communities: tuple[_Area, ...]


_held: dict[tuple[int, date], _Indexes] = {}
_building = Lock()
MOST_HELD = 8
NO_DAY = Cast(Value(None), DateField())
NO_MOMENT = Cast(Value(None), DateTimeField())


def _stamp(district_id: int) -> tuple[Any, ...]:
    """Changes whenever a shape is recorded, dated, closed or retired, or a division is loaded; one statement."""
    shapes = (
        GridShape.objects.filter(district_id=district_id)
        .values("district_id")
        .annotate(n=Count("pk"), last=Max("pk"), dated=Count("valid_from"), ended=Count("valid_to"),
                  begins=Max("valid_from"), ends=Max("valid_to"),
                  recorded=Max("recorded_at"), retired=Max("retired_at"))
    )  # fmt: skip
    drawn = (
        Division.objects.filter(district_id=district_id, outline__isnull=False)
        .values("district_id")
        .annotate(n=Count("pk"), last=Max("pk"), dated=Value(-1), ended=Value(0),
                  begins=NO_DAY, ends=NO_DAY, recorded=NO_MOMENT, retired=NO_MOMENT)
    )  # fmt: skip
    columns = ("dated", "n", "last", "ended", "begins", "ends", "recorded", "retired")
    return tuple(sorted(shapes.values_list(*columns).union(drawn.values_list(*columns), all=True), key=itemgetter(0)))


def _build(district: District, day: date, stamp: tuple[Any, ...]) -> _Indexes:
    shapes = list(GridShape.objects.filter(in_force(day), district=district).select_related("grid").order_by("pk"))
    areas = list(
        Division.objects.filter(
            district=district, level=Division.Level.COMMUNITY, is_in_use=True, outline__isnull=False
        ).order_by("pk")
    )
    return _Indexes(
        stamp,
        GridIndex([s.grid.code for s in shapes], [s.grid.kind for s in shapes], [to_shapely(s.shape) for s in shapes]),
        tuple(_Area(s.grid_id, s.grid.community_id, s.grid.subdistrict_id) for s in shapes),
        GridIndex([a.code for a in areas], ["community"] * len(areas), [to_shapely(a.outline) for a in areas]),
        tuple(_Area(None, a.pk, a.parent_id) for a in areas),
    )


def indexes_of(district: District, day: date) -> _Indexes:
    """The indexes in force, built again when the rows changed; one statement when they did not."""
    stamp = _stamp(district.pk)
    held = _held.get((district.pk, day))
    if held is not None and held.stamp == stamp:
        return held
    with _building:
        held = _held.get((district.pk, day))  # another thread may have built it while this one waited
        if held is None or held.stamp != stamp:
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


def cell_at(district: District, lon: float, lat: float) -> int | None:
    """The cell of a place; on a shared edge the one with the lower code."""
    cells = Cell.objects.filter(district=district, shape__covers=Point(lon, lat, srid=4326)).order_by("code")
    found: int | None = cells.values_list("pk", flat=True).first()
    return found


def locate(district: District, lon: float, lat: float, *, day: date) -> Located:
    """The responsible grid of a place on a day: premises before road before community grid; two statements.

    A place between the grids still has its community; one in a community whose outline nobody drew has the
    community of its grid; a place outside the district says so.
    """
    return _located(district, indexes_of(district, day), lon, lat, cell_at)


def _located(
    district: District, held: _Indexes, lon: float, lat: float, cell: Callable[[District, float, float], int | None]
) -> Located:
    answer = responsible(held.grids, lon, lat)
    grid = held.of_grids[answer.position] if answer.position is not None else NOTHING
    at_community = held.communities.first(lon, lat)
    area = held.of_communities[at_community] if at_community >= 0 else grid
    is_outside = grid is NOTHING and area is NOTHING and not is_inside(district, lon, lat)
    return Located(
        grid_id=grid.grid_id, community_id=area.community_id, subdistrict_id=area.subdistrict_id,
        cell_id=None if is_outside else cell(district, lon, lat), is_outside=is_outside,
        reason=answer.reason.code, values=dict(answer.reason.values), others=answer.others,
    )  # fmt: skip


class Locator:
    """``locate`` for thousands of places of one district without a statement each.

    It holds what it read for its own life, and does not see what is recorded meanwhile.
    """

    def __init__(self, district: District) -> None:
        self.district = district
        self._by_day: dict[date, _Indexes] = {}
        self._by_shapes: dict[frozenset[int], _Indexes] = {}

    def locate(self, lon: float, lat: float, *, day: date) -> Located:
        """As the function of this name."""
        if day not in self._by_day:
            self._by_day[day] = self._indexes(day)
        return _located(self.district, self._by_day[day], lon, lat, self._cell_at)

    def _indexes(self, day: date) -> _Indexes:
        """Days with the same shapes share their indexes."""
        shapes = frozenset(GridShape.objects.filter(in_force(day), district=self.district).values_list("pk", flat=True))
        if shapes not in self._by_shapes:
            self._by_shapes[shapes] = indexes_of(self.district, day)
        return self._by_shapes[shapes]

    @cached_property
    def _cells(self) -> tuple[GridIndex, tuple[int, ...]]:
        cells = list(Cell.objects.filter(district=self.district).order_by("code"))
        shapes = [to_shapely(cell.shape) for cell in cells]
        kinds = ["community"] * len(cells)
        return GridIndex([cell.code for cell in cells], kinds, shapes), tuple(cell.pk for cell in cells)

    def _cell_at(self, district: District, lon: float, lat: float) -> int | None:
        index, ids = self._cells
        position = index.first(lon, lat)
        return ids[position] if position >= 0 else None


def locate_many(district: District, lon: ArrayLike, lat: ArrayLike, *, day: date) -> list[int | None]:
    """The ids of the responsible grids of many places; one statement, whatever their number."""
    held = indexes_of(district, day)
    found = held.grids.first_many(lon, lat)
    return [held.of_grids[position].grid_id if position >= 0 else None for position in found.tolist()]
