"""The pages of grids: what each role finds there, in both languages, and what it may do."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridward.areas.models import Division
from gridward.grids.actions import draft_plan, put_shape
from gridward.grids.models import DutyPost, GridPlan, GridShape
from gridward.grids.queries import layers, maps
from gridward.grids.queries.layers import ground_of
from gridward.grids.queries.maps import plan_ground
from gridward.grids.queries.plans import shapes_of
from tests.cast import Cast
from tests.town import Town, square

TODAY = date(2026, 3, 4)
Clients = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _standing(at: datetime) -> None:
    """All of it happens on one Wednesday."""


def text_of(client: Client, address: str, language: str = "zh-hans") -> str:
    client.cookies["gridward_language"] = language
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:300]
    return str(answer.content.decode())


def test_the_list_names_grids_and_who_serves_them(town: Town, cast: Cast, client_of: Clients) -> None:
    told = text_of(client_of("dev"), "/grids/")
    assert "柳荫社区西网格" in told and "高建国" in told and "无人在岗" in told
    assert "Liuyin Community West Grid" in text_of(client_of("dev"), "/grids/", "en")


@pytest.mark.parametrize(
    ("asked", "there", "left_out"),
    [
        ("kind=road", "中心路网格", "柳荫社区西网格"),
        ("q=医院", "示例医院网格", "中心路网格"),
        ("team=none", "渡口社区西网格", "柳荫社区西网格"),
        ("subdistrict=900107002000", "书院社区西网格", "柳荫社区西网格"),
    ],
)
def test_filters_live_in_the_address(asked: str, there: str, left_out: str, cast: Cast, client_of: Clients) -> None:
    table = text_of(client_of("dev"), f"/grids/?{asked}").split("<tbody>")[1].split("</tbody>")[0]
    assert there in table and left_out not in table


def test_the_layer_gives_the_grids_of_a_box(town: Town, cast: Cast, client_of: Clients) -> None:
    answer = client_of("gao").get("/grids/features.json?box=113.99,28.19,113.992,28.192")
    assert {f["properties"]["id"] for f in answer.json()["features"]} == {town.grids["liuyin_w"].code}
    assert client_of("gao").get("/grids/features.json?box=1,2").status_code == 400


def test_anybody_fetches_the_ground_and_only_who_signs_in_the_grids(town: Town, cast: Cast, client_of: Clients) -> None:
    asked = "level=2&box=113.98,28.18,114.02,28.22"
    everybody = client_of("ada").get(f"/map/ground.json?{asked}")
    assert everybody.status_code == 200 and "community" in everybody.json()
    assert not {kind for kind in everybody.json() if kind.startswith("grid_")}
    assert client_of("ada").get(f"/map/ground.json?grids=1&{asked}").status_code == 404
    staff = client_of("dev").get(f"/map/ground.json?grids=1&{asked}").json()
    assert "柳荫社区西网格" in {feature["properties"]["name"] for feature in staff["grid_community"]["features"]}


def test_the_ground_has_another_address_when_it_changes(town: Town) -> None:
    first, with_grids = ground_of(town.district), ground_of(town.district, with_grids=True)
    shape = GridShape.objects.filter(valid_to__isnull=True).first()
    assert shape is not None
    GridShape.objects.filter(pk=shape.pk).update(valid_to=TODAY)
    assert ground_of(town.district).version == first.version
    assert ground_of(town.district, with_grids=True).version != with_grids.version
    Division.objects.filter(level="community").update(is_in_use=False)
    assert ground_of(town.district).version != first.version


@pytest.mark.parametrize("address", ["/grids/", "/grids/plans/", "/grids/place/", "/grids/90010700100101/"])
def test_strangers_are_asked_to_sign_in(address: str, town: Town, client_of: Clients) -> None:
    assert client_of("ada").get(address).status_code == 302


def test_a_grid_of_another_district_is_not_there(town: Town, cast: Cast, client_of: Clients) -> None:
    assert client_of("finn").get(f"/grids/{town.grids['liuyin_w'].code}/").status_code == 404
    assert "柳荫" not in text_of(client_of("finn"), "/grids/")


@pytest.mark.parametrize(("name", "may"), [("hui", True), ("wen", True), ("sun", True), ("gao", False), ("dev", False)])
def test_only_those_who_fill_posts_see_the_form(
    name: str, may: bool, town: Town, cast: Cast, client_of: Clients
) -> None:
    assert ("安排上岗" in text_of(client_of(name), f"/grids/{town.grids['liuyin_w'].code}/")) is may


def test_a_leader_fills_and_ends_a_post(town: Town, cast: Cast, client_of: Clients) -> None:
    code, browser = town.grids["liuyin_w"].code, client_of("hui")
    given = {"person": cast["shu"].public_id, "kind": "linked", "body": "committee-liuyin", "from_day": "2026-03-04"}
    assert browser.post(f"/grids/{code}/posts/", given).status_code == 302
    again = browser.post(f"/grids/{code}/posts/", given)
    assert again.status_code == 422 and "已经在这个网格" in again.content.decode()
    ended = browser.post(f"/grids/{code}/posts/end/", {"person": cast["gao"].public_id, "from": "2025-01-01"})
    assert ended.status_code == 302
    assert DutyPost.objects.get(user=cast["gao"], retired_at__isnull=True).valid_to == TODAY


def test_the_form_offers_people_around_the_grid_and_finds_others_by_name(
    town: Town, cast: Cast, client_of: Clients
) -> None:
    """A select of everybody in a district weighs more than all the rest of the page."""
    code, browser = town.grids["liuyin_w"].code, client_of("hui")
    page = text_of(browser, f"/grids/{code}/")
    assert f'value="{cast["shu"].public_id}"' in page and f'value="{cast["ben"].public_id}"' not in page
    look = {"find": cast["ben"].name, "_review": "1", "kind": "linked", "body": "committee-liuyin",
            "from_day": "2026-03-04"}  # fmt: skip
    found = browser.post(f"/grids/{code}/posts/", look)
    options = found.content.decode()
    assert found.status_code == 200 and f'value="{cast["ben"].public_id}"' in options and "请选择。" not in options
    assert f'value="{cast["shu"].public_id}"' not in options
    chosen = {**look, "person": cast["ben"].public_id}
    del chosen["_review"]
    assert browser.post(f"/grids/{code}/posts/", chosen).status_code == 302
    for nobody in ("nobody", "", cast["finn"].public_id):
        assert browser.post(f"/grids/{code}/posts/", {**chosen, "person": nobody}).status_code == 422


def test_all_grids_of_today_are_part_of_the_ground_and_not_of_the_page(
    town: Town, cast: Cast, client_of: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    def own_ground(path: str) -> int:
        drawn = text_of(client_of("hui"), path).partition('<svg class="map"')[2].partition("</svg>")[0]
        return drawn.count('class="m-g-')

    assert own_ground("/grids/") > 0, "few are drawn with their links"
    monkeypatch.setattr(maps, "MOST_LINKED", 0)
    monkeypatch.setattr(layers, "GRIDS_FROM", 0)
    assert own_ground("/grids/") == 0
    picture = re.search(r'<image href="([^"]+)"', text_of(client_of("hui"), "/grids/"))
    assert picture is not None and text_of(client_of("hui"), unescape(picture[1])).count('class="m-g-com') > 0
    assert own_ground("/grids/?kind=community") > 0


def test_a_form_that_was_made_up_changes_nothing(town: Town, cast: Cast, client_of: Clients) -> None:
    code = town.grids["liuyin_w"].code
    given = {"person": cast["finn"].public_id, "kind": "linked", "body": "committee-liuyin", "from_day": "2026-03-04"}
    assert client_of("hui").post(f"/grids/{code}/posts/", given).status_code == 422
    given["person"] = cast["shu"].public_id
    assert client_of("gao").post(f"/grids/{code}/posts/", given).status_code == 422
    assert client_of("gao").post(f"/grids/{code}/posts/end/", {"person": cast["gao"].public_id,
                                                              "from": "2025-01-01"}).status_code == 403  # fmt: skip
    assert DutyPost.objects.filter(valid_to__isnull=True).count() == 2


def test_a_tapped_place_tells_who_answers_and_why(town: Town, cast: Cast, client_of: Clients) -> None:
    told = text_of(client_of("dev"), "/grids/place/?place=114.0001,28.195")
    assert "道路型网格优先于社区型网格" in told and "中心路网格" in told and "书院社区西网格" in told
    assert "不在本区" in text_of(client_of("dev"), "/grids/place/?place=114.03,28.195")
    assert "还没有选地点" in text_of(client_of("dev"), "/grids/place/?place=nowhere")


@pytest.mark.long_transaction("adoption moves open work in its own transaction")
def test_a_plan_is_begun_filled_mended_and_adopted(town: Town, cast: Cast, client_of: Clients, at: datetime) -> None:
    leader, director = client_of("hui"), client_of("wen")
    begun = leader.post("/grids/plans/", {"division": town.divisions["liuan"].code, "name": "柳岸调整"})
    assert begun.headers["Location"] == "/grids/plans/2/"
    plan = GridPlan.objects.get(name_zh="柳岸调整")
    put_shape(plan=plan, grid=town.grids["liuyin_w"], shape=square(113.99, 28.19, 0.00503), by=cast.actor("hui"), at=at)
    told = text_of(leader, "/grids/plans/2/")
    assert "两个网格重叠" in told or "画图留下的细缝" in told
    assert "重划" in told and "改正 1 处" in told and "启用</button>" not in told
    assert leader.post("/grids/plans/2/fix/").status_code == 302
    assert "不重不漏" in text_of(leader, "/grids/plans/2/")
    assert leader.post("/grids/plans/2/adopt/", {"from_day": "2026-03-04"}).status_code == 422
    assert director.post("/grids/plans/2/adopt/", {"from_day": "2026-03-04"}).status_code == 302
    assert GridPlan.objects.get(pk=plan.pk).state == "adopted"
    assert "从那天起施行" in text_of(director, "/grids/plans/2/")


def test_an_awaited_plan_can_be_given_up(town: Town, cast: Cast, client_of: Clients, at: datetime) -> None:
    draft_plan(division=town.divisions["liuyin"], name_zh="以后", by=cast.actor("wen"), at=at)
    director = client_of("wen")
    later = TODAY + timedelta(days=9)
    assert director.post("/grids/plans/2/adopt/", {"from_day": str(later)}).status_code == 302
    assert "待施行" in text_of(director, "/grids/plans/")
    assert director.post("/grids/plans/2/withdraw/").status_code == 302
    assert "已放弃" in text_of(director, "/grids/plans/2/")
    assert GridShape.objects.filter(valid_to__isnull=True, retired_at__isnull=True).count() == 10


def test_nobody_adopts_for_yesterday_or_opens_a_plan_that_is_not_there(
    town: Town, cast: Cast, client_of: Clients, at: datetime
) -> None:
    draft_plan(division=town.divisions["liuyin"], name_zh="昨日", by=cast.actor("wen"), at=at)
    answer = client_of("wen").post("/grids/plans/2/adopt/", {"from_day": "2026-03-03"})
    assert answer.status_code == 422 and "已经过去" in answer.content.decode()
    for number in (0, 3, 10**12):
        assert client_of("wen").get(f"/grids/plans/{number}/").status_code == 404


def file_of(properties: dict[str, Any], name: str = "grids.geojson") -> SimpleUploadedFile:
    shape = json.loads(shapely.to_geojson(shapely.box(113.99, 28.19, 113.996, 28.2)))
    feature = {"type": "Feature", "properties": properties, "geometry": shape}
    return SimpleUploadedFile(name, json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())


def test_grids_from_a_file_enter_the_draft_only_with_a_stated_system(
    town: Town, cast: Cast, client_of: Clients, at: datetime
) -> None:
    plan = draft_plan(division=town.divisions["liuan"], name_zh="文件", by=cast.actor("hui"), at=at)
    address, code = "/grids/plans/2/upload/", town.divisions["liuyin"].code
    properties = {"code": f"{code}C09", "name_zh": "九格", "division": code}
    refused = client_of("hui").post(address, {"file": file_of(properties), "crs": ""})
    assert refused.status_code == 422 and "坐标系" in refused.content.decode()
    assert client_of("hui").post(address, {"file": file_of(properties), "crs": "wgs84"}).status_code == 302
    assert shapes_of(plan).filter(grid__name_zh="九格").count() == 1
    assert client_of("gao").post(address, {"file": file_of(properties), "crs": "wgs84"}).status_code == 404


def test_a_district_without_outlines_or_grids_says_so(town: Town, cast: Cast, client_of: Clients, at: datetime) -> None:
    draft_plan(division=town.divisions["liuyin"], name_zh="无界", by=cast.actor("hui"), at=at)
    Division.objects.update(outline=None)
    GridShape.objects.filter(plan=town.plan).delete()
    assert "还没有这个范围的界线" in text_of(client_of("hui"), "/grids/plans/2/")
    assert "本区还没有网格" in text_of(client_of("hui"), "/grids/")


def test_pages_hold_no_row_ids(town: Town, cast: Cast, client_of: Clients, tmp_path: Path) -> None:
    told = text_of(client_of("hui"), f"/grids/{town.grids['liuyin_w'].code}/")
    assert str(town.grids["liuyin_w"].pk) not in told and str(cast["gao"].pk) not in told


def test_a_plans_grids_come_with_its_ground(town: Town, cast: Cast, client_of: Clients, at: datetime) -> None:
    plan = draft_plan(division=town.divisions["liuan"], name_zh="轻", by=cast.actor("hui"), at=at)
    first, leader = plan_ground(plan), client_of("hui")
    page = text_of(leader, "/grids/plans/2/")
    assert "plan=2" in page and "m-g-com" not in page.split("map-foot")[0]
    asked = first.data().replace("{level}", "0").replace("{box}", "113.9,28.1,114.1,28.3")
    there = leader.get(asked).json()["grid_community"]["features"]
    drawn = shapes_of(plan).filter(grid__kind="community")
    assert {f["properties"]["name"] for f in there} == set(drawn.values_list("grid__name_zh", flat=True))
    for number in ("9", "x", "-1", "0"):
        assert leader.get(f"/map/ground.json?plan={number}&level=0&box=113.9,28.1,114.1,28.3").status_code == 404
    assert client_of("ada").get(asked).status_code == 404
    put_shape(plan=plan, grid=town.grids["liuyin_w"], shape=square(113.99, 28.19, 0.00503), by=cast.actor("hui"), at=at)
    assert plan_ground(plan).version != first.version
    assert "m-g-on" in text_of(leader, "/grids/plans/2/")
