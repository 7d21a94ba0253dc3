"""交接班: what stands open is signed by who goes and by who comes; promises made by phone come with it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from gridward.cases.actions.contacts import Reporter
from gridward.cases.actions.phoning import remind_by_phone
from gridward.cases.models import Case, Handover, PhoneReminder
from gridward.core.errors import RuleBroken
from gridward.duties.models import Shift
from gridward.work import clock
from tests.apps.cases.scene import Scene, damage, steps

SHIFT = "/handover/"
LOCAL = "%Y-%m-%dT%H:%M"


def phoned(scene: Scene, client: Client, case: Case, **more: Any) -> Any:
    until = (scene.now + timedelta(hours=3)).astimezone(ZoneInfo("Asia/Shanghai")).strftime(LOCAL)
    given = {"body": scene.town.bodies["maintenance"].pk, "post": "duty_room", "was_reached": "yes",
             "promised": "下午三点前派人去", "promised_by": until}  # fmt: skip
    return client.post(f"/cases/{case.number}/phoned/", given | more)


def refused(work: Callable[..., Any], **given: Any) -> str:
    with pytest.raises(RuleBroken) as broken:
        work(**given)
    return broken.value.code


def test_a_shift_is_given_and_taken_by_two_people_and_kept_as_it_was(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    hole, lamp, told = (
        scene.brought_to("handling", "pothole"),
        scene.brought_to("handling"),
        scene.brought_to("feedback"),
    )
    waits = scene.brought_to("feedback", reporter=Reporter("安丽华", "13800000001", "", "phone"))
    scene.later(hours=7)
    dev, zhao = client_of("dev"), client_of("zhao")
    with clock.standing_at(scene.now):
        assert phoned(scene, zhao, lamp).status_code == 302
        now = zhao.get(SHIFT).content.decode()
        assert all(case.number in now for case in (hole, lamp, waits)) and "下午三点前派人去" in now
        assert now.count(waits.number) > now.count(told.number)
        given = zhao.post(SHIFT, {"notes": "柳荫巷今晚停水，来电请说明"})
        page = given.headers["Location"]
        assert zhao.post(SHIFT, {"notes": ""}).status_code == 422, "one waits already"
        assert zhao.post(page, {"note": ""}).status_code == 422, "nobody takes over from themselves"
    scene.later(minutes=20)
    scene.make(hole, "ben", "finish")
    with clock.standing_at(scene.now):
        read = dev.get(page).content.decode()
        assert hole.number in read and "处置中" in read and "今晚停水" in read
        assert dev.post(page, {"note": "已看"}).status_code == 302
        assert dev.post(page, {"note": ""}).status_code == 422 and Handover.objects.count() == 1
        printed = zhao.get(f"{page}print/").content.decode()
        assert "赵启明" in printed and "戴伟" in printed and hole.number in printed and "下午三点前派人去" in printed
        for name in ("cleo", "deng", "wen", "finn"):
            assert client_of(name).get(SHIFT).status_code == client_of(name).get(page).status_code == 404
    row = Handover.objects.get()
    assert (row.given_by, row.taken_by) == (scene.cast["zhao"], scene.cast["dev"]) and row.taken_note == "已看"
    assert "13800000001" not in str(row.told) and "安丽华" not in str(row.told)


def test_what_was_given_may_be_taken_back_until_somebody_takes_it(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    dev, zhao = client_of("dev"), client_of("zhao")
    page = dev.post(SHIFT, {"notes": "写错了"}).headers["Location"]
    assert zhao.post(f"{page}withdraw/").status_code == 403
    assert dev.post(f"{page}withdraw/").status_code == 302 and zhao.post(page, {"note": ""}).status_code == 422
    again = dev.post(SHIFT, {"notes": ""}).headers["Location"]
    assert again != page and zhao.post(again, {"note": ""}).status_code == 302
    assert page in zhao.get(SHIFT).content.decode(), "it stays in the list"


def test_a_promise_by_phone_stands_with_the_case_and_follows_it_until_the_work_is_done(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case, dev = scene.brought_to("handling"), client_of("dev")
    scene.later(minutes=5)
    with clock.standing_at(scene.now):
        assert phoned(scene, dev, case, promised="").status_code == 422, "until when, but not what"
        assert phoned(scene, dev, case, promised_by="2026-03-04T01:00").status_code == 422, "in the past"
        assert phoned(scene, dev, case).status_code == 302
        shown = dev.get(f"/cases/{case.number}/").content.decode()
        assert steps(case)[-1] == "remind_by_phone" and "下午三点前派人去" in shown
        assert "下午三点前派人去" in dev.get(SHIFT).content.decode()
    with clock.standing_at(scene.later(hours=4)):
        assert "承诺的时间已过" in dev.get(SHIFT).content.decode()
    scene.make(scene.make(case, "ben", "finish"), "deng", "confirm")
    with clock.standing_at(scene.now):
        assert "下午三点前派人去" not in dev.get(SHIFT).content.decode()
    given: dict[str, Any] = {"case": case, "body": scene.town.bodies["maintenance"], "post": "desk",
                             "was_reached": True, "at": scene.now}  # fmt: skip
    assert refused(remind_by_phone, by=scene.cast.actor("deng"), **given) == "case.remind_not_yours"
    about = scene.report("conduct", complained_body_id=scene.town.bodies["maintenance"].pk)
    with clock.standing_at(scene.now):
        code = refused(remind_by_phone, by=scene.cast.actor("dev"), **(given | {"case": about}))
    assert code == "case.complaint_to_its_subject"
    assert PhoneReminder.objects.count() == 1 and damage() == []


def test_the_phone_book_says_who_is_there_at_an_hour(
    scene: Scene, client_of: Callable[[str], Client], at: datetime
) -> None:
    body = scene.town.bodies["maintenance"]
    type(body).objects.filter(pk=body.pk).update(duty_phone="0000-665501")
    Shift.objects.create(
        district=scene.town.district, body=body, name_zh="夜班", name_en="Night", weekdays="1111111",
        starts_at="20:00", ends_at="06:00", follows_calendar=False, is_duty_roster=True, valid_from=at.date(),
        recorded_at=at,
    )  # fmt: skip
    deng = client_of("deng")
    day = deng.get("/phones/", {"q": "665501"}).content.decode()
    night = deng.get("/phones/", {"q": "665501", "at": "2026-03-05T02:00"}).content.decode()
    assert "0000-665501" in day and "不在班" in day and "03-04 20:00" in day
    assert "夜班" in night and "03-05 06:00" in night and "不在班" not in night
    assert "没有单位" in deng.get("/phones/", {"q": "没有这个名字"}).content.decode()
    assert deng.get("/phones/", {"at": "9999-99-99"}).status_code == 200
