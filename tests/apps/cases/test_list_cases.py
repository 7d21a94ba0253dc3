"""The list, its pages by keys, its export, the map's points, the work list and the overview: counted by hand."""

import csv
import io
import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from openpyxl import load_workbook

from gridward.accounts.queries import held_roles, territory
from gridward.audit.models import Entry, StepBody
from gridward.cases.actions.searching import index_cases
from gridward.cases.models import Case, Category, Watch
from gridward.cases.queries import exporting, get_case, listing, work_items
from gridward.cases.queries.holders import DECIDERS, HOLDERS
from gridward.cases.queries.listing import CaseFilter, Found, drawn_cases, matching, narrowed, page_of
from gridward.cases.queries.overview import area_rows, by_duty_load, concerns, counts
from gridward.cases.views import exporting as export_views
from gridward.core.calendar.due import end_of_day
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import MoveKind
from gridward.work import clock
from gridward.work.items import Box
from tests.apps.cases.scene import RESIDENT, XINQIAO, Scene
from tests.cast import Cast
from tests.conftest import BEGINNING, WEDNESDAY
from tests.kept import Kept, keep
from tests.town import Town

TABLE = load()
ROADS = ("reported", "pending_filing", "pending_dispatch", "pending_handle", "handling", "feedback", "closed")


def build_many(town: Town, cast: Cast, kinds: dict[str, Category]) -> tuple[datetime, list[Case]]:
    """Twenty-nine cases in seven states, of two subdistricts, some late, one reopened, one supervised."""
    scene = Scene(town, cast, kinds, WEDNESDAY)
    rng, made = random.Random(3), []
    for i in range(28):
        kind = rng.choice(["lamp", "meal", "litter"])
        made.append(scene.brought_to(ROADS[i % 7], kind, position=XINQIAO if i % 4 == 0 else (113.9975, 28.195),
                                     place=f"示例路{i}号"))  # fmt: skip
        scene.later(minutes=rng.choice([1, 2, 5]))
    made[6] = scene.make(made[6], "cleo", "reopen")
    made[4] = scene.make(made[4], "zhao", "supervise")
    scene.later(hours=1)
    made.append(scene.brought_to("pending_handle", place="示例路28号"))
    return scene.now, [Case.objects.get(pk=case.pk) for case in made]


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    with django_db_blocker.unblock(), override_settings(GRIDWARD_HOME=tmp_path_factory.mktemp("home")):
        return keep(*BEGINNING, build_many)


@pytest.fixture
def many(scene: Scene, kept: Kept, copied: list[Any]) -> Iterator[list[Case]]:
    kept.insert(3)
    scene.now, many = copied[3]
    with clock.standing_at(scene.now):
        yield many


def tomorrow(scene: Scene) -> datetime:
    return end_of_day(scene.day(0), scene.town.district.time_zone)


def found(scene: Scene, **wish: str) -> set[int]:
    asked = CaseFilter.read(wish)
    rows = matching(Case.objects.all(), asked, at=scene.now, tomorrow=tomorrow(scene))
    return set(narrowed(rows, asked.words).rows.values_list("pk", flat=True))


