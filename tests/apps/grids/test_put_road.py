"""A road becomes road grids in a draft: seen before it is put in, codes go on, precedence is told."""

from collections.abc import Callable
from datetime import datetime

import pytest
import shapely
from django.test import Client

from gridward.audit.models import Entry
from gridward.core.errors import RuleBroken
from gridward.grids.actions import ShapeRow, adopt_plan, draft_plan, import_shapes, put_road
from gridward.grids.models import GridPlan, GridShape
from gridward.grids.queries.plans import shapes_of
from gridward.grids.queries.precedence import answers_of
from gridward.grids.queries.roads import propose, roads_of
from gridward.grids.shapes import to_shapely
from tests.apps.grids.high_street import SIDE_ROADS, STREET, lay_street
from tests.cast import Cast
from tests.town import Town

pytestmark = pytest.mark.long_transaction("adoption moves open work in its own transaction, up to 2 s by design")
Clients = Callable[[str], Client]
PAGE = "/grids/plans/2/roads/"
ASKED = {"road": STREET, "stretches": "2", "sides": "both", "width": "25"}


@pytest.fixture
def draft(town: Town, cast: Cast, at: datetime) -> GridPlan:
    lay_street(town, at)
    return draft_plan(division=town.divisions["liuan"], name_zh="柳岸道路", by=cast.actor("hui"), at=at)


def road_shapes(plan: GridPlan) -> list[GridShape]:
    return list(shapes_of(plan).filter(grid__kind="road").select_related("grid").order_by("grid__code"))


def test_a_proposal_tells_marks_work_and_terms_and_changes_nothing(draft: GridPlan, client_of: Clients) -> None:
    hui = client_of("hui")
    assert STREET in hui.get(PAGE).content.decode()
    page = hui.get(PAGE, ASKED)
    text = page.content.decode()
    for words in ("西端 – ", "分得好不好", "新增", "放入方案"):
        assert words in text, words
    assert road_shapes(draft) == []
    proposal = propose(draft, road=STREET, stretches=2)
    assert [(one.scope["from_mark"], one.stretch.main_crossings) for one in proposal.grids][0] == ("西端", 0)
    assert sum(one.doors for one in proposal.grids) == 20 and sum(one.shops for one in proposal.grids) == 250
    cut = proposal.grids[0].scope["to_mark"]
    assert cut in SIDE_ROADS[:2], "the busy half is shorter, and no main crossing is inside a stretch by choice"
    assert all(one.off < 40 for one in proposal.grids)
    english = client_of("hui")
    english.cookies["django_language"] = "en"
    assert english.get(PAGE, ASKED).status_code == 200


def test_each_side_by_itself_and_both_cover_the_band_once(draft: GridPlan) -> None:
    both, each = (propose(draft, road=STREET, stretches=3, each_side=one) for one in (False, True))
    assert [one.scope["side"] for one in each.grids] == ["north"] * 3 + ["south"] * 3
    grounds = [shapely.union_all([one.shape for one in found.grids]) for found in (both, each)]
    assert grounds[0].symmetric_difference(grounds[1]).area < 0.001 * grounds[0].area
    assert sum(one.shape.area for one in each.grids) == pytest.approx(grounds[1].area, rel=1e-4)
    assert sum(one.doors for one in each.grids) == 20


def test_put_again_codes_go_on_and_others_are_left_out(
    town: Town, draft: GridPlan, cast: Cast, at: datetime, client_of: Clients
) -> None:
    hui = client_of("hui")
    assert hui.post(PAGE, {**ASKED, "stretches": "4"}).headers["Location"] == "/grids/plans/2/"
    first = road_shapes(draft)
    assert [row.grid.code[-3:] for row in first] == ["R01", "R02", "R03", "R04"]
    assert {row.grid.body for row in first} == {town.bodies["office_liuan"]}
    assert {"road", "from_mark", "to_mark", "side"} <= first[0].scope.keys()
    hui.post(PAGE, ASKED)
    second = road_shapes(draft)
    assert {row.grid_id for row in second} < {row.grid_id for row in first} and len(second) == 2
    for row in second:
        before = next(one for one in first if one.grid_id == row.grid_id)
        assert to_shapely(row.shape).intersection(to_shapely(before.shape)).area > 0
    assert Entry.objects.filter(verb="grids.put_road").count() == 2
    told = answers_of(draft)
    assert {one.grid.kind for one in told} == {"road"}
    assert {grid.code for one in told for grid in one.instead_of} == {
        town.grids["liuyin_w"].code, town.grids["liuyin_e"].code,
    }  # fmt: skip
    kept = second[0].scope
    import_shapes(plan=draft, rows=[ShapeRow(second[0].grid.code, second[0].shape)], by=cast.actor("hui"), at=at)
    assert road_shapes(draft)[0].scope == kept, "drawn anew from a file it keeps its marks"
    assert hui.post("/grids/plans/2/leave-out/", {"grid": second[0].grid.code}).status_code == 302
    assert len(road_shapes(draft)) == 1
    assert hui.post("/grids/plans/2/leave-out/", {"grid": town.grids["liuyin_w"].code}).status_code == 404


def test_what_cannot_be_cut_is_said(town: Town, draft: GridPlan, cast: Cast, at: datetime, client_of: Clients) -> None:
    hui = client_of("hui")
    for change, status in (
        ({"stretches": "20"}, 422), ({"road": "没有这条路"}, 422), ({"stretches": "0"}, 422), ({"width": "1e9"}, 422),
        ({"sides": "<script>"}, 422), ({"road": "'; DROP TABLE--"}, 422), ({"stretches": "9" * 400}, 422),
    ):  # fmt: skip
        answer = hui.post(PAGE, {**ASKED, **change})
        assert (answer.status_code, road_shapes(draft)) == (status, []), change
        assert hui.get(PAGE, {**ASKED, **change}).status_code == 200
    with pytest.raises(RuleBroken) as told:
        put_road(plan=draft, road="没有这条路", stretches=2, by=cast.actor("hui"), at=at)
    assert told.value.code == "grids.road_unknown"
    for name in ("gao", "lin", "dev", "finn", "sun"):
        assert client_of(name).get(PAGE).status_code == 404 == client_of(name).post(PAGE, ASKED).status_code, name
        with pytest.raises(RuleBroken) as told:
            put_road(plan=draft, road=STREET, stretches=2, by=cast.actor(name), at=at)
        assert told.value.code == "grids.not_planner"
    whole = draft_plan(division=town.divisions["district"], name_zh="全区", by=cast.actor("wen"), at=at)
    assert hui.get("/grids/plans/3/roads/").status_code == 404, "a leader draws in the own subdistrict only"
    assert STREET in [road.key for road in roads_of(whole)]
    made = put_road(plan=whole, road=STREET, stretches=2, by=cast.actor("wen"), at=at)
    assert {one.division for one in made.grids} == {town.divisions["liuan"]}
    adopt_plan(plan=draft, from_day=at.date(), by=cast.actor("wen"), at=at)
    assert hui.get(PAGE).status_code == 409, "a plan in force is not drawn in"
