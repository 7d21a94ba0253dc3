"""A planted name and phone are nowhere in the database but sealed: not after a whole road, a follower and reads."""

from datetime import datetime
from pathlib import Path

from django.db import connection

from gridward.cases.actions.contacts import Reporter, read_contacts
from gridward.cases.actions.reporting import follow_case
from tests.apps.cases.scene import RESIDENT, Scene, build_kinds
from tests.cast import build_cast
from tests.planted import planted_in, spellings
from tests.sessions import TwoSessions
from tests.town import build_town

NAME, PHONE, MAIL = "欧阳示例淑芬", "13912345678", "planted.person@example.org"


def cells() -> list[bytes]:
    """Every text and every blob of every table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("rtree_", "spatial_ref_sys")):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [v.encode() if isinstance(v, str) else bytes(v) for v in row
                          if isinstance(v, (str, bytes, memoryview))]  # fmt: skip
    return found


def test_nothing_planted_is_found(two_sessions: TwoSessions, at: datetime, tmp_path: Path) -> None:
    town = build_town()
    scene = Scene(town, build_cast(town), build_kinds(town), at)
    case = scene.brought_to("closed", reporter=Reporter(NAME, PHONE, MAIL))
    open_case = scene.report()
    follow_case(case=open_case, reporter=Reporter(NAME, PHONE, MAIL), token="mine", by=RESIDENT, at=at)
    opened = read_contacts(case=case, by=scene.cast.actor("cleo"), purpose="call_back", at=at)
    assert (opened[0].name, opened[0].phone, opened[0].email) == (NAME, PHONE, MAIL)
    kept = b"\n".join(cells())
    assert case.number.encode() in kept
    wanted = [s for text in (NAME, PHONE, MAIL) for s in spellings(text).values()]
    assert [spelling for spelling in wanted if spelling in kept] == []
    assert planted_in([NAME, PHONE, MAIL], tmp_path) == []
