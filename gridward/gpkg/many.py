"""Very many new rows: made and written for little more than what they hold.

``Model(**values)`` and ``bulk_create`` ask every field of every row who it is; history of a million steps asks once.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

import numpy as np
import shapely
from django.contrib.gis.db.models import GeometryField
from django.db import connections, models
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.functions import Cast
from numpy.typing import NDArray

from gridward.core.jsontext import speller
from gridward.core.moments import spelled
from gridward.gpkg.arrays import array_maker, array_type, extended_bytes
from gridward.gpkg.blob import encode, wkb_of

M = TypeVar("M", bound=Model)
Adapt = Callable[[Any], Any]
Draw = Callable[[], Any]
AS_THEY_ARE = (
    models.AutoField, models.BinaryField, models.CharField, models.FloatField, models.ForeignKey,
    models.IntegerField, models.TextField,
)  # fmt: skip
KNOWN_TO_POSTGRESQL = (models.BooleanField, models.DateTimeField, models.UUIDField)
AT_ONCE = 500
SPELL = speller()
TRUTH = {None: None, False: 0, True: 1}


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
    connection, columns = connections[using], _columns_of(made[0], using)
    if connection.vendor == "sqlite" or len(made) == 1:
        _execute(connection, *_insertion(made, columns))
    else:
        for start in range(0, len(made), AT_ONCE):
            _insert_arrays(connection, columns, made[start : start + AT_ONCE])


def _execute(connection: Any, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(statement, rows[0])
        else:
            cursor.executemany(statement, rows)


def insert_row(row: Model, *, using: str = "default") -> None:
    """One new row, which is told its id: ``save(force_insert=True)`` without asking every field who it is."""
    connection, pk = connections[using], row._meta.pk
    insert, [values] = _insertion([row], _columns_of(row, using))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(insert, values)
            row.pk = cursor.lastrowid
        else:
            cursor.execute(f"{insert} RETURNING {connection.ops.quote_name(pk.column)}", values)
            [row.pk] = cursor.fetchone()
    row._state.adding, row._state.db = False, using


class _Column(NamedTuple):
    """A column as one connection writes it."""

    name: str
    adapt: Adapt | None
    array_type: str
    to_array: Callable[[Sequence[Any]], Any]


class _Columns(NamedTuple):
    """The columns of a table in their order, and how a row's values are picked in it."""

    insert: str
    columns: tuple[_Column, ...]
    pick: Callable[[dict[str, Any]], tuple[Any, ...]]

    def filled(self, rows: Sequence[Model]) -> list[tuple[_Column, tuple[Any, ...]]]:
        """The columns that any of the rows fills, with what each row has there."""
        values = zip(*map(self.pick, (row.__dict__ for row in rows)), strict=True)
        return [(column, held) for column, held in zip(self.columns, values, strict=True) if _is_filled(held)]


def _columns_of(row: Model, using: str) -> _Columns:
    """The columns of a new row: with its id, where it has one. Fields are asked once in a connection's life."""
    kept: dict[Any, _Columns] = vars(connections[using]).setdefault("gridward_columns", {})
    key = type(row), row.__dict__[row._meta.pk.attname] is None
    if key not in kept:
        fields = [f for f in row._meta.concrete_fields if not (key[1] and f.primary_key)]
        table = connections[using].ops.quote_name(row._meta.db_table)
        columns = tuple(_column(field, connections[using]) for field in fields)
        kept[key] = _Columns(f"INSERT INTO {table}", columns, itemgetter(*(field.attname for field in fields)))
    return kept[key]


def _column(field: Any, connection: Any) -> _Column:
    kind = array_type(field, connection) if connection.vendor != "sqlite" else ""
    name = connection.ops.quote_name(field.column)
    return _Column(name, _adapter(field, connection), kind, array_maker(field, connection))


def _insertion(made: Sequence[Model], columns: _Columns) -> tuple[str, list[tuple[Any, ...]]]:
    """A statement for one row and the values of each: the columns that any row fills, as the driver takes them."""
    filled = columns.filled(made)
    said = [_adapted(column.adapt, held) for column, held in filled]
    names = ", ".join([column.name for column, _ in filled])
    return f"{columns.insert} ({names}) VALUES ({', '.join(['%s'] * len(filled))})", list(zip(*said, strict=True))


def _insert_arrays(connection: Any, columns: _Columns, rows: Sequence[Model]) -> None:
    """As Django's own UNNEST, which it does not use for tables with bytes in them."""
    filled = columns.filled(rows)
    names = ", ".join([column.name for column, _ in filled])
    arrays = ", ".join([column.array_type for column, _ in filled])
    with connection.cursor() as cursor:
        given = [column.to_array(held) for column, held in filled]
        cursor.execute(f"{columns.insert} ({names}) SELECT * FROM unnest({arrays})", given)


