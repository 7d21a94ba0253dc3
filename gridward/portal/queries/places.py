"""我的网格: published facts about who serves a place."""

from dataclasses import dataclass
from datetime import date, datetime

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.models import DutyPost, Grid, GridPlan
from gridward.grids.queries import locate
from gridward.grids.queries.listing import team_of


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
    coming: "Coming | None" = None


@dataclass(frozen=True, slots=True)
class Coming:
    """The grid that will serve a place from a day on, with its team, by an adopted plan."""

    day: date
    grid: Grid | None
    posts: tuple[DutyPost, ...]


def my_grid(district: District, point: tuple[float, float], at: datetime) -> MyGrid:
    """The grid of a place today with its team; names and duty phones of posts are public."""
    day = local_day(district, at)
    located = locate(district, *point, day=day)
    grid = Grid.objects.select_related("body__parent").filter(pk=located.grid_id).first()
    posts = team_of([grid], day) if grid else ()
    community = Division.objects.select_related("parent").filter(pk=located.community_id).first()
    body = (grid.body if grid else None) or committee_of(district, community)
    return MyGrid(
        grid, community, Division.objects.filter(pk=located.subdistrict_id).first(), tuple(posts), body,
        body.parent if body else None, located.is_outside, _coming(district, point, day, located.grid_id),
    )  # fmt: skip


def _coming(district: District, point: tuple[float, float], today: date, grid_id: int | None) -> Coming | None:
    """The first day of a plan that was adopted for later on which another grid serves the place."""
    awaited = GridPlan.objects.filter(district=district, is_awaited=True, adopted_from__gt=today)
    for day in awaited.order_by("adopted_from").values_list("adopted_from", flat=True).distinct():
        then = locate(district, *point, day=day)
        if then.grid_id != grid_id:
            grid = Grid.objects.filter(pk=then.grid_id).first()
            return Coming(day, grid, tuple(team_of([grid], day)) if grid else ())
    return None


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
