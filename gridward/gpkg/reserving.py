"""Ids taken ahead, for rows that must know their own id before they are written."""

from django.db import connections, transaction
from django.db.models import Model


def reserve_ids(model: type[Model], count: int, *, using: str = "default") -> list[int]:
    """``count`` ids of a model's own sequence that nobody else will get, whether they are used or not.

    The sequence moves on in a transaction of its own length: PostgreSQL's by itself, GeoPackage's counter
    under the write lock.
    """
    connection, table = connections[using], model._meta.db_table
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = f'"{table}"', model._meta.pk.column
            name = "SELECT pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0"  # looked up once
            cursor.execute(f"SELECT nextval(name) FROM ({name}) AS it, generate_series(1, %s)", [*sequence, count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
        return list(range(last - count + 1, last + 1))
