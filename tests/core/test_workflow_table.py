"""The table of the seven stages holds together, is immutable, and refuses what it must refuse."""

import re
from datetime import UTC, date, datetime, timedelta
from importlib import resources

import pytest

from gridward.core.errors import RuleBroken, catalogue
from gridward.core.workflow.facts import CaseFacts, Made, check_reply_by, check_review_on, check_suspension_until
from gridward.core.workflow.moves import check_evidence, check_guards, check_separation, clock_changes
from gridward.core.workflow.parse import DEFAULT, BadTableError, load, names, parse
from gridward.core.workflow.roles import NAMES, Role
from gridward.core.workflow.table import ClockEffect, ClockKind, MoveKind

TABLE = load()
TEXT = resources.files("gridward.core.workflow").joinpath("tables", f"{DEFAULT}.toml").read_text("utf-8")
PUBLISHED = {
    "seven_stages@1": "2e825b6c5f70380b18b95c8b4b4fa8e1119776828fd671688f081cb53f302c03",
    "seven_stages@2": "c58b4cc267549a7a313bb185742fed798fec6a566ae6ab0db762e74487eed824",
}


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(RuleBroken) as caught:
        call(*args, **kwargs)
    for language in ("zh", "en"):
        assert "{" not in caught.value.sentence(language)
    return caught.value.code


def test_a_published_table_never_changes():
    assert {name: load(name).sha256 for name in names()} == PUBLISHED


def test_every_role_has_a_name_in_both_languages():
    assert set(NAMES) == set(Role)
    assert all(role.zh and role.en for role in Role)


def test_there_are_seven_stages_in_the_order_of_the_paper():
    assert [stage.zh for stage in TABLE.stages] == [
        "信息采集", "案卷建立", "调度派遣", "案件处置", "处理反馈", "核实结案", "综合评价",
    ]  # fmt: skip
    assert {state.stage.number for state in TABLE.states.values()} == set(range(1, 8))


def test_the_reporter_never_reads_an_internal_state():
    for state in TABLE.states.values():
        assert state.public_zh and state.public_en
        assert "挂账" not in state.public_zh and "权属" not in state.public_zh
        assert set(re.findall(r"{(\w+)}", state.public_zh)) <= {"body", "until"}
        assert set(re.findall(r"{(\w+)}", state.public_zh)) == set(re.findall(r"{(\w+)}", state.public_en))


def test_the_main_road_leads_through_all_seven_stages():
    road = [
        ("submit", "resident", "reported"), ("accept", "acceptor", "pending_filing"),
        ("file", "acceptor", "pending_dispatch"), ("dispatch", "dispatcher", "pending_handle"),
        ("accept_task", "department", "handling"), ("finish", "handler", "handled"),
        ("confirm", "department", "feedback"), ("ask_inspection", "acceptor", "inspection"),
        ("inspect_pass", "grid_worker", "pending_close"), ("close", "acceptor", "closed"),
        ("rate", "resident", "evaluated"),
    ]  # fmt: skip
    here, stages = "", []
    for move, role, target in road:
        state = TABLE.next_state(here, move, role)
        assert state.code == target
        stages.append(state.stage.number)
        here = state.code
    assert sorted(stages) == stages and set(stages) == set(range(1, 8))


@pytest.mark.parametrize("returned_to", ["reported", "inspection"])
def test_a_suspended_case_cannot_be_finished_or_sent_anywhere(returned_to):
    assert refusal(TABLE.next_state, "suspended", "finish", "handler") == "workflow.not_from_here"
    assert returned_to not in [
        t for m in TABLE.moves_from("suspended") for t in m.targets.values() if m.code == "resume"
    ]
    assert TABLE.next_state("suspended", "resume", "system").code == "handling"


def test_a_role_that_the_table_does_not_name_is_refused():
    assert refusal(TABLE.next_state, "pending_close", "close", "handler") == "workflow.not_your_role"
    assert refusal(TABLE.next_state, "pending_close", "close", "sysadmin") == "workflow.not_your_role"


def test_unknown_words_are_refused():
    assert refusal(TABLE.next_state, "reported", "fly", "acceptor") == "workflow.unknown_move"
    assert refusal(TABLE.next_state, "nowhere", "accept", "acceptor") == "workflow.unknown_state"


@pytest.mark.parametrize(
    "move",
    [
        "return_task",
        "return_to_acceptor",
        "handler_return",
        "reject_result",
        "inspect_fail",
        "inspect_unable",
    ],
)
def test_a_return_needs_a_reason_of_some_length(move):
    assert refusal(check_evidence, TABLE, move, {}) == "case.evidence_missing"
    assert refusal(check_evidence, TABLE, move, {"reason": "   "}) == "case.evidence_missing"
    assert refusal(check_evidence, TABLE, move, {"reason": "不归我管"}) == "case.text_too_short"
    check_evidence(TABLE, move, {"reason": "该路段由市政负责"})


