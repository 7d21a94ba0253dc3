"""Notices of works and outages: who publishes, what they answer, when they end."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gridward.accounts.queries import held_roles, territory
from gridward.audit.models import Entry
from gridward.cases.actions.notices import Announced, Ground, end_notice, publish_notice
from gridward.cases.models import Category, WorksNotice
from gridward.cases.queries.notices import fitting, notices_for, notices_of_case
from gridward.core.errors import RuleBroken
from gridward.work import clock
from tests.apps.cases.scene import LIUYIN_E, LIUYIN_W, OUTSIDE, XINQIAO, Scene
from tests.apps.portal.conftest import door  # noqa: F401
from tests.apps.portal.door import AT, Door, fields_of


def told(scene: Scene, **changes: Any) -> Announced:
    given: dict[str, Any] = {
        "kind": "power", "place_zh": "柳荫巷", "text_zh": "换变压器，路灯停到晚上八点。", "from_at": scene.now,
        "to_at": scene.now + timedelta(hours=6), "category_ids": [scene.kinds["lamp"].pk],
    }  # fmt: skip
    return Announced(**{**given, **changes})


def publish(scene: Scene, name: str = "deng", ground: Ground | None = None, **changes: Any) -> WorksNotice:
    held = held_roles(scene.cast[name], scene.day(0))[0]
    with clock.standing_at(scene.now):
        return publish_notice(
            district=scene.town.district, told=told(scene, **changes), ground=ground or Ground((), LIUYIN_E, 200),
            seen=territory(held), by=scene.cast.actor(name), at=scene.now,
        )  # fmt: skip


def refused(scene: Scene, name: str = "deng", ground: Ground | None = None, **changes: Any) -> str:
    with pytest.raises(RuleBroken) as broken:
        publish(scene, name, ground, **changes)
    assert broken.value.sentence("zh") and broken.value.sentence("en") and not WorksNotice.objects.exists()
    return broken.value.code


def holds(scene: Scene, point: Any = LIUYIN_E, kind: str = "lamp", **later: float) -> bool:
    at = scene.now + timedelta(**later)
    return bool(notices_for(scene.town.district, point, scene.kinds[kind].pk, at))


def test_it_answers_inside_its_area_time_and_kinds_only(scene: Scene) -> None:
    case = scene.report()
    assert notices_of_case(case) == []
    notice = publish(scene)
    assert notice.body == scene.cast.bodies["deng"] and Entry.objects.filter(verb="cases.publish_notice").count() == 1
    assert holds(scene) and notices_of_case(case) == [notice]
    assert not holds(scene, XINQIAO) and not holds(scene, None) and not holds(scene, kind="meal")
    assert not holds(scene, hours=6) and holds(scene, hours=5) and not holds(scene, hours=-1)
    grids = publish(scene, "zhao", Ground([scene.town.grids["liuyin_w"].pk]))
    assert notices_for(scene.town.district, LIUYIN_W, scene.kinds["lamp"].pk, scene.now) == [grids]
    both = publish(scene, ground=Ground([scene.town.grids["liuyin_w"].pk], XINQIAO, 100), kind="works")
    assert holds(scene, XINQIAO) and both.area.valid
    assert [row.code for row in fitting(scene.town.district, "power")] == ["lamp"]


def test_who_may_publish_where_and_what_is_refused(scene: Scene) -> None:
    xinqiao = Ground((), XINQIAO, 100)
    assert refused(scene, "gao") == refused(scene, "cleo") == "notice.not_for_your_role"
    assert refused(scene, "hui", xinqiao) == "notice.not_your_ground"
    assert refused(scene, "hui", Ground([scene.town.grids["xinqiao_e"].pk])) == "notice.not_your_ground"
    assert refused(scene, ground=Ground()) == "notice.no_area"
    assert refused(scene, ground=Ground((), LIUYIN_E, 5000)) == "notice.radius"
    assert refused(scene, ground=Ground((), OUTSIDE, 100)) == "case.outside_district"
    hour = timedelta(hours=1)
    assert refused(scene, to_at=scene.now - hour, from_at=scene.now) == "notice.ends_before_it_begins"
    assert refused(scene, to_at=scene.now - hour, from_at=scene.now - 2 * hour) == "notice.over_already"
    assert refused(scene, to_at=scene.now + timedelta(days=181)) == "notice.too_long"
    theirs = Category.objects.create(district=scene.town.other, scheme="x", kind="event", code="1", name_zh="x")
    assert refused(scene, category_ids=[theirs.pk]) == refused(scene, category_ids=[]) == "case.choice_unknown"
    assert publish(scene, "hui").place_zh == "柳荫巷" and publish(scene, "deng", xinqiao)


def test_it_is_taken_down_by_its_body_or_the_centre_once(scene: Scene) -> None:
    notice = publish(scene, "hui")
    scene.later(hours=1)
    with clock.standing_at(scene.now):
        for name in ("deng", "cleo", "gao"):
            with pytest.raises(RuleBroken, match="taken down by the body"):
                end_notice(notice=notice, by=scene.cast.actor(name), at=scene.now)
        for _ in range(2):
            end_notice(notice=notice, by=scene.cast.actor("zhao"), at=scene.now)
        coming = publish(scene, "hui", from_at=scene.now + timedelta(days=1), to_at=scene.now + timedelta(days=2))
        end_notice(notice=coming, by=scene.cast.actor("hui"), at=scene.now)
    assert not holds(scene) and not holds(scene, hours=30)
    assert Entry.objects.filter(verb="cases.end_notice").count() == 2
    notice.refresh_from_db()
    assert notice.ended_at == notice.to_at == scene.now


def test_from_the_desk_to_the_resident_and_back_to_the_case(scene: Scene, client: Client, door: Door) -> None:  # noqa: F811
    """The department announces that the lamps are off; a resident reads it, another one reports all the same."""
    client.force_login(scene.cast["deng"])
    with clock.standing_at(scene.now):
        address = "/cases/notices/new/?kind=power"
        form = fields_of(client.get(address), address)
        assert form["categories"] == str(scene.kinds["lamp"].pk)
        form |= {"text_zh": "换变压器，路灯停到晚上。", "text_en": "Lamps are off till night.", "place_zh": "柳荫巷"}
        assert client.post(address, form).status_code == 422
        assert client.post(address, form | {"position": AT.format(*LIUYIN_E), "radius_m": "150"}).status_code == 302
        assert "柳荫巷" in client.get("/cases/notices/").content.decode()
        client.force_login(scene.cast["gao"])
        assert client.get("/cases/notices/new/").status_code == 403
        assert "take it down" not in client.get("/cases/notices/").content.decode()
    last = door.at_last_step().content.decode()
    assert "换变压器" in last and "/works/?answered=1" in last and "换变压器" not in door.at_last_step(
        kind="pothole").content.decode()  # fmt: skip
    assert "换变压器" in door.get("/works/", answered="1").content.decode()
    assert "柳荫巷" in door.get("/").content.decode()
    assert "换变压器" in door.get("/my-grid/", at=AT.format(*LIUYIN_E)).content.decode()
    case = door.report().case
    client.force_login(scene.cast["cleo"])
    with clock.standing_at(scene.now):
        assert "换变压器" in client.get(f"/cases/{case.number}/").content.decode()
        client.force_login(scene.cast["deng"])
        notice = WorksNotice.objects.get()
        assert client.post(f"/cases/notices/{notice.public_id}/end/").status_code == 302
    scene.later(minutes=1)
    assert "换变压器" not in door.at_last_step().content.decode() + door.get("/works/").content.decode()
