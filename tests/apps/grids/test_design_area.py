"""The subdistrict designs its grids: counted, computed, compared, drawn by hand, made a plan."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import numpy as np
import pytest
import shapely
from django.core.management import call_command
from django.test import Client

from gridward.areas.models import Division, GroundFeature
from gridward.audit.models import Entry
from gridward.core.actor import SYSTEM
from gridward.core.errors import RuleBroken
from gridward.core.partition.measures import measures
from gridward.grids.actions import (
    AtomRow,
    adopt_plan,
    ask_draft,
    begin_design,
    copy_draft,
    load_atoms,
    lock_in_draft,
    move_atoms,
    plan_from_draft,
)
from gridward.grids.jobs import RUNS
from gridward.grids.models import DesignDraft, Grid, GridDesign, GridPlan
from gridward.grids.queries.designs import WEIGHTS, drafts_of, drawn, get_draft, instance_of, lots_of, number_of
from gridward.grids.queries.judging import judge
from gridward.grids.queries.partition import findings_of
from gridward.grids.queries.plans import shapes_of
from gridward.grids.shapes import to_stored
from gridward.work import clock
from gridward.work.models import Run
from gridward.work.reporting import Report, StopAsked
from tests.cast import Cast
from tests.shared_data import DATA, needs_data
from tests.town import Town

Clients = Callable[[str], Client]
PAGE = "/grids/designs/1/"
SIDE = 6  # houses


def load_houses(town: Town, at: datetime) -> None:
    """Thirty-six houses in 柳荫, the western half far busier than the eastern; the two grids of today are halves."""
    code = town.divisions["liuyin"].code
    rows = [
        AtomRow(
            code=f"H{x}{y}", shape=shapely.Point(113.9908 + 0.0016 * x, 28.1908 + 0.0016 * y).buffer(0.0002),
            community=code, use="residential", block=f"C{x // 2}{y // 2}", is_compound=True,
            counts={"small_households": 40 if x < 3 else 10, "large_households": 5},
        )
        for x in range(SIDE) for y in range(SIDE)
    ]  # fmt: skip
    load_atoms(district=town.district, rows=rows, by=SYSTEM, at=at)


def perform(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING)
    RUNS[run.kind](Report(run))
    Run.objects.filter(pk=run.pk).update(state=Run.State.DONE)


@pytest.fixture
def design(town: Town, cast: Cast, at: datetime) -> GridDesign:
    """柳荫 counted, and its drafts computed."""
    load_houses(town, at)
    design = begin_design(division=town.divisions["liuyin"], by=cast.actor("hui"), at=at)
    perform(design.run)
    return GridDesign.objects.get(pk=design.pk)


def by_hand(design: GridDesign, cast: Cast, at: datetime, of: int = 1) -> DesignDraft:
    return copy_draft(draft=get_draft(design, of), by=cast.actor("hui"), at=at)


def measured(design: GridDesign, draft: DesignDraft) -> dict[str, Any]:
    plan = drawn(draft)
    return measures(instance_of(design), plan.grid, plan.names, WEIGHTS["even"])


def test_the_subdistrict_gets_three_drafts_better_than_today(
    town: Town, client_of: Clients, at: datetime, cast: Cast
) -> None:
    load_houses(town, at)
    hui = client_of("hui")
    for senseless in (
        {"how_many": "minutes", "number": 1},
        {"how_many": "grids", "number": 5001},
        {"how_many": "grids"},
    ):
        given = {"division": town.divisions["liuyin"].code, "convenience": "straight", **senseless}
        refused = hui.post("/grids/designs/", given)
        assert refused.status_code == 200 and 'class="wrong"' in refused.content.decode()
    given = {"division": town.divisions["liuyin"].code, "convenience": "straight", "how_many": "today"}
    asked = hui.post("/grids/designs/", given)
    assert (asked.status_code, asked.headers["Location"]) == (302, PAGE)
    assert "正在等" in hui.get(PAGE).content.decode()
    perform(GridDesign.objects.get().run)
    page = hui.get(PAGE).content.decode()
    for word in ("现行网格", "工作均衡", "走路最短", "变动最少", "2 个网格偏离超过 15%"):
        assert word in page
    design = GridDesign.objects.get()
    today, *others = [measured(design, draft) for draft in drafts_of(design)]
    assert today["max_deviation"] > 0.3
    for draft in others:
        assert draft["J"] < today["J"] and draft["connected"] and draft["k"] == 2
    balanced, _, stable = others
    assert balanced["max_deviation"] < 0.1 and stable["moved_share"] <= balanced["moved_share"]
    assert "/grids/designs/1/compare/" in page
    beside = hui.get(PAGE + "compare/?draft=1&draft=2").content.decode()
    assert beside.count("<grid-map") == 2 and "变动了谁" in beside
    assert [entry.verb for entry in Entry.objects.filter(subject=f"grids.GridDesign:{design.pk}").order_by("n")] == [
        "grids.begin_design", "grids.count_units", *["grids.compute_draft"] * 3,
    ]  # fmt: skip


def test_near_may_mean_minutes_on_foot_through_the_gates(
    town: Town, client_of: Clients, at: datetime, cast: Cast
) -> None:
    """柳荫's compounds of four houses: without gates one steps out anywhere, with one gate far in the south not."""
    load_houses(town, at)
    GroundFeature.objects.filter(district=town.district, kind__in=("street", "arterial")).delete()
    hui, asked = (
        client_of("hui"),
        {"division": town.divisions["liuyin"].code, "how_many": "today", "convenience": "walking"},
    )
    assert "还没有录入街道" in hui.post("/grids/designs/", asked).content.decode() and not GridDesign.objects.exists()
    _draw(town, "street", shapely.LineString([(113.990, 28.1904), (114.001, 28.1904)]))
    walks = []
    for gates in ((), ((113.9916, 28.1906), (113.9948, 28.1906))):
        for gate in gates:
            _draw(town, "gate", shapely.Point(gate))
        hui.post("/grids/designs/", asked)
        design = GridDesign.objects.latest("pk")
        perform(design.run)
        design.refresh_from_db()
        judged = [judge(design, draft) for draft in drafts_of(design)]
        walks.append(judged[0].terms["walk_min_mean"])
        assert {found.terms["convenience"] for found in judged} == {"walking"}
        assert min(found.terms["J"] for found in judged[1:]) < judged[0].terms["J"]
    assert walks[0] != walks[1] and design.facts["gates"] == 2
    assert "从 2 处小区大门出入" in hui.get(f"/grids/designs/{number_of(design)}/").content.decode()