def test_a_case_closes_only_with_a_condition_ticked_and_a_reply():
    assert refusal(check_evidence, TABLE, "close", {"reply": "已经修好，谢谢您。"}) == "case.evidence_missing"
    assert refusal(check_evidence, TABLE, "close", {"closing_condition": "a", "reply": ""}) == "case.evidence_missing"
    assert refusal(check_evidence, TABLE, "close", {"closing_condition": False, "reply": "已经修好，谢谢您。"})
    check_evidence(TABLE, "close", {"closing_condition": "a", "reply": "已经修好，谢谢您。"})
    for move in TABLE.duties["closes"]:
        assert "reply" in TABLE.moves[move].needs


def test_a_photo_is_asked_only_where_the_category_asks():
    check_evidence(TABLE, "finish", {"result": "井盖已复位"})
    given = {"result": "井盖已复位", "after_photo": []}
    assert refusal(check_evidence, TABLE, "finish", given, asked={"after_photo"}) == "case.evidence_missing"


def test_a_designated_case_cannot_be_returned():
    assert (
        refusal(check_guards, TABLE, "return_task", CaseFacts("pending_handle", is_designated=True))
        == "case.designated"
    )
    check_guards(TABLE, "return_task", CaseFacts("pending_handle"))


def test_a_case_returned_twice_can_only_be_ruled_on():
    twice, once = CaseFacts("returned", return_count=2), CaseFacts("returned", return_count=1)
    assert refusal(check_guards, TABLE, "redispatch", twice) == "case.needs_ruling"
    assert refusal(check_guards, TABLE, "dispatch", twice) == "case.needs_ruling"
    assert refusal(check_guards, TABLE, "ask_ruling", once) == "case.too_early_for_ruling"
    check_guards(TABLE, "ask_ruling", twice)
    check_guards(TABLE, "redispatch", once)


def test_a_third_extension_is_refused():
    asked = CaseFacts("handling", extension_count=2, open_requests=frozenset({"extend"}))
    assert refusal(check_guards, TABLE, "grant_extension", asked) == "case.no_extension_left"
    assert refusal(check_guards, TABLE, "ask_extension", CaseFacts("handling", extension_count=2))


def test_a_case_is_suspended_once_in_a_handling():
    again = CaseFacts("handling", suspended_in_this_handling=True)
    assert refusal(check_guards, TABLE, "ask_suspension", again) == "case.suspended_before"


def test_a_suspension_ends_after_today_and_within_a_year():
    today = date(2026, 3, 4)
    check_suspension_until(date(2026, 3, 5), today)
    check_suspension_until(date(2027, 3, 4), today)
    assert refusal(check_suspension_until, date(2027, 3, 5), today) == "case.suspension_too_long"
    assert refusal(check_suspension_until, today, today) == "case.suspension_not_ahead"


def test_a_decision_needs_a_request_and_a_request_is_asked_once():
    assert refusal(check_guards, TABLE, "grant_void", CaseFacts("reported")) == "case.nothing_asked"
    waiting = CaseFacts("reported", open_requests=frozenset({"void"}))
    assert refusal(check_guards, TABLE, "ask_void", waiting) == "case.already_asked"


def test_voiding_takes_two_persons():
    history = (Made("ask_void", "chief"),)
    assert refusal(check_separation, TABLE, "grant_void", "chief", history) == "case.separation_of_duty"
    check_separation(TABLE, "grant_void", "other", history)


def test_an_appeal_needs_lateness_and_is_made_once():
    assert refusal(check_guards, TABLE, "ask_appeal", CaseFacts("closed")) == "case.not_late"
    assert refusal(check_guards, TABLE, "ask_appeal", CaseFacts("closed", is_late=True, appealed=True))
    check_guards(TABLE, "ask_appeal", CaseFacts("closed", is_late=True))


def test_reopening_counts_and_goes_back_to_the_same_body():
    for state in ("closed", "evaluated", "forced_closed"):
        assert TABLE.next_state(state, "reopen", "acceptor").code == "rework"
        assert TABLE.next_state(state, "reopen_unsolved", "resident").code == "rework"
    assert TABLE.next_state("closed_unresolved", "take_up_again", "acceptor").code == "pending_dispatch"
    for move in ("reopen", "reopen_unsolved", "take_up_again"):
        assert "reopen_count" in TABLE.moves[move].counts
    assert "rework_count" not in TABLE.moves["take_up_again"].counts
    assert "body" not in TABLE.moves["redo"].needs


def test_a_rating_leaves_every_other_end_but_closed_where_it_is():
    for move, role in (("rate", "resident"), ("revisit", "hotline_operator")):
        ends = {state: TABLE.next_state(state, move, role).code for state in TABLE.moves[move].targets}
        assert ends.pop("closed") == "evaluated" and all(state == after for state, after in ends.items()) and ends


def test_one_outcome_is_rated_once_and_a_reopened_one_anew():
    rated = CaseFacts("forced_closed", history=(Made("force_close", 1), Made("rate", None)))
    assert refusal(check_guards, TABLE, "revisit", rated) == "case.rated_before"
    check_guards(TABLE, "revisit", CaseFacts("closed", history=(*rated.history, Made("reopen", 1), Made("close", 2))))


