"""What check-data finds when somebody wrote past the actions."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from gridward.grids import checks
from gridward.grids.actions import adopt_plan, draft_plan
from gridward.grids.models import DutyPost, GridPlan, GridShape
from tests.cast import Cast
from tests.town import BUILT_AT, Town, square

DAY = date(2026, 3, 4)


def found() -> list[str]:
    return [name for name, check in checks.CHECKS if list(check())]


@pytest.mark.long_transaction("adoption moves open work in its own transaction")
def test_what_actions_write_is_in_order(town: Town, cast: Cast, at: datetime) -> None:
    plan = draft_plan(division=town.divisions["liuan"], name_zh="新", by=cast.actor("wen"), at=at)
    adopt_plan(plan=plan, from_day=DAY, by=cast.actor("wen"), at=at)
    draft_plan(division=town.divisions["liuan"], name_zh="草", by=cast.actor("wen"), at=at)
    assert found() == []


def test_two_shapes_and_two_posts_on_one_day_are_found(town: Town, cast: Cast) -> None:
    """PostgreSQL does not even take such rows (see test_assign_post.py)."""
    rows = (
        GridShape(district=town.district, plan=town.plan, grid=town.grids["liuyin_w"], area_m2=1,
                  shape=square(113.99, 28.19, 0.005), valid_from=DAY, recorded_at=BUILT_AT),
        DutyPost(district=town.district, grid=town.grids["liuyin_w"], user=cast["gao"], kind="linked",
                 body=town.bodies["committee_liuyin"], valid_from=DAY, recorded_at=BUILT_AT),
    )  # fmt: skip
    for row in rows:
        with contextlib.suppress(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
    taken = connection.vendor != "postgresql"
    assert ({"grids.one_shape_a_day", "grids.one_post_a_day"} <= set(found())) is taken
    assert cast["gao"].name not in " ".join(checks.one_post_a_day())


Spoil = Callable[[Town], Any]


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (lambda town: GridShape.objects.filter(grid=town.grids["liuyin_w"]).update(shape=square(113.985, 28.19, 0.01)),
         "grids.shapes_inside"),
        (lambda town: GridShape.objects.filter(grid=town.grids["road"]).update(valid_from=DAY),
         "grids.adopted_plans_are_dated"),
        (lambda town: GridShape.objects.filter(grid=town.grids["road"]).update(valid_from=None),
         "grids.adopted_plans_are_dated"),
        (lambda town: GridPlan.objects.update(state="draft"), "grids.adopted_plans_are_dated"),
        (lambda town: GridPlan.objects.update(state="withdrawn"), "grids.adopted_plans_are_dated"),
    ],
)  # fmt: skip
def test_each_check_finds_what_it_is_for(spoil: Spoil, check: str, town: Town, at: datetime) -> None:
    spoil(town)
    assert found() == [check]


def periods(*rows: tuple[int, int, int | None]) -> Iterator[tuple[int, date, date | None, str]]:
    for key, begins, ends in rows:
        yield key, date(2026, 1, begins), date(2026, 1, ends) if ends else None, f"key {key}"


@pytest.mark.parametrize(
    ("rows", "days"),
    [
        (((1, 1, 5), (1, 5, None), (2, 1, None)), []),
        (((1, 1, None), (1, 5, 9)), [5]),
        (((1, 1, 9), (1, 2, 3), (1, 4, 5)), [2, 4]),
    ],
)
def test_periods_of_one_key_may_touch_but_not_overlap(rows: Any, days: list[int]) -> None:
    assert [day.day for _, day in checks._overlaps(periods(*rows))] == days
