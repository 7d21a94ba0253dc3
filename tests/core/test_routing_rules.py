"""Routing rules: the first that holds and finds its body wins; a dry run counts what would have changed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.dispatch.rules import (
    DAY_MINUTES,
    Conditions,
    Find,
    Matter,
    Route,
    Rule,
    Target,
    conditions_from,
    route,
)
from gridward.core.dispatch.trial import ENOUGH, Change, Lesson, Past, try_rules
from gridward.core.errors import RuleBroken

LAMP = Matter("city_management", frozenset({"5", "lamps"}), "1", "11", "111", "community", "online", False, 600, True)
WORKS, OFFICE, NIGHT = 7, 8, 9


def known(target: Target) -> int | None:
    """Every body by its id is there; of the kinds only an office."""
    return target.body if target.body else {"subdistrict_office": OFFICE}.get(target.kind)


def rule(number: int, target: Target | int, **conditions: Any) -> Rule:
    return Rule(number, conditions_from(conditions), Target(target) if isinstance(target, int) else target)


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({}, True), ({"families": ["help"]}, False), ({"families": ["help", "city_management"]}, True),
        ({"categories": ["5"]}, True), ({"categories": ["lamps"]}, True), ({"categories": ["6"]}, False),
        ({"subdistricts": ["1"], "communities": ["12"]}, False), ({"grids": ["111"]}, True),
        ({"places": ["road"]}, False),
        ({"channels": ["online"]}, True), ({"is_urgent": True}, False), ({"is_urgent": False}, True),
        ({"days": "working"}, True), ({"days": "rest"}, False), ({"hours": [600, 601]}, True),
        ({"hours": [0, 600]}, False),
        ({"hours": [1320, 360]}, False), ({"hours": [1320, 601]}, True),
    ],
)  # fmt: skip
def test_all_conditions_that_are_given_must_hold_and_of_their_values_any(
    conditions: dict[str, Any], holds: bool
) -> None:
    assert conditions_from(conditions).hold(LAMP) is holds


def test_the_first_rule_that_holds_and_finds_its_body_wins_and_else_the_usual_body() -> None:
    rules = [
        rule(3, NIGHT, hours=[1320, 360]),
        rule(2, Target(kind="contractor"), families=["city_management"]),
        rule(9, Target(kind="subdistrict_office"), subdistricts=["1"]),
        rule(1, WORKS, categories=["5"]),
    ]
    assert route(rules, LAMP, known, None) == Route(OFFICE, 9)
    assert route(rules[:2], LAMP, known, WORKS) == Route(WORKS, 0)
    assert route(rules[:2], LAMP, known, None) is None
    assert route(rules[3:], LAMP, lambda target: None, WORKS) == Route(WORKS, 0), "who may not have it is passed over"


def test_who_keeps_the_chosen_component_goes_before_all_rules_unless_they_may_not_have_it() -> None:
    rules = [rule(9, Target(kind="subdistrict_office"))]
    lamp = replace(LAMP, keepers=(NIGHT, WORKS))
    assert route(rules, lamp, known, OFFICE) == Route(NIGHT, 0, is_of_component=True)
    assert route(rules, lamp, lambda target: target.body if target.body != NIGHT else None, OFFICE) == Route(
        WORKS, 0, is_of_component=True
    )
    assert route(rules, lamp, lambda target: OFFICE if target.kind else None, None) == Route(OFFICE, 9)


@pytest.mark.parametrize(
    "data",
    [{"origin": ["a"]}, {"families": "help"}, {"families": [1]}, {"families": [""]}, {"is_urgent": "yes"},
     {"days": "sunday"}, {"hours": [1]}, {"hours": [60, 60]}, {"hours": [-1, 5]}, {"hours": [0, DAY_MINUTES + 1]},
     {"hours": ["a", "b"]}, {"grids": ["1"] * 201}],
)  # fmt: skip
def test_a_condition_that_cannot_be_read_is_refused_by_name(data: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken) as refused:
        conditions_from(data)
    assert refused.value.code in ("routing.condition_unknown", "routing.condition_unreadable")
    assert next(iter(data)) in refused.value.sentence("en")


codes = st.frozensets(st.text("abc12", min_size=1, max_size=3), max_size=3)
hours = st.tuples(st.integers(0, DAY_MINUTES), st.integers(0, DAY_MINUTES)).filter(lambda pair: pair[0] != pair[1])
any_conditions = st.builds(
    Conditions, families=codes, categories=codes, subdistricts=codes, communities=codes, grids=codes, places=codes,
    channels=codes, is_urgent=st.none() | st.booleans(), days=st.sampled_from(["", "working", "rest"]),
    hours=st.none() | hours,
)  # fmt: skip


@given(any_conditions)
def test_conditions_are_read_again_as_they_were_kept(conditions: Conditions) -> None:
    assert conditions_from(conditions.as_data()) == conditions


def past(n: int, first: int, final: int, returns: int, find: Find = known) -> Past:
    return Past(f"{n:019}", LAMP, find, WORKS, first, final, returns, ("5", "1"))


def test_a_dry_run_counts_what_would_have_changed_been_saved_and_been_risked() -> None:
    cases = [past(1, WORKS, WORKS, 0), past(2, WORKS, OFFICE, 2), past(3, OFFICE, OFFICE, 0)]
    to_office = [rule(4, OFFICE, categories=["5"])]
    trial = try_rules(cases, [], to_office)
    assert (trial.cases, trial.changed, trial.saved, trial.risked) == (3, 3, 2, 1)
    assert (trial.right_before, trial.right_after) == (1, 2)
    assert (trial.rules[4].taken, trial.rules[4].right, trial.rules[4].returned) == (3, 2, 1)
    assert trial.changes[0] == Change(f"{1:019}", WORKS, OFFICE, WORKS, 4)
    again = try_rules(cases, to_office, to_office)
    assert (again.changed, again.saved, again.risked) == (0, 0, 0), "what is live already saves nothing anew"


def test_what_was_given_back_and_ended_with_one_body_is_a_lesson_and_with_several_none() -> None:
    same = [past(n, WORKS, OFFICE, 1) for n in range(ENOUGH)]
    assert try_rules(same, [], []).lessons == [Lesson("5", "1", 0, OFFICE, ENOUGH)]
    assert try_rules(same[1:], [], []).lessons == []
    assert try_rules([*same, past(9, WORKS, NIGHT, 1)], [], []).lessons == []
    assert try_rules(same, [], [rule(4, OFFICE, categories=["5"])]).lessons == [], "a rule has learnt it"


def test_a_trial_can_be_stopped() -> None:
    def stop(done: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        try_rules([past(1, WORKS, WORKS, 0)], [], [], stop)