def test_what_is_not_solved_is_reopened_within_thirty_days():
    closed = datetime(2026, 3, 4, 10, tzinfo=UTC)
    facts = CaseFacts("closed", was_dispatched=True, closed_at=closed, now=closed + timedelta(days=30))
    check_guards(TABLE, "reopen_unsolved", facts)
    late = facts._replace(now=facts.now + timedelta(seconds=1))
    assert refusal(check_guards, TABLE, "reopen_unsolved", late) == "case.reopening_over"


def test_days_to_look_again_and_to_reply_by_lie_ahead():
    today = date(2026, 3, 4)
    assert refusal(check_review_on, today, today) == "case.review_not_ahead"
    assert refusal(check_review_on, today + timedelta(days=366), today) == "case.review_too_far"
    check_review_on(today + timedelta(days=365), today)
    assert refusal(check_reply_by, today - timedelta(days=1), today) == "case.reply_by_in_past"
    check_reply_by(today, today)
    for move in ("lift_supervision", "reply_supervision"):
        assert refusal(check_guards, TABLE, move, CaseFacts("handling")) == "case.not_supervised"


def test_flags_are_possible_wherever_a_case_is_open_and_nowhere_else():
    open_states = {code for code, state in TABLE.states.items() if not state.is_final}
    for move in TABLE.moves.values():
        if move.kind is MoveKind.FLAG:
            assert set(move.targets) == open_states
            assert all(a == b for a, b in move.targets.items())


def changes(state, move):
    return [(c.kind.value, c.effect.value, c.limit) for c in clock_changes(TABLE, state, move)]


def test_a_return_discards_the_handle_clock():
    assert ("handle", "discard", "") in changes("pending_handle", "return_task")
    assert ("stage", "open", "dispatch") in changes("pending_handle", "return_task")


def test_a_pause_stops_handle_and_total_but_not_making_safe():
    clocks = TABLE.moves["grant_suspension"].clocks
    assert clocks == {ClockKind.HANDLE: ClockEffect.PAUSE, ClockKind.TOTAL: ClockEffect.PAUSE}


def test_the_accept_clock_goes_on_until_filing():
    assert changes("", "submit") == [("stage", "open", "accept")]
    assert changes("reported", "accept") == []
    assert changes("pending_filing", "file") == [
        ("stage", "stop", ""), ("stage", "open", "dispatch"), ("total", "ensure", ""),
    ]  # fmt: skip
    assert changes("returned", "ask_ruling")[:2] == [("stage", "stop", ""), ("stage", "open", "dispatch")]
    assert changes("inspection", "remind") == []


def test_requests_lapse_where_nobody_can_decide_them():
    assert TABLE.requests_open_in("handling") == {"extend", "suspend"}
    assert TABLE.requests_open_in("feedback") == set()


def broken(before: str, after: str) -> str:
    assert before in TEXT
    with pytest.raises(BadTableError) as caught:
        parse(TEXT.replace(before, after, 1))
    return str(caught.value)


def test_a_table_with_a_fault_is_refused_with_its_name():
    assert "unreadable" in broken('stage = 1\nzh = "已上报"', 'stage = 9\nzh = "已上报"')
    assert "unknown stage limit" in broken('stage_limit = "accept"', 'stage_limit = "soon"')
    assert "unknown guard" in broken('guards = ["not_designated"]', 'guards = ["sunny"]')
    assert "unknown field" in broken('needs = ["handler"]', 'needs = ["hat"]')
    assert "unknown move" in broken('differs_from = ["ask_void"]', 'differs_from = ["ask_void", "fly"]')
    assert "unknown target" in broken('to = "pending_close"', 'to = "nowhere"')
    assert "who asks could also decide" in broken('differs_from = ["ask_void"]', "differs_from = []")
    assert "is not a valid Role" in broken('roles = ["handler"]', 'roles = ["worker"]')
    assert "never reached" in broken('to = "disputed"', 'to = "returned"')
    assert "never leads to an end" in broken('from = ["suspended"]\nto = "handling"', 'from = ["handling"]\nto = ""')
    assert "starts twice" in broken('from = ["pending_handle"]', 'from = ["pending_handle", "pending_handle"]')
    assert "handle is open" in broken('clocks = { handle = "stop" }', "clocks = {}")
    assert "open twice" in broken('clocks = { total = "ensure" }', 'clocks = { total = "open" }')
    assert "total should be open" in broken('clocks = { total = "open" }', "clocks = {}")
    assert "could be asked where it cannot be decided" in broken(
        'from = ["handling", "handled", "pending_handle"]', 'from = ["handled", "pending_handle"]'
    )


def test_every_refusal_raised_here_is_in_the_catalogue_and_none_of_ours_is_unused():
    folders = (resources.files("gridward.core.workflow"), resources.files("gridward.core.calendar"))
    files = [path for folder in folders for path in folder.iterdir() if path.name.endswith(".py")]
    source = "".join(path.read_text("utf-8") for path in files)
    raised = set(re.findall(r'"((?:workflow|case|clock)\.\w+)"', source))
    assert raised <= set(catalogue())
    assert {code for code in catalogue() if code.startswith(("workflow.", "clock."))} <= raised
    assert all(catalogue()[code].zh and catalogue()[code].en for code in raised)
