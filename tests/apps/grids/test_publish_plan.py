"""What everybody may read of an adopted plan; the four public items; the book for the wall; grids as of a day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gridward.areas.models import GroundFeature
from gridward.core.errors import RuleBroken
from gridward.grids.actions import adopt_plan, draft_plan, end_post, put_shape, remove_shape
from gridward.grids.actions.publishing import state_notices
from gridward.grids.models import DutyPost, Grid, GridNotice, GridPlan, GridShape
from gridward.grids.queries.days import as_of
from gridward.grids.queries.plans import number_of
from gridward.grids.queries.publishing import facts_of, notices_of, published_shapes
from gridward.work import clock
from tests.cast import Cast
from tests.town import BUILT_AT, Town, square

pytestmark = pytest.mark.long_transaction("adoption moves open work in its own transaction, up to 2 s by design")
TODAY, LATER = date(2026, 3, 4), date(2026, 3, 20)
Clients = Callable[[str], Client]


@pytest.fixture
def plan(town: Town, cast: Cast, at: datetime) -> GridPlan:
    """From the twentieth on Liuyin's west grid takes the whole community."""
    by = cast.actor("wen")
    draft = draft_plan(division=town.divisions["liuyin"], name_zh="柳荫并格", by=by, at=at)
    put_shape(plan=draft, grid=town.grids["liuyin_w"], shape=square(113.99, 28.19), households=410, by=by, at=at)
    remove_shape(plan=draft, grid=town.grids["liuyin_e"], by=by, at=at)
    return adopt_plan(plan=draft, from_day=LATER, by=by, at=at)


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def road(town: Town) -> None:
    """Willow Lane along the south of Liuyin."""
    GroundFeature.objects.create(
        district=town.district, kind="street", name_zh="柳荫路", name_en="Willow Lane", source="test",
        shape="SRID=4326;LINESTRING(113.985 28.19005, 114.005 28.19005)",
    )  # fmt: skip


def test_everybody_reads_an_adopted_plan_and_what_is_not_stated_says_so(
    town: Town, cast: Cast, plan: GridPlan, client_of: Clients
) -> None:
    road(town)
    page = text(client_of("ada").get(f"/my-grid/plans/{number_of(plan)}/"))
    assert "将从 2026-03-20 起施行" in page and "柳荫社区西网格" in page and "高建国" in page and "410 户" in page
    assert "南至柳荫路" in page and "尚未公布" in page and "柳岸街道办事处" in page
    assert "柳荫社区东网格" not in page.split('id="grids"')[1]
    assert "柳荫并格" in text(client_of("ada").get("/my-grid/plans/"))
    one = text(client_of("ada").get(f"/my-grid/plans/{number_of(plan)}/?grid={town.grids['liuyin_w'].code}"))
    assert "<h1>柳荫社区西网格</h1>" in one
    client = client_of("ada")
    client.cookies["gridward_language"] = "en"
    english = text(client.get(f"/my-grid/plans/{number_of(plan)}/"))
    assert "south to Willow Lane" in english and "not yet stated" in english
    ground = f"/map/ground.json?plan={number_of(plan)}&level=2&box=113.98,28.18,114.02,28.22"
    assert "柳荫社区西网格" in str(client_of("ada").get(ground).json())


def test_drafts_and_plans_given_up_are_not_public(town: Town, cast: Cast, at: datetime, client_of: Clients) -> None:
    draft = draft_plan(division=town.divisions["liuyin"], name_zh="草案", by=cast.actor("wen"), at=at)
    number = number_of(draft)
    assert client_of("ada").get(f"/my-grid/plans/{number}/").status_code == 404
    assert client_of("ada").get(f"/map/ground.json?plan={number}&level=2&box=113,28,114,29").status_code == 404
    assert "草案" not in text(client_of("ada").get("/my-grid/plans/"))
    assert client_of("ada").get(f"/my-grid/plans/{number_of(town.plan)}/?grid=nowhere").status_code == 404


