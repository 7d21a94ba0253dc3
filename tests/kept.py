"""What many tests begin with is built once; each test gets a copy of its rows and of its objects.

The rows are kept exactly as the database tells them, so a copy is what the building would have made, in a tenth of
the time.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Kept:
    """``stages`` hold the new rows of each build; ``objects`` are all answers, pickled together because they share
    objects.
    """

    stages: list[Rows]
    objects: bytes

    def copy(self) -> list[Any]:
        """What the builds answered, for one test to change."""
        return pickle.loads(self.objects)  # type: ignore[no-any-return]

    def insert(self, stage: int) -> None:
        """Write the rows of one build together: they refer to each other."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in self.stages[stage].items():
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)


def keep(*builds: Callable[..., Any]) -> Kept:
    """Build, look, and take it all back. Each build is given what the ones before it answered."""
    stages, answers = [], []
    with transaction.atomic():
        before = _all_rows()
        for build in builds:
            answers.append(build(*answers))
            after = _all_rows()
            new = {table: [row for row in rows if row not in before[table]] for table, rows in after.items()}
            stages.append({table: rows for table, rows in new.items() if rows})
            before = after
        transaction.set_rollback(True)
    return Kept(stages, pickle.dumps(answers))


def _all_rows() -> dict[str, dict[tuple[Any, ...], None]]:
    """Every row of every table, in the order in which the database tells them."""
    with connection.cursor() as cursor:
        return {table: dict.fromkeys(_rows(cursor, table)) for table in connection.introspection.django_table_names()}


def _rows(cursor: Any, table: str) -> list[tuple[Any, ...]]:
    """Values as the database takes them back: SQLite's own, undressed by +, and PostgreSQL's text."""
    names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    plain = '"{}"::text' if connection.vendor == "postgresql" else '+"{}"'
    cursor.execute(f'SELECT {", ".join(plain.format(name) for name in names)} FROM "{table}"')
    return cursor.fetchall()  # type: ignore[no-any-return]
