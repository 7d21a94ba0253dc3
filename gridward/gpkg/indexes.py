"""Indexes set aside while very many rows are loaded over many transactions, and built once at the end.

Constraints stay in force: only plain indexes go, no unique one and no R*Tree. What they were stands in a table of the
database itself, written with the drop, so that whoever comes after a crash can build them.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model

ASIDE = "gridward_indexes_aside"
MOST_LOOKED_AT = 1000
CREATE = f'CREATE TABLE IF NOT EXISTS "{ASIDE}" (name TEXT PRIMARY KEY, sql TEXT NOT NULL)'


def set_indexes_aside(connection: Any, models: Iterable[type[Model]]) -> None:
    """Drop the plain indexes of the models' tables and note them; nothing on another database, or when they are."""
    if connection.vendor != "sqlite":
        return
    tables = [model._meta.db_table for model in models]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name, sql FROM sqlite_master WHERE tbl_name IN ({', '.join(['%s'] * len(tables))}) "
            "AND type = 'index' AND sql LIKE 'CREATE INDEX %%'",
            tables,
        )
        found = cursor.fetchall()
        cursor.execute(CREATE)
        cursor.executemany(f'INSERT INTO "{ASIDE}" VALUES (%s, %s)', found)
        for name, _ in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")


def indexes_are_aside(connection: Any) -> bool:
    """Whether a load set indexes aside and did not come to build them."""
    return connection.vendor == "sqlite" and ASIDE in connection.introspection.table_names()


def put_indexes_back(connection: Any) -> None:
    """Build what was set aside, an index a transaction: cut off, it goes on where it stopped."""
    while indexes_are_aside(connection):
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(f'SELECT name, sql FROM "{ASIDE}" LIMIT 1')
            row = cursor.fetchone()
            if row is None:
                cursor.execute(f'DROP TABLE "{ASIDE}"')
                return
            cursor.execute(row[1])
            cursor.execute(f'DELETE FROM "{ASIDE}" WHERE name = %s', row[:1])


def refresh_statistics(connection: Any, models: Iterable[type[Model]]) -> None:
    """Let the planner know what tables hold after a load: without it, it believes them empty or all rows alike.

    Looks at ``MOST_LOOKED_AT`` rows of each index on the GeoPackage, and at a sample of each table on PostgreSQL.
    """
    tables = [connection.ops.quote_name(model._meta.db_table) for model in models]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {MOST_LOOKED_AT}")
        for table in tables:
            cursor.execute(f"ANALYZE {table}")


def load_fast(connection: Any) -> None:
    """For a process that only loads what it can load again: a chunk fits into the cache, and its commit does not wait
    for the disk. Losing power may take the last chunks, never the file.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for pragma in ("synchronous = NORMAL", "cache_size = -65536", "wal_autocheckpoint = 16384"):
                cursor.execute(f"PRAGMA {pragma}")
