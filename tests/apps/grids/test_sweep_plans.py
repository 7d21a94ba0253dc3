"""The jobs process calls the sweep of each minute as it calls every other."""

from datetime import datetime

from gridward.grids.actions import adopt_plan, draft_plan
from gridward.grids.models import GridPlan
from gridward.work import rounds
from tests.cast import Cast
from tests.town import Town


def test_the_round_of_the_day_puts_an_awaited_plan_in_force(town: Town, cast: Cast, at: datetime) -> None:
    by = cast.actor("wen")
    plan = draft_plan(division=town.divisions["liuyin"], name_zh="明日", by=by, at=at)
    adopt_plan(plan=plan, from_day=at.date(), by=by, at=at)
    GridPlan.objects.update(is_awaited=True)
    sweep = dict(rounds.sweeps())["grids.put_plans_in_force"]
    assert sweep(at=at) == 2, "the awaited one and the town's own, both due"
