"""A shopping street becomes three stretches, the school a premises grid; a works site ends by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gridward.accounts.models import Grant
from gridward.areas.models import GroundFeature
from gridward.audit.models import Entry
from gridward.grids.actions import adopt_plan, assign_post, draft_plan, withdraw_plan
from gridward.grids.checks import one_shape_a_day
from gridward.grids.jobs import SWEEPS
from gridward.grids.models import DutyPost, Grid, GridPlan, GridShape
from gridward.work import clock
from tests.apps.cases.scene import Scene, damage, steps
from tests.apps.grids.high_street import SCHOOL, STREET, lay_street

pytestmark = pytest.mark.long_transaction("adoption moves open work in its own transaction, up to 2 s by design")
PLAN = "/grids/plans/2/"
SITE = (113.998, 28.192)
LASTS = 5
Pages = Callable[..., str]


@pytest.fixture
def pages(scene: Scene, client_of: Callable[[str], Client]) -> Pages:
    """A page of a person at the scene's moment; with ``given`` what follows posting it."""

    def page(name: str, address: str, given: dict[str, Any] | None = None) -> str:
        with clock.standing_at(scene.now):
            client = client_of(name)
            answer = client.get(address) if given is None else client.post(address, given, follow=True)
        assert answer.status_code == 200, answer.content.decode()[:3000]
        return str(answer.content.decode())

    return page


def premises(use: str, name: str, place: tuple[float, float], **more: Any) -> dict[str, Any]:
    return {"use": use, "name": name, "place": f"{place[0]},{place[1]}", "ground": "building", "radius": 60,
            "body": "committee-liuyin", "host": "值班室", **more}  # fmt: skip


def swept(scene: Scene) -> int:
    """All duties of the minute, in their order."""
    with clock.standing_at(scene.now):
        return sum(sweep(at=scene.now) for _, sweep in SWEEPS)


def drawn(scene: Scene, pages: Pages) -> None:
    """Hui drafts: a works site and, where there is a street, its stretches and the school are put in."""
    pages("hui", "/grids/plans/", {"division": scene.town.divisions["liuan"].code, "name": "柳岸三类网格"})
    if GroundFeature.objects.exists():
        pages("hui", f"{PLAN}roads/", {"road": STREET, "stretches": 3, "sides": "both", "width": 25})
        pages("hui", f"{PLAN}premises/", premises("school", "柳荫小学", SCHOOL, gate="放学后从东门进，先按铃。"))
    last = scene.day(LASTS)
    site = premises("works", "水管抢修", SITE, ground="circle", radius=80, last_day=str(last), host_phone="0731-8888")
    pages("hui", f"{PLAN}premises/", site)


