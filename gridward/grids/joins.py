"""What grids owe to accounts in the same transaction: posts, and what the key of a grid stands for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from gridward.accounts.models import Body, Grant, User
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.scopes import ScopeKind, Territory, parse_scope
from gridward.districts.queries import local_day
from gridward.grids.actions import assign_post, end_posts_of
from gridward.grids.models import DutyPost, Grid
from gridward.grids.queries.days import from_day_on
from gridward.work import clock


def refuse_foreign_grid(*, grant: Grant, within: Territory, **_: Any) -> None:
    """A role in a grid names a grid of the district that belongs to a body the giver administers."""
    scope = parse_scope(grant.scope)
    if scope.kind != ScopeKind.GRID:
        return
    grids = Grid.objects.filter(pk=scope.id, district_id=grant.district_id)
    if not (grids if within.whole_district else grids.filter(body_id__in=within.body_ids)).exists():
        raise RuleBroken("accounts.scope_not_here", scope=grant.scope)


def find_grids(*, district_id: int, codes: Iterable[str]) -> dict[str, int]:
    """Ids by code."""
    return dict(Grid.objects.filter(district_id=district_id, code__in=list(codes)).values_list("code", "pk"))


def name_grids(*, district_id: int, ids: Iterable[int]) -> dict[int, Grid]:
    """Grids by id, for their names."""
    return {grid.pk: grid for grid in Grid.objects.filter(district_id=district_id, pk__in=list(ids))}


def put_on_grid(*, user: User, grid_id: int, kind: str, body: Body, by: Actor, at: datetime) -> None:
    """A post from a sheet of people, from today on; one that is held stays as it is."""
    grid = Grid.objects.select_related("district").get(pk=grid_id)
    try:
        assign_post(grid=grid, user=user, kind=kind, body=body, from_day=local_day(grid.district, at), by=by, at=at)
    except RuleBroken as refused:
        if refused.code != "grids.post_overlaps":
            raise


def count_posts(*, user: User) -> dict[str, int]:
    """Posts that leaving would end."""
    if user.district is None:
        return {}
    today = local_day(user.district, clock.now())
    return {"posts": DutyPost.objects.filter(from_day_on(today), user=user, district_id=user.district_id).count()}


JOINS = {
    "accounts.grant_role": refuse_foreign_grid,
    "accounts.find_grids": find_grids,
    "accounts.name_grids": name_grids,
    "accounts.import_post": put_on_grid,
    "accounts.before_leave_post": count_posts,
    "accounts.leave_post": end_posts_of,
}