def _draw(town: Town, kind: str, shape: Any) -> None:
    GroundFeature.objects.create(district=town.district, kind=kind, shape=to_stored(shape), source="test")


def test_a_plan_that_is_asked_for_twice_is_made_once(design: GridDesign, client_of: Clients) -> None:
    hui = client_of("hui")
    asked = [hui.post(f"{PAGE}drafts/2/plan/", {"name": name}) for name in ("秋天的方案", "秋天的方案", "另一个")]
    assert asked[0].headers["Location"] == asked[1].headers["Location"] != asked[2].headers["Location"]
    assert GridPlan.objects.filter(state="draft").count() == 2


def test_answers_that_cannot_be_are_refused_in_our_own_words(
    design: GridDesign, town: Town, client_of: Clients
) -> None:
    hui, code = client_of("hui"), town.divisions["liuyin"].code
    for field, value, said in (
        ("number", "many", "请填一个整数。"), ("number", "0", "不能小于 1。"),
        ("number", "9999999", "不能大于 100000。"), ("division", "nowhere", "请从列出的选项里选。"),
    ):  # fmt: skip
        wrong = {field: value}
        page = hui.post("/grids/designs/", {"division": code, "how_many": "grids", "number": "5"} | wrong)
        assert said in page.content.decode()
    page = hui.get("/grids/designs/").content.decode()
    assert "<optgroup" in page and "（全部）" in page