def test_the_street_the_school_and_a_works_site_that_ends_by_itself(scene: Scene, pages: Pages) -> None:
    town = scene.town
    lay_street(town, scene.now)
    drawn(scene, pages)
    plan = pages("hui", PLAN)
    for words in ('道路型网格 <b class="num">3</b>', '单位型网格 <b class="num">2</b>', "代替谁负责", "柳荫小学"):
        assert words in plan, words
    roads = Grid.objects.filter(kind="road", subdistrict=town.divisions["liuan"]).order_by("code")
    assert [grid.code[-3:] for grid in roads] == ["R01", "R02", "R03"]
    site = Grid.objects.get(name_zh="水管抢修")
    pages("wen", f"{PLAN}adopt/", {"from_day": str(scene.day(0))})
    told = pages("gao", f"/grids/{roads[0].code}/")
    assert f"{STREET}，西端至" in told and "两侧" in told
    told = pages("gao", f"/grids/{site.code}/")
    assert str(scene.day(LASTS)) in told and "0731-8888" in told
    for grid in (site, Grid.objects.get(name_zh="柳荫小学")):
        public = pages("ada", f"/my-grid/plans/2/?grid={grid.code}")
        assert (str(scene.day(LASTS)) in public) == (grid == site)
        assert not any(words in public for words in ("0731-8888", "值班室", "先按铃")), "how one gets in is for staff"
    # someone serves the site, and a case there is theirs
    gao = scene.cast["gao"]
    with clock.standing_at(scene.now):
        assign_post(grid=site, user=gao, kind="full_time", body=town.bodies["committee_liuyin"], from_day=scene.day(0),
                    by=scene.cast.actor("wen"), at=scene.now)  # fmt: skip
    scene.person("visitor", "grid_worker", "committee_liuyin", f"grid:{site.pk}")
    case, beside = scene.report(position=SITE), scene.report(position=(113.9968, 28.1915))
    assert (case.duty_grid, beside.duty_grid) == (site, town.grids["liuyin_e"])
    scene.later(days=LASTS)
    assert swept(scene) == 0, "on its last day it answers still"
    scene.later(days=3)
    assert "“水管抢修”在" in pages("gao", "/grids/"), "every page says that its cases have not moved yet"
    assert (swept(scene), swept(scene)) == (1, 0), "caught up after two days without the jobs process, and once"
    case.refresh_from_db()
    assert (case.duty_grid, case.grid, steps(case)[-1]) == (town.grids["liuyin_e"], site, "rehome")
    ended = DutyPost.objects.get(grid=site, retired_at__isnull=True)
    assert ended.valid_to == scene.day(0) - timedelta(days=2), "the day after its last one"
    assert Grant.objects.get(scope=f"grid:{site.pk}", retired_at__isnull=True).valid_to == ended.valid_to
    assert DutyPost.objects.get(grid=town.grids["liuyin_w"], user=gao, retired_at__isnull=True).valid_to is None
    assert scene.report(position=SITE).duty_grid == town.grids["liuyin_e"]
    assert Entry.objects.filter(verb="grids.end_temporary").count() == 1
    assert damage() == [] and list(one_shape_a_day()) == []


def test_a_temporary_grid_keeps_its_end_through_copies_and_plans_given_up(scene: Scene, pages: Pages) -> None:
    drawn(scene, pages)
    by, site = scene.cast.actor("wen"), Grid.objects.get(name_zh="水管抢修")
    over = scene.day(LASTS + 1)

    def end() -> Any:
        return GridShape.objects.get(grid=site, retired_at__isnull=True, plan__state="adopted").valid_to

    with clock.standing_at(scene.now):
        adopt_plan(plan=GridPlan.objects.get(name_zh="柳岸三类网格"), from_day=scene.day(0), by=by, at=scene.now)
        for n, day in enumerate((scene.day(3), over)):  # on the very day on which the site ends by itself, too
            other = draft_plan(division=scene.town.divisions["liuan"], name_zh=f"另一份{n}", by=by, at=scene.now)
            assert other.shapes.get(grid=site).valid_to == over
            if day == over:
                other.shapes.filter(grid=site).update(retired_at=scene.now)
            adopt_plan(plan=other, from_day=day, by=by, at=scene.now)
            copy = draft_plan(division=scene.town.divisions["liuan"], name_zh=f"抄本{n}", by=by, at=scene.now)
            assert copy.shapes.get(grid=site).valid_to == over
            withdraw_plan(plan=other, by=by, at=scene.now)
            assert end() == over
    assert list(one_shape_a_day()) == []
    scene.later(days=LASTS + 1)
    assert swept(scene) == 1


def test_a_plan_whose_temporary_grid_is_over_is_not_adopted(
    scene: Scene, pages: Pages, client_of: Callable[[str], Client]
) -> None:
    drawn(scene, pages)
    scene.later(days=LASTS + 1)
    site = Grid.objects.get(name_zh="水管抢修")
    with clock.standing_at(scene.now):
        refused = client_of("wen").post(f"{PLAN}adopt/", {"from_day": str(scene.day(0))})
    assert refused.status_code == 422 and "已经结束" in refused.content.decode()
    assert "已到期" in pages("hui", f"{PLAN}premises/")
    pages("hui", f"{PLAN}leave-out/", {"grid": site.code})
    pages("wen", f"{PLAN}adopt/", {"from_day": str(scene.day(0))})
    assert GridPlan.objects.get(name_zh="柳岸三类网格").state == "adopted"
