"""A plan comes into force on a day; what held before ends, and open work moves, both or neither."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gridward.audit.models import Entry
from gridward.core.errors import RuleBroken
from gridward.districts.queries import local_day
from gridward.grids.actions import adopt_plan, draft_plan, put_shape, remove_shape, withdraw_plan
from gridward.grids.jobs import put_plans_in_force
from gridward.grids.models import DutyPost, GridPlan, GridShape
from gridward.grids.queries import locate
from gridward.work import clock, collected
from tests.cast import Cast
from tests.town import Town, square

pytestmark = pytest.mark.long_transaction("adoption moves open work in its own transaction, up to 2 s by design")
TODAY = date(2026, 3, 4)
LATER = date(2026, 3, 20)
IN_LIUYIN_EAST = (113.996, 28.195)


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The plans that higher apps were told of."""
    told: list[Any] = []
    monkeypatch.setattr(collected, "joins", lambda: {"grids.adopt_plan": (lambda *, plan, **_: told.append(plan.pk),)})
    return told


@pytest.fixture
def draft(town: Town, cast: Cast, at: datetime) -> GridPlan:
    """Liuyin's two grids become one: the west grid takes all, the east one is left out."""
    by = cast.actor("wen")
    plan = draft_plan(division=town.divisions["liuyin"], name_zh="柳荫并格", by=by, at=at)
    put_shape(plan=plan, grid=town.grids["liuyin_w"], shape=square(113.99, 28.19), households=410, by=by, at=at)
    remove_shape(plan=plan, grid=town.grids["liuyin_e"], by=by, at=at)
    return plan


def grid_at(town: Town, day: date, place: tuple[float, float] = IN_LIUYIN_EAST) -> int | None:
    return locate(town.district, *place, day=day).grid_id


def test_a_draft_changes_nothing(town: Town, draft: GridPlan) -> None:
    assert grid_at(town, TODAY) == town.grids["liuyin_e"].pk


def test_an_adopted_plan_holds_from_its_day_on(town: Town, cast: Cast, draft: GridPlan, at: datetime) -> None:
    adopt_plan(plan=draft, from_day=TODAY, by=cast.actor("wen"), at=at)
    assert grid_at(town, TODAY - timedelta(days=1)) == town.grids["liuyin_e"].pk
    assert grid_at(town, TODAY) == town.grids["liuyin_w"].pk
    known, ended = GridShape.objects.filter(grid=town.grids["liuyin_e"], plan=town.plan).order_by("pk")
    assert (known.valid_to, known.retired_at) == (None, at), "what was known until now can be asked for"
    assert (ended.valid_to, ended.recorded_at, ended.retired_at) == (TODAY, at, None)


def test_grids_of_other_communities_and_above_go_on(town: Town, cast: Cast, draft: GridPlan, at: datetime) -> None:
    adopt_plan(plan=draft, from_day=TODAY, by=cast.actor("wen"), at=at)
    going_on = GridShape.objects.filter(plan=town.plan, valid_to__isnull=True, retired_at__isnull=True)
    assert going_on.count() == 8
    assert grid_at(town, TODAY, (114.0, 28.195)) == town.grids["road"].pk


def test_open_work_moves_in_the_same_transaction(cast: Cast, draft: GridPlan, at: datetime, joined: list[Any]) -> None:
    adopt_plan(plan=draft, from_day=TODAY, by=cast.actor("wen"), at=at)
    assert joined == [draft.pk]


