"""The list of grids, and one grid with its team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from gridward.areas.models import Division
from gridward.districts.models import District
from gridward.grids.models import DutyPost, Grid, GridShape
from gridward.grids.queries.days import as_of, from_day_on
from gridward.web.paging import Page, page_after
from gridward.work import collected

PAGE = 25


@dataclass(frozen=True, slots=True)
class GridFilter:
    """What the address asks for; unknown values are left out."""

    words: str = ""
    kind: str = ""
    subdistrict: str = ""
    is_without_team: bool = False

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "GridFilter":
        kind = str(values.get("kind", ""))
        return cls(
            words=str(values.get("q", "")).strip()[:40], kind=kind if kind in Grid.Kind.values else "",
            subdistrict=str(values.get("subdistrict", ""))[:12], is_without_team=values.get("team") == "none",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class GridRow:
    """One grid as it is today: its ground, and who serves it."""

    grid: Grid
    shape: GridShape | None
    posts: tuple[DutyPost, ...]


def found_grids(
    district: District, asked: GridFilter, day: date, known_at: datetime | None = None
) -> QuerySet[Grid]:  # fmt: skip
    """The grids with ground on a day that fit the filters, perhaps as they were known at a moment."""
    held = GridShape.objects.filter(as_of(day, known_at), district=district).values("grid")
    rows = Grid.objects.filter(district=district, pk__in=held)
    if asked.words:
        words = asked.words
        rows = rows.filter(Q(name_zh__icontains=words) | Q(name_en__icontains=words) | Q(code__icontains=words))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.subdistrict:
        rows = rows.filter(subdistrict__code=asked.subdistrict)
    if asked.is_without_team:
        served = DutyPost.objects.filter(as_of(day, known_at), district=district).values("grid")
        rows = rows.exclude(pk__in=served)
    return rows


def page_of(rows: QuerySet[Grid], token: str, day: date, known_at: datetime | None = None) -> Page:
    """One page of grids in the order of their codes."""

    def after(code: str | None, most: int) -> Sequence[GridRow]:
        following = rows if code is None else rows.filter(code__gt=code)
        chosen = following.order_by("code").select_related("community", "subdistrict", "body")[:most]
        return with_today(list(chosen), day, known_at)

    return page_after(after, lambda row: row.grid.code, token, size=PAGE, counted=rows)


def with_today(grids: list[Grid], day: date, known_at: datetime | None = None) -> list[GridRow]:
    """Grids with their ground and their team of a day; two statements."""
    shapes = {row.grid_id: row for row in GridShape.objects.filter(as_of(day, known_at), grid__in=grids).defer("shape")}
    posts: dict[int, list[DutyPost]] = {grid.pk: [] for grid in grids}
    for post in team_of(grids, day, known_at):
        posts[post.grid_id].append(post)
    return [GridRow(grid, shapes.get(grid.pk), tuple(posts[grid.pk])) for grid in grids]


def team_of(grids: list[Grid], day: date, known_at: datetime | None = None) -> QuerySet[DutyPost]:
    """Who serves these grids on a day, with people and bodies."""
    posts = DutyPost.objects.filter(as_of(day, known_at), grid__in=grids)
    return posts.select_related("user", "body").order_by("kind", "user__name", "pk")


def get_grid(district: District, code: str) -> Grid:
    """A grid of the district by its code; any other is not there."""
    rows = Grid.objects.select_related("community", "subdistrict", "body__parent", "district")
    grid = rows.filter(district=district, code=code).first()
    if grid is None:
        raise Http404
    return grid


def shape_today(grid: Grid, day: date, known_at: datetime | None = None) -> GridShape | None:
    rows = GridShape.objects.filter(as_of(day, known_at), district_id=grid.district_id, grid=grid)
    return rows.select_related("plan__district", "plan__division", "grid__district").first()


def past_of(shape: GridShape | None, today: date) -> list[Any]:
    """What higher apps know of the last twelve months on a grid's ground; nothing for grids without any today."""
    if shape is None:
        return []
    asked = collected.joins().get("grids.past_of_grid", ())
    return [ask(grid=shape.grid, shape=shape, day=today) for ask in asked]


def posts_from(grid: Grid, day: date) -> QuerySet[DutyPost]:
    """Posts of a grid that hold on a day or later."""
    posts = DutyPost.objects.filter(from_day_on(day), district_id=grid.district_id, grid=grid)
    return posts.select_related("user", "body").order_by("kind", "valid_from", "pk")


def subdistricts(district: District) -> QuerySet[Division]:
    rows = Division.objects.filter(district=district, level=Division.Level.SUBDISTRICT, is_in_use=True)
    return rows.order_by("sort_key")
