"""我的网格: published facts about who serves a place."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.models import DutyPost, Grid
from gridward.grids.queries import locate


@dataclass(frozen=True, slots=True)
class MyGrid:
    """Who serves a place: its grid, its community, the team, who is above them."""

    grid: Grid | None
    community: Division | None
    subdistrict: Division | None
    posts: tuple[DutyPost, ...]
    body: Body | None
    supervisor: Body | None
    is_outside: bool


def my_grid(district: District, point: tuple[float, float], at: datetime) -> MyGrid:
    """The grid of a place today with its team; names and duty phones of posts are public."""
    day = local_day(district, at)
    located = locate(district, *point, day=day)
    grid = Grid.objects.select_related("body__parent").filter(pk=located.grid_id).first()
    in_force = Q(valid_from__lte=day, retired_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    posts = DutyPost.objects.filter(in_force, grid=grid).select_related("user", "body").order_by("kind", "pk")
    body = grid.body if grid else None
    return MyGrid(
        grid, Division.objects.filter(pk=located.community_id).first(),
        Division.objects.filter(pk=located.subdistrict_id).first(), tuple(posts) if grid else (), body,
        body.parent if body else None, located.is_outside,
    )  # fmt: skip
