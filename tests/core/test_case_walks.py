"""Random lives of cases: nobody holds two duties, a case can always end, and offers agree with refusals."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.core.errors import RuleBroken
from gridward.core.workflow.facts import CaseFacts, Made
from gridward.core.workflow.moves import check_move, possible
from gridward.core.workflow.parse import load
from gridward.core.workflow.roles import Role
from gridward.core.workflow.table import MoveKind
from tests.tiers import examples

TABLE = load()
GIVEN = dict.fromkeys(TABLE.fields, "写得足够长的一句说明文字")
PEOPLE = tuple("abcdef")
ALL = frozenset(Role)
FIRST = CaseFacts(
    TABLE.first_state,
    category_allows_self_handling=True,
    category_allows_desk_inspection=True,
    history=(Made("submit", "reporter"),),
)


def after(facts: CaseFacts, code: str, target: str, person: str) -> CaseFacts:
    """What the case looks like after a move: counters, marks, requests, as an app keeps them."""
    move = TABLE.moves[code]
    requests = facts.open_requests - ({move.request} if move.kind is MoveKind.DECIDE else set())
    requests |= {move.request} if move.kind is MoveKind.ASK else set()
    return facts._replace(
        state=target,
        history=(*facts.history, Made(code, person)),
        return_count=facts.return_count + ("return_count" in move.counts),
        extension_count=facts.extension_count + ("extension_count" in move.counts),
        is_designated=facts.is_designated or "is_designated" in move.sets,
        was_dispatched=facts.was_dispatched or code in ("dispatch", "redispatch", "designate"),
        suspended_in_this_handling=(facts.suspended_in_this_handling or code == "grant_suspension")
        and code not in ("dispatch", "redispatch", "designate", "redo"),
        open_requests=frozenset(requests) & TABLE.requests_open_in(target),
    )


def walk(data, steps: int) -> CaseFacts:
    facts = FIRST
    for _ in range(steps):
        person = data.draw(st.sampled_from(PEOPLE))
        offers = [offer.move.code for offer in possible(TABLE, facts, ALL, person) if offer.allowed]
        if not offers:
            continue
        code = data.draw(st.sampled_from(offers))
        role = min(TABLE.moves[code].roles)
        target = check_move(TABLE, code, facts, role=role, person=person, given=GIVEN).code
        facts = after(facts, code, target, person)
    return facts


@settings(max_examples=examples(150))
@given(st.data(), st.integers(1, 40))
def test_nobody_ever_holds_two_duties_on_one_case(data, steps):
    facts = walk(data, steps)
    for person in PEOPLE:
        made = {m.move for m in facts.history if m.by == person}
        assert sum(bool(made & moves) for moves in TABLE.duties.values()) <= 1


@settings(max_examples=examples(60))
@given(st.data(), st.integers(0, 40))
def test_from_wherever_it_is_a_case_can_come_to_an_end(data, steps):
    facts = walk(data, steps)
    frontier, seen = [facts], {facts.state}
    while frontier and not any(TABLE.states[f.state].is_final for f in frontier):
        frontier = [f for before in frontier for f in onward(before, seen)]
    assert frontier, f"stuck in {facts.state} after {[m.move for m in facts.history]}"


def onward(facts: CaseFacts, seen: set[str]) -> list[CaseFacts]:
    """States that fresh people can reach next, each state once."""
    found = []
    for offer in possible(TABLE, facts, ALL, f"fresh {len(facts.history)}"):
        target = offer.move.targets[facts.state]
        if offer.allowed and target not in seen:
            seen.add(target)
            found.append(after(facts, offer.move.code, target, f"fresh {len(facts.history)}"))
    return found


@settings(max_examples=examples(60))
@given(st.data(), st.integers(0, 25), st.sampled_from(PEOPLE))
def test_what_is_offered_can_be_done_and_what_is_refused_says_the_same_reason(data, steps, person):
    facts = walk(data, steps)
    for offer in possible(TABLE, facts, ALL, person):
        role = min(offer.move.roles)
        try:
            check_move(TABLE, offer.move.code, facts, role=role, person=person, given=GIVEN)
            assert offer.allowed
        except RuleBroken as refused:
            assert not offer.allowed
            assert (refused.code, refused.values_given) == (offer.refusal, offer.values)


def test_who_handled_is_told_why_they_may_not_inspect():
    facts = FIRST._replace(state="inspection", history=(Made("finish", "ben"),))
    by_code = {offer.move.code: offer for offer in possible(TABLE, facts, {"grid_worker"}, "ben")}
    assert by_code["inspect_pass"].refusal == "case.separation_of_duty"
    assert by_code["supplement"].allowed
    eva = {offer.move.code: offer for offer in possible(TABLE, facts, {"grid_worker"}, "eva")}
    assert eva["inspect_pass"].allowed


def test_a_move_is_offered_only_to_its_roles():
    assert possible(TABLE, FIRST, {"sysadmin", "auditor", "privacy_officer"}, "x") == ()
    offered = {offer.move.code for offer in possible(TABLE, FIRST, {"acceptor"}, "x")}
    assert {"accept", "refuse", "merge", "ask_void"} <= offered
    assert "grant_void" not in offered