def test_who_draws_no_plans_sees_no_designs(design: GridDesign, client_of: Clients) -> None:
    for name in ("gao", "dev", "finn"):
        client = client_of(name)
        for path in ("/grids/designs/", PAGE, PAGE + "drafts/1/", PAGE + "compare/?draft=1"):
            assert client.get(path).status_code == 404
        assert client.post(PAGE + "ask/", {"origin": "even"}).status_code == 404


def test_the_lots_of_the_units_cover_the_community_once(design: GridDesign) -> None:
    lots = lots_of(design)
    whole = shapely.union_all(lots)
    assert len(lots) == SIDE * SIDE and whole.geom_type == "Polygon"
    assert sum(lot.area for lot in lots) == pytest.approx(whole.area)
    assert whole.area == pytest.approx(0.01 * 111_320 * 0.01 * 98_100, rel=0.02)


@pytest.mark.parametrize("origin", ["even", "balanced"])
def test_a_draft_begun_with_a_locked_one_keeps_what_is_locked(
    design: GridDesign, cast: Cast, at: datetime, town: Town, origin: str
) -> None:
    west = town.grids["liuyin_w"].code
    hand = by_hand(design, cast, at)
    lock_in_draft(draft=hand, grids=[west], by=cast.actor("hui"), at=at)
    hand = get_draft(design, hand.number)
    asked = ask_draft(design=design, origin=origin, parent=hand, by=cast.actor("hui"), at=at)
    perform(GridDesign.objects.get().run)
    before, after = drawn(hand), drawn(get_draft(design, asked.number))
    kept = before.grid == before.names.index(west)
    assert (after.grid[kept] == after.names.index(west)).all()
    assert (after.grid[~kept] != after.names.index(west)).all()


def test_a_search_that_is_stopped_keeps_the_best_so_far(town: Town, cast: Cast, at: datetime) -> None:
    load_houses(town, at)
    design = begin_design(division=town.divisions["liuyin"], by=cast.actor("hui"), at=at)
    Run.objects.filter(pk=design.run.pk).update(state=Run.State.RUNNING, is_stop_asked=True)
    with pytest.raises(StopAsked):
        RUNS[design.run.kind](Report(design.run))
    assert not DesignDraft.objects.filter(grid__isnull=False).exists(), "it stopped before it counted"
    Run.objects.filter(pk=design.run.pk).update(is_stop_asked=False)
    perform(Run.objects.get())
    assert DesignDraft.objects.filter(grid__isnull=False).count() == 4, "and goes on where it was"


# --- by hand ----------------------------------------------------------------------------------------