def test_every_filter_finds_what_counting_by_hand_finds(scene: Scene, many: list[Case]) -> None:
    now, end = scene.now, tomorrow(scene)
    open_ = [c for c in many if c.is_open]
    by_hand: dict[str, list[Case]] = {
        "open": open_, "all": many, "closed": [c for c in many if not c.is_open],
        "late": [c for c in open_ if c.due_at and c.due_at < now],
        "due_today": [c for c in open_ if c.due_at and now <= c.due_at < end],
        "reopened": [c for c in open_ if c.reopen_count], "disputed": [], "suspended": [],
        "special": [], "unsolved": [],
    }  # fmt: skip
    for condition, cases in by_hand.items():
        assert found(scene, condition=condition) == {c.pk for c in cases}, condition
    assert by_hand["late"] and by_hand["due_today"] and by_hand["reopened"]
    for stage in "1234567":
        assert found(scene, condition="all", stage=stage) == {c.pk for c in many if c.stage == int(stage)}
    assert found(scene, condition="all", family="help") == {c.pk for c in many if c.family == "help"}
    liuan = scene.town.divisions["liuan"]
    assert found(scene, condition="all", subdistrict=liuan.code) == {c.pk for c in many if c.subdistrict_id == liuan.pk}
    body = scene.town.bodies["maintenance"]
    assert found(scene, condition="all", body=body.code) == {c.pk for c in many if c.body_id == body.pk}
    index_cases([case.pk for case in many])
    assert found(scene, condition="all", q="示例路7号") == {many[7].pk}
    assert found(scene, condition="all", q=many[9].number) == {many[9].pk}
    assert found(scene, condition="all", since="2026-03-05") == set()
    assert found(scene, condition="all", until="2026-03-04") == {c.pk for c in many}
    assert found(scene, condition="all", until="2026-03-03") == set()


def test_what_an_address_should_not_hold_is_left_out(scene: Scene, many: list[Case]) -> None:
    odd = {"condition": "x' OR 1=1", "stage": "99", "family": "‮", "state": "?", "since": "soon", "q": "\0" * 5}
    assert CaseFilter.read(odd).condition == "open" and CaseFilter.read(odd).stage == 0
    assert found(scene, **{**odd, "q": ""}) == found(scene)


def test_odd_addresses_answer_a_page(scene: Scene, many: list[Case], client_of: Callable[[str], Client]) -> None:
    client = client_of("cleo")
    for query in ("q=%00", "q=' OR 1=1 --", "q=" + "长" * 3000, "stage=123", "after=forged", "after=W10=", "since=x",
                  "subdistrict=%00", "body=%F0%9F%90%BC", "map=1,2,3", "map=x"):  # fmt: skip
        assert client.get(f"/cases/?{query}").status_code in (200, 400), query


def test_pages_by_keys_hold_every_case_once_even_while_new_ones_come(scene: Scene, many: list[Case]) -> None:
    # All at the same moment, so that only the id tells them apart.
    Case.objects.update(reported_at=scene.now - timedelta(days=1))
    seen, token = [], ""
    while True:
        page = page_of(Found(Case.objects.all()), token)
        seen += [case.pk for case in page.rows]
        if not token:
            scene.report()
        token = page.next_token or ""
        if not token:
            break
    assert seen == sorted((case.pk for case in many), reverse=True)


