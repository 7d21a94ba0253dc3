"""Every move of the table: who may, who may not, twice, second, late, at the same moment."""

import uuid
from datetime import timedelta

import pytest

from gridward.cases.actions.moving import move_case
from gridward.cases.models import Attachment, Case, CaseRequest, CaseStep, Rating
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import MoveKind
from gridward.work.models import Delivery
from tests.apps.cases.scene import RESIDENT, XINQIAO, Scene, build_kinds, photo, steps
from tests.cast import build_cast
from tests.sessions import TwoSessions
from tests.town import build_town

TABLE = load()
LONG = "理由写得足够长，大家都看得懂。"


def test_a_case_goes_the_whole_road(scene: Scene) -> None:
    case = scene.brought_to("closed")
    assert steps(case) == ["submit", *(move for _, _, move in Scene.ROAD)]
    assert (case.is_open, case.closed_at, case.duty_grid, case.handler) == (False, scene.now, None, scene.cast["ben"])
    assert case.filed_at and case.dispatched_at and case.feedback_at


# Roads to a state that has no place on the main road: where from, then who makes which moves.
SIDE_ROADS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "verification": ("reported", (("cleo", "ask_verification"),)),
    "returned": ("pending_handle", (("deng", "return_task"),)),
    "disputed": ("pending_handle", (("deng", "return_task"), ("dev", "redispatch"), ("deng", "return_task"),
                                    ("dev", "ask_ruling"))),
    "suspended": ("handling", (("deng", "ask_suspension"), ("dev", "grant_suspension"))),
    "rework": ("inspection", (("eva", "inspect_fail"),)),
}  # fmt: skip
WHO = {
    "acceptor": "cai", "duty_chief": "zhao", "dispatcher": "dev", "department": "deng", "handler": "ben",
    "grid_worker": "gao", "community_secretary": "lin", "subdistrict_leader": "hui", "district_director": "wen",
}  # fmt: skip


def brought(scene: Scene, state: str, kind: str = "lamp") -> Case:
    start, more = SIDE_ROADS.get(state, (state, ()))
    case = scene.brought_to(start, kind)
    for who, move in more:
        case = scene.make(case, who, move)
    assert case.state == state
    return case


OPEN = [s.code for s in TABLE.states.values() if not s.is_final]


@pytest.mark.parametrize("state", OPEN)
def test_whoever_has_no_part_in_a_move_is_refused_it(scene: Scene, state: str) -> None:
    case = brought(scene, state)
    outsider = Actor(scene.cast["ivy"].pk, "auditor", scene.town.bodies["centre"].pk, 7)
    moves = [move for move in TABLE.moves.values() if state in move.targets and move.code != TABLE.start]
    assert moves
    for move in moves:
        assert scene.refusal(case, outsider, move.code, **scene.fields(case, move.code)) == "workflow.not_your_role"


@pytest.mark.parametrize("state", OPEN)
def test_a_move_that_does_not_begin_here_is_refused(scene: Scene, state: str) -> None:
    case = brought(scene, state)
    chief = scene.cast.actor("zhao")
    for move in TABLE.moves.values():
        if state not in move.targets and move.code != TABLE.start and "duty_chief" in move.roles:
            assert scene.refusal(case, chief, move.code) == "workflow.not_from_here"


@pytest.mark.parametrize("state", OPEN)
def test_every_move_that_begins_here_leads_where_the_table_says(scene: Scene, state: str) -> None:
    for move in TABLE.moves.values():
        if state not in move.targets or move.kind is not MoveKind.MOVE or move.code == TABLE.start:
            continue
        role = next((WHO[r] for r in WHO if r in move.roles), None)
        if role is None or move.code in ("merge", "reopen"):
            continue
        case = brought(scene, state, "litter" if move.code in ("self_handle", "desk_inspect_pass") else "lamp")
        try:
            moved = scene.make(case, role, move.code)
        except RuleBroken as refused:
            assert refused.code in ("case.too_early_for_ruling", "case.nothing_to_make_safe")
            continue
        assert moved.state == (move.targets[state] or state), move.code
        assert moved.stage == TABLE.state(moved.state).stage.number


