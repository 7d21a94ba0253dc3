"""The ten guards of the state machine, each by name, through the real actions.

What they need beyond the actions is tested beside the rule: in ``tests/core/test_workflow_table.py`` (evidence,
counters, designation, requests) and ``tests/core/test_clocks.py``; here each is refused, or kept, by a case.
"""

from dataclasses import replace

import pytest

from gridward.cases.models import CaseStep
from tests.apps.cases.scene import Scene, clocks, steps
from tests.apps.cases.test_keep_clocks import local


def test_1_a_return_needs_a_reason_of_some_length(scene: Scene) -> None:
    case = scene.brought_to("pending_handle")
    assert scene.refusal(case, "deng", "return_task", reason="不管") == "case.text_too_short"
    assert scene.refusal(case, "deng", "return_task") == "case.evidence_missing"


def test_2_and_3_no_extension_after_lateness_and_no_third_one(scene: Scene) -> None:
    case, long = scene.brought_to("handling"), "还差一个零件没有到货"
    for _ in range(2):
        case = scene.make(scene.make(case, "deng", "ask_extension"), "dev", "grant_extension")
    assert scene.refusal(case, "deng", "ask_extension", reason=long) == "case.no_extension_left"
    late = scene.brought_to("handling")
    scene.now = local(4, 16, 1)
    assert scene.refusal(late, "deng", "ask_extension", reason=long) == "case.extension_after_late"


def test_4_a_suspended_case_cannot_be_finished(scene: Scene) -> None:
    case = scene.brought_to("handling")
    case = scene.make(scene.make(case, "deng", "ask_suspension"), "dev", "grant_suspension")
    assert scene.refusal(case, "ben", "finish", result="修好了吧") == "workflow.not_from_here"
    case = scene.make(scene.make(case, "deng", "resume"), "ben", "finish")
    assert case.state == "handled"


def test_5_who_handles_never_inspects_and_who_inspects_never_closes(scene: Scene) -> None:
    scene.person("two", "grid_worker", "committee_liuyin", f"grid:{scene.town.grids['liuyin_e'].pk}")
    case = scene.make(scene.brought_to("inspection"), "two", "inspect_pass")
    assert CaseStep.objects.filter(case=case, by=scene.cast["two"]).exists()
    as_chief = replace(scene.cast.actor("two"), role="duty_chief")
    given = scene.fields(case, "close")
    assert scene.refusal(case, as_chief, "close", **given) == "case.separation_of_duty"


def test_6_the_clock_of_a_body_that_returned_is_discarded_and_its_history_kept(scene: Scene) -> None:
    case = scene.brought_to("pending_handle")
    scene.later(hours=1)
    case = scene.make(case, "deng", "return_task")
    assert clocks(case)["handle"] == ["discarded"] and case.body is None
    assert steps(case)[-2:] == ["dispatch", "return_task"] and not case.is_late
    assert case.steps.get(verb="cases.return_task").body_id == scene.town.bodies["maintenance"].pk


def test_7_a_designated_case_cannot_be_returned(scene: Scene) -> None:
    case = scene.brought_to("pending_handle")
    for who, move in (("deng", "return_task"), ("dev", "redispatch"), ("deng", "return_task"), ("dev", "ask_ruling"),
                      ("zhao", "designate")):  # fmt: skip
        case = scene.make(case, who, move)
    assert scene.refusal(case, "deng", "return_task", reason="还是不归我们管这件事") == "case.designated"


def test_8_voiding_needs_two_persons(scene: Scene) -> None:
    case = scene.make(scene.report(), "zhao", "ask_void")
    assert scene.refusal(case, "zhao", "grant_void", reason="重复的一件，两人核过") == "case.separation_of_duty"
    chief = replace(scene.cast.actor("cai"), role="duty_chief")
    assert scene.make(case, chief, "grant_void").state == "void"


@pytest.mark.parametrize("without", ["closing_condition", "reply"])
def test_9_a_case_closes_only_with_its_condition_ticked_and_a_reply(scene: Scene, without: str) -> None:
    case = scene.brought_to("pending_close")
    given = {**scene.fields(case, "close"), without: ""}
    assert scene.refusal(case, "cai", "close", **given) == "case.evidence_missing"


def test_10_reopening_is_counted_and_keeps_the_number(scene: Scene) -> None:
    case = scene.brought_to("closed")
    number = case.number
    case = scene.make(case, "cleo", "reopen")
    assert (case.number, case.reopen_count, case.is_open, case.closed_at) == (number, 1, True, None)
    assert clocks(case)["total"] == ["met", "running"]
