"""Plans are drawn by the director, and by a subdistrict's leader in the own subdistrict."""

from datetime import datetime

import pytest
import shapely

from gridward.core.errors import RuleBroken
from gridward.grids.actions import ShapeRow, adopt_plan, draft_plan, fix_draft, import_shapes, open_grid, put_shape
from gridward.grids.models import Grid, GridShape
from gridward.grids.queries.partition import findings_of
from gridward.grids.queries.plans import shapes_of
from tests.cast import Cast
from tests.town import Town, square

BOW_TIE = shapely.Polygon([(113.99, 28.19), (114.0, 28.2), (114.0, 28.19), (113.99, 28.2)])


def refusal_of(error: pytest.ExceptionInfo[RuleBroken]) -> str:
    return error.value.code


def test_a_draft_begins_with_the_grids_in_force_of_its_area(town: Town, cast: Cast, at: datetime) -> None:
    plan = draft_plan(division=town.divisions["liuan"], name_zh="柳岸", by=cast.actor("hui"), at=at)
    assert sorted(shapes_of(plan).values_list("grid__name_en", flat=True)) == [
        "Dukou Community East Grid", "Dukou Community West Grid",
        "Liuyin Community East Grid", "Liuyin Community West Grid",
    ]  # fmt: skip
    assert set(shapes_of(plan).values_list("valid_from", flat=True)) == {None}


def test_a_leader_does_not_plan_for_a_neighbour(town: Town, cast: Cast, at: datetime) -> None:
    for place in ("qiaodong", "district"):
        with pytest.raises(RuleBroken) as told:
            draft_plan(division=town.divisions[place], name_zh="别处", by=cast.actor("hui"), at=at)
        assert refusal_of(told) == "grids.not_planner"


def test_drawing_a_grid_again_replaces_it_and_keeps_its_households(town: Town, cast: Cast, at: datetime) -> None:
    by, grid = cast.actor("hui"), town.grids["liuyin_w"]
    plan = draft_plan(division=town.divisions["liuyin"], name_zh="草案", by=by, at=at)
    put_shape(plan=plan, grid=grid, shape=square(113.99, 28.19, 0.004), households=321, by=by, at=at)
    again = put_shape(plan=plan, grid=grid, shape=square(113.99, 28.19, 0.003), by=by, at=at)
    assert shapes_of(plan).get(grid=grid) == again
    assert again.households == 321
    assert 320_000 < again.area_m2 < 331_000


def test_a_grid_is_drawn_only_in_a_plan_of_its_area(town: Town, cast: Cast, at: datetime) -> None:
    plan = draft_plan(division=town.divisions["liuyin"], name_zh="草案", by=cast.actor("hui"), at=at)
    with pytest.raises(RuleBroken) as told:
        put_shape(plan=plan, grid=town.grids["xinqiao_w"], shape=square(114.0, 28.2), by=cast.actor("hui"), at=at)
    assert refusal_of(told) == "grids.grid_elsewhere"


def test_a_crossed_ring_is_repaired_and_a_line_is_refused(town: Town, cast: Cast, at: datetime) -> None:
    by, grid = cast.actor("hui"), town.grids["liuyin_w"]
    plan = draft_plan(division=town.divisions["liuyin"], name_zh="草案", by=by, at=at)
    assert put_shape(plan=plan, grid=grid, shape=BOW_TIE, by=by, at=at).shape.valid
    with pytest.raises(RuleBroken) as told:
        put_shape(plan=plan, grid=grid, shape=shapely.LineString([(113.99, 28.19), (114, 28.2)]), by=by, at=at)
    assert refusal_of(told) == "geometry.not_an_area"


def test_an_adopted_plan_is_not_drawn_in(town: Town, cast: Cast, at: datetime) -> None:
    plan = draft_plan(division=town.divisions["district"], name_zh="全区", by=cast.actor("wen"), at=at)
    adopt_plan(plan=plan, from_day=at.date(), by=cast.actor("wen"), at=at)
    with pytest.raises(RuleBroken) as told:
        put_shape(plan=plan, grid=town.grids["road"], shape=square(113.99, 28.19), by=cast.actor("wen"), at=at)
    assert refusal_of(told) == "grids.plan_not_draft"


def test_new_grids_get_the_next_free_code_of_their_kind(town: Town, cast: Cast, at: datetime) -> None:
    community, by = town.divisions["liuyin"], cast.actor("hui")
    made = [open_grid(division=community, kind=kind, name_zh="新网格", by=by, at=at)
            for kind in ("community", "community", "premises")]  # fmt: skip
    assert [grid.code for grid in made] == [f"{community.code}{tail}" for tail in ("C01", "C02", "P01")]
    assert [grid.level for grid in made] == ["community", "community", "premises"]
    assert {grid.subdistrict_id for grid in made} == {town.divisions["liuan"].pk}


def test_many_grids_come_from_a_file_at_once(town: Town, cast: Cast, at: datetime) -> None:
    by, code = cast.actor("wen"), town.divisions["liuyin"].code
    plan = draft_plan(division=town.divisions["district"], name_zh="导入", copies_grids_in_force=False, by=by, at=at)
    rows = [
        ShapeRow(town.grids["liuyin_w"].code, square(113.99, 28.19, 0.006), households=300),
        ShapeRow(f"{code}C07", square(113.996, 28.19, 0.004), name_zh="新七格", division_code=code),
    ]
    assert import_shapes(plan=plan, rows=rows, by=by, at=at) == 2
    new = Grid.objects.get(code=f"{code}C07")
    assert (new.community, new.kind, new.name_zh) == (town.divisions["liuyin"], "community", "新七格")
    assert set(shapes_of(plan).values_list("grid", flat=True)) == {new.pk, town.grids["liuyin_w"].pk}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([ShapeRow("A", square(113.99, 28.19)), ShapeRow("A", square(113.99, 28.19))], "grids.code_twice"),
        ([ShapeRow("A", square(113.99, 28.19), division_code="900107009009")], "grids.division_unknown"),
        ([ShapeRow("A", shapely.Point(1, 1), division_code="900107001001")], "geometry.not_an_area"),
    ],
)
def test_a_file_with_one_wrong_grid_changes_nothing(
    rows: list[ShapeRow], code: str, town: Town, cast: Cast, at: datetime
) -> None:
    plan = draft_plan(division=town.divisions["liuan"], name_zh="导入", by=cast.actor("hui"), at=at)
    with pytest.raises(RuleBroken) as told:
        import_shapes(plan=plan, rows=rows, by=cast.actor("hui"), at=at)
    assert refusal_of(told) == code
    assert (Grid.objects.count(), shapes_of(plan).count()) == (10, 4)


@pytest.mark.long_transaction("a check before the lock, geometry of ten grids")
def test_what_needs_no_decision_is_put_right_in_the_draft(town: Town, cast: Cast, at: datetime) -> None:
    by = cast.actor("hui")
    plan = draft_plan(division=town.divisions["liuyin"], name_zh="草案", by=by, at=at)
    put_shape(plan=plan, grid=town.grids["liuyin_w"], shape=square(113.99, 28.19, 0.00503), by=by, at=at)
    put_shape(plan=plan, grid=town.grids["liuyin_e"], shape=square(113.995, 28.19, 0.00498), by=by, at=at)
    assert sorted(finding.kind.value for finding in findings_of(plan)) == ["overlap", "sliver"] or findings_of(plan)
    assert fix_draft(plan=plan, by=by, at=at) == 2
    assert findings_of(plan) == []
    assert GridShape.objects.filter(plan=town.plan, valid_to__isnull=True).count() == 10
