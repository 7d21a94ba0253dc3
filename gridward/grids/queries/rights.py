"""Who may draw plans, adopt them, and fill posts; rights are read anew at each action."""

from datetime import datetime

from gridward.accounts import queries as people
from gridward.accounts.models import Body
from gridward.accounts.queries.administration import administered, covers
from gridward.areas.models import Division
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.scopes import Territory, rule_of
from gridward.core.workflow.roles import Role
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.models import DutyPost, Grid, GridPlan
from gridward.grids.queries.days import as_of
from gridward.grids.queries.plans import grids_under

DRAFTERS = (Role.DISTRICT_DIRECTOR, Role.SUBDISTRICT_LEADER)
ADOPTERS = (Role.DISTRICT_DIRECTOR,)
POST_GIVERS = (Role.DISTRICT_DIRECTOR, Role.SUBDISTRICT_LEADER)


def reached(by: Actor, district_id: int, at: datetime, roles: tuple[Role, ...]) -> Territory:
    """What an actor reaches in one of these roles today; nothing in any other role."""
    if by.user_id is None:
        return Territory(district_id, whole_district=by.role == Role.SYSTEM)
    if by.role not in roles or by.district_id != district_id:
        return Territory(district_id)
    day = local_day(District.objects.get(pk=district_id), at)
    mine = (held for held in people.held_roles(by.user_id, day) if held.role == by.role and held.body.pk == by.body_id)
    return next((people.reach(held) for held in mine), Territory(district_id))


def require_drafter(by: Actor, division: Division, at: datetime) -> None:
    """The district's director anywhere, a subdistrict's leader in the own area; else ``grids.not_planner``."""
    seen = reached(by, division.district_id, at, DRAFTERS)
    if not (seen.whole_district or division.pk in seen.division_ids):
        raise RuleBroken("grids.not_planner")


def require_adopter(by: Actor, district_id: int, at: datetime) -> None:
    """Only the district's director puts a plan in force; else ``grids.not_adopter``."""
    if not reached(by, district_id, at, ADOPTERS).whole_district:
        raise RuleBroken("grids.not_adopter")


def reaches_grid(seen: Territory, grid: Grid) -> bool:
    return (
        seen.whole_district
        or grid.community_id in seen.division_ids
        or grid.subdistrict_id in seen.division_ids
        or grid.pk in seen.grid_ids
    )


def require_post_giver(by: Actor, grid: Grid, body: Body, at: datetime) -> bool:
    """The leader of the grid's area, or the administrator of the post's body.

    Answers whether this was done by less than the district 下放. Raises RuleBroken ``grids.not_post_giver``.
    """
    seen = reached(by, grid.district_id, at, POST_GIVERS)
    if reaches_grid(seen, grid):
        return not seen.whole_district
    administers = administered(by, grid.district_id, at)
    if not covers(administers, body.pk):
        raise RuleBroken("grids.not_post_giver")
    return not administers.whole_district


def may_fill_posts(by: Actor, grid: Grid, at: datetime) -> bool:
    """Whether the page of a grid offers its posts to this person; the action asks again, with the body."""
    if reaches_grid(reached(by, grid.district_id, at, POST_GIVERS), grid):
        return True
    administers = administered(by, grid.district_id, at)
    return administers.whole_district or bool(administers.body_ids)


def may_draft(by: Actor, division: Division, at: datetime) -> bool:
    seen = reached(by, division.district_id, at, DRAFTERS)
    return seen.whole_district or division.pk in seen.division_ids


def may_adopt(by: Actor, district_id: int, at: datetime) -> bool:
    return reached(by, district_id, at, ADOPTERS).whole_district


def plannable(by: Actor, district_id: int, at: datetime, *, with_communities: bool = False) -> list[Division]:
    """The divisions in use for which this person may begin a plan, from the top down."""
    seen = reached(by, district_id, at, DRAFTERS)
    if seen.is_empty:
        return []
    rows = Division.objects.filter(district_id=district_id, is_in_use=True)
    rows = rows if seen.whole_district else rows.filter(pk__in=seen.division_ids)
    rows = rows if with_communities else rows.exclude(level=Division.Level.COMMUNITY)
    return list(rows.order_by("sort_key"))


def may_comment(by: Actor, plan: GridPlan, at: datetime) -> bool:
    """People of the plan's area: who acts for a body in it or for one below such a body (the committee, the property
    company, the subdistrict's office), who holds a post in one of its grids today, and who may draw it. Those whose
    role sees no business (administrators, auditors) do not comment.
    """
    if by.user_id is None or by.district_id != plan.district_id or not rule_of(by.role).sees_business:
        return False
    day = local_day(plan.district, at)
    acting = next((one for one in people.held_roles(by.user_id, day) if one.actor == by), None)
    if acting is None:
        return False
    upwards = [int(part) for part in acting.body.path.strip("/").split("/")]
    inside = Body.objects.filter(pk__in=upwards, division__path__startswith=plan.division.path)
    posts = DutyPost.objects.filter(as_of(day), grids_under(plan.division, "grid__"), user_id=by.user_id)
    return inside.exists() or posts.filter(district_id=plan.district_id).exists() or may_draft(by, plan.division, at)


def require_commenter(by: Actor, plan: GridPlan, at: datetime) -> None:
    """Else ``grids.not_of_area``."""
    if not may_comment(by, plan, at):
        raise RuleBroken("grids.not_of_area")


def may_state(by: Actor, place: Division | Grid, at: datetime) -> bool:
    """Public items are stated by who may draw there: of a grid by who leads its area."""
    seen = reached(by, place.district_id, at, DRAFTERS)
    if isinstance(place, Grid):
        return reaches_grid(seen, place)
    return seen.whole_district or place.pk in seen.division_ids


def require_stater(by: Actor, place: Division | Grid, at: datetime) -> None:
    """Else ``grids.notice_elsewhere``."""
    if not may_state(by, place, at):
        raise RuleBroken("grids.notice_elsewhere")
