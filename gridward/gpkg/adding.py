"""Counters that many add to at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections
from django.db.models import Model

from gridward.gpkg.arrays import array, array_type
from gridward.gpkg.many import AT_ONCE, said_to_driver


def add_many(model: type[Model], keys: Sequence[str], sums: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add to counters: each row is a key, by a unique constraint of exactly these columns, and what is added to each
    sum. Rows are made where missing; those that came to nothing are removed.

    Written in the order of the keys, so that two who add never wait for each other in a ring. In plain SQL that both
    databases speak; columns are named as attributes (``grid_id``).
    """
    ordered = sorted((tuple(row) for row in rows), key=lambda row: row[: len(keys)])
    connection, quote = connections["default"], connections["default"].ops.quote_name
    fields = [model._meta.get_field(name.removesuffix("_id")) for name in (*keys, *sums)]
    columns, table = [quote(field.column) for field in fields], quote(model._meta.db_table)
    key, summed = columns[: len(keys)], columns[len(keys) :]
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in summed)
    conflict = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"
    is_empty = " AND ".join([*(f"{name} = %s" for name in key), *(f"{name} = 0" for name in summed)])
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), AT_ONCE):
            _upsert(cursor, connection, f"INSERT INTO {table} ({', '.join(columns)})", fields,
                    ordered[start : start + AT_ONCE], conflict)  # fmt: skip
        fallen = [row for row in ordered if min(row[len(keys) :]) < 0]
        if fallen:
            gone = _key_values(fields[: len(keys)], fallen, connection)
            cursor.executemany(f"DELETE FROM {table} WHERE {is_empty}", gone)


def count_up(model: type[Model], column: str, by: int, **key: Any) -> int:
    """Add to one counter, by a unique constraint of exactly the columns of the key, and answer what it is now; made
    where missing. One statement; the row stays locked until the transaction ends.
    """
    connection = connections["default"]
    quote, table = connection.ops.quote_name, connection.ops.quote_name(model._meta.db_table)
    fields = [model._meta.get_field(name.removesuffix("_id")) for name in key]
    names, counter = [quote(field.column) for field in fields], quote(column)  # type: ignore[union-attr]
    values = [field.get_db_prep_save(key[name], connection) for field, name in zip(fields, key, strict=True)]  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join((*names, counter))}) VALUES ({', '.join(['%s'] * (len(names) + 1))})"
            f" ON CONFLICT ({', '.join(names)}) DO UPDATE SET {counter} = {table}.{counter} + excluded.{counter}"
            f" RETURNING {counter}",
            [*values, by],
        )
        return int(cursor.fetchone()[0])


def _upsert(
    cursor: Any, connection: Any, insert: str, fields: Sequence[Any], rows: Sequence[tuple[Any, ...]], conflict: str
) -> None:
    values = list(zip(*rows, strict=True))
    if connection.vendor == "sqlite":
        told = [said_to_driver(field, column, connection) for field, column in zip(fields, values, strict=True)]
        marks = ", ".join(["%s"] * len(fields))
        cursor.executemany(f"{insert} VALUES ({marks}) {conflict}", list(zip(*told, strict=True)))
        return
    arrays = ", ".join(array_type(field, connection) for field in fields)
    given = [array(field, column, connection) for field, column in zip(fields, values, strict=True)]
    cursor.execute(f"{insert} SELECT * FROM unnest({arrays}) {conflict}", given)


def _key_values(fields: Sequence[Any], rows: Sequence[tuple[Any, ...]], connection: Any) -> list[tuple[Any, ...]]:
    columns = list(zip(*(row[: len(fields)] for row in rows), strict=True))
    return list(zip(*(said_to_driver(field, column, connection) for field, column in zip(fields, columns, strict=True)),
                    strict=True))  # fmt: skip
