"""Read a table file into frozen values. Tables are checked once, when first loaded (see validate)."""

import hashlib
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from gridward.core.workflow.roles import Role
from gridward.core.workflow.table import (
    ClockEffect,
    ClockKind,
    Field,
    Move,
    MoveKind,
    PublicStep,
    Stage,
    StageLimit,
    State,
    Table,
    frozen,
)
from gridward.core.workflow.validate import faults

DEFAULT = "seven_stages@2"


class BadTableError(ValueError):
    """A table file contradicts itself; the message lists every fault."""


@cache
def load(name: str = DEFAULT) -> Table:
    """The packaged table called ``name@version``, parsed, checked and cached."""
    text = resources.files("gridward.core.workflow").joinpath("tables", f"{name}.toml").read_text("utf-8")
    table = parse(text)
    if table.full_name != name:
        raise BadTableError(f"{name}.toml calls itself {table.full_name}")
    return table


def names() -> tuple[str, ...]:
    """Names of all packaged tables."""
    folder = resources.files("gridward.core.workflow").joinpath("tables")
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def parse(text: str) -> Table:
    """A checked table from TOML text.

    Raises
    ------
    BadTableError
        With every fault found, one a line.
    """
    try:
        table = _table(tomllib.loads(text), hashlib.sha256(text.encode()).hexdigest())
    except (KeyError, TypeError, ValueError) as error:
        raise BadTableError(f"unreadable: {type(error).__name__}: {error}") from error
    if found := faults(table):
        raise BadTableError("\n".join(found))
    return table


def _table(raw: dict[str, Any], sha256: str) -> Table:
    stages = tuple(Stage(number=int(n), **row) for n, row in raw["stages"].items())
    public = {code: PublicStep(code=code, **row) for code, row in raw["public"].items()}
    states = {code: _state(code, row, {s.number: s for s in stages}, public) for code, row in raw["states"].items()}
    duties = {duty: frozenset(moves) for duty, moves in raw["duties"].items()}
    moves = {code: _move(code, row, states, duties) for code, row in raw["moves"].items()}
    return Table(
        name=raw["name"],
        version=raw["version"],
        sha256=sha256,
        start=raw["start"],
        first_state=raw["moves"][raw["start"]]["to"],
        departures=tuple(raw["departures"]),
        stages=stages,
        public_steps=tuple(sorted(public.values(), key=lambda step: step.order)),
        stage_limits=frozen({code: StageLimit(code=code, **row) for code, row in raw["stage_limits"].items()}),
        fields=frozen(
            {c: Field(c, row["zh"], row["en"], row.get("min_length", 0)) for c, row in raw["fields"].items()}
        ),
        duties=frozen(duties),
        states=frozen(states),
        moves=frozen(moves),
    )


def _state(code: str, row: dict[str, Any], stages: dict[int, Stage], public: dict[str, PublicStep]) -> State:
    step = public[row["public"]]
    return State(
        code=code,
        stage=stages[row["stage"]],
        zh=row["zh"],
        en=row["en"],
        public=step,
        public_zh=row.get("public_zh", step.zh),
        public_en=row.get("public_en", step.en),
        is_final=row.get("final", False),
        stage_limit=row.get("stage_limit", ""),
        runs=frozenset(ClockKind(kind) for kind in row.get("runs", ())),
        pauses=frozenset(ClockKind(kind) for kind in row.get("pauses", ())),
        may_run=frozenset(ClockKind(kind) for kind in row.get("may_run", ())),
    )


def _move(code: str, row: dict[str, Any], states: dict[str, State], duties: dict[str, frozenset[str]]) -> Move:
    return Move(
        code=code,
        zh=row["zh"],
        en=row["en"],
        kind=MoveKind(row["kind"]),
        request=row.get("request", ""),
        targets=frozen(_targets(row, states)),
        roles=frozenset(Role(role) for role in row["roles"]),
        needs=tuple(row.get("needs", ())),
        needs_if_asked=tuple(row.get("needs_if_asked", ())),
        may=tuple(row.get("may", ())),
        guards=tuple(row.get("guards", ())),
        clocks=frozen({ClockKind(kind): ClockEffect(e) for kind, e in row.get("clocks", {}).items()}),
        differs_from=frozenset(row.get("differs_from", ())) | _other_duties(code, duties),
        counts=tuple(row.get("counts", ())),
        sets=tuple(row.get("sets", ())),
    )


def _targets(row: dict[str, Any], states: dict[str, State]) -> dict[str, str]:
    """State → target; ``open`` = every state that is not final, an empty target = the same state."""
    start = [code for code, state in states.items() if not state.is_final] if row["from"] == ["open"] else row["from"]
    if len(set(start)) != len(start):
        raise ValueError(f"a move starts twice from one state: {start}")
    targets: dict[str, str] = {code: row["to"] or code for code in start} | row.get("elsewhere", {})
    if len(targets) != len(start):
        raise ValueError(f"elsewhere names a state that the move does not start from: {row['elsewhere']}")
    return targets


def _other_duties(code: str, duties: dict[str, frozenset[str]]) -> frozenset[str]:
    """Moves of the other duties, when this move belongs to one."""
    if not any(code in moves for moves in duties.values()):
        return frozenset()
    return frozenset(move for moves in duties.values() if code not in moves for move in moves)
