"""Random lives of cases: any move that the table offers, by whoever of the cast may make it, as real actions."""

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gridward.cases.actions.reporting import Report
from gridward.cases.models import Case
from gridward.core.actor import SYSTEM, Actor
from gridward.core.errors import RuleBroken
from gridward.core.workflow.parse import load
from gridward.core.workflow.table import Move, MoveKind, Table
from tests.apps.cases.scene import RESIDENT, Scene

NEVER = frozenset({"submit", "merge"})
PEOPLE = ("cleo", "cai", "zhao", "dev", "deng", "ben", "eva", "gao", "lin", "hui", "wen")
ALLOWED_REFUSALS = ("case.", "clock.")


@dataclass
class Life:
    """A report and the moves that were made on it, in order: what the bulk twin takes."""

    report: Report
    by: Actor
    at: datetime
    moves: list[tuple[str, Mapping[str, Any], Actor, datetime]] = field(default_factory=list)


def walk(scene: Scene, rng: random.Random, *, most: int = 14) -> tuple[Life, Case]:
    """One case on a random road; moves that a rule refuses are simply not made."""
    table = load()
    report = scene.told(rng.choice(list(scene.kinds)), position=rng.choice([(113.9975, 28.195), None]),
                        community_id=scene.town.divisions["liuyin"].pk)  # fmt: skip
    life = Life(report, RESIDENT, scene.now)
    case = scene.report_as(report)
    for _ in range(most):
        scene.later(minutes=rng.choice([1, 20, 90, 60 * 7, 60 * 40]))
        if not any(made(scene, life, case, move.code, by) for move, by in ways_on(scene, case, table, rng)):
            break
        case.refresh_from_db()
    return life, case


def ways_on(scene: Scene, case: Case, table: Table, rng: random.Random) -> list[tuple[Move, Actor]]:
    """Every move that the table knows from here with whoever of the cast may make it, in a random order of the moves:
    one that many roles may make comes no sooner than one of a single role.
    """
    actors = [*(scene.cast.actor(name) for name in PEOPLE), RESIDENT, Actor(None, SYSTEM.role, None, 7)]
    ways = [(move, by) for by in actors for move in table.moves_for(case.state, [by.role]) if move.code not in NEVER]
    drawn = {code: rng.random() for code in dict.fromkeys(move.code for move, _by in ways)}
    return sorted(ways, key=lambda way: (drawn[way[0].code] + _unlikely(table, case, way[0]), rng.random()))


def straight(scene: Scene) -> tuple[Life, Case]:
    """One case down the main road to its end, and rated."""
    report = scene.told(position=(113.9975, 28.195))
    life = Life(report, RESIDENT, scene.now)
    case = scene.report_as(report)
    for _, who, move in scene.ROAD:
        scene.later(minutes=20)
        assert made(scene, life, case, move, scene.cast.actor(who))
        case.refresh_from_db()
    assert made(scene, life, case, "rate", RESIDENT)
    case.refresh_from_db()
    return life, case


def _unlikely(table: Table, case: Case, move: Move) -> float:
    """Marks, notes and ends are rarer than going on, so that walks get far."""
    target = move.targets[case.state] or case.state
    return 0.9 * table.state(target).is_final + 0.6 * (target == case.state) + 0.4 * (move.kind is MoveKind.ASK)


def made(
    scene: Scene, life: Life, case: Case, move: str, by: Actor, action_uuid: uuid.UUID | None = None
) -> bool:  # fmt: skip
    given = scene.fields(case, move)
    try:
        scene.move(case, by, move, action_uuid=action_uuid, **given)
    except RuleBroken as refused:
        assert refused.code.startswith(ALLOWED_REFUSALS), refused.code
        return False
    life.moves.append((move, given, by, scene.now))
    return True
