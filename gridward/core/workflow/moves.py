"""May this person make this move now, and if not, why: the one place that answers it."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gridward.core.errors import RuleBroken
from gridward.core.workflow.facts import GUARDS, CaseFacts, Made
from gridward.core.workflow.table import ClockEffect, ClockKind, Move, MoveKind, State, Table


@dataclass(frozen=True, slots=True)
class Possible:
    """A move on offer. When not allowed, ``refusal`` and ``values`` say why (see ``core/refusals.toml``)."""

    move: Move
    allowed: bool
    refusal: str = ""
    values: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ClockChange:
    """What a move does to one clock; ``limit`` names the stage limit that a new stage clock gets."""

    kind: ClockKind
    effect: ClockEffect
    limit: str = ""


def check_separation(table: Table, move: str, person: Hashable | None, history: Iterable[Made]) -> None:
    """Refuse a person who made a move on this case that may not be followed by this one.

    Raises
    ------
    RuleBroken
        ``case.separation_of_duty`` with the names of both moves.
    """
    step = table.move(move)
    if person is None or not step.differs_from:
        return
    for made in history:
        if made.by == person and made.move in step.differs_from:
            earlier = table.move(made.move)
            raise RuleBroken(
                "case.separation_of_duty",
                move_zh=step.zh,
                move_en=step.en,
                earlier_zh=earlier.zh,
                earlier_en=earlier.en,
            )


def fields_needed(table: Table, move: str, asked: Collection[str] = ()) -> tuple[str, ...]:
    """Field codes that must be given: always, and those of ``asked`` that the category asks for."""
    step = table.move(move)
    if not (asked and step.needs_if_asked):
        return step.needs
    return (*step.needs, *(code for code in step.needs_if_asked if code in asked))


def check_evidence(table: Table, move: str, given: Mapping[str, object], asked: Collection[str] = ()) -> None:
    """Refuse a move whose required fields are empty or too short.

    Raises
    ------
    RuleBroken
        ``case.evidence_missing`` or ``case.text_too_short``, each naming the field.
    """
    for code in fields_needed(table, move, asked):
        field, value = table.fields[code], given.get(code)
        text = value.strip() if isinstance(value, str) else value
        if text is None or text is False or text == "" or (isinstance(text, (list, tuple)) and not text):
            raise RuleBroken("case.evidence_missing", field=code, field_zh=field.zh, field_en=field.en)
        if isinstance(text, str) and len(text) < field.min_length:
            raise RuleBroken(
                "case.text_too_short",
                field=code,
                field_zh=field.zh,
                field_en=field.en,
                least=field.min_length,
            )


def check_guards(table: Table, move: str, facts: CaseFacts) -> None:
    """Refuse a move that the case's own history forbids, or whose request is not (or already) open."""
    step = table.move(move)
    if step.kind is MoveKind.ASK and step.request in facts.open_requests:
        raise RuleBroken("case.already_asked", move_zh=step.zh, move_en=step.en)
    if step.kind is MoveKind.DECIDE and step.request not in facts.open_requests:
        raise RuleBroken("case.nothing_asked", move_zh=step.zh, move_en=step.en)
    for guard in step.guards:
        GUARDS[guard](facts)


def check_move(
    table: Table,
    move: str,
    facts: CaseFacts,
    *,
    role: str,
    person: Hashable | None,
    given: Mapping[str, object],
    asked: Collection[str] = (),
) -> State:
    """Everything at once, in the order in which a person wants to hear it; returns the next state.

    Raises
    ------
    RuleBroken
        The first rule that refuses: from here, role, separation of duty, guards, evidence.
    """
    target = table.next_state(facts.state, move, role)
    check_separation(table, move, person, facts.history)
    check_guards(table, move, facts)
    check_evidence(table, move, given, asked)
    return target


def possible(table: Table, facts: CaseFacts, roles: Collection[str], person: Hashable | None) -> tuple[Possible, ...]:
    """The moves that these roles know from here, each allowed or with the refusal; evidence is asked later.

    Decisions on requests that nobody made are left out: they are not on offer rather than refused.
    """
    offered = (
        move
        for move in table.moves_for(facts.state, roles)
        if move.kind is not MoveKind.DECIDE or move.request in facts.open_requests
    )
    return tuple(_possible(table, move, facts, person) for move in offered)


def _possible(table: Table, move: Move, facts: CaseFacts, person: Hashable | None) -> Possible:
    try:
        check_separation(table, move.code, person, facts.history)
        check_guards(table, move.code, facts)
    except RuleBroken as refused:
        return Possible(move, False, refused.code, refused.values_given)
    return Possible(move, True)


def clock_changes(table: Table, state: str, move: str) -> tuple[ClockChange, ...]:
    """What the move does to the case's clocks, in the order to apply.

    The stage clock follows the states: it goes on while the limit's name stays the same, otherwise the old
    one stops and a new one opens. ``open`` of make_safe means: if the standard has such a limit and the
    case has not been made safe; every effect but ``open`` and ``ensure`` applies only to an open clock.
    """
    step = table.move(move)
    other = tuple(ClockChange(k, e) for k, e in step.clocks.items() if k is not ClockKind.STAGE)
    before = table.state(state).stage_limit if move != table.start else ""
    after = table.states[table.first_state if move == table.start else step.targets[state]].stage_limit
    if before == after and ClockKind.STAGE not in step.clocks:
        return other
    stops = (ClockChange(ClockKind.STAGE, ClockEffect.STOP),) if before else ()
    opens = (ClockChange(ClockKind.STAGE, ClockEffect.OPEN, after),) if after else ()
    return (*stops, *opens, *other)
