"""A complaint names the body that it is about before it goes on, and never comes into that body's hands."""

from collections.abc import Callable

import pytest
from django.test import Client

from gridward.cases.actions.naming import name_subject
from gridward.cases.models import Case
from gridward.core.errors import RuleBroken
from gridward.work import clock
from tests.apps.cases.scene import Scene, damage, steps


def test_what_becomes_a_complaint_names_its_subject_before_it_is_filed(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case, maintenance = scene.brought_to("pending_filing"), scene.town.bodies["maintenance"]
    given = {"category": scene.kinds["conduct"].pk, "filing_condition": scene.standard("conduct").pk,
             "duplicates_checked": True}  # fmt: skip
    assert scene.refusal(case, "cleo", "file", **given) == "case.complaint_without_subject"
    address = f"/cases/{case.number}/subject/"
    for body in ("centre", "nowhere", scene.town.other_body.code + "x"):
        client_of("cleo").post(address, {"body": body})
    assert client_of("deng").post(address, {"body": ""}).status_code == 404
    assert steps(case) == ["submit", "accept"] and Case.objects.get().complained_body is None
    assert client_of("cleo").post(address, {"body": maintenance.code}).status_code == 302
    case = scene.move(case, "cleo", "file", **given)
    assert scene.refusal(case, "dev", "dispatch", body=maintenance.pk) == "case.complaint_to_its_subject"
    page = client_of("dev").get(f"/cases/{case.number}/").content.decode()
    assert maintenance.name_zh in page and damage() == []


def test_nobody_knows_which_body_is_an_answer_too_and_a_body_at_work_is_not_named(scene: Scene) -> None:
    case, by = scene.report("conduct"), scene.cast.actor("cleo")
    scene.make(case, "cleo", "accept")
    with clock.standing_at(scene.now):
        name_subject(case=case, body_id=None, by=by, at=scene.now)
        case = scene.make(case, "cleo", "file")
        case = scene.make(case, "dev", "dispatch")
        with pytest.raises(RuleBroken) as refused:
            name_subject(case=case, body_id=scene.town.bodies["maintenance"].pk, by=by, at=scene.now)
        assert refused.value.code == "case.complaint_to_its_subject"
        case = scene.make(case, "deng", "return_task")
        case = name_subject(case=case, body_id=scene.town.bodies["maintenance"].pk, by=by, at=scene.now)
        with pytest.raises(RuleBroken) as refused:
            name_subject(case=case, body_id=None, by=scene.cast.actor("dev"), at=scene.now)
        assert refused.value.code == "case.release_not_yours"
    assert scene.refusal(case, "dev", "redispatch", **scene.fields(case, "redispatch")) == (
        "case.complaint_to_its_subject"
    )


def test_who_serves_the_subject_neither_handles_nor_checks_and_strangers_are_not_asked(scene: Scene) -> None:
    liuyin, civil = scene.town.bodies["committee_liuyin"], scene.town.bodies["civil_affairs"]
    scene.person("mo", "handler", "civil_affairs", f"body:{civil.pk}")
    scene.person("ren", "department", "civil_affairs", f"body:{civil.pk}")
    case = scene.brought_to("pending_dispatch", "conduct", complained_body_id=liuyin.pk)
    case = scene.move(case, "dev", "dispatch", body=civil.pk)
    case = scene.move(case, "ren", "accept_task", handler=scene.cast["mo"].pk)
    case = scene.make(scene.make(case, "mo", "finish"), "ren", "confirm")
    for who in ("eva", "gao", "ivy"):
        assert scene.refusal(case, "cleo", "ask_inspection", inspector=scene.cast[who].pk) == "case.choice_unknown"
    plain = scene.brought_to("feedback")
    assert scene.refusal(plain, "cleo", "ask_inspection", inspector=scene.cast["finn"].pk) == "case.choice_unknown"
