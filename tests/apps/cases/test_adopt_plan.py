"""A new plan over work that goes on: open cases and roles follow, past cases stay and are told by the new grids."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from gridward.accounts.models import Grant
from gridward.accounts.queries import held_roles
from gridward.cases import checks
from gridward.cases.actions import history
from gridward.cases.actions.history import tell_chunk, tell_history
from gridward.cases.models import Case, CaseInGrid, CaseStep
from gridward.cases.queries.history import KIND, history_run, past_by_grid, past_cases, past_of_grid
from gridward.grids.actions import adopt_plan, assign_post, draft_plan, put_shape, remove_shape
from gridward.grids.checks import one_shape_a_day
from gridward.grids.jobs import put_plans_in_force
from gridward.grids.models import GridPlan, GridShape
from gridward.grids.queries import locate_many
from gridward.grids.queries.listing import shape_today
from gridward.work import clock
from gridward.work.actions import ask_stop, claim_run, finish_run
from gridward.work.models import Run
from gridward.work.reporting import Report, StopAsked
from tests.apps.cases.scene import LIUYIN_E, LIUYIN_W, XINQIAO, Scene, damage, steps
from tests.town import COMMUNITIES, square

pytestmark = pytest.mark.long_transaction("adoption moves open work in its own transaction, up to 2 s by design")


def merged(scene: Scene, name: str = "柳荫并格") -> GridPlan:
    """Liuyin's west grid takes the whole community."""
    by, town = scene.cast.actor("wen"), scene.town
    plan = draft_plan(division=town.divisions["liuyin"], name_zh=name, by=by, at=scene.now)
    put_shape(plan=plan, grid=town.grids["liuyin_w"], shape=square(113.99, 28.19), by=by, at=scene.now)
    remove_shape(plan=plan, grid=town.grids["liuyin_e"], by=by, at=scene.now)
    return plan


def swapped(scene: Scene) -> GridPlan:
    """East and west change places."""
    by, town = scene.cast.actor("wen"), scene.town
    plan = draft_plan(division=town.divisions["liuyin"], name_zh="柳荫对调", by=by, at=scene.now)
    put_shape(plan=plan, grid=town.grids["liuyin_w"], shape=square(113.995, 28.19, 0.005), by=by, at=scene.now)
    put_shape(plan=plan, grid=town.grids["liuyin_e"], shape=square(113.99, 28.19, 0.005), by=by, at=scene.now)
    return plan


def adopted(scene: Scene, plan: GridPlan, day: date) -> GridPlan:
    with clock.standing_at(scene.now):
        return adopt_plan(plan=plan, from_day=day, by=scene.cast.actor("wen"), at=scene.now)


def in_force(scene: Scene) -> int:
    with clock.standing_at(scene.now):
        return put_plans_in_force(at=scene.now)


def told(scene: Scene, plan: GridPlan) -> Run:
    """The run of the plan, performed."""
    run = claim_run(at=scene.now)
    assert run is not None and run == history_run(plan)
    tell_history(Report(run))
    finish_run(run_id=run.pk, state="done", at=scene.now)
    run.refresh_from_db()
    return run


def test_open_cases_go_to_who_serves_their_place_and_closed_ones_stay(scene: Scene) -> None:
    west, east = scene.town.grids["liuyin_w"], scene.town.grids["liuyin_e"]
    done = scene.brought_to("closed")
    cases = {place: scene.report(position=place) for place in (LIUYIN_E, LIUYIN_W, XINQIAO)}
    before = {case.pk: case.step_n for case in cases.values()}
    scene.later(hours=1)
    adopted(scene, merged(scene), scene.day(0))
    rows = {place: Case.objects.get(pk=case.pk) for place, case in cases.items()}
    assert [rows[place].duty_grid_id for place in (LIUYIN_E, LIUYIN_W)] == [west.pk, west.pk]
    assert rows[LIUYIN_E].grid_id == east.pk, "the grid of the day of the report is never rewritten"
    moved = {place: row.step_n - before[row.pk] for place, row in rows.items()}
    assert moved == {LIUYIN_E: 1, LIUYIN_W: 0, XINQIAO: 0}
    assert steps(rows[LIUYIN_E])[-1] == "rehome"
    done.refresh_from_db()
    assert (done.grid_id, done.duty_grid_id, steps(done)[-1]) == (east.pk, None, "close")
    assert damage() == []


