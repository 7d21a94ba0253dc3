"""Very many new rows: made and written for little more than what they hold.

``Model(**values)`` and ``bulk_create`` ask every field of every row who it is; history of a million steps asks once.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from django.contrib.gis.db.models import GeometryField
from django.db import connections, models
from django.db.models import Model
from django.db.models.base import ModelState

from gridward.gpkg.blob import encode

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

    On the GeoPackage one prepared statement takes them all; PostgreSQL already takes columns as arrays.
    """
    made = list(rows)
    if not made:
        return
    connection, model = connections[using], type(made[0])
    if connection.vendor != "sqlite":
        model._default_manager.using(using).bulk_create(made, batch_size=AT_ONCE)
        return
    has_id = made[0].pk is not None
    fields = [f for f in model._meta.concrete_fields if has_id or not f.primary_key]
    columns, rows = _adapted(made, fields, connection)
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    insert = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        cursor.executemany(insert, rows)


def _adapted(made: Sequence[Model], fields: Sequence[Any], connection: Any) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns that any row fills, and the rows as the driver takes them: a column at a time, as its field says."""
    values = map(itemgetter(*(f.attname for f in fields)), (row.__dict__ for row in made))
    filled = [(f, column) for f, column in zip(fields, zip(*values, strict=True), strict=True) if _is_filled(column)]
    said = [_said(field, column, connection) for field, column in filled]
    return [field.column for field, _ in filled], list(zip(*said, strict=True))


def _is_filled(column: tuple[Any, ...]) -> bool:
    return column.count(None) < len(column)


def _said(field: Any, column: tuple[Any, ...], connection: Any) -> Sequence[Any]:
    adapt = _adapter(field, connection)
    return column if adapt is None else [None if value is None else adapt(value) for value in column]


def _adapter(field: Any, connection: Any) -> Adapt | None:
    """How a field's value is said to SQLite: not at all, by a short way, or as Django says it."""
    if isinstance(field, models.BooleanField):
        return int  # the driver asks every other type whether it can be adapted
    if isinstance(field, AS_THEY_ARE):
        return None
    if isinstance(field, models.DateTimeField):
        return lambda value: _moment_in_utc(value.astimezone(UTC))
    if isinstance(field, models.UUIDField):
        return lambda value: value.hex
    if isinstance(field, models.JSONField) and field.encoder is None:
        return json.dumps
    if isinstance(field, GeometryField):
        return encode
    return lambda value: field.get_db_prep_save(value, connection)


@lru_cache(maxsize=4096)
def _moment_in_utc(value: datetime) -> str:
    """As the backend keeps it: UTC, without saying so. A row's moments are often the same one."""
    return str(value)[:-6]
