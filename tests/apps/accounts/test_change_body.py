"""Bodies: made, changed, moved with their subtree, ended when empty; parent 块 and guides 条 are apart."""

from datetime import datetime

import pytest

from gridward.accounts import queries
from gridward.accounts.actions import change_body, create_body, end_body, set_guides
from gridward.accounts.models import Body
from gridward.audit.models import Entry
from gridward.core.errors import RuleBroken
from tests.apps.accounts.test_create_user import local_administrator
from tests.cast import Cast
from tests.town import Town

STATION = {
    "code": "station-liuyin",
    "kind": "information_station",
    "name_zh": "柳荫信息站",
    "name_en": "Liuyin Station",
}


def make(town: Town, cast: Cast, at: datetime, by: str = "sun", **changes: object) -> Body:
    given = {"parent": town.bodies["committee_liuyin"], **STATION, **changes}
    return create_body(district_id=town.district.pk, by=cast.actor(by), at=at, **given)  # type: ignore[arg-type]


def test_a_body_hangs_under_its_parent(town: Town, cast: Cast, at: datetime) -> None:
    station = Body.objects.get(pk=make(town, cast, at).pk)
    assert station.path == f"{town.bodies['committee_liuyin'].path}{station.pk}/"
    assert Entry.objects.get(subject=f"accounts.Body:{station.pk}").verb == "accounts.create_body"


@pytest.mark.parametrize("by", ["cleo", "wen", "lin", "nie", "ivy", "finn"])
def test_only_the_administrator_makes_bodies(town: Town, cast: Cast, at: datetime, by: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        make(town, cast, at, by=by)
    assert broken.value.code == "accounts.not_administrator"


def test_a_code_is_used_once(town: Town, cast: Cast, at: datetime) -> None:
    make(town, cast, at)
    with pytest.raises(RuleBroken) as broken:
        make(town, cast, at)
    assert broken.value.code == "accounts.body_code_taken"


def test_a_subdistrict_makes_bodies_below_itself_and_none_at_the_top(town: Town, cast: Cast, at: datetime) -> None:
    hui = local_administrator(town, cast, at)
    made = create_body(district_id=7, parent=town.bodies["committee_dukou"], by=hui, at=at, **STATION)
    assert made.parent == town.bodies["committee_dukou"]
    for parent in (None, town.bodies["centre"], town.bodies["committee_xinqiao"]):
        with pytest.raises(RuleBroken):
            create_body(district_id=7, parent=parent, by=hui, at=at, **{**STATION, "code": "another"})


def test_moving_a_body_takes_its_subtree_along(town: Town, cast: Cast, at: datetime) -> None:
    committee, office = town.bodies["committee_liuyin"], town.bodies["office_qiaodong"]
    change_body(body=committee, parent=office, by=cast.actor("sun"), at=at)
    below = Body.objects.get(code="property")
    assert below.path == f"{office.path}{committee.pk}/{below.pk}/"


def test_a_body_does_not_hang_under_itself(town: Town, cast: Cast, at: datetime) -> None:
    with pytest.raises(RuleBroken) as broken:
        change_body(body=town.bodies["office_liuan"], parent=town.bodies["property"], by=cast.actor("sun"), at=at)
    assert broken.value.code == "accounts.body_in_ring"


def test_code_and_kind_never_change(town: Town, cast: Cast, at: datetime) -> None:
    with pytest.raises(TypeError):
        change_body(body=town.bodies["property"], code="other", by=cast.actor("sun"), at=at)


def test_guiding_gives_no_territory(town: Town, cast: Cast, at: datetime) -> None:
    set_guides(body=town.bodies["maintenance"], guides=[town.bodies["office_liuan"]], by=cast.actor("sun"), at=at)
    held = queries.chosen(queries.held_roles(cast["deng"], at.date()), None)
    assert held and town.bodies["office_liuan"].pk not in queries.territory(held).body_ids


def test_an_empty_body_is_ended_once_and_takes_no_more_people(town: Town, cast: Cast, at: datetime) -> None:
    sun, station = cast.actor("sun"), make(town, cast, at)
    end_body(body=station, by=sun, at=at)
    with pytest.raises(RuleBroken) as broken:
        end_body(body=station, by=sun, at=at)
    assert broken.value.code == "accounts.body_ended"


@pytest.mark.parametrize("key", ["committee_liuyin", "maintenance", "office_qiaodong"])
def test_a_body_with_people_or_bodies_below_is_not_ended(town: Town, cast: Cast, at: datetime, key: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        end_body(body=town.bodies[key], by=cast.actor("sun"), at=at)
    assert broken.value.code == "accounts.body_in_use"