def test_when_open_work_cannot_move_the_plan_stays_a_draft(
    town: Town, cast: Cast, draft: GridPlan, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise RuleBroken("grids.plan_is_empty")

    monkeypatch.setattr(collected, "joins", lambda: {"grids.adopt_plan": (refuse,)})
    with pytest.raises(RuleBroken):
        adopt_plan(plan=draft, from_day=TODAY, by=cast.actor("wen"), at=at)
    assert GridPlan.objects.get(pk=draft.pk).state == "draft"
    assert grid_at(town, TODAY) == town.grids["liuyin_e"].pk


def test_adoption_for_a_later_day_moves_open_work_on_that_day_once(
    town: Town, cast: Cast, draft: GridPlan, at: datetime, joined: list[Any]
) -> None:
    adopt_plan(plan=draft, from_day=LATER, by=cast.actor("wen"), at=at)
    assert put_plans_in_force(at=at) == 0
    assert joined == []
    assert grid_at(town, LATER - timedelta(days=1)) == town.grids["liuyin_e"].pk
    on_the_day = at + (LATER - TODAY)
    with clock.standing_at(on_the_day):
        assert (put_plans_in_force(at=on_the_day), put_plans_in_force(at=on_the_day)) == (1, 0)
    assert joined == [draft.pk]
    assert list(Entry.objects.filter(verb="grids.put_in_force").values_list("role", flat=True)) == ["system"]
    assert grid_at(town, LATER) == town.grids["liuyin_w"].pk


def test_a_plan_of_the_days_before_replaces_one_that_was_awaited(
    town: Town, cast: Cast, draft: GridPlan, at: datetime
) -> None:
    by = cast.actor("wen")
    adopt_plan(plan=draft, from_day=LATER, by=by, at=at)
    other = draft_plan(division=town.divisions["liuyin"], name_zh="另一方案", by=by, at=at)
    adopt_plan(plan=other, from_day=LATER - timedelta(days=5), by=by, at=at)
    assert GridPlan.objects.get(pk=draft.pk).state == "withdrawn"
    assert grid_at(town, LATER) == town.grids["liuyin_e"].pk
    assert GridShape.objects.filter(plan=draft, retired_at__isnull=True).count() == 0


def test_withdrawing_an_awaited_plan_lets_the_earlier_grids_go_on(
    town: Town, cast: Cast, draft: GridPlan, at: datetime
) -> None:
    adopt_plan(plan=draft, from_day=LATER, by=cast.actor("wen"), at=at)
    withdraw_plan(plan=draft, by=cast.actor("wen"), at=at)
    assert grid_at(town, LATER) == town.grids["liuyin_e"].pk
    assert grid_at(town, TODAY) == town.grids["liuyin_e"].pk
    assert put_plans_in_force(at=at + (LATER - TODAY)) == 0


def test_a_plan_in_force_is_not_withdrawn_nor_adopted_twice(cast: Cast, draft: GridPlan, at: datetime) -> None:
    adopt_plan(plan=draft, from_day=TODAY, by=cast.actor("wen"), at=at)
    for refused, attempt in (
        ("grids.plan_in_force", lambda: withdraw_plan(plan=draft, by=cast.actor("wen"), at=at)),
        ("grids.plan_not_draft", lambda: adopt_plan(plan=draft, from_day=LATER, by=cast.actor("wen"), at=at)),
    ):
        with pytest.raises(RuleBroken) as told:
            attempt()
        assert told.value.code == refused


def test_a_plan_cannot_begin_yesterday(cast: Cast, draft: GridPlan, at: datetime) -> None:
    with pytest.raises(RuleBroken) as told:
        adopt_plan(plan=draft, from_day=TODAY - timedelta(days=1), by=cast.actor("wen"), at=at)
    assert told.value.code == "grids.adoption_in_the_past"


@pytest.mark.parametrize("name", ["hui", "lin", "dev", "sun", "gao", "finn"])
def test_only_the_director_adopts(name: str, cast: Cast, draft: GridPlan, at: datetime) -> None:
    with pytest.raises(RuleBroken) as told:
        adopt_plan(plan=draft, from_day=TODAY, by=cast.actor(name), at=at)
    assert told.value.code == "grids.not_adopter"


def test_the_day_is_the_district_s(town: Town, at: datetime) -> None:
    assert local_day(town.district, at) == TODAY


def test_an_entry_tells_what_began_and_ended(cast: Cast, draft: GridPlan, at: datetime) -> None:
    adopt_plan(plan=draft, from_day=TODAY, by=cast.actor("wen"), at=at)
    entry = Entry.objects.get(verb="grids.adopt_plan")
    assert (entry.by_id, entry.subject) == (cast["wen"].pk, f"grids.GridPlan:{draft.pk}")


def test_posts_end_in_a_grid_that_a_plan_of_the_same_day_had_drawn(
    town: Town, cast: Cast, draft: GridPlan, at: datetime
) -> None:
    """One plan draws the east grid from today on, the next of the same day leaves it out."""
    by = cast.actor("wen")
    kept = draft_plan(division=town.divisions["liuyin"], name_zh="照旧", by=by, at=at)
    adopt_plan(plan=kept, from_day=TODAY, by=by, at=at)
    assert not DutyPost.objects.filter(user=cast["eva"], valid_to__isnull=False).exists()
    adopt_plan(plan=draft, from_day=TODAY, by=by, at=at)
    assert DutyPost.objects.get(user=cast["eva"], retired_at__isnull=True).valid_to == TODAY


def test_posts_end_with_a_grid_that_has_no_ground_any_more(
    town: Town, cast: Cast, draft: GridPlan, at: datetime
) -> None:
    adopt_plan(plan=draft, from_day=LATER, by=cast.actor("wen"), at=at)
    ends = {name: DutyPost.objects.filter(user=cast[name], retired_at__isnull=True) for name in ("gao", "eva")}
    assert ends["eva"].get().valid_to is None, "until the day comes nothing is ended"
    put_plans_in_force(at=at + (LATER - TODAY))
    assert (ends["eva"].get().valid_to, ends["gao"].get().valid_to) == (LATER, None)
