"""Who answers for a place, for people: rows instead of ids."""

from dataclasses import dataclass
from datetime import date

from gridward.areas.models import Division
from gridward.districts.models import District
from gridward.grids.models import Cell, DutyPost, Grid
from gridward.grids.queries.listing import team_of
from gridward.grids.queries.locating import locate
from gridward.grids.words import why_this_grid


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """What lies at a place on a day, who serves it, and why that grid."""

    point: tuple[float, float]
    is_outside: bool
    grid: Grid | None
    others: tuple[Grid, ...]
    why: str
    community: Division | None
    subdistrict: Division | None
    cell: Cell | None
    team: tuple[DutyPost, ...]


def answer_for(district: District, point: tuple[float, float], day: date) -> PlaceAnswer:
    """The answer of ``locate`` with its rows."""
    found = locate(district, *point, day=day)
    grids = Grid.objects.filter(district=district).select_related("body__parent")
    grid = grids.filter(pk=found.grid_id).first() if found.grid_id else None
    divisions = Division.objects.in_bulk([pk for pk in (found.community_id, found.subdistrict_id) if pk])
    return PlaceAnswer(
        point=point, is_outside=found.is_outside, grid=grid,
        others=tuple(grids.filter(code__in=found.others).order_by("code")) if found.others else (),
        why=why_this_grid(found.reason, found.values),
        community=divisions.get(found.community_id or 0), subdistrict=divisions.get(found.subdistrict_id or 0),
        cell=Cell.objects.filter(pk=found.cell_id).defer("shape").first() if found.cell_id else None,
        team=tuple(team_of([grid], day)) if grid else (),
    )  # fmt: skip
