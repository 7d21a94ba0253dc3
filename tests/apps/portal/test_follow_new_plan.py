"""A plan's whole way, through pages alone: drawn, commented, amended, adopted; the report of the next day."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridward.cases.models import Case
from gridward.grids.jobs import put_plans_in_force
from gridward.work import clock
from tests.apps.cases.scene import LIUYIN_E, damage
from tests.apps.portal.door import Door
from tests.town import square

pytestmark = pytest.mark.long_transaction("adoption moves open work in its own transaction, up to 2 s by design")


def drawn(door: Door, east_begins: float) -> SimpleUploadedFile:
    """Liuyin's two grids as a file; the east one begins at a longitude."""
    grids = door.scene.town.grids
    east = square(east_begins, 28.19, 114.0 - east_begins)
    pieces = {"liuyin_w": square(113.99, 28.19, east_begins - 113.99), "liuyin_e": east}
    features = [
        {"type": "Feature", "geometry": json.loads(shapely.to_geojson(shapely.from_wkt(shape.wkt))),
         "properties": {"code": grids[key].code, "name_zh": grids[key].name_zh, "kind": "community",
                        "division": door.scene.town.divisions["liuyin"].code}}
        for key, shape in pieces.items()
    ]  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": features})
    return SimpleUploadedFile("plan.geojson", text.encode(), "application/geo+json")


def test_the_community_objects_the_plan_is_amended_and_the_next_day_s_report_goes_to_the_new_grid_worker(
    door: Door, client_of: Callable[[str], Client]
) -> None:
    scene, town = door.scene, door.scene.town

    def page(name: str, address: str) -> str:
        with clock.standing_at(scene.now):
            answer = client_of(name).get(address)
        assert answer.status_code == 200, answer.status_code
        return str(answer.content.decode())

    def send(name: str, address: str, given: dict[str, Any]) -> None:
        with clock.standing_at(scene.now):
            answer = client_of(name).post(address, given)
        assert answer.status_code == 302, answer.content.decode()[:3000]

    before = door.report(kind="lamp").case
    assert before.duty_grid == town.grids["liuyin_e"]
    # the subdistrict draws: the west grid takes the strip up to 113.996
    send("hui", "/grids/plans/", {"division": town.divisions["liuan"].code, "name": "柳岸调整"})
    plan = "/grids/plans/2/"
    send("hui", f"{plan}upload/", {"file": drawn(door, 113.996), "crs": "wgs84"})
    send("hui", f"{plan}review/", {"until": str(scene.day(7))})
    # the community objects; the subdistrict amends and answers
    scene.later(days=2)
    send("lin", f"{plan}comments/", {"grid": town.grids["liuyin_e"].code, "words": "学校两边应归同一个网格。"})
    scene.later(days=1)
    send("hui", f"{plan}upload/", {"file": drawn(door, 113.998), "crs": "wgs84"})
    send("hui", f"{plan}comments/1/", {"c1-outcome": "taken_up", "c1-answer": "界线东移到 113.998。"})
    told = page("lin", plan)
    assert told.index("征求意见后的修改") < told.index("重划", told.index("征求意见后的修改")) and "已采纳" in told
    # the district adopts it for a later day; residents read what will change
    scene.later(days=5)
    first_day = scene.day(3)
    send("wen", f"{plan}adopt/", {"from_day": str(first_day)})
    place = "{:.6f},{:.6f}".format(*LIUYIN_E)
    mine = door.get("/my-grid/", at=place).content.decode()
    assert f"从 {first_day} 起，您的网格是柳荫社区西网格；现在是柳荫社区东网格。" in mine and "高建国" in mine
    assert "柳岸调整" in door.get("/my-grid/plans/").content.decode()
    # its day comes: open work moves; the next day's report goes to the grid worker of the west grid
    scene.later(days=3)
    with clock.standing_at(scene.now):
        assert put_plans_in_force(at=scene.now) == 1
    scene.later(days=1)
    after = door.report(kind="pothole").case
    before.refresh_from_db()
    assert [case.duty_grid for case in (before, after)] == [town.grids["liuyin_w"]] * 2
    assert (before.grid, after.grid) == (town.grids["liuyin_e"], town.grids["liuyin_w"])
    assert after.number in page("gao", "/cases/") and after.number not in page("eva", "/cases/")
    assert "从 " not in door.get("/my-grid/", at=place).content.decode().split("<dl")[0].split("<h2>")[1]
    assert damage() == [] and Case.objects.count() == 2


def test_nothing_is_said_of_a_change_where_the_grid_stays(door: Door, client_of: Callable[[str], Client]) -> None:
    mine = door.get("/my-grid/", at="113.991000,28.195000").content.decode()
    assert "柳荫社区西网格" in mine and "您的网格是" not in mine