def test_two_plans_whose_days_went_by_unseen_are_put_in_force_in_order_and_once(scene: Scene) -> None:
    case = scene.report(position=LIUYIN_E)
    first, second = merged(scene), swapped(scene)
    adopted(scene, first, scene.day(2))
    adopted(scene, second, scene.day(4))
    scene.later(days=6)
    assert (in_force(scene), in_force(scene)) == (2, 0)
    case.refresh_from_db()
    assert case.duty_grid_id == scene.town.grids["liuyin_w"].pk
    assert steps(case).count("rehome") == 1, "straight to who serves it today"
    assert not GridPlan.objects.filter(is_awaited=True).exists()
    assert damage() == []


def test_a_role_in_a_grid_that_ends_follows_the_person_s_post(scene: Scene) -> None:
    """Eva serves the east grid, which ends; she gets a post in the west one, and keeps her role there."""
    by, west = scene.cast.actor("wen"), scene.town.grids["liuyin_w"]
    plan, day = merged(scene), scene.day(3)
    adopted(scene, plan, day)
    with clock.standing_at(scene.now):
        assign_post(grid=west, user=scene.cast["eva"], kind="full_time", body=scene.town.bodies["committee_liuyin"],
                    from_day=day, by=by, at=scene.now)  # fmt: skip
    other = scene.person("mei", "grid_worker", "committee_liuyin", f"grid:{scene.town.grids['liuyin_e'].pk}")
    scene.later(days=3)
    assert in_force(scene) == 1
    scopes = {role.scopes for role in held_roles(scene.cast["eva"], day)}
    assert scopes == {(f"grid:{west.pk}",)}
    assert held_roles(other, day) == (), "whose post did not follow serves nothing there any more"
    assert held_roles(other, day - timedelta(days=1)) != (), "rights of an earlier day are what they were"
    assert Grant.objects.filter(user=scene.cast["gao"], valid_to__isnull=True).count() == 1


