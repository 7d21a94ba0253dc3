"""Premises grids in a draft: a school, a museum, a site with its last day; their ground, their host, their gate."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from gridward.core.errors import RuleBroken
from gridward.grids.actions import draft_plan, put_premises
from gridward.grids.actions.premises import Premises
from gridward.grids.models import GridPlan, GridShape
from gridward.grids.queries.plans import shapes_of
from gridward.grids.queries.precedence import answers_of
from tests.apps.grids.high_street import SCHOOL, lay_street
from tests.cast import Cast
from tests.town import Town

Clients = Callable[[str], Client]
PAGE = "/grids/plans/2/premises/"
EMPTY = (113.9985, 28.1985)
TODAY = date(2026, 3, 4)


@pytest.fixture
def draft(town: Town, cast: Cast, at: datetime) -> GridPlan:
    lay_street(town, at)
    return draft_plan(division=town.divisions["liuan"], name_zh="柳岸单位", by=cast.actor("hui"), at=at)


def given(place: tuple[float, float] | None = SCHOOL, **more: str) -> dict[str, str]:
    asked = {"use": "school", "name": "柳荫小学", "place": f"{place[0]},{place[1]}" if place else "",
             "ground": "building", "radius": "60", "body": "committee-liuyin", "host": "总务处",
             "host_phone": "0731-88880000", "gate": "先按铃"}  # fmt: skip
    return {**asked, **more}


def held(plan: GridPlan) -> list[GridShape]:
    return list(shapes_of(plan).filter(grid__kind="premises").select_related("grid").order_by("grid__code"))


def test_a_school_takes_its_building_and_is_stated_anew(draft: GridPlan, town: Town, client_of: Clients) -> None:
    hui = client_of("hui")
    assert hui.post(PAGE, given()).status_code == 302
    (school,) = held(draft)
    assert (school.grid.name_zh, school.grid.level, school.grid.body, school.grid.community) == (
        "柳荫小学", "premises", town.bodies["committee_liuyin"], town.divisions["liuyin"])  # fmt: skip
    assert school.scope == {"use": "school", "host": "总务处", "host_phone": "0731-88880000", "gate": "先按铃"}
    assert 10_000 < school.area_m2 < 12_000 and school.valid_to is None
    (told,) = answers_of(draft)
    assert (told.grid, told.instead_of) == (school.grid, (town.grids["liuyin_w"],))
    assert "柳荫小学" in hui.get("/grids/plans/2/").content.decode()
    page = hui.get(f"{PAGE}?grid={school.grid.code}").content.decode()
    assert "先按铃" in page and "总务处" in page
    anew = given(None, host="门卫室", gate="", last_day="2026-06-30")
    assert hui.post(f"{PAGE}?grid={school.grid.code}", anew).status_code == 302
    (again,) = held(draft)
    assert (again.grid, again.area_m2, again.scope["host"], "gate" in again.scope) == (
        school.grid, school.area_m2, "门卫室", False)  # fmt: skip
    assert (again.valid_to, again.scope["last_day"]) == (date(2026, 7, 1), "2026-06-30")
    assert hui.post("/grids/plans/2/leave-out/", {"grid": school.grid.code}).status_code == 302
    assert held(draft) == [] and hui.get(f"{PAGE}?grid={school.grid.code}").status_code == 404


def test_without_a_building_a_circle_is_taken_within_the_area(draft: GridPlan, client_of: Clients) -> None:
    hui = client_of("hui")
    for ground in ("building", "block", "cell"):
        assert hui.post(PAGE, given(EMPTY, ground=ground)).status_code == 422, ground
    assert hui.post(PAGE, given(EMPTY, ground="circle", radius="100")).status_code == 302
    assert held(draft)[0].area_m2 == pytest.approx(31_400, rel=0.01)
    edge = (113.99001, 28.195)
    assert hui.post(PAGE, given(edge, ground="circle", radius="100", name="西边")).status_code == 302
    assert held(draft)[1].area_m2 < 16_000, "cut at the edge of the plan's area"
    looked = hui.post(PAGE, {**given(), "place_wide.x": "100", "place_wide.y": "100"})
    assert (looked.status_code, len(held(draft))) == (200, 2), "a tap places the point and sends nothing"


WRONG = (
    {"use": "site"}, {"use": "festival"}, {"use": "site", "last_day": "2026-03-03"}, {"use": "prison"},
    {"use": "works", "last_day": "2199-01-01"}, {"use": "works", "last_day": "9999-99-99"}, {"host": ""},
    {"host": "电话 13800000001"}, {"gate": "找 430102199001011234"}, {"gate": "好" * 201}, {"host_phone": "<b>"},
    {"body": "nobody"}, {"place": "114.005,28.195"}, {"place": "nan,nan"}, {"place": "0,0"}, {"place": "1e400,1"},
    {"radius": "-5", "ground": "circle"}, {"ground": "planet"}, {"name": ""},
)  # fmt: skip


def test_what_is_missing_or_hostile_is_said(draft: GridPlan, client_of: Clients) -> None:
    hui = client_of("hui")
    for change in WRONG:
        assert (hui.post(PAGE, given() | change).status_code, held(draft)) == (422, []), change


def test_who_draws_no_plan_puts_no_premises(
    draft: GridPlan, town: Town, cast: Cast, at: datetime, client_of: Clients
) -> None:
    def put(name: str, **more: Any) -> str:
        said = Premises(more.pop("use", "school"), "门卫室", last_day=more.pop("last_day", None))
        with pytest.raises(RuleBroken) as told:
            put_premises(plan=draft, premises=said, name_zh="柳荫小学", place=more.pop("place", SCHOOL),
                         by=cast.actor(name), at=at, **more)  # fmt: skip
        assert told.value.sentence("zh") and told.value.sentence("en")
        return told.value.code

    for name in ("gao", "lin", "dev", "finn", "sun"):
        client = client_of(name)
        assert client.get(PAGE).status_code == 404 == client.post(PAGE, given()).status_code, name
        assert client.post("/grids/plans/2/leave-out/", {"grid": town.grids["liuyin_w"].code}).status_code == 404
        assert put(name) == "grids.not_planner"
    assert put("hui", use="flood") == "grids.end_needed"
    assert put("hui", use="flood", last_day=date(2026, 3, 3)) == "grids.end_wrong"
    assert put("hui", place=(114.005, 28.195)) == "grids.place_outside"
    assert put("hui", place=EMPTY) == "grids.nothing_there"
    assert held(draft) == []
