"""Solved, late and on time: one answer for everybody who counts."""

from itertools import product

import pytest

from gridward.core.workflow.clocks import ClockState
from gridward.core.workflow.outcome import ENDINGS, Ending, Outcome, outcome_of
from gridward.core.workflow.parse import load, names

WAYS = list(product(ENDINGS, [None, *ClockState], (False, True), (False, True)))


def of(state: str, total: ClockState | None, is_exempt: bool, is_confirmed: bool) -> Outcome:
    return outcome_of(state, total, is_exempt=is_exempt, is_confirmed=is_confirmed)


@pytest.mark.parametrize("name", names())
def test_every_end_of_the_table_has_an_outcome(name):
    table = load(name)
    assert {code for code, state in table.states.items() if state.is_final} == {*ENDINGS, "evaluated"}
    with pytest.raises(KeyError):
        outcome_of("evaluated", ClockState.MET)


def test_closed_in_time_is_solved_and_on_time():
    assert outcome_of("closed", ClockState.MET) == Outcome(Ending.SOLVED, True, False, True)
    assert outcome_of("closed", ClockState.LATE) == Outcome(Ending.SOLVED, True, True, False)


def test_unresolved_and_special_ends_are_never_solved_nor_on_time():
    for state, *rest in WAYS:
        if ENDINGS[state] is not Ending.SOLVED:
            judged = of(state, *rest)
            assert not judged.is_solved and not judged.is_on_time


def test_nothing_takes_the_lateness_away_and_an_appeal_only_counts_it_apart():
    for state, total, exempt, confirmed in WAYS:
        judged = of(state, total, exempt, confirmed)
        assert judged.is_late is (total is ClockState.LATE)
        if judged.is_late and judged.is_on_time:
            assert exempt and confirmed and judged.is_solved


def test_on_time_waits_until_times_that_arrived_late_are_confirmed():
    assert not outcome_of("closed", ClockState.MET, is_confirmed=False).is_on_time


def test_a_case_without_a_limit_is_neither_late_nor_on_time():
    assert outcome_of("self_handled", None) == Outcome(Ending.SOLVED, True, False, False)
    assert outcome_of("merged", ClockState.DISCARDED) == Outcome(Ending.NOT_TAKEN_ON, False, False, False)
