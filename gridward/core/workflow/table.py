"""A workflow table: states, moves and what they mean, as frozen values that are asked questions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from gridward.core.errors import RuleBroken
from gridward.core.workflow.roles import Role

K = TypeVar("K")
V = TypeVar("V")


class MoveKind(StrEnum):
    """What a move is: it changes the case, is one half of a request, or leaves a mark only."""

    MOVE = "move"
    ASK = "ask"
    DECIDE = "decide"
    FLAG = "flag"


class ClockKind(StrEnum):
    """The clocks of a case; at most one of each is open."""

    STAGE = "stage"
    HANDLE = "handle"
    MAKE_SAFE = "make_safe"
    TOTAL = "total"


class ClockEffect(StrEnum):
    """What a move does to a clock. ``ensure`` opens it unless it is open; all but ``open`` need it open."""

    OPEN = "open"
    ENSURE = "ensure"
    STOP = "stop"
    DISCARD = "discard"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the seven stages."""

    number: int
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PublicStep:
    """A step of the progress that the reporter reads."""

    code: str
    order: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class StageLimit:
    """Default amount of a stage clock in seconds; a district may set its own."""

    code: str
    seconds: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """Something a move asks for; texts have a least length after stripping."""

    code: str
    zh: str
    en: str
    min_length: int


@dataclass(frozen=True, slots=True)
class State:
    """Where a case is. ``public_zh``/``public_en`` may hold ``{body}`` or ``{until}``."""

    code: str
    stage: Stage
    zh: str
    en: str
    public: PublicStep
    public_zh: str
    public_en: str
    is_final: bool
    stage_limit: str
    runs: frozenset[ClockKind]
    pauses: frozenset[ClockKind]
    may_run: frozenset[ClockKind]


@dataclass(frozen=True, slots=True)
class Move:
    """One thing a person can do. ``targets`` maps each state it starts from to the one it leads to."""

    code: str
    zh: str
    en: str
    kind: MoveKind
    request: str
    targets: Mapping[str, str]
    roles: frozenset[Role]
    needs: tuple[str, ...]
    needs_if_asked: tuple[str, ...]
    may: tuple[str, ...]
    guards: tuple[str, ...]
    clocks: Mapping[ClockKind, ClockEffect]
    differs_from: frozenset[str]
    counts: tuple[str, ...]
    sets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A published workflow. Ask it; nothing else decides where a case goes."""

    name: str
    version: int
    sha256: str
    start: str
    first_state: str
    departures: tuple[str, ...]
    stages: tuple[Stage, ...]
    public_steps: tuple[PublicStep, ...]
    stage_limits: Mapping[str, StageLimit]
    fields: Mapping[str, Field]
    duties: Mapping[str, frozenset[str]]
    states: Mapping[str, State]
    moves: Mapping[str, Move]

    @property
    def full_name(self) -> str:
        """What a case keeps: ``seven_stages@1``."""
        return f"{self.name}@{self.version}"

    def state(self, code: str) -> State:
        found = self.states.get(code)
        if found is None:
            raise RuleBroken("workflow.unknown_state", state=code, table=self.full_name)
        return found

    def move(self, code: str) -> Move:
        found = self.moves.get(code)
        if found is None:
            raise RuleBroken("workflow.unknown_move", move=code, table=self.full_name)
        return found

    def next_state(self, state: str, move: str, role: str) -> State:
        """The state that the move leads to; ``state`` is ignored for the first move of a case.

        Raises
        ------
        RuleBroken
            ``workflow.unknown_move``, ``workflow.unknown_state``, ``workflow.not_from_here``,
            ``workflow.not_your_role``.
        """
        step = self.move(move)
        if move == self.start:
            target = self.first_state
        elif (here := self.state(state)).code in step.targets:
            target = step.targets[here.code]
        else:
            raise RuleBroken(
                "workflow.not_from_here", move_zh=step.zh, move_en=step.en, state_zh=here.zh, state_en=here.en
            )
        if role not in step.roles:
            raise RuleBroken(
                "workflow.not_your_role",
                move_zh=step.zh,
                move_en=step.en,
                roles_zh=roles_zh(step),
                roles_en=roles_en(step),
            )
        return self.states[target]

    def moves_from(self, state: str) -> tuple[Move, ...]:
        """All moves that start here, in the order of the table."""
        here = self.state(state).code
        return tuple(move for move in self.moves.values() if here in move.targets)

    def moves_for(self, state: str, roles: Collection[str]) -> tuple[Move, ...]:
        """The moves that start here and that one of ``roles`` may make."""
        return tuple(move for move in self.moves_from(state) if not move.roles.isdisjoint(roles))

    def requests_open_in(self, state: str) -> frozenset[str]:
        """Kinds of request that can still be decided here; open requests of other kinds lapse."""
        return frozenset(m.request for m in self.moves_from(state) if m.kind is MoveKind.DECIDE)


def roles_zh(move: Move) -> str:
    return "、".join(role.zh for role in Role if role in move.roles)


def roles_en(move: Move) -> str:
    return ", ".join(role.en for role in Role if role in move.roles)


def frozen(mapping: dict[K, V]) -> Mapping[K, V]:
    """A read-only view, so that a cached table cannot be changed by a caller."""
    return MappingProxyType(mapping)
