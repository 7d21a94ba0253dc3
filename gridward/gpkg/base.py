"""The connection: sqlite3 with gridward's spatial functions, in a GeoPackage."""

import sqlite3
from collections.abc import Callable
from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper as SQLiteWrapper

from gridward.gpkg.blob import box_of, is_empty, wkb_of
from gridward.gpkg.creation import DatabaseCreation
from gridward.gpkg.features import DatabaseFeatures
from gridward.gpkg.introspection import DatabaseIntrospection
from gridward.gpkg.operations import DatabaseOperations
from gridward.gpkg.operators import CORNERS, LOOKUPS
from gridward.gpkg.predicates import Box, Extent, Predicates, Stored
from gridward.gpkg.schema import DatabaseSchemaEditor
from gridward.gpkg.tables import make_geopackage


def _text_type(field: dict[str, Any]) -> str:
    return "TEXT" if field["max_length"] is None else f"TEXT({field['max_length']})"


class DatabaseWrapper(SQLiteWrapper):
    """SQLite as GeoDjango's database and as a GeoPackage at once."""

    display_name = "GeoPackage"
    SchemaEditorClass = DatabaseSchemaEditor
    creation_class = DatabaseCreation
    features_class = DatabaseFeatures
    introspection_class = DatabaseIntrospection
    ops_class = DatabaseOperations

    # Column types of the GeoPackage specification, so that GDAL and QGIS read every column. Django's
    # converters go by the field, not by these names. An id must be exactly INTEGER to be a rowid.
    data_types = {
        **SQLiteWrapper.data_types,
        "AutoField": "INTEGER",
        "BigAutoField": "INTEGER",
        "BigIntegerField": "INTEGER",
        "BooleanField": "BOOLEAN",
        "CharField": _text_type,
        "DateField": "DATE",
        "DateTimeField": "DATETIME",
        "DecimalField": "REAL",
        "DurationField": "INTEGER",
        "FileField": "TEXT(%(max_length)s)",
        "FilePathField": "TEXT(%(max_length)s)",
        "FloatField": "REAL",
        "GenericIPAddressField": "TEXT(39)",
        "IPAddressField": "TEXT(15)",
        "IntegerField": "INTEGER",
        "JSONField": "TEXT",
        "OneToOneField": "INTEGER",
        "PositiveBigIntegerField": "INTEGER",
        "PositiveIntegerField": "INTEGER",
        "PositiveSmallIntegerField": "INTEGER",
        "SlugField": "TEXT(%(max_length)s)",
        "SmallAutoField": "INTEGER",
        "SmallIntegerField": "SMALLINT",
        "TextField": "TEXT",
        "TimeField": "TEXT(15)",
        "UUIDField": "TEXT(32)",
    }

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.tables_without_tree: set[str] = set()

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """Open the file, teach it geometry and make it a GeoPackage if it is not one yet."""
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        add_functions(connection, Predicates())
        make_geopackage(connection)
        return connection

    def has_box_index(self, field: Any) -> bool:
        """Whether an up-to-date R*Tree stands behind a geometry column."""
        return bool(field.spatial_index) and field.model._meta.db_table not in self.tables_without_tree


def add_functions(connection: sqlite3.Connection, predicates: Predicates) -> None:
    """Register the functions that the triggers of GeoPackage and gridward's lookups call."""
    for place, corner in enumerate(CORNERS):
        connection.create_function(f"ST_{corner}", 1, _corner(place), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)
    for name in LOOKUPS:
        test = _on_blobs(getattr(predicates, name))
        connection.create_function(f"ST_{name}", 2, test, deterministic=True)
    connection.create_aggregate("ST_Extent", 1, BlobExtent)


class BlobExtent(Extent):
    """The extent of blobs, as text of four numbers."""

    def step(self, blob: bytes | None) -> None:
        """Take in one row."""
        self.add(None if blob is None else box_of(blob))

    def finalize(self) -> str | None:
        """Give the four numbers in full precision; NULL when there was no geometry."""
        return None if self.box is None else ",".join(map(repr, self.box))


def _corner(place: int) -> Callable[[bytes | None], float | None]:
    def corner(blob: bytes | None) -> float | None:
        box: Box | None = None if blob is None else box_of(blob)
        return None if box is None else box[place]

    return corner


def _is_empty(blob: bytes | None) -> bool | None:
    return None if blob is None else is_empty(blob)


def _on_blobs(test: Callable[[Stored, Stored], bool]) -> Callable[[bytes | None, bytes | None], bool | None]:
    def on_blobs(a: bytes | None, b: bytes | None) -> bool | None:
        if a is None or b is None:
            return None
        return test((wkb_of(a), box_of(a)), (wkb_of(b), box_of(b)))

    return on_blobs