def update_many(
    model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, using: str = "default"
) -> None:
    """Write these columns of many rows of a model: each row its own values, and its id last.

    ``bulk_update`` without its CASE of WHENs. Columns are named as attributes (``grid_id``).
    """
    if not rows or not columns:
        return
    connection, values = connections[using], list(zip(*rows, strict=True))
    by_name, table = _columns_by_name(model, using), connection.ops.quote_name(model._meta.db_table)
    changed = [by_name[column] for column in (*columns, model._meta.pk.attname)]
    *names, pk = [column.name for column in changed]
    if connection.vendor == "sqlite" or len(rows) == 1:
        told = ", ".join([f"{name} = %s" for name in names])
        said = [_adapted(column.adapt, held) for column, held in zip(changed, values, strict=True)]
        _execute(connection, f"UPDATE {table} SET {told} WHERE {pk} = %s", list(zip(*said, strict=True)))
        return
    told = ", ".join([f"{name} = given.{name}" for name in names])
    arrays = ", ".join([column.array_type for column in changed])
    given = f"unnest({arrays}) AS given({', '.join((*names, pk))})"
    update = f"UPDATE {table} SET {told} FROM {given} WHERE {table}.{pk} = given.{pk}"
    with connection.cursor() as cursor:
        cursor.execute(update, [column.to_array(held) for column, held in zip(changed, values, strict=True)])


def _columns_by_name(model: type[Model], using: str) -> dict[str, _Column]:
    kept: dict[Any, dict[str, _Column]] = vars(connections[using]).setdefault("gridward_columns_by_name", {})
    if model not in kept:
        kept[model] = {f.attname: _column(f, connections[using]) for f in model._meta.concrete_fields}
    return kept[model]


def update_rows(rows: Sequence[Model], columns: Sequence[str], *, using: str = "default") -> None:
    """``update_many`` of rows of one model to what they hold now."""
    if rows:
        values = [[*(row.__dict__[column] for column in columns), row.pk] for row in rows]
        update_many(type(rows[0]), columns, values, using=using)


def read_points(rows: QuerySet[Any], column: str, *also: str) -> tuple[list[tuple[Any, ...]], NDArray[np.float64]]:
    """The columns ``also`` and the (longitude, latitude) of the points of many rows, in their order.

    No geometry is made for any; no point may be missing.
    """
    found = list(rows.annotate(as_bytes=Cast(column, models.BinaryField())).values_list("as_bytes", *also))
    is_blob = connections[rows.db].vendor == "sqlite"
    wkb = [wkb_of(bytes(value)) if is_blob else bytes(value) for value, *_ in found]
    return [tuple(row[1:]) for row in found], shapely.get_coordinates(shapely.from_wkb(wkb)).reshape(-1, 2)


def _is_filled(column: tuple[Any, ...]) -> bool:
    return column[0] is not None or any(value is not None for value in column)


def said_to_driver(field: Any, column: tuple[Any, ...], connection: Any) -> Sequence[Any]:
    """A column of values as the driver takes them."""
    return _adapted(_adapter(field, connection), column)


def _adapted(adapt: Adapt | None, column: tuple[Any, ...]) -> Sequence[Any]:
    return column if adapt is None else [None if value is None else adapt(value) for value in column]


def _adapter(field: Any, connection: Any) -> Adapt | None:
    """How a field's value is said to the driver: not at all, by a short way, or as Django says it."""
    if isinstance(field, AS_THEY_ARE):
        return None
    if isinstance(field, models.JSONField) and field.encoder is None:
        return SPELL
    if connection.vendor != "sqlite":
        if isinstance(field, GeometryField):
            return extended_bytes
        return None if isinstance(field, KNOWN_TO_POSTGRESQL) else lambda v: field.get_db_prep_save(v, connection)
    return _adapter_for_sqlite(field, connection)


def _adapter_for_sqlite(field: Any, connection: Any) -> Adapt:
    if isinstance(field, models.BooleanField):
        return TRUTH.__getitem__  # the driver asks every type but the plainest whether it can be adapted
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.UUIDField):
        return lambda value: value.hex
    if isinstance(field, GeometryField):
        return encode
    return lambda value: field.get_db_prep_save(value, connection)


def _moment(value: datetime) -> str:
    """As the backend keeps it: UTC, without saying so."""
    text = spelled(value)
    return f"{text[:10]} {text[11:-6]}"
