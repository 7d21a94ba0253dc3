"""What the steps of a case count as: one end at a time, nothing taken back."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gridward.core.workflow.clocks import ClockState
from gridward.core.workflow.counting import Fact, Passed, Stop, counted_moves, facts_of
from gridward.core.workflow.parse import load

TABLE = load("seven_stages@1")
T = datetime(2026, 5, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def passed(*moves: tuple[str, str, str], told_after: timedelta = timedelta()) -> list[Passed]:
    """One step an hour."""
    return [Passed(*move, T + n * HOUR, T + n * HOUR + told_after) for n, move in enumerate(moves)]


def facts(steps: list[Passed], *stops: tuple[int, ClockState]) -> list[tuple[int, str]]:
    found = facts_of(TABLE, steps, [Stop(T + n * HOUR, state) for n, state in stops])
    return [(told.place, told.fact.value) for told in found]


SUBMIT, FILE = ("submit", "", "reported"), ("file", "pending_filing", "pending_dispatch")
CLOSE, REOPEN = ("close", "pending_close", "closed"), ("reopen", "closed", "rework")
MET, LATE = ClockState.MET, ClockState.LATE


def test_a_closing_in_time_a_reopening_and_a_late_closing_count_each_on_their_own():
    steps = passed(SUBMIT, FILE, CLOSE, REOPEN, CLOSE, ("grant_appeal", "closed", "closed"), FILE)
    assert facts(steps, (2, MET), (4, LATE)) == [
        (0, "reported"), (1, "filed"), (2, "closed"), (2, "on_time"), (3, "reopened"), (3, "reworked"),
        (4, "closed"), (4, "late"), (5, "on_time"),
    ]  # fmt: skip
    assert facts(steps)[2:3] == [(2, "closed")], "without a total limit it is neither on time nor late"


def test_other_ends_are_counted_apart_and_are_never_solved_or_on_time():
    for move, state, fact in (("close_unresolved", "closed_unresolved", "unresolved"),
                              ("force_close", "forced_closed", "forced")):  # fmt: skip
        assert facts(passed(SUBMIT, (move, "feedback", state)), (1, MET)) == [(0, "reported"), (1, fact)]
        late = passed(
            SUBMIT, (move, "feedback", state), ("grant_appeal", state, state), ("confirm_times", state, state)
        )
        assert facts(late, (1, LATE)) == [(0, "reported"), (1, fact), (1, "late")]
    assert facts(passed(SUBMIT, ("grant_void", "reported", "void"))) == [(0, "reported"), (1, "voided")]
    assert facts(passed(SUBMIT, ("self_handle", "reported", "self_handled"))) == [(0, "reported"), (1, "self_handled")]
    assert facts(passed(SUBMIT, ("merge", "reported", "merged"), ("rehome", "merged", "merged"))) == [(0, "reported")]
    assert facts(passed(SUBMIT, ("return_task", "pending_handle", "returned"))) == [(0, "reported"), (1, "returned")]


def test_what_was_told_late_is_on_time_once_a_supervisor_says_so():
    told = passed(SUBMIT, CLOSE, told_after=timedelta(hours=25))
    confirm = Passed("confirm_times", "closed", "closed", T + 30 * HOUR, T + 30 * HOUR)
    assert facts(told, (1, MET)) == [(0, "reported"), (1, "closed")]
    assert facts([*told, confirm, confirm], (1, MET))[2:] == [(2, "on_time")]
    assert (1, "on_time") in facts(passed(SUBMIT, CLOSE, told_after=timedelta(hours=24)), (1, MET))


WAYS = [(code, start, target) for code, move in TABLE.moves.items() for start, target in move.targets.items()]
LIVES = st.lists(st.sampled_from([*WAYS, ("confirm_times", "closed", "closed"), CLOSE, REOPEN]), max_size=14)


@given(LIVES, st.lists(st.sampled_from([MET, LATE]), max_size=14), st.integers(0, 14))
def test_a_history_that_goes_on_takes_nothing_back(ways, states, cut):
    steps = passed(SUBMIT, *((code, start, target or start) for code, start, target in ways))
    stops = [Stop(T + n * HOUR, state) for n, state in enumerate(states)]
    whole, part = facts_of(TABLE, steps, stops), facts_of(TABLE, steps[:cut], stops)
    assert [told for told in whole if told.place < cut] == part
    only = [(step, n) for n, step in enumerate(steps) if step.move in counted_moves(TABLE.full_name)]
    fewer = facts_of(TABLE, [step for step, _ in only], stops)
    assert [(only[told.place][1], told.fact) for told in fewer] == [(told.place, told.fact) for told in whole]
    many = [told.fact for told in whole]
    assert many.count(Fact.FILED) <= 1 and many.count(Fact.REPORTED) == ("submit" in [s.move for s in steps[:1]])
    assert many.count(Fact.ON_TIME) <= many.count(Fact.CLOSED)
