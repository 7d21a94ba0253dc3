"""Units for the designer: counted as a whole, weighed with reasons, joined by what lies between them."""

from datetime import date
from typing import Any

import pytest
import shapely

from gridward.core.actor import SYSTEM, Actor
from gridward.core.errors import RuleBroken
from gridward.core.partition.workload import Feature
from gridward.grids.actions import AtomRow, CellRow, lay_cells, load_atoms
from gridward.grids.models import Atom
from gridward.grids.queries.counting import FEATURES, count_area
from gridward.work import clock
from tests.town import Town

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 4)
HOMES = {"small_households": 6, "large_households": 4, "elders": 3, "households": 10}


def houses(town: Town, **values: Any) -> list[AtomRow]:
    """Six houses in a row through 柳荫, three in each of its two grids."""
    code = town.divisions["liuyin"].code
    return [
        AtomRow(code=f"H{at}", shape=shapely.Point(113.9912 + at * 0.0015, 28.195).buffer(0.0002), community=code,
                block="C1" if at < 2 else "", is_compound=at < 2, use="residential", counts=HOMES, **values)
        for at in range(6)
    ]  # fmt: skip


def test_a_new_count_closes_the_one_before(town: Town) -> None:
    at = clock.now()
    assert load_atoms(district=town.district, rows=houses(town), by=SYSTEM, at=at) == {"counted": 6, "retired": 0}
    again = houses(town)[:4]
    assert load_atoms(district=town.district, rows=again, by=SYSTEM, at=at) == {"counted": 4, "retired": 6}
    assert Atom.objects.count() == 10 and Atom.objects.filter(retired_at__isnull=True).count() == 4


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"counts": {"hukou": 3}}, "grids.count_wrong"),
        ({"counts": {"elders": -1}}, "grids.count_wrong"),
        ({"community": "999999999999"}, "grids.division_unknown"),
        ({"code": "H1"}, "grids.code_twice"),
    ],
)
def test_a_wrong_count_is_refused_whole(town: Town, change: dict[str, Any], code: str) -> None:
    rows = houses(town)
    given = {"code": "X", "shape": rows[0].shape, "community": rows[0].community} | change
    with pytest.raises(RuleBroken) as refused:
        load_atoms(district=town.district, rows=[*rows, AtomRow(**given)], by=SYSTEM, at=clock.now())
    assert refused.value.code == code
    assert not Atom.objects.exists()


def test_nobody_but_the_districts_director_loads_a_count(town: Town) -> None:
    stranger = Actor(user_id=None, role="dispatcher", body_id=None, district_id=town.district.pk)
    with pytest.raises(RuleBroken) as refused:
        load_atoms(district=town.district, rows=houses(town), by=stranger, at=clock.now())
    assert refused.value.code == "grids.not_counter"


def test_units_become_an_instance_with_todays_grids_and_reasons(town: Town) -> None:
    load_atoms(district=town.district, rows=houses(town), by=SYSTEM, at=clock.now())
    counted = count_area(town.divisions["liuan"], DAY)
    found = counted.instance
    assert found.ids == tuple(f"H{at}" for at in range(6))
    assert [found.todays_grids[at] for at in found.today] == [town.grids["liuyin_w"].code] * 3 + [
        town.grids["liuyin_e"].code
    ] * 3
    assert found.communities == (town.divisions["liuyin"].code,) and found.grids.tolist() == [2]
    assert len(set(found.block[:2].tolist())) == 1 and found.block[2] != found.block[0]
    assert counted.facts["kind"] == "building" and counted.facts["compounds"] == [int(found.block[0])]
    reasons = {reason.feature: reason for reason in counted.work.reasons(0)}
    assert reasons["small_households"].count == 6
    assert sum(reason.minutes for reason in reasons.values()) == pytest.approx(counted.work.minutes[0])


def test_where_nothing_is_counted_cells_weigh_by_their_ground(town: Town) -> None:
    code = town.divisions["dukou"]
    cells = [CellRow(f"{code.code}{at:03d}", shapely.box(113.99 + at * 0.002, 28.20, 113.992 + at * 0.002, 28.21), code)
             for at in range(5)]  # fmt: skip
    lay_cells(district=town.district, rows=cells, by=SYSTEM, at=clock.now())
    counted = count_area(code, DAY)
    assert counted.facts["kind"] == "cell" and len(counted.instance) == 5
    assert counted.work.features[0, FEATURES.index(Feature.HECTARES)] == pytest.approx(21.7, abs=0.2)
    assert count_area(code, DAY, grids=3).instance.grids.sum() == 3


def test_an_area_with_nothing_to_divide_says_so(town: Town) -> None:
    with pytest.raises(RuleBroken) as refused:
        count_area(town.divisions["dukou"], DAY)
    assert refused.value.code == "grids.no_units"
