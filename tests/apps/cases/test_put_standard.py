"""Categories and standards are administered by dated rows; cases filed before keep their limits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gridward.audit.models import Entry
from gridward.cases.actions.standards import StandardText, change_category, close_standard, put_standard
from gridward.cases.models import Category, Standard
from gridward.core.errors import RuleBroken
from gridward.work import clock
from tests.apps.cases.scene import Scene, running

TEXT = StandardText("灯不亮", "The lamp is out", "灯亮了", "The lamp is on", 6, "work_hour")


def put(scene: Scene, days: int = 0, by: str = "sun", n: int = 1, text: StandardText = TEXT) -> Standard:
    with clock.standing_at(scene.now):
        return put_standard(category=scene.kinds["lamp"], n=n, text=text, valid_from=scene.day(days),
                            by=scene.cast.actor(by), at=scene.now)  # fmt: skip


def code_of(work: Callable[[], Any]) -> str:
    with pytest.raises(RuleBroken) as refused:
        work()
    return refused.value.code


def test_a_new_standard_closes_the_old_one_and_filed_cases_keep_theirs(scene: Scene) -> None:
    before, filed = scene.standard("lamp"), scene.brought_to("pending_dispatch")
    new = put(scene)
    before.refresh_from_db()
    assert (before.valid_to, before.retired_at, before.limit_value) == (scene.day(0), None, 4)
    dispatched = scene.make(filed, "dev", "dispatch")
    assert running(dispatched, "handle").amount_s == 4 * 3600
    case = scene.brought_to("pending_filing")
    given = {**scene.fields(case, "refuse"), "category": case.category_id, "duplicates_checked": True}
    assert scene.refusal(case, "cleo", "file", **given, filing_condition=before.pk) == "case.choice_unknown"
    case = scene.move(case, "cleo", "file", **given, filing_condition=new.pk)
    assert running(scene.make(case, "dev", "dispatch"), "handle").amount_s == 6 * 3600
    assert Entry.objects.filter(verb="cases.put_standard").count() == 1


def test_a_standard_of_a_later_day_is_not_filed_under_before_it(scene: Scene) -> None:
    new = put(scene, days=3)
    case = scene.brought_to("pending_filing")
    given = {"category": case.category_id, "duplicates_checked": True}
    assert scene.refusal(case, "cleo", "file", **given, filing_condition=new.pk) == "case.choice_unknown"
    old = Standard.objects.get(category=scene.kinds["lamp"], valid_to=scene.day(3))
    assert scene.move(case, "cleo", "file", **given, filing_condition=old.pk).state == "pending_dispatch"


def test_what_was_put_twice_on_one_day_holds_as_last_said(scene: Scene) -> None:
    put(scene)
    put(scene, text=replace(TEXT, limit_value=9))
    holds = Standard.objects.filter(category=scene.kinds["lamp"], retired_at__isnull=True, valid_to__isnull=True)
    assert [row.limit_value for row in holds] == [9]


def test_nothing_is_changed_for_the_past_and_nothing_ends_twice(scene: Scene) -> None:
    assert code_of(lambda: put(scene, days=-1)) == "case.standard_in_the_past"
    row, by = scene.standard("lamp"), scene.cast.actor("sun")
    close_standard(standard=row, on=scene.day(1), by=by, at=scene.now)
    assert code_of(lambda: close_standard(standard=row, on=scene.day(2), by=by, at=scene.now)) == "case.standard_closed"


@pytest.mark.parametrize("who", ["cleo", "zhao", "wen", "deng", "finn"])
def test_only_who_administers_the_district_changes_the_lists(
    scene: Scene, client_of: Callable[[str], Client], who: str
) -> None:
    assert code_of(lambda: put(scene, by=who)) == "accounts.not_administrator"
    changes = {"is_in_use": False}
    by, lamp = scene.cast.actor(who), scene.kinds["lamp"]
    assert code_of(lambda: change_category(category=lamp, changes=changes, by=by, at=scene.now)) == (
        "accounts.not_administrator"
    )
    assert client_of(who).get("/cases/categories/").status_code == 404
    assert client_of(who).post("/cases/categories/test/event/lamp/put/", {}).status_code == 404


def test_name_and_code_stay_and_a_body_of_another_district_is_refused(scene: Scene) -> None:
    by, lamp = scene.cast.actor("sun"), scene.kinds["lamp"]
    for changes in ({"code": "x"}, {"name_zh": "x"}, {"district": scene.town.other},
                    {"default_body": scene.town.other_body}):  # fmt: skip
        assert code_of(lambda c=changes: change_category(category=lamp, changes=c, by=by, at=scene.now)) == (  # type: ignore[misc]
            "case.choice_unknown"
        )
    changed = change_category(category=lamp, changes={"public_zh": "灯坏了"}, by=by, at=scene.now)
    assert Category.objects.get(pk=lamp.pk).public_zh == changed.public_zh == "灯坏了"


def test_the_pages_show_change_and_end_a_standard(scene: Scene, client_of: Callable[[str], Client]) -> None:
    client, address = client_of("sun"), "/cases/categories/test/event/lamp/"
    assert "路灯不亮" in client.get("/cases/categories/?q=路灯").content.decode()
    assert "路面塌陷" not in client.get("/cases/categories/?q=路灯").content.decode()
    shelf, unknown = client.get("/cases/categories/?group=help").content.decode(), "/cases/categories/?group=x&major=x"
    assert "路灯不亮" not in shelf and 'aria-current="page">求助服务' in shelf
    assert "路灯不亮" in client.get(unknown).content.decode(), "an unknown class is the first one"
    page = client.get(address + "?n=1")
    assert page.status_code == 200
    sent = {**{name: getattr(TEXT, name) for name in ("filing_zh", "filing_en", "closing_zh", "closing_en")},
            "n": "1", "limit_value": "6", "limit_unit": "work_hour",
            "valid_from": scene.day(0).isoformat()}  # fmt: skip
    assert client.post(address + "put/", {**sent, "make_safe_value": "2"}).status_code == 422
    assert client.post(address + "put/", {**sent, "valid_from": "2020-01-01"}).status_code == 422
    assert client.post(address + "put/", sent).status_code == 302
    assert Standard.objects.get(category=scene.kinds["lamp"], valid_to=None, retired_at=None).limit_value == 6
    scene.later(days=1)
    with clock.standing_at(scene.now):
        client_of("sun").post(address + "close/", {"n": "1"})
    ended = Standard.objects.get(category=scene.kinds["lamp"], limit_value=6)
    assert ended.valid_to == ended.valid_from + timedelta(days=1)
    assert client.post(address, {"public_zh": "路灯坏了", "is_in_use": "on"}).status_code == 302
    assert Category.objects.get(pk=scene.kinds["lamp"].pk).public_zh == "路灯坏了"