def test_units_are_moved_by_hand_with_every_measure_anew_and_taken_back(
    design: GridDesign, client_of: Clients, cast: Cast, at: datetime, town: Town
) -> None:
    hand, hui = by_hand(design, cast, at), client_of("hui")
    page = f"{PAGE}drafts/{hand.number}/"
    assert 'id="hand"' in hui.get(page).content.decode()
    assert 'id="hand"' not in hui.get(f"{PAGE}drafts/1/").content.decode(), "the draft of today stays what it is"
    instance, names = instance_of(design), drawn(hand).names
    units = [instance.ids.index(f"H2{y}") for y in range(SIDE)]
    to = names.index(town.grids["liuyin_e"].code)
    given = {"units": ",".join(map(str, units)), "to": to, "version": hand.version}
    answer = hui.post(page + "move/", given, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "概要" in answer.content.decode() and "<html" not in answer.content.decode()
    moved = get_draft(design, hand.number)
    assert (drawn(moved).grid[units] == to).all()
    assert measured(design, moved)["max_deviation"] < measured(design, hand)["max_deviation"]
    again = hui.post(page + "move/", given, headers={"HX-Request": "true"})
    assert again.status_code == 422 and "刚刚改了" in again.content.decode(), "a second click moves nothing twice"
    assert hui.post(page + "undo/", {"version": moved.version}).status_code == 302
    assert np.array_equal(drawn(get_draft(design, hand.number)).grid, drawn(hand).grid)
    for version, headers in (
        (moved.version + 1, {"HX-Request": "true"}), (moved.version + 1, None), ("9" * 5000, None),
    ):  # fmt: skip
        nothing = hui.post(page + "undo/", {"version": version}, headers=headers)
        assert nothing.status_code == 422 and 'role="alert"' in nothing.content.decode()


def test_a_drawn_line_becomes_the_boundary(design: GridDesign, client_of: Clients, cast: Cast, at: datetime) -> None:
    hand, hui = by_hand(design, cast, at), client_of("hui")
    page = f"{PAGE}drafts/{hand.number}/"
    line = "113.9935,28.1895,113.9935,28.2005"
    assert hui.post(page + "redraw/", {"line": line, "version": hand.version}).status_code == 302
    plan, instance = drawn(get_draft(design, hand.number)), instance_of(design)
    sides = [
        plan.grid[[int(code[1]) < 2 for code in instance.ids]],
        plan.grid[[int(code[1]) >= 2 for code in instance.ids]],
    ]
    assert [len(set(side.tolist())) for side in sides] == [1, 1] and sides[0][0] != sides[1][0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"units": "0", "to": "99"}, "请在图上"),
        ({"units": "999999", "to": "0"}, "请在图上"),
        ({"units": "x", "to": "0"}, "请在图上"),
        ({"units": "", "to": "0"}, "请在图上"),
        ({"units": ",".join(map(str, range(SIDE * SIDE))), "to": "0"}, "一处也不剩"),
    ],
)
def test_a_move_that_breaks_a_rule_says_which(
    design: GridDesign, client_of: Clients, cast: Cast, at: datetime, given: dict[str, str], said: str
) -> None:
    hand = by_hand(design, cast, at)
    answer = client_of("hui").post(f"{PAGE}drafts/{hand.number}/move/", {**given, "version": hand.version})
    page = answer.content.decode()
    told = page[page.index('role="alert"') :].partition("</p>")[0]
    assert answer.status_code == 422 and said in told
    assert not any(name in told for name in hand.names), "a grid is called as the page calls it, not by its code"
    assert np.array_equal(drawn(get_draft(design, hand.number)).grid, drawn(hand).grid)
    assert ('name="units" value="0,1,2' in page) == (said == "一处也不剩"), "what was chosen stays chosen"


def test_a_form_that_is_not_taken_says_so(design: GridDesign, client_of: Clients) -> None:
    hui = client_of("hui")
    for address, given in (
        ("ask/", {}), ("ask/", {"origin": "today"}), ("drafts/2/plan/", {"name": " "}),
        ("drafts/2/name/", {"name": "长" * 61}),
    ):  # fmt: skip
        assert 'class="note error"' in hui.post(PAGE + address, given, follow=True).content.decode()
    assert DesignDraft.objects.count() == 4 and not GridPlan.objects.filter(state="draft").exists()


@pytest.mark.parametrize("line", ["", "1", "113.99,28.19", "nan,1,2,3", "500,0,0,0", "1e400,1,2,3"])
def test_a_line_that_is_none_is_refused(
    design: GridDesign, client_of: Clients, cast: Cast, at: datetime, line: str
) -> None:
    hand = by_hand(design, cast, at)
    answer = client_of("hui").post(f"{PAGE}drafts/{hand.number}/redraw/", {"line": line, "version": hand.version})
    assert answer.status_code == 422


def test_nobody_draws_in_what_is_locked_or_computed(design: GridDesign, cast: Cast, at: datetime, town: Town) -> None:
    hand, by = by_hand(design, cast, at), cast.actor("hui")
    lock_in_draft(draft=hand, grids=[town.grids["liuyin_w"].code], by=by, at=at)
    to = drawn(hand).names.index(town.grids["liuyin_e"].code)
    unit = instance_of(design).ids.index("H20")
    for draft, code in ((hand, "partition.atoms_fixed"), (get_draft(design, 2), "grids.draft_is_computed")):
        with pytest.raises(RuleBroken) as refused:
            move_atoms(draft=draft, units=[unit], to=to, version=draft.version, by=by, at=at)
        assert refused.value.code == code


