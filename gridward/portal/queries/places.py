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
    community = Division.objects.select_related("parent").filter(pk=located.community_id).first()
    body = (grid.body if grid else None) or committee_of(district, community)
    return MyGrid(
        grid, community, Division.objects.filter(pk=located.subdistrict_id).first(), tuple(posts) if grid else (), body,
        body.parent if body else None, located.is_outside,
    )  # fmt: skip


def my_community(district: District, community_id: int) -> MyGrid:
    """What is known from the community alone: its committee, and who is above it."""
    community = Division.objects.select_related("parent").get(pk=community_id, district=district)
    body = committee_of(district, community)
    return MyGrid(None, community, community.parent, (), body, body.parent if body else None, False)


def committee_of(district: District, community: Division | None) -> Body | None:
    """The residents' committee of a community."""
    if community is None:
        return None
    kind = Body.Kind.RESIDENTS_COMMITTEE
    rows = Body.objects.filter(district=district, division=community, kind=kind, valid_to__isnull=True)
    return rows.select_related("parent").order_by("sort_key").first()
