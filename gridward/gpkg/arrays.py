"""A column of very many rows as one PostgreSQL array, spelled here: the driver asks every element who it is."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.db import models

from gridward.core.jsontext import speller

SPELL = speller()
SAID_AS_TEXT = (
    models.AutoField, models.BooleanField, models.DateTimeField, models.FloatField, models.IntegerField,
    models.UUIDField,
)  # fmt: skip


def array_type(field: Any, connection: Any) -> str:
    """Where a column's array goes in a statement; without a length, so that what is too long is refused, not cut."""
    is_geometry = isinstance(field, GeometryField)
    return f"%s::{'bytea' if is_geometry else field.rel_db_type(connection).partition('(')[0]}[]"


def array(field: Any, column: Sequence[Any], connection: Any) -> str | list[Any]:
    """The array that goes there: as the driver would say it, but for fields that only Django knows to prepare."""
    return array_maker(field, connection)(column)


def array_maker(field: Any, connection: Any) -> Callable[[Sequence[Any]], str | list[Any]]:
    """``array`` for who makes many of one field."""
    say = _spelling(field)
    if say is None:
        return lambda column: [None if v is None else field.get_db_prep_save(v, connection) for v in column]
    return lambda column: "{" + ",".join(["NULL" if value is None else say(value) for value in column]) + "}"


def _spelling(field: Any) -> Callable[[Any], str] | None:
    if isinstance(field, models.ForeignKey):
        return _spelling(field.target_field)
    if isinstance(field, SAID_AS_TEXT):
        return str
    if isinstance(field, (models.CharField, models.TextField)):
        return _quoted
    if isinstance(field, models.BinaryField):
        return _hexadecimal
    if isinstance(field, GeometryField):
        return _geometry
    if isinstance(field, models.JSONField) and field.encoder is None:
        return _json
    return None


def _quoted(value: object) -> str:
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _json(value: object) -> str:
    return _quoted(SPELL(value))


def _hexadecimal(value: bytes | memoryview) -> str:
    return f'"\\\\x{value.hex()}"'


def _geometry(value: GEOSGeometry | memoryview) -> str:
    return _hexadecimal(extended_bytes(value))


def extended_bytes(value: GEOSGeometry | memoryview) -> bytes | memoryview:
    """Well-known bytes with their coordinate system, of which PostGIS makes a geometry."""
    return value if isinstance(value, memoryview) else bytes(value.ewkb)