def test_few_matches_are_named_by_their_ids_and_many_stay_a_question(
    scene: Scene, many: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = Case.objects.filter(is_open=True)
    few = narrowed(rows)
    assert set(few.rows) == set(rows) and few.total == rows.count()
    monkeypatch.setattr(listing, "MOST_NAMED", 3)
    unchanged = narrowed(rows)
    assert unchanged.rows is rows and unchanged.total == 4


def test_the_map_draws_what_lies_in_its_box(scene: Scene, many: list[Case]) -> None:
    district, placed = scene.town.district, Case.objects.filter(position__isnull=False)
    one = placed.first()
    assert one is not None
    lon, lat = one.position.coords
    near = drawn_cases(Found(Case.objects.all()), district, (lon - 1e-5, lat - 1e-5, lon + 1e-5, lat + 1e-5))
    assert one in near and {case.position.coords for case in near} == {(lon, lat)}
    assert set(drawn_cases(Found(Case.objects.all()), district, (-180, -80, 180, 80))) == set(placed)
    assert set(drawn_cases(Found(Case.objects.all()), district, None)) == set(placed)


def test_the_export_quotes_what_a_spreadsheet_would_run_and_names_nobody(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    for place in ("=HYPERLINK(1)", "+1", "-1", "@a", "\t=1", "  =2", "＝1", "普通路"):
        scene.report(place=place)
    answer = client_of("cleo").get("/cases/export.csv?condition=all")
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 9 and "安丽华" not in text and "13800000001" not in text
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.strip(" ")[:1] in tuple("=+-@\t＝")]
    assert "普通路" in cells and "'+1" in cells


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_every_kind_of_file_holds_the_same_cases_a_page_at_a_time(
    scene: Scene, many: list[Case], client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 4)
    monkeypatch.setattr(export_views, "MOST_IN_EXCEL", 20)
    cleo = client_of("cleo")
    asked = "condition=all&subdistrict=" + scene.town.divisions["liuan"].code
    mine = [c.number for c in sorted(many, key=lambda c: (c.reported_at, c.pk), reverse=True)
            if c.subdistrict_id == scene.town.divisions["liuan"].pk]  # fmt: skip
    table = list(csv.reader(io.StringIO(body_of(cleo.get(f"/cases/export.csv?{asked}")).decode("utf-8-sig"))))
    assert [row[0] for row in table[1:]] == mine and len(mine) > 20
    points = json.loads(body_of(cleo.get(f"/cases/export.geojson?{asked}")))
    assert [next(iter(f["properties"].values())) for f in points["features"]] == mine
    assert points["features"][0]["geometry"]["coordinates"] == [113.9975, 28.195]
    assert json.loads(body_of(cleo.get("/cases/export.geojson?condition=suspended")))["features"] == []
    sheet = load_workbook(io.BytesIO(body_of(cleo.get(f"/cases/export.xlsx?{asked}")))).worksheets[0]
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert [row[0] for row in rows[1:21]] == mine[:20] and len(rows) == 22 and "CSV" in rows[-1][0]
    assert rows[:21] == table[:21]
    assert cleo.get("/cases/export.pdf").status_code == 404
    assert body_of(client_of("finn").get("/cases/export.csv?condition=all")).count(b"\n") == 1
    left = [json.loads(body.body) for body in StepBody.objects.filter(
        table="audit.Entry", step_id__in=Entry.objects.filter(verb="cases.export").values("pk"))]  # fmt: skip
    assert sorted(row["kind"] for row in left) == ["csv", "csv", "geojson", "geojson", "xlsx"]
    assert any(row["filters"].get("condition") == "suspended" for row in left)


def test_the_map_has_the_points_of_the_list(scene: Scene, many: list[Case], client_of: Callable[[str], Client]) -> None:
    answer = client_of("cleo").get("/cases/features.json?condition=late").json()
    assert {f["properties"]["id"] for f in answer["features"]} == {
        case.number for case in many if case.pk in found(scene, condition="late")
    }


def test_counts_areas_and_loads_of_the_overview_are_those_of_counting(scene: Scene, many: list[Case]) -> None:
    now, end, rows = scene.now, tomorrow(scene), Case.objects.all()
    told = counts(rows, at=now, tomorrow=end)
    for name in ("open", "due_today", "late", "reopened", "disputed"):
        assert getattr(told, name) == len(found(scene, condition=name)), name
    areas = area_rows(scene.town.district, rows, at=now, tomorrow=end)
    assert [area.division for area in areas] == [scene.town.divisions["liuan"], scene.town.divisions["qiaodong"]]
    assert [area.open for area in areas] == [
        len([c for c in many if c.is_open and c.subdistrict_id == area.division.pk]) for area in areas
    ]
    assert by_duty_load(rows, None) == []  # two grids are too few to show


def test_concerns_are_at_most_seven_different_open_cases_and_obey_their_rule(scene: Scene, many: list[Case]) -> None:
    Case.objects.filter(pk=many[5].pk).update(follower_count=6)
    Case.objects.filter(pk=many[3].pk).update(told_at=scene.now - timedelta(days=40))
    chosen = concerns(Case.objects.all(), at=scene.now)
    assert 0 < len(chosen) <= 7 and len({c.case.pk for c in chosen}) == len(chosen)
    rules = {
        "disputed": lambda c: c.state == "disputed", "late": lambda c: c.due_at < scene.now,
        "reopened": lambda c: c.reopen_count > 0, "followed": lambda c: c.follower_count >= 5,
        "told": lambda c: c.told_at < scene.now - timedelta(days=30), "again": lambda c: True,
        "extension_refused": lambda c: c.due_at < scene.now,
    }  # fmt: skip
    for concern in chosen:
        assert concern.case.is_open and rules[concern.rule](concern.case)
    assert {c.rule for c in chosen} >= {"late", "reopened", "followed", "told"}
    worst = min((c for c in many if c.is_open and c.due_at), key=lambda c: c.due_at)
    assert next(c for c in chosen if c.rule == "late").case.pk == worst.pk


def box(client: Client, name: str) -> str:
    return client.get(f"/work/?box={name}").content.decode()


def test_the_five_boxes_of_my_work(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.report(by=scene.cast.actor("gao"), channel="grid_worker")
    assert case.number in box(client_of("gao"), "started") and case.number not in box(client_of("gao"), "done")
    assert case.number in box(client_of("cleo"), "todo") and case.number not in box(client_of("dev"), "todo")
    scene.make(case, "cleo", "accept")
    assert case.number in box(client_of("cleo"), "done")
    scene.make(case, "zhao", "supervise")
    assert case.number in box(client_of("dev"), "supervised")
    client_of("dev").post(f"/cases/{case.number}/watch/", {"on": "1"})
    client_of("dev").post(f"/cases/{case.number}/watch/", {"on": "1"})
    assert Watch.objects.count() == 1 and case.number in box(client_of("dev"), "watched")
    client_of("dev").post(f"/cases/{case.number}/watch/", {"on": "0"})
    assert case.number not in box(client_of("dev"), "watched")


def test_a_wish_waits_for_who_decides(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.make(scene.brought_to("handling"), "deng", "ask_extension")
    assert case.number in box(client_of("dev"), "todo")
    scene.make(case, "dev", "refuse_extension")
    assert case.number not in box(client_of("dev"), "todo")


def test_the_review_of_an_ended_case_waits_for_the_duty_chief(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.make(scene.report(), "cleo", "refuse")
    scene.move(case, RESIDENT, "ask_review", reason="地方不归民政局管，请再看看")
    assert case.number in box(client_of("zhao"), "todo")


def test_work_to_do_is_sorted_by_due_time(scene: Scene, client_of: Callable[[str], Client]) -> None:
    first = scene.report()
    scene.later(minutes=5)
    second = scene.report()
    text = box(client_of("cleo"), "todo")
    assert 0 < text.index(first.number) < text.index(second.number)


@pytest.mark.parametrize("state", HOLDERS)
def test_who_holds_a_state_has_a_move_of_the_table_there(state: str) -> None:
    for role in HOLDERS[state]:
        moves = TABLE.moves_for(state, [role])
        assert any(move.kind is MoveKind.MOVE for move in moves), (state, role)


def test_every_open_state_is_held_by_somebody_and_every_wish_decided() -> None:
    assert set(HOLDERS) == {state.code for state in TABLE.states.values() if not state.is_final}
    asked = {move.request for move in TABLE.moves.values() if move.kind is MoveKind.ASK}
    assert {str(kind) for kind in DECIDERS} == asked
    for kind, roles in DECIDERS.items():
        granting = next(m for m in TABLE.moves.values() if m.kind is MoveKind.DECIDE and m.request == kind)
        assert set(roles) <= set(granting.roles)


def test_every_count_is_the_length_of_its_list_for_everybody(scene: Scene, many: list[Case]) -> None:
    Watch.objects.create(case=many[1], user=scene.cast["lin"], recorded_at=scene.now)
    scene.report(by=scene.cast.actor("cleo"), channel="counter")
    filled = set()
    for name, user in scene.cast.users.items():
        held = held_roles(user, scene.day(0))[0]
        seen = territory(held)
        for box in Box:
            whole = work_items(held, seen, box=box, at=scene.now, most=1000)
            few = work_items(held, seen, box=box, at=scene.now, most=2)
            assert whole.count == len(whole.items) == few.count and few.items == whole.items[:2], (name, box)
            for item in whole.items:
                get_case(held, seen, item.number)
            filled |= {box} if whole.items else set()
    assert filled == set(Box)
