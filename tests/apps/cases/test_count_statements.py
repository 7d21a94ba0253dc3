"""How many statements a move takes: a committed list, never above sixteen."""

import json
import re
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.apps.cases.scene import Scene
from tests.apps.cases.test_move_case import SIDE_ROADS

BASELINE = Path(__file__).with_name("statements.json")
MOST = 16
BEFORE = {
    "grant_extension": ("deng", "ask_extension"), "refuse_extension": ("deng", "ask_extension"),
    "grant_suspension": ("deng", "ask_suspension"), "refuse_suspension": ("deng", "ask_suspension"),
}  # fmt: skip


def counted(work: object) -> int:
    """Statements that read or write rows; the bounds of transactions are left out."""
    with CaptureQueriesContext(connection) as caught:
        work()  # type: ignore[operator]
    bounds = re.compile(r"^\s*(SAVEPOINT|RELEASE|BEGIN|COMMIT|ROLLBACK)", re.I)
    return sum(1 for query in caught.captured_queries if not bounds.match(query["sql"]))


def test_the_statements_of_every_move_are_those_of_the_list(scene: Scene) -> None:
    scene.brought_to("closed")  # what is read once in a process has been read
    found = {"submit": counted(scene.report)}
    start = "reported"
    for reached, who, move in Scene.ROAD:
        case = scene.brought_to(start)
        found[move] = counted(lambda c=case, w=who, m=move: scene.make(c, w, m))
        start = reached
    for move, (who, ask) in BEFORE.items():
        case = scene.brought_to("handling")
        found[ask] = counted(lambda c=case, w=who, a=ask: scene.make(c, w, a))
        found[move] = counted(lambda c=case, m=move: scene.make(c, "dev", m))
    for start, road in SIDE_ROADS.values():
        case = scene.brought_to(start)
        for who, move in road:
            found[move] = counted(lambda c=case, w=who, m=move: scene.make(c, w, m))
    assert max(found.values()) <= MOST, found
    assert found == json.loads(BASELINE.read_text("utf-8")), found