def test_locks_outside_the_community_that_is_shown_stay(design: GridDesign, client_of: Clients, town: Town) -> None:
    hui, west = client_of("hui"), town.grids["liuyin_w"].code
    given = {"grid": west, "community": town.divisions["liuyin"].code}
    answer = hui.post(f"{PAGE}drafts/2/lock/", given)
    assert answer.headers["Location"].endswith(f"/drafts/2/?community={given['community']}"), "where one was"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("gridward.grids.queries.judging.is_in", lambda told, _community: told["grid"] != west)
        page = hui.get(answer.headers["Location"]).content.decode()
    assert f'<input type="hidden" name="grid" value="{west}">' in page


# --- a plan of it -----------------------------------------------------------------------------------


def test_a_draft_becomes_a_plan_that_covers_its_area(design: GridDesign, client_of: Clients, town: Town) -> None:
    answer = client_of("hui").post(f"{PAGE}drafts/2/plan/", {"name": "柳荫均衡方案"})
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/grids/plans/")
    plan = GridPlan.objects.latest("pk")
    assert plan.state == GridPlan.State.DRAFT and plan.name_zh == "柳荫均衡方案"
    assert findings_of(plan) == []
    rows = {shape.grid.code: shape for shape in shapes_of(plan).select_related("grid")}
    assert {town.grids["liuyin_w"].code, town.grids["liuyin_e"].code} == {
        code for code, shape in rows.items() if shape.grid.kind == Grid.Kind.COMMUNITY
    }
    homes = sum(shape.households or 0 for shape in rows.values() if shape.grid.kind == Grid.Kind.COMMUNITY)
    assert homes == 18 * 45 + 18 * 15


def test_a_design_says_when_the_grids_changed_after_it(
    design: GridDesign, client_of: Clients, cast: Cast, town: Town
) -> None:
    hui, changed = client_of("hui"), "清点之后，这片区域的网格变了"
    assert changed not in hui.get(PAGE).content.decode()
    later = clock.now() + timedelta(hours=1)
    with clock.standing_at(later):
        plan = plan_from_draft(draft=get_draft(design, 2), name_zh="均衡", by=cast.actor("wen"), at=later)
        assert changed not in hui.get(PAGE).content.decode(), "a plan that is a draft changes nothing"
        adopt_plan(plan=plan, from_day=design.day, by=cast.actor("wen"), at=later)
        assert changed in hui.get(PAGE).content.decode()


def test_more_grids_than_today_get_the_next_free_codes(town: Town, cast: Cast, at: datetime) -> None:
    load_houses(town, at)
    design = begin_design(division=town.divisions["liuyin"], grids=4, by=cast.actor("hui"), at=at)
    perform(design.run)
    draft = get_draft(GridDesign.objects.get(), 2)
    assert len(draft.names) == 4
    plan = plan_from_draft(draft=draft, name_zh="四格", by=cast.actor("hui"), at=at)
    codes = sorted(shapes_of(plan).filter(grid__kind="community").values_list("grid__code", flat=True))
    assert len(codes) == 4 and len(set(codes)) == 4
    assert {code[:12] for code in codes} == {town.divisions["liuyin"].code}
    assert findings_of(plan) == []


@needs_data
@pytest.mark.full
@pytest.mark.django_db
@pytest.mark.long_transaction("a whole district is one transaction")
def test_the_blocks_of_a_real_district_become_grids_that_cover_it_once(at: datetime) -> None:
    """Furong has cells and an outline, and nobody drew its communities: grids get codes of the district itself."""
    call_command("import_district", DATA / "furong", stdout=StringIO())
    division = Division.objects.get(level=Division.Level.DISTRICT, is_in_use=True)
    begun = begin_design(division=division, grids=80, by=SYSTEM, at=at)
    perform(begun.run)
    draft = get_draft(GridDesign.objects.get(), 2)
    assert draft.design.facts["kind"] == "cell" and measured(draft.design, draft)["connected"]
    plan = plan_from_draft(draft=draft, name_zh="按街坊划", by=SYSTEM, at=at)
    assert shapes_of(plan).count() == 80 and findings_of(plan) == []
    assert all(code.startswith("430102000000C") for code in shapes_of(plan).values_list("grid__code", flat=True))