def test_the_nearest_statement_holds_and_the_earlier_one_stays_readable(town: Town, cast: Cast, at: datetime) -> None:
    west, east = town.grids["liuyin_w"], town.grids["liuyin_e"]
    hui = cast.actor("hui")
    state_notices(place=town.divisions["liuan"], words={"duties": ("巡查", "Walks")}, by=hui, at=at)
    state_notices(place=west, words={"duties": ("帮办", ""), "contact": ("周三上午", "")}, by=hui, at=at)
    assert state_notices(place=west, words={"duties": ("帮办", "")}, by=hui, at=at) == []

    def duties(day: date, known_at: datetime | None = None) -> list[str]:
        held = notices_of(town.district, [west, east], day, known_at)
        return [held[grid.pk]["duties"].words_zh if "duties" in held[grid.pk] else "" for grid in (west, east)]

    assert duties(TODAY) == ["帮办", "巡查"]
    later = at + timedelta(days=10)
    with clock.standing_at(later):
        assert state_notices(place=west, words={"duties": ("", "")}, by=hui, at=later) == ["duties"]
    assert duties(later.date()) == ["巡查", "巡查"] and duties(TODAY) == ["帮办", "巡查"]
    assert duties(later.date(), known_at=later - timedelta(hours=1)) == ["帮办", "巡查"]
    assert notices_of(town.district, [town.grids["xinqiao_w"]], TODAY) == {town.grids["xinqiao_w"].pk: {}}
    for name, place in (("hui", town.divisions["qiaodong"]), ("lin", west), ("gao", west), ("hui", town.grids["road"])):
        with pytest.raises(RuleBroken) as told:
            state_notices(place=place, words={"duties": ("x", "")}, by=cast.actor(name), at=at)
        assert told.value.code == "grids.notice_elsewhere"


def test_the_page_of_public_items_states_them(town: Town, cast: Cast, at: datetime, client_of: Clients) -> None:
    code = town.divisions["liuan"].code
    assert client_of("lin").get(f"/grids/public-items/{code}/").status_code == 404
    assert client_of("hui").get("/grids/public-items/nowhere/").status_code == 404
    assert client_of("hui").post(f"/grids/public-items/{code}/", {"duties_zh": "帮办"}).status_code == 302
    assert "帮办" in text(client_of("hui").get(f"/grids/public-items/{code}/"))
    assert GridNotice.objects.get().valid_from == TODAY
    public = f"/my-grid/plans/{number_of(town.plan)}/?grid={town.grids['liuyin_w'].code}"
    assert "帮办" in text(client_of("ada").get(public))


def test_the_book_has_a_page_for_each_grid_and_asks_no_more_for_more(
    town: Town, cast: Cast, at: datetime, client_of: Clients
) -> None:
    address = f"/grids/plans/{number_of(town.plan)}/book/"
    whole = text(client_of("lin").get(address))
    assert whole.count('class="leaf" id=') == 10 and whole.count('<svg class="map"') == 11
    some = text(client_of("lin").get(f"{address}?community={town.divisions['liuyin'].code}"))
    assert some.count('class="leaf" id=') == 2 and "柳荫社区" in some
    one = text(client_of("lin").get(f"{address}?grid={town.grids['premises'].code}"))
    assert one.count('class="leaf" id=') == 1 and one.count('<svg class="map"') == 1
    assert client_of("lin").get(f"{address}?grid=nowhere").status_code == 404
    assert client_of("ada").get(address).status_code == 302
    with CaptureQueriesContext(connection) as few:
        facts_of(town.plan, published_shapes(town.plan, community=town.divisions["liuyin"].code), TODAY)
    with CaptureQueriesContext(connection) as many:
        facts_of(town.plan, published_shapes(town.plan), TODAY)
    assert len(few) == len(many)