def test_past_cases_are_told_by_the_new_grids_and_none_is_lost(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CHUNK", 2)
    for place in (LIUYIN_E, LIUYIN_E, LIUYIN_W, (113.99, 28.1999), XINQIAO):
        scene.report(position=place)
    before = Counter(Case.objects.filter(community=scene.town.divisions["liuyin"]).values_list("grid_id", flat=True))
    steps_before = CaseStep.objects.count()
    scene.later(days=1)
    merging = adopted(scene, merged(scene), scene.day(0))
    first = told(scene, merging)
    scene.later(days=1)
    new = scene.report(position=LIUYIN_E)
    scene.later(days=1)
    swapping = adopted(scene, swapped(scene), scene.day(0))
    told(scene, swapping)
    west, east = scene.town.grids["liuyin_w"], scene.town.grids["liuyin_e"]
    until = new.reported_at
    assert past_by_grid(merging) == {west.pk: 4}
    assert past_by_grid(swapping, until) == {west.pk: 2, east.pk: 2}
    assert past_by_grid(merging).total() == past_by_grid(swapping, until).total() == before.total()
    assert past_by_grid(swapping).total() == past_cases(swapping).count() == 5
    assert (first.progress, first.total) == (4, 4)
    assert CaseStep.objects.exclude(verb="cases.rehome").count() == steps_before + 1, "no case was touched"
    assert list(checks.history()) == []
    shape = shape_today(west, scene.day(0))
    assert shape is not None
    past = past_of_grid(grid=west, shape=shape, day=scene.day(0))
    assert (past.count, past.is_complete) == (3, True)


def test_telling_the_past_stops_and_goes_on_and_mends_what_is_wrong(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CHUNK", 1)
    for _ in range(3):
        scene.report(position=LIUYIN_E)
    scene.later(days=1)
    plan = adopted(scene, merged(scene), scene.day(0))
    run = claim_run(at=scene.now)
    assert run is not None and run.kind == KIND
    west = scene.town.grids["liuyin_w"]
    shape = GridShape.objects.get(plan=plan, grid=west, valid_from__isnull=False)
    assert not past_of_grid(grid=west, shape=shape, day=scene.day(0)).is_complete
    ask_stop(run=run, by=scene.cast.actor("sun"), at=scene.now)
    with pytest.raises(StopAsked):
        tell_history(Report(run))
    run.refresh_from_db()
    assert (CaseInGrid.objects.count(), run.progress, run.cursor["done"]) == (1, 1, 1)
    CaseInGrid.objects.update(grid=scene.town.grids["road"])
    finish_run(run_id=run.pk, state="done", at=scene.now)
    assert len(list(checks.history())) == 3, "one in the wrong grid, two missing"
    Run.objects.update(state="running", is_stop_asked=False)
    tell_history(Report(run))
    assert CaseInGrid.objects.count() == 3, "it went on behind the first"
    Run.objects.update(state="done", cursor={})
    assert len(list(checks.history())) == 1
    Run.objects.update(state="running")
    tell_history(Report(Run.objects.get()))
    Run.objects.update(state="done")
    assert list(checks.history()) == [] and past_by_grid(plan) == {west.pk: 3}


def test_a_plan_without_a_past_starts_no_run(scene: Scene) -> None:
    adopted(scene, merged(scene), scene.day(0))
    assert not Run.objects.exists()


def split_anew(scene: Scene, rng: random.Random) -> GridPlan:
    """A community or two divided at another line, or left to one grid; now and then east and west change places."""
    by, town = scene.cast.actor("wen"), scene.town
    division = rng.choice(["liuyin", "dukou", "shuyuan", "xinqiao", "liuan", "district"])
    plan = draft_plan(division=town.divisions[division], name_zh="再划", by=by, at=scene.now)
    inside = plan.division.path
    for key, (*_, west, south) in COMMUNITIES.items():
        if not town.divisions[key].path.startswith(inside):
            continue
        width = rng.choice([0.002, 0.005, 0.008])
        sides = rng.sample(["w", "e"], 2)
        parts = (square(west, south, width), square(west + width, south, 0.01 - width))
        for side, shape in zip(sides, parts, strict=True):
            put_shape(plan=plan, grid=town.grids[f"{key}_{side}"], shape=shape, by=by, at=scene.now)
    return plan


@pytest.mark.parametrize("times", [12, pytest.param(1000, marks=pytest.mark.full)])
def test_whatever_plans_follow_one_another_no_work_is_lost(scene: Scene, times: int) -> None:
    """Plans adopted for today or later, days that pass unseen, reports in between."""
    rng = random.Random(times)
    grids: dict[int, int | None] = {}

    def report() -> None:
        west, south = rng.choice([row[-2:] for row in COMMUNITIES.values()])
        case = scene.report(position=(west + rng.random() * 0.01, south + rng.random() * 0.01))
        grids[case.pk] = case.grid_id

    for _ in range(12):
        report()
    for number in range(times):
        adopted(scene, split_anew(scene, rng), scene.day(rng.choice([0, 0, 1, 2])))
        scene.later(days=rng.choice([0, 1, 1, 3]), minutes=1)
        if number % 10 == 0:
            report()
        in_force(scene)
    scene.later(days=5)
    in_force(scene)
    cases = list(Case.objects.order_by("pk"))
    assert {case.pk: case.grid_id for case in cases} == grids
    lon, lat = [case.position.x for case in cases], [case.position.y for case in cases]
    homes = locate_many(scene.town.district, lon, lat, day=scene.day(0))
    assert [case.duty_grid_id for case in cases] == homes and None not in homes
    assert not GridPlan.objects.filter(is_awaited=True).exists()
    assert damage() == [] and list(one_shape_a_day()) == []
    for plan in rng.sample(list(GridPlan.objects.filter(state="adopted", by__isnull=False)), 3):
        told = [0]
        while told:
            told = tell_chunk(plan=plan, after=told[-1])
        assert past_by_grid(plan).total() == past_cases(plan).count()
