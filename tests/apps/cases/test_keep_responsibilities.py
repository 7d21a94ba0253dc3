"""权责清单: kept line by line or by a sheet, quoted where somebody decides whose a case is, a source of rules."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from gridward.audit.models import Entry
from gridward.cases.actions.responsibilities import Answer, end_responsibility, propose_rules, put_responsibility
from gridward.cases.models import Category, Responsibility, RoutingRule
from gridward.cases.queries.responsibilities import said_of
from gridward.cases.queries.routing import major_key
from gridward.core.dispatch.responsibility import Line, proposals, responsible
from gridward.core.dispatch.rules import Matter, Target
from gridward.core.errors import RuleBroken
from gridward.work import clock
from tests.apps.cases.scene import Scene

LIST, SHEET = "/cases/responsibilities/", "/cases/responsibilities/import/"
HEAD = "事项,街道,地点类型,责任单位,协办单位,依据,起始日期,截止日期"


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as caught:
        work()
    assert caught.value.sentence("zh") and caught.value.sentence("en")
    return caught.value.code


def put(scene: Scene, matter: str, body: str, *helping: str, by: str = "zhao", **changes: Any) -> Responsibility:
    bodies = scene.town.bodies
    answer = Answer(bodies[body], "", tuple(bodies[one] for one in helping), "市政设施管理办法第五条")
    given = {"subdistrict": None, "place": "", "valid_from": scene.day(0), **changes}
    with clock.standing_at(scene.now):
        return put_responsibility(
            district=scene.town.district, matter=matter, answer=answer, by=scene.cast.actor(by), at=scene.now, **given
        ).row  # fmt: skip


def sheet(client: Client, *lines: str, name: str = "清单.csv") -> Any:
    content = "\n".join((HEAD, *lines)).encode("utf-8-sig")
    return client.post(SHEET, {"file": SimpleUploadedFile(name, content)})


def test_the_narrowest_line_is_quoted_where_a_case_is_sent_or_given_back(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    Category.objects.filter(district=scene.town.district).update(major_zh="照明", major_en="Lighting")
    lamp = Category.objects.get(pk=scene.kinds["lamp"].pk)
    put(scene, major_key(lamp), "civil_affairs")
    put(scene, str(lamp.pk), "sanitation")
    here = put(scene, str(lamp.pk), "maintenance", "sanitation", subdistrict=scene.town.divisions["liuan"])
    case = scene.brought_to("pending_handle")
    said = said_of(case, scene.day(0))
    assert said is not None and (said.row, said.body) == (here, scene.town.bodies["maintenance"])
    assert said.assistants == (scene.town.bodies["sanitation"],)
    dialog = client_of("deng").get(f"/cases/{case.number}/moves/return_task/").content.decode()
    assert "市政设施管理办法第五条" in dialog and "环境卫生管理处" in dialog
    assert "清单写的就是本单位" in dialog
    waiting = scene.brought_to("pending_dispatch", position=(114.0075, 28.205))
    form = client_of("dev").get(f"/cases/{waiting.number}/moves/dispatch/")
    assert form.context["listed"].body == scene.town.bodies["sanitation"], "there the line of the whole district holds"
    litter = scene.brought_to("pending_dispatch", "litter")
    assert said_of(litter, scene.day(0)).body == scene.town.bodies["civil_affairs"]  # type: ignore[union-attr]
    with clock.standing_at(scene.now):
        end_responsibility(row=here, by=scene.cast.actor("sun"), at=scene.now)
        assert refused(lambda: end_responsibility(row=here, by=scene.cast.actor("sun"), at=scene.now)) == (
            "responsibility.ended_already"
        )
    assert said_of(case, scene.day(0)).body == scene.town.bodies["sanitation"]  # type: ignore[union-attr]
    put(scene, str(scene.kinds["conduct"].pk), "civil_affairs")
    about = scene.report("conduct", complained_body_id=scene.town.bodies["civil_affairs"].pk)
    assert said_of(about, scene.day(0)) is None, "never the subject of a complaint"


def test_what_changed_is_a_new_line_and_the_old_one_is_history(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    key = str(scene.kinds["lamp"].pk)
    first = put(scene, key, "maintenance", valid_from=scene.day(-30))
    assert put(scene, key, "maintenance") == first, "the same again changes nothing"
    second = put(scene, key, "sanitation")
    first.refresh_from_db()
    assert (first.valid_to, first.retired_at, second.valid_to) == (scene.day(0), None, None)
    third = put(scene, key, "civil_affairs")
    second.refresh_from_db()
    assert second.retired_at is not None and third.pk, "corrected on its first day"
    assert Entry.objects.filter(verb="cases.put_responsibility").count() == 3
    page = client_of("lin").get(LIST).content.decode()
    assert "民政局" in page and "市政设施维护处" not in page and f"{LIST}{third.pk}/end/" not in page
    assert "市政设施维护处" in client_of("zhao").get(f"{LIST}?history=1").content.decode()
    assert refused(lambda: put(scene, key, "sanitation", by="dev")) == "responsibility.not_keeper"
    assert refused(lambda: put(scene, "0", "sanitation")) == "responsibility.matter_unknown"
    assert refused(lambda: put(scene, key, "sanitation", "sanitation")) == "responsibility.assistants"
    assert refused(lambda: put(scene, key, "sanitation", valid_to=scene.day(0))) == "responsibility.ends_before"
    assert refused(lambda: put(scene, key, "centre")) == "case.choice_unknown"
    form = {"matter": key, "body": scene.town.bodies["maintenance"].pk, "valid_from": scene.day(1).isoformat()}
    assert client_of("zhao").post(f"{LIST}new/", {**form, "body": ""}).status_code == 422
    assert client_of("zhao").post(f"{LIST}new/", form).status_code == 302


def test_a_sheet_is_tried_imported_and_taken_back(scene: Scene, client_of: Callable[[str], Client]) -> None:
    zhao, before = client_of("zhao"), put(scene, str(scene.kinds["lamp"].pk), "civil_affairs", valid_from=scene.day(-9))
    day = scene.day(0).isoformat()
    good = (f"路灯不亮,柳岸街道,,市政设施维护处,环境卫生管理处、柳岸街道办事处,办法第三条,{day},",
            f"lamp,,,属地街道,,,{day},", f"暴露垃圾,,道路,环境卫生管理处,,,{day},2099-01-01")  # fmt: skip
    wrong = sheet(zhao, *good, "没有这类,,,市政设施维护处,,,,", "助餐,,水面,没有这家,,,不是日子,", good[0])
    told = wrong.content.decode()
    assert wrong.context["wrong"] == 4 and Responsibility.objects.count() == 1 and not wrong.context["token"]
    assert "没有这类" in told and "没有这家" in told and "不是日子" in told
    tried = sheet(zhao, *good)
    assert tried.context["wrong"] == 0 and Responsibility.objects.count() == 1
    assert client_of("dev").get(SHEET).status_code == 404
    assert zhao.post(f"{SHEET}apply/", {"sheet": tried.context["token"]}).status_code == 302
    assert Responsibility.objects.filter(retired_at=None).count() == 4
    before.refresh_from_db()
    assert before.valid_to == scene.day(0)
    assert sheet(zhao, *good).context["tried"].outcomes[0].what == "已经这样"
    book, stream = Workbook(), io.BytesIO()
    book.active.append(["matter", "body"])
    book.active.append(["meal", "civil-affairs"])
    book.save(stream)
    assert zhao.post(SHEET, {"file": SimpleUploadedFile("l.xlsx", stream.getvalue())}).context["wrong"] == 0
    assert zhao.post(SHEET, {"file": SimpleUploadedFile("l.csv", b"\x00\x01")}).status_code == 422
    [batch] = zhao.get(SHEET).context["batches"]
    assert zhao.post(f"{SHEET}{batch.pk}/undo/").status_code == 302
    before.refresh_from_db()
    assert before.valid_to is None and Responsibility.objects.filter(retired_at=None).get() == before


def test_routing_rules_are_proposed_from_the_list_and_never_twice(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    lamp, litter = str(scene.kinds["lamp"].pk), str(scene.kinds["litter"].pk)
    with clock.standing_at(scene.now):
        by = {"district": scene.town.district, "by": scene.cast.actor("dev"), "at": scene.now}
        assert refused(lambda: propose_rules(**by)) == "responsibility.empty"
    put(scene, lamp, "maintenance")
    put(scene, litter, "maintenance")
    put(scene, lamp, "sanitation", subdistrict=scene.town.divisions["qiaodong"])
    assert client_of("hui").post(f"{LIST}propose/").status_code == 404
    assert client_of("dev").post(f"{LIST}propose/").status_code == 302
    rows = list(RoutingRule.objects.order_by("position"))
    assert [row.body for row in rows] == [scene.town.bodies["sanitation"], scene.town.bodies["maintenance"]]
    assert rows[1].conditions == {"categories": sorted([lamp, litter])}, "one rule for one body"
    assert "市政设施管理办法第五条" in rows[0].reason
    with clock.standing_at(scene.now):
        again = propose_rules(**by)
    assert (again.added, again.there, RoutingRule.objects.count()) == (0, 2, 2)


def test_narrow_lines_come_first_and_a_body_that_is_not_there_is_passed_over() -> None:
    wide, narrow = Line(1, "a", False, "", "", Target(7)), Line(2, "a", False, "s", "road", Target(8))
    whole = Line(3, "m", True, "", "", Target(None, "subdistrict_office"))
    matter = Matter("help", frozenset({"a", "m"}), "s", "c", "g", "road", "phone", False, 0, True)
    lines = [whole, wide, narrow]
    found = [responsible(lines, matter, lambda t, gone=gone: None if t.body in gone else t.body or 9)  # type: ignore[misc]
             for gone in ((), (8,), (7, 8))]  # fmt: skip
    assert [(line.id, body) for line, body in (one for one in found if one)] == [(2, 8), (1, 7), (3, 9)]
    assert [one.target for one in proposals(lines)] == [narrow.target, wide.target, whole.target]