def test_grids_are_asked_as_of_a_day_and_as_they_were_known(
    town: Town, cast: Cast, plan: GridPlan, at: datetime, client_of: Clients
) -> None:
    dev = client_of("dev")

    def listed(**asked: object) -> set[str]:
        answer = dev.get("/grids/features.json", {"box": "113.99,28.19,114.0,28.2", "q": "柳荫", **asked})
        return {feature["properties"]["name"] for feature in answer.json()["features"]}

    both = {"柳荫社区西网格", "柳荫社区东网格"}
    assert listed() == both == listed(day="2026-03-19") == listed(day="no day")
    assert listed(day="2026-03-20") == {"柳荫社区西网格"}
    assert listed(day="2026-03-20", known="2026-03-03") == both, "on the third nobody knew of the plan"
    assert listed(day="2024-12-31") == set()
    known = GridShape.objects.filter(as_of(LATER, at - timedelta(hours=1)), grid=town.grids["liuyin_w"])
    assert [shape.plan for shape in known] == [town.plan], "nor of the shape that it brings"
    page = text(dev.get("/grids/?day=2026-03-20&known=2026-03-03&q=柳荫"))
    assert "柳荫社区东网格" in page and "2026-03-20" in page
    east = town.grids["liuyin_e"].code
    assert "今天没有范围" not in text(dev.get(f"/grids/{east}/"))
    assert "这是 2026-03-20 的情况" in text(dev.get(f"/grids/{east}/?day=2026-03-20"))
    place = {"place_0": "", "place": "113.996000,28.195000", "day": "2026-03-20"}
    assert dev.get("/grids/place/", place).status_code == 200


def test_posts_are_asked_as_they_were_known(town: Town, cast: Cast, at: datetime) -> None:
    post = DutyPost.objects.get(user=cast["gao"])
    end_post(post=post, on_day=TODAY, by=cast.actor("wen"), at=at)

    def served(day: date, known_at: datetime | None = None) -> int:
        return DutyPost.objects.filter(as_of(day, known_at), user=cast["gao"]).count()

    assert [served(TODAY), served(TODAY - timedelta(1))] == [0, 1]
    assert served(TODAY, at - timedelta(seconds=1)) == 1


def test_no_way_erases_a_shape_or_changes_one_but_by_closing_it(
    town: Town, cast: Cast, plan: GridPlan, at: datetime
) -> None:
    """What was drawn and what was adopted stays, in the rows that were written then."""
    columns = ("pk", "plan_id", "grid_id", "shape", "valid_from", "valid_to", "recorded_at")

    def rows() -> dict[int, tuple[Any, ...]]:
        return {row[0]: row[1:] for row in GridShape.objects.order_by("pk").values_list(*columns)}

    before, by = rows(), cast.actor("wen")
    again = draft_plan(division=town.divisions["district"], name_zh="全区", by=by, at=at)
    for key in ("liuyin_w", "liuyin_e", "dukou_w"):
        put_shape(plan=again, grid=town.grids[key], shape=square(113.99, 28.19, 0.003), by=by, at=at)
    remove_shape(plan=again, grid=town.grids["dukou_w"], by=by, at=at)
    adopt_plan(plan=again, from_day=LATER, by=by, at=at)
    after = rows()
    assert {pk: after.get(pk) for pk in before} == before
    assert GridPlan.objects.get(pk=plan.pk).state == "withdrawn", "superseded before its day, and still there"
    assert datetime(2026, 1, 1, tzinfo=UTC) > BUILT_AT and Grid.objects.count() == 10


def test_every_page_says_when_a_plan_s_day_went_by_and_open_work_has_not_moved(
    town: Town, cast: Cast, plan: GridPlan, at: datetime, client_of: Clients
) -> None:
    midnight = datetime(2026, 3, 19, 16, 0, tzinfo=UTC)

    def says(minutes: int, name: str = "dev", address: str = "/grids/plans/") -> bool:
        with clock.standing_at(midnight + timedelta(minutes=minutes)):
            return "后台落后" in text(client_of(name).get(address))

    assert [says(-1), says(2), says(4), says(5, "gao", "/work/")] == [False, False, True, True]
    assert not says(6, "ada", "/my-grid/plans/")
    GridPlan.objects.filter(pk=plan.pk).update(is_awaited=False)
    assert not says(7)
