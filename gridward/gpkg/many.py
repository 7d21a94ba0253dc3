"""Very many new rows: made and written for little more than what they hold.

``Model(**values)`` and ``bulk_create`` ask every field of every row who it is; history of a million steps asks once.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
import shapely
from django.contrib.gis.db.models import GeometryField
from django.db import connections, models
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.functions import Cast
from numpy.typing import NDArray

from gridward.gpkg.arrays import array, array_type
from gridward.gpkg.blob import encode, wkb_of

M = TypeVar("M", bound=Model)
Adapt = Callable[[Any], Any]
Draw = Callable[[], Any]
AS_THEY_ARE = (
    models.AutoField, models.BinaryField, models.CharField, models.FloatField, models.ForeignKey,
    models.IntegerField, models.TextField,
)  # fmt: skip
AT_ONCE = 500


@cache
def _usual(model: type[Any]) -> tuple[dict[str, Any], tuple[tuple[str, Draw], ...]]:
    """The columns of a model in order with their constant defaults, and those whose default is drawn."""
    fields = model._meta.concrete_fields
    drawn = {f.attname: f.default for f in fields if f.has_default() and callable(f.default)}
    return {f.attname: None if f.attname in drawn else f.get_default() for f in fields}, tuple(drawn.items())


def new_row(model: type[M], **values: Any) -> M:
    """``model(**values)`` by column names (``case_id``, not ``case``), made as unpickling makes a row.

    Raises TypeError for a name that is no column.
    """
    usual, drawn = _usual(model)
    filled = {**usual, **values}
    if len(filled) > len(usual):
        raise TypeError(f"{model.__name__} has no column {', '.join(values.keys() - usual.keys())}")
    for name, draw in drawn:
        if name not in values:
            filled[name] = draw()
    row = model.__new__(model)
    filled["_state"] = ModelState()
    row.__dict__ = filled
    return row


def insert_many(rows: Iterable[Model], *, using: str = "default") -> None:
    """What ``bulk_create`` writes of new rows of one model; the rows are not told the ids that they get.

    One prepared statement takes them all on the GeoPackage, one array a column on PostgreSQL.
    """
    made = list(rows)
    if not made:
        return
    connection, model = connections[using], type(made[0])
    has_id = made[0].pk is not None
    fields = [f for f in model._meta.concrete_fields if has_id or not f.primary_key]
    if connection.vendor == "sqlite":
        _insert_rows(connection, model, *_adapted(made, fields, connection))
    else:
        for start in range(0, len(made), AT_ONCE):
            _insert_columns(connection, model, fields, made[start : start + AT_ONCE])


def _insert_rows(connection: Any, model: type[Model], columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    insert = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        cursor.executemany(insert, rows)


def _insert_columns(connection: Any, model: type[Model], fields: Sequence[Any], rows: Sequence[Model]) -> None:
    """As Django's own UNNEST, which it does not use for tables with bytes in them."""
    values = zip(*map(itemgetter(*(f.attname for f in fields)), (row.__dict__ for row in rows)), strict=True)
    filled = [(f, column) for f, column in zip(fields, values, strict=True) if _is_filled(column)]
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field, _ in filled)
    arrays = ", ".join(array_type(field, connection) for field, _ in filled)
    insert = f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT * FROM unnest({arrays})"
    with connection.cursor() as cursor:
        cursor.execute(insert, [array(field, column, connection) for field, column in filled])


def update_many(
    model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, using: str = "default"
) -> None:
    """Write these columns of many rows of a model: each row its own values, and its id last.

    ``bulk_update`` without its CASE of WHENs. Columns are named as attributes (``grid_id``).
    """
    if not rows:
        return
    connection, values = connections[using], list(zip(*rows, strict=True))
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [*(by_name[column] for column in columns), model._meta.pk]
    quote = connection.ops.quote_name
    table, (*names, pk) = quote(model._meta.db_table), (quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            told = ", ".join(f"{name} = %s" for name in names)
            said = [said_to_sqlite(field, column, connection) for field, column in zip(fields, values, strict=True)]
            cursor.executemany(f"UPDATE {table} SET {told} WHERE {pk} = %s", list(zip(*said, strict=True)))
            return
        told = ", ".join(f"{name} = given.{name}" for name in names)
        arrays = ", ".join(array_type(field, connection) for field in fields)
        given = f"unnest({arrays}) AS given({', '.join((*names, pk))})"
        update = f"UPDATE {table} SET {told} FROM {given} WHERE {table}.{pk} = given.{pk}"
        cursor.execute(update, [array(field, column, connection) for field, column in zip(fields, values, strict=True)])


def read_points(rows: QuerySet[Any], column: str, *also: str) -> tuple[list[tuple[Any, ...]], NDArray[np.float64]]:
    """The columns ``also`` and the (longitude, latitude) of the points of many rows, in their order.

    No geometry is made for any; no point may be missing.
    """
    found = list(rows.annotate(as_bytes=Cast(column, models.BinaryField())).values_list("as_bytes", *also))
    is_blob = connections[rows.db].vendor == "sqlite"
    wkb = [wkb_of(bytes(value)) if is_blob else bytes(value) for value, *_ in found]
    return [tuple(row[1:]) for row in found], shapely.get_coordinates(shapely.from_wkb(wkb)).reshape(-1, 2)


def _adapted(made: Sequence[Model], fields: Sequence[Any], connection: Any) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns that any row fills, and the rows as the driver takes them: a column at a time, as its field says."""
    values = map(itemgetter(*(f.attname for f in fields)), (row.__dict__ for row in made))
    filled = [(f, column) for f, column in zip(fields, zip(*values, strict=True), strict=True) if _is_filled(column)]
    said = [said_to_sqlite(field, column, connection) for field, column in filled]
    return [field.column for field, _ in filled], list(zip(*said, strict=True))


def _is_filled(column: tuple[Any, ...]) -> bool:
    return column.count(None) < len(column)


def said_to_sqlite(field: Any, column: tuple[Any, ...], connection: Any) -> Sequence[Any]:
    """A column of values as the driver takes them."""
    adapt = _adapter(field, connection)
    return column if adapt is None else [None if value is None else adapt(value) for value in column]


def _adapter(field: Any, connection: Any) -> Adapt | None:
    """How a field's value is said to SQLite: not at all, by a short way, or as Django says it."""
    if isinstance(field, models.BooleanField):
        return int  # the driver asks every other type whether it can be adapted
    if isinstance(field, AS_THEY_ARE):
        return None
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.UUIDField):
        return lambda value: value.hex
    if isinstance(field, models.JSONField) and field.encoder is None:
        return json.dumps
    if isinstance(field, GeometryField):
        return encode
    return lambda value: field.get_db_prep_save(value, connection)


def _moment(value: datetime) -> str:
    """As the backend keeps it: UTC, without saying so."""
    return str(value if value.tzinfo is UTC else value.astimezone(UTC))[:-6]