def test_a_move_needs_its_fields(scene: Scene) -> None:
    case = scene.brought_to("pending_filing")
    given = scene.fields(case, "file")
    for field in given:
        assert scene.refusal(case, "cleo", "file", **{**given, field: None}) == "case.evidence_missing"
    assert scene.refusal(scene.report(), "cleo", "refuse", reason="短", destination="民政局") == "case.text_too_short"


def test_the_same_action_sent_twice_is_done_once(scene: Scene) -> None:
    case, sent = scene.report(), uuid.uuid4()
    for _ in range(2):
        assert scene.move(case, "cleo", "accept", action_uuid=sent).state == "pending_filing"
    assert steps(case) == ["submit", "accept"]


def test_who_comes_second_reads_what_the_first_did(scene: Scene) -> None:
    case = scene.report()
    seen = case.step_n
    scene.move(case, "cleo", "accept", seen_n=seen)
    assert scene.refusal(case, "cai", "accept", seen_n=seen) == "case.somebody_was_faster"
    case.refresh_from_db()
    assert scene.refusal(case, "cai", "accept", seen_n=case.step_n) == "workflow.not_from_here"


def test_two_people_at_the_same_moment_one_wins_and_one_reads_why(two_sessions: TwoSessions, at: object) -> None:
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), at)  # type: ignore[arg-type]
    case = scene.report()
    answers = two_sessions.at_once(*(lambda n=n: scene.move(case, n, "accept", seen_n=1) for n in ("cleo", "cai")))
    won = [a for a in answers if isinstance(a, Case)]
    lost = [a for a in answers if isinstance(a, RuleBroken)]
    assert (len(won), [refused.code for refused in lost]) == (1, ["case.somebody_was_faster"])
    assert steps(case) == ["submit", "accept"]


def test_a_double_click_at_the_same_moment_is_one_step(two_sessions: TwoSessions, at: object) -> None:
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), at)  # type: ignore[arg-type]
    case, sent = scene.report(), uuid.uuid4()
    click = lambda: scene.move(case, "cleo", "accept", action_uuid=sent, seen_n=1)  # noqa: E731
    assert [type(answer) for answer in two_sessions.at_once(click, click)] == [Case, Case]
    assert steps(case) == ["submit", "accept"]


