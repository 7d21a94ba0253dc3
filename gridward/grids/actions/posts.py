"""Posts: who serves which grid, from when to when."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from gridward.accounts.models import Body, User
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.grids.models import DutyPost, Grid
from gridward.grids.queries.days import from_day_on
from gridward.grids.queries.rights import require_post_giver
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock, lock_all

LONGEST_BACK = timedelta(days=31)


@transaction.atomic
def assign_post(
    *, grid: Grid, user: User, kind: str, body: Body, from_day: date, to_day: date | None = None,
    duty_phone: str = "", by: Actor, at: datetime,
) -> DutyPost:  # fmt: skip
    """Put a person into a grid's team from a day on; a team has several posts, linked officials among them.

    ``to_day`` is the first day without the post. Raises RuleBroken ``grids.not_post_giver``,
    ``grids.post_overlaps``, ``grids.post_too_far_back``, ``grids.post_ends_early``, ``grids.not_of_district``.
    """
    grid = lock(Grid, grid.pk)
    delegated = require_post_giver(by, grid, body, at)
    _check_post(grid, user, body, from_day, to_day, local_day(grid.district, at))
    post = DutyPost(
        district_id=grid.district_id, grid=grid, user=user, kind=DutyPost.Kind(kind).value, body=body,
        duty_phone=duty_phone, valid_from=from_day, valid_to=to_day, recorded_at=clock.now(),
    )  # fmt: skip
    post.save(force_insert=True)
    _leave(post, "grids.assign_post", by, at, {"kind": post.kind, "from": str(from_day), "delegated": delegated})
    return post


def _check_post(grid: Grid, user: User, body: Body, from_day: date, to_day: date | None, today: date) -> None:
    if user.district_id != grid.district_id or body.district_id != grid.district_id or not user.is_active:
        raise RuleBroken("grids.not_of_district")
    if from_day < today - LONGEST_BACK:
        raise RuleBroken("grids.post_too_far_back", days=LONGEST_BACK.days)
    if to_day is not None and to_day <= from_day:
        raise RuleBroken("grids.post_ends_early", day=to_day)
    held = DutyPost.objects.filter(from_day_on(from_day), district_id=grid.district_id, grid=grid, user=user)
    if (held if to_day is None else held.filter(valid_from__lt=to_day)).exists():
        raise RuleBroken("grids.post_overlaps", name=user.name)


@transaction.atomic
def end_post(*, post: DutyPost, on_day: date, by: Actor, at: datetime) -> DutyPost:
    """End a post: ``on_day`` is the first day without it, today or later. One that never began is retired.

    Raises RuleBroken ``grids.not_post_giver``, ``grids.post_ended``, ``grids.post_ends_early``.
    """
    post = lock(DutyPost, post.pk)
    delegated = require_post_giver(by, post.grid, post.body, at)
    today = local_day(post.district, at)
    if post.retired_at is not None or (post.valid_to is not None and post.valid_to <= today):
        raise RuleBroken("grids.post_ended")
    if on_day < today:
        raise RuleBroken("grids.post_ends_early", day=on_day)
    subject = subject_key(post)
    _close(post, on_day)
    _leave(post, "grids.end_post", by, at, {"on": str(on_day), "delegated": delegated}, subject)
    return post


def _close(post: DutyPost, on_day: date) -> None:
    """Retire the row; where the post has begun, record it anew with its end."""
    now = clock.now()
    DutyPost.objects.filter(pk=post.pk).update(retired_at=now)
    if post.valid_from < on_day:
        post.pk, post.valid_to, post.recorded_at, post.retired_at = None, on_day, now, None
        post.save(force_insert=True)
    else:
        post.retired_at = now


@transaction.atomic
def end_posts_of(*, user: User, by: Actor, at: datetime, **_: Any) -> int:
    """All posts of somebody who leaves end today; part of that action, which has checked the right."""
    if user.district is None:
        return 0
    held = DutyPost.objects.filter(district_id=user.district_id, user=user)
    return _end_all(held, local_day(user.district, at), "left", by, at)


@transaction.atomic
def end_posts_of_grids(*, grids: QuerySet[Grid], on_day: date, by: Actor, at: datetime) -> int:
    """Posts end with their grid: part of adopting a plan that leaves the grid without ground."""
    return _end_all(DutyPost.objects.filter(grid__in=grids), on_day, "grid_ended", by, at)


def _end_all(posts: QuerySet[DutyPost], on_day: date, because: str, by: Actor, at: datetime) -> int:
    rows = lock_all(DutyPost, posts.filter(from_day_on(on_day)).values_list("pk", flat=True))
    for post in rows:
        subject = subject_key(post)
        _close(post, on_day)
        _leave(post, "grids.end_post", by, at, {"on": str(on_day), "because": because}, subject)
    return len(rows)


def _leave(
    post: DutyPost, verb: str, by: Actor, at: datetime, body: dict[str, Any], subject: str = ""
) -> None:  # fmt: skip
    """One entry of the post's chain, which goes by the row that first recorded it."""
    said = {"grid": post.grid.code, "user": post.user_id, **body}
    leave_entry(
        district_id=post.district_id, subject=subject or subject_key(post), verb=verb, by=by, at=at, body=said
    )  # fmt: skip
