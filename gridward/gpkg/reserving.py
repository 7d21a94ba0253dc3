"""Ids taken ahead, for rows that must know their own id before they are written."""

from django.db import connections
from django.db.models import Model


def reserve_ids(model: type[Model], count: int, *, using: str = "default") -> list[int]:
    """``count`` ids of a model's own sequence that nobody else will get; call it inside the writing transaction.

    On GeoPackage the write lock is held, so the ids after the counter are free until the rows are in; on
    PostgreSQL the sequence is drawn from.
    """
    connection, table = connections[using], model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = f'"{table}"', model._meta.pk.column
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [*sequence, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
        return list(range(last + 1, last + count + 1))