def test_two_cases_that_join_each_other_at_the_same_moment_do_not_wait_in_a_ring(
    two_sessions: TwoSessions, at: object
) -> None:
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), at)  # type: ignore[arg-type]
    a, b = scene.report(), scene.report()
    answers = two_sessions.at_once(
        lambda: scene.move(a, "cleo", "merge", merged_into=b.pk),
        lambda: scene.move(b, "cai", "merge", merged_into=a.pk),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Case", "RuleBroken"]
    assert Case.objects.filter(state="merged").count() == 1


@pytest.mark.parametrize(("who", "earlier", "move"), [
    ("ben", ("finish", "deng", "confirm", "cleo", "ask_inspection"), "inspect_pass"),
])  # fmt: skip
def test_who_handled_never_inspects(scene: Scene, who: str, earlier: object, move: str) -> None:
    case = scene.brought_to("inspection")
    as_inspector = Actor(scene.cast[who].pk, "grid_worker", scene.town.bodies["committee_liuyin"].pk, 7)
    assert scene.refusal(case, as_inspector, move) == "case.separation_of_duty"


def test_who_inspected_never_closes_and_who_reported_never_verifies(scene: Scene) -> None:
    case = scene.brought_to("pending_close")
    as_acceptor = Actor(scene.cast["eva"].pk, "acceptor", scene.town.bodies["centre"].pk, 7)
    assert scene.refusal(case, as_acceptor, "close", **scene.fields(case, "close")) == "case.separation_of_duty"
    mine = scene.make(scene.report(by=scene.cast.actor("gao"), channel="grid_worker"), "cleo", "ask_verification")
    assert scene.refusal(mine, "gao", "verify_true") == "case.separation_of_duty"
    assert scene.make(mine, "eva", "verify_true").state == "pending_filing"


def test_who_asks_does_not_decide(scene: Scene) -> None:
    case = scene.make(scene.brought_to("handling"), "deng", "ask_extension")
    as_dispatcher = Actor(scene.cast["deng"].pk, "dispatcher", scene.town.bodies["centre"].pk, 7)
    assert scene.refusal(case, as_dispatcher, "grant_extension") == "case.separation_of_duty"


def test_a_wish_is_open_once_then_decided_and_lapses_when_the_case_moves_on(scene: Scene) -> None:
    case = scene.make(scene.brought_to("handling"), "deng", "ask_extension")
    assert scene.refusal(case, "deng", "ask_extension", reason=LONG) == "case.already_asked"
    scene.make(case, "dev", "refuse_extension")
    [wish] = CaseRequest.objects.filter(case=case)
    assert (wish.state, wish.decided_by, wish.asked_by) == ("refused", scene.cast["dev"], scene.cast["deng"])
    assert scene.refusal(case, "dev", "grant_extension") == "case.nothing_asked"
    scene.make(case, "deng", "ask_suspension")
    scene.make(case, "ben", "finish")
    scene.make(case, "deng", "confirm")
    assert [w.state for w in CaseRequest.objects.filter(case=case).order_by("pk")] == ["refused", "lapsed"]


def test_a_body_of_another_district_or_that_handles_nothing_is_refused(scene: Scene) -> None:
    case = scene.brought_to("pending_dispatch")
    assert scene.refusal(case, "dev", "dispatch", body=scene.town.other_body.pk) == "case.choice_unknown"
    assert scene.refusal(case, "dev", "dispatch", body=scene.town.bodies["centre"].pk) == "case.choice_unknown"
    assert scene.refusal(case, "dev", "dispatch", body=10**12) == "case.choice_unknown"


def test_a_complaint_is_not_dispatched_to_its_subject_or_below(scene: Scene) -> None:
    case = scene.brought_to("pending_dispatch", "conduct", complained_body_id=scene.town.bodies["office_liuan"].pk)
    for body in ("office_liuan", "committee_liuyin"):
        assert (
            scene.refusal(case, "dev", "dispatch", body=scene.town.bodies[body].pk) == "case.complaint_to_its_subject"
        )
    scene.move(case, "dev", "dispatch", body=scene.town.bodies["civil_affairs"].pk)


def test_the_handler_belongs_to_the_body_or_one_below(scene: Scene) -> None:
    case = scene.brought_to("pending_handle")
    scene.person("stranger", "handler", "sanitation", f"body:{scene.town.bodies['sanitation'].pk}")
    scene.person("fitter", "handler", "contractor", f"body:{scene.town.bodies['contractor'].pk}")
    for name in ("stranger", "cleo"):
        assert scene.refusal(case, "deng", "accept_task", handler=scene.cast[name].pk) == "case.handler_not_of_body"
    assert scene.move(case, "deng", "accept_task", handler=scene.cast["fitter"].pk).handler == scene.cast["fitter"]


def test_a_handler_who_hands_back_is_named_until_the_department_names_another(scene: Scene) -> None:
    case = scene.make(scene.brought_to("handling"), "ben", "handler_return")
    assert (case.state, case.handler) == ("pending_handle", None)
    assert scene.make(case, "deng", "accept_task").handler == scene.cast["ben"]


def test_reassigning_keeps_state_and_clocks(scene: Scene) -> None:
    case = scene.brought_to("handling")
    due = case.due_at
    scene.person("fitter", "handler", "contractor", f"body:{scene.town.bodies['contractor'].pk}")
    moved = scene.move(case, "deng", "reassign", handler=scene.cast["fitter"].pk)
    assert (moved.state, moved.handler, moved.due_at) == ("handling", scene.cast["fitter"], due)


def test_a_standard_of_another_category_is_refused(scene: Scene) -> None:
    case = scene.brought_to("pending_filing")
    given = {**scene.fields(case, "file"), "filing_condition": scene.standard("meal").pk}
    assert scene.refusal(case, "cleo", "file", **given) == "case.standard_of_other_category"


def test_filing_under_another_category_changes_family_and_urgency(scene: Scene) -> None:
    case = scene.brought_to("pending_filing")
    given = {"category": scene.kinds["pothole"].pk, "filing_condition": scene.standard("pothole").pk,
             "duplicates_checked": True}  # fmt: skip
    filed = scene.move(case, "cleo", "file", **given)
    assert (filed.category, filed.family, filed.is_urgent) == (scene.kinds["pothole"], "city_management", True)


def test_a_joined_case_ends_and_the_earlier_one_counts_its_people(scene: Scene) -> None:
    first, second = scene.report(), scene.report()
    joined = scene.move(second, "cleo", "merge", merged_into=first.pk)
    first.refresh_from_db()
    assert (joined.state, joined.merged_into, joined.is_open, first.follower_count) == ("merged", first, False, 1)


def test_a_case_joins_only_an_open_one_of_the_district_and_never_itself(scene: Scene) -> None:
    case, closed = scene.report(), scene.brought_to("closed")
    theirs = scene.report()
    Case.objects.filter(pk=theirs.pk).update(district=scene.town.other)
    assert scene.refusal(case, "cleo", "merge", merged_into=closed.pk) == "case.cannot_merge_into"
    assert scene.refusal(case, "cleo", "merge", merged_into=case.pk) == "case.cannot_merge_into"
    assert scene.refusal(case, "cleo", "merge", merged_into=theirs.pk) == "case.choice_unknown"


def test_a_complaint_joins_only_a_complaint_about_the_same_body(scene: Scene) -> None:
    about, plain = scene.town.bodies["sanitation"].pk, scene.report()
    complaint = scene.report("conduct", complained_body_id=about)
    assert scene.refusal(complaint, "cleo", "merge", merged_into=plain.pk) == "case.cannot_merge_into"
    twin = scene.report("conduct", complained_body_id=about)
    assert scene.move(twin, "cleo", "merge", merged_into=complaint.pk).state == "merged"


def test_after_two_returns_only_a_ruling_helps_and_what_is_designated_is_not_returned(scene: Scene) -> None:
    case = brought(scene, "disputed")
    assert case.return_count == 2 and case.body is None
    given = {"body": scene.town.bodies["maintenance"].pk, "ruling": LONG}
    case = scene.move(case, "zhao", "designate", **given)
    assert case.is_designated and scene.refusal(case, "deng", "return_task", reason=LONG) == "case.designated"


def test_a_return_takes_body_and_handler_away(scene: Scene) -> None:
    case = scene.make(scene.brought_to("pending_handle"), "deng", "return_task")
    assert (case.state, case.body, case.handler, case.return_count) == ("returned", None, None, 1)


def test_photos_after_are_needed_where_the_category_asks(scene: Scene) -> None:
    case = scene.brought_to("handling", "litter")
    assert scene.refusal(case, "ben", "finish", result="清理好了。") == "case.evidence_missing"
    scene.move(case, "ben", "finish", result="清理好了。", after_photo=[photo(1)])
    assert Attachment.objects.get(case=case).kind == "after"


def test_supervising_is_a_flag_that_ends_with_the_case(scene: Scene) -> None:
    case = scene.make(scene.brought_to("handling"), "hui", "supervise")
    assert case.is_supervised and case.state == "handling"
    scene.make(case, "deng", "reply_supervision")
    for who, move in (("ben", "finish"), ("deng", "confirm"), ("cleo", "ask_inspection"), ("eva", "inspect_pass")):
        scene.make(case, who, move)
    assert not scene.make(case, "cai", "close").is_supervised


def test_a_resident_rates_once_a_round_and_nothing_said_is_no_rating(scene: Scene) -> None:
    case = scene.move(scene.brought_to("closed"), RESIDENT, "rate", solved=False, satisfied=2, words="又灭了")
    [rating] = Rating.objects.filter(case=case)
    assert (case.state, rating.is_solved, rating.stars, rating.is_typed_by_staff) == ("evaluated", False, 2, False)
    assert scene.refusal(case, RESIDENT, "rate", solved=True) == "workflow.not_from_here"
    silent = scene.move(scene.brought_to("closed"), RESIDENT, "rate")
    assert silent.state == "evaluated" and not Rating.objects.filter(case=silent).exists()


def test_words_alone_do_not_say_that_it_is_unsolved(scene: Scene) -> None:
    case = scene.move(scene.brought_to("closed"), RESIDENT, "rate", words="谢谢师傅")
    assert Rating.objects.get(case=case).is_solved is None


def test_what_staff_type_is_marked(scene: Scene) -> None:
    case = scene.move(scene.brought_to("closed"), "lin", "revisit", solved=True)
    assert Rating.objects.get(case=case).is_typed_by_staff


def test_a_reopened_case_is_open_again_with_the_grid_of_today(scene: Scene) -> None:
    case = scene.make(scene.brought_to("closed"), "cleo", "reopen")
    assert (case.state, case.is_open, case.closed_at, case.reopen_count) == ("rework", True, None, 1)
    assert case.duty_grid == scene.town.grids["liuyin_e"]
    scene.make(case, "dev", "redo")
    assert case.body is not None


def test_a_review_asked_by_a_resident_is_decided_by_somebody_who_had_no_part(scene: Scene) -> None:
    case = scene.make(scene.report(), "cleo", "refuse")
    case = scene.move(case, RESIDENT, "ask_review", reason=LONG)
    assert scene.refusal(case, "cleo", "grant_review") == "case.separation_of_duty"
    case = scene.move(case, "cai", "grant_review")
    assert (case.state, case.is_open, case.reopen_count) == ("pending_filing", True, 1)
    assert CaseRequest.objects.get(case=case).asked_by is None


def test_closed_as_not_solvable_is_looked_at_again_on_a_day(scene: Scene) -> None:
    case = scene.make(scene.brought_to("feedback"), "zhao", "close_unresolved")
    assert (case.state, case.review_on) == ("closed_unresolved", scene.day(60))
    case = scene.later(days=60) and scene.move(
        case, "zhao", "keep_unresolved", explanation=LONG, review_on=scene.day(90)
    )
    assert (case.state, case.review_on, case.is_open) == ("closed_unresolved", scene.day(90), False)
    again = scene.make(case, "cleo", "take_up_again")
    assert (again.state, again.review_on, again.reopen_count, again.rework_count) == ("pending_dispatch", None, 1, 0)


def test_a_time_before_the_last_step_or_far_ahead_is_clamped_and_marked(scene: Scene) -> None:
    case = scene.report()
    scene.move(case, "cleo", "accept", at=scene.now - timedelta(hours=3))
    scene.move(case, "cleo", "file", at=scene.now + timedelta(hours=3), **scene.fields(case, "file"))
    first, second, third = CaseStep.objects.filter(case=case).order_by("n")
    assert (second.at, second.is_time_doubtful) == (first.at, True)
    assert (third.at, third.is_time_doubtful) == (scene.now + timedelta(minutes=2), True)
    assert third.recorded_at == scene.now and not first.is_time_doubtful


def test_a_suspension_ends_after_today_and_within_a_year(scene: Scene) -> None:
    case = scene.brought_to("handling")
    for days, code in ((0, "case.suspension_not_ahead"), (366, "case.suspension_too_long")):
        assert scene.refusal(case, "deng", "ask_suspension", reason=LONG, until=scene.day(days)) == code


def test_steps_and_deliveries_are_one_transaction(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    case = scene.report()
    steps_before, deliveries_before = CaseStep.objects.count(), Delivery.objects.count()

    def full(*args: object, **kwargs: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("gridward.cases.actions.writing.deliveries_of", full)
    with pytest.raises(OSError, match="space"):
        scene.move(case, "cleo", "accept")
    case.refresh_from_db()
    assert (case.state, CaseStep.objects.count(), Delivery.objects.count()) == (
        "reported",
        steps_before,
        deliveries_before,
    )


def test_a_move_by_another_place_keeps_the_grid_of_the_report(scene: Scene) -> None:
    case = scene.brought_to("pending_close", position=XINQIAO)
    assert case.grid == scene.town.grids["xinqiao_e"]


def test_moving_a_case_that_was_moved_in_another_session_uses_the_row_of_now(scene: Scene) -> None:
    stale = scene.report()
    scene.move(Case.objects.get(pk=stale.pk), "cleo", "accept")
    moved = scene.move(stale, "cleo", "file", **scene.fields(stale, "file"))
    assert moved.state == "pending_dispatch" and move_case is not None
