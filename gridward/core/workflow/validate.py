"""Check a table before anybody uses it: every fault as one plain line."""

from collections.abc import Iterable, Iterator

from gridward.core.workflow.facts import COUNTERS, GUARDS, MARKS
from gridward.core.workflow.table import ClockEffect, ClockKind, Move, MoveKind, State, Table

Opened = frozenset[ClockKind]
NOTHING: Opened = frozenset()


def faults(table: Table) -> list[str]:
    """All contradictions of the table; empty when it may be used."""
    found = [*_names(table), *_moves(table), *_requests(table)]
    return found or [*_ways(table), *_clocks(table)]


def _names(table: Table) -> Iterator[str]:
    if table.start not in table.moves:
        yield f"the first move {table.start} is not in the table"
    if table.first_state not in table.states:
        yield f"the first state {table.first_state} is not in the table"
    if [stage.number for stage in table.stages] != list(range(1, len(table.stages) + 1)):
        yield "the stages are not numbered from 1 upwards"
    for state in table.states.values():
        if state.stage_limit and state.stage_limit not in table.stage_limits:
            yield f"state {state.code}: unknown stage limit {state.stage_limit}"
        if state.is_final and (state.stage_limit or state.runs or state.pauses or state.may_run):
            yield f"state {state.code} is final and a clock runs in it"
    for duty, moves in table.duties.items():
        yield from _unknown(f"duty {duty}", "move", moves, table.moves)


def _unknown(where: str, what: str, given: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    yield from (f"{where}: unknown {what} {name}" for name in sorted(set(given) - set(known)))


def _moves(table: Table) -> Iterator[str]:
    for move in table.moves.values():
        where = f"move {move.code}"
        yield from _unknown(where, "state", move.targets, table.states)
        yield from _unknown(where, "target", move.targets.values(), table.states)
        yield from _unknown(where, "field", (*move.needs, *move.needs_if_asked, *move.may), table.fields)
        yield from _unknown(where, "guard", move.guards, GUARDS)
        yield from _unknown(where, "move", move.differs_from, table.moves)
        yield from _unknown(where, "counter", move.counts, COUNTERS)
        yield from _unknown(where, "mark", move.sets, MARKS)
        yield from _shape(table, move)


def _shape(table: Table, move: Move) -> Iterator[str]:
    if not move.roles:
        yield f"move {move.code}: nobody may make it"
    if not move.targets and move.code != table.start:
        yield f"move {move.code}: it starts nowhere"
    if move.kind in (MoveKind.ASK, MoveKind.DECIDE) and not move.request:
        yield f"move {move.code}: it asks or decides, but no request is named"
    if move.kind in (MoveKind.ASK, MoveKind.FLAG) and any(a != b for a, b in move.targets.items()):
        yield f"move {move.code}: it asks or marks, and still changes the state"
    if move.code in move.differs_from:
        yield f"move {move.code}: nobody could make it twice, it differs from itself"


def _requests(table: Table) -> Iterator[str]:
    asks = {m.request: m for m in table.moves.values() if m.kind is MoveKind.ASK}
    decisions = [m for m in table.moves.values() if m.kind is MoveKind.DECIDE]
    yield from _unknown("decisions", "request", (m.request for m in decisions), asks)
    yield from _unknown("requests", "decision on", asks, (m.request for m in decisions))
    for decision in decisions:
        ask = asks.get(decision.request)
        if ask and ask.code not in decision.differs_from:
            yield f"move {decision.code}: who asks could also decide"
        if ask and not set(ask.targets) <= set(decision.targets):
            yield f"move {decision.code}: a request could be asked where it cannot be decided"


def _ways(table: Table) -> Iterator[str]:
    """Every state can be reached; every state that is not final leads to a final one."""
    edges = {(a, b) for move in table.moves.values() for a, b in move.targets.items()}
    reached = _closure({table.first_state}, edges)
    ends = {code for code, state in table.states.items() if state.is_final}
    ending = _closure(ends, {(b, a) for a, b in edges})
    yield from (f"state {code} is never reached" for code in table.states if code not in reached)
    yield from (f"state {code} never leads to an end" for code in table.states if code not in ending)


def _closure(start: set[str], edges: set[tuple[str, str]]) -> set[str]:
    seen, todo = set(start), list(start)
    while todo:
        here = todo.pop()
        new = {b for a, b in edges if a == here} - seen
        seen |= new
        todo.extend(new)
    return seen


def _clocks(table: Table) -> Iterator[str]:
    """Walk every (state, open clocks) that can occur: at most one clock a kind, as each state declares."""
    seen = {(table.first_state, NOTHING)}
    todo = list(seen)
    while todo:
        code, opened = todo.pop()
        yield from _as_declared(table.states[code], opened)
        for move in table.moves_from(code):
            for after in _after(move, opened):
                if isinstance(after, str):
                    yield f"move {move.code} from {code}: {after}"
                elif (step := (move.targets[code], after)) not in seen:
                    seen.add(step)
                    todo.append(step)


def _as_declared(state: State, opened: Opened) -> Iterator[str]:
    must = state.runs | state.pauses
    if missing := must - opened:
        yield f"state {state.code}: {', '.join(sorted(missing))} should be open and is not"
    if extra := opened - must - state.may_run:
        yield f"state {state.code}: {', '.join(sorted(extra))} is open and should not be"


def _after(move: Move, opened: Opened) -> Iterator[Opened | str]:
    """Open clocks after a move; make_safe may stay shut, as only some standards have that limit."""
    result = opened
    for kind, effect in move.clocks.items():
        if kind is ClockKind.STAGE:
            continue
        if effect is ClockEffect.OPEN and kind in result:
            yield f"{kind} would be open twice"
        if effect in (ClockEffect.OPEN, ClockEffect.ENSURE):
            result |= {kind}
        elif effect in (ClockEffect.STOP, ClockEffect.DISCARD):
            result -= {kind}
    yield result
    if move.clocks.get(ClockKind.MAKE_SAFE) is ClockEffect.OPEN:
        yield result - {ClockKind.MAKE_SAFE}
