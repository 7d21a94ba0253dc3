"""Migrations: keeps R*Trees, triggers, counters and the GeoPackage's own rows true to the models."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.db import NotSupportedError
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor as SQLiteSchemaEditor
from django.db.models import Field, Model

from gridward.gpkg.ids import NodeAutoField, first_id_before
from gridward.gpkg.rtree import Tree, quote
from gridward.gpkg.tables import RTREE_DEFINITION, RTREE_EXTENSION, refresh_contents

Altered = list[tuple[Field, Field]]


def geometry_fields(model: type[Model]) -> list[GeometryField]:
    """The geometry columns of a model's own table; the first is its layer for GDAL and QGIS."""
    return [field for field in model._meta.local_concrete_fields if isinstance(field, GeometryField)]


def trees_of(model: type[Model]) -> list[Tree]:
    """The R*Trees that a model's table has."""
    return _trees(model._meta.db_table, model._meta.pk.column, geometry_fields(model))


def _trees(table: str, key: str, fields: list[GeometryField]) -> list[Tree]:
    return [Tree(table, field.column, key) for field in fields if field.spatial_index]


class DatabaseSchemaEditor(SQLiteSchemaEditor):
    """SQLite's schema editor for tables with geometry.

    SQLite alters most things by remaking the table, which drops its triggers and its counter; what
    hangs on the table is read before and put back after.
    """

    _remakes = 0
    _remade: str | None = None  # the table being remade; its stand-in "new__…" is not a layer

    def __enter__(self) -> "DatabaseSchemaEditor":
        self._changed_layers: set[str] = set()
        return super().__enter__()

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        if exc_type is None and self._changed_layers and not self.collect_sql:
            refresh_contents(self.connection, self._changed_layers)
        super().__exit__(exc_type, exc_value, traceback)

    # Tables

    def create_model(self, model: type[Model]) -> None:
        """Create a table, seed its counter and make its layer."""
        fields = geometry_fields(model)
        if fields and model._meta.pk.db_type(self.connection) not in ("INTEGER", "integer"):
            raise NotSupportedError(
                f"{model._meta.label} has a geometry, so its primary key must be an integer for the R*Tree."
            )
        super().create_model(model)
        self._seed_counter(model)
        if self._remade is None:
            self._make_trees(trees_of(model))
            if fields:
                self._register(model._meta.db_table, fields)

    def delete_model(self, model: type[Model], **kwargs: Any) -> None:
        """Delete a table with all that hangs on it."""
        if self._remade is None:
            self._run(sql for tree in trees_of(model) for sql in tree.drop())
            if geometry_fields(model):
                self._register(model._meta.db_table, [])
        super().delete_model(model, **kwargs)

    def alter_db_table(self, model: type[Model], old_db_table: str, new_db_table: str) -> None:
        """Rename a table, its R*Trees and its rows in the GeoPackage's tables."""
        fields = geometry_fields(model)
        if self._remade is not None or not fields or old_db_table.lower() == new_db_table.lower():
            super().alter_db_table(model, old_db_table, new_db_table)
            return
        key = model._meta.pk.column
        old, new = _trees(old_db_table, key, fields), _trees(new_db_table, key, fields)
        self._run(sql for tree in old for sql in tree.drop_triggers())
        super().alter_db_table(model, old_db_table, new_db_table)
        for before, after in zip(old, new, strict=True):
            self._run([*before.rename_to(after), *after.create_triggers()])
        self.execute(
            "UPDATE gpkg_contents SET table_name = %s, identifier = %s WHERE table_name = %s",
            [new_db_table, new_db_table, old_db_table],
        )
        for gpkg_table in ("gpkg_geometry_columns", "gpkg_extensions"):
            self.execute(f"UPDATE {gpkg_table} SET table_name = %s WHERE table_name = %s", [new_db_table, old_db_table])

    # Columns

    def add_field(self, model: type[Model], field: Field) -> None:
        """Add a column; a geometry gets its R*Tree, and becomes the layer if it is the first."""
        remakes = self._remakes
        super().add_field(model, field)
        if isinstance(field, GeometryField) and self._remakes == remakes:
            fields = geometry_fields(model)
            self._make_trees(_trees(model._meta.db_table, model._meta.pk.column, [field]))
            self._register(model._meta.db_table, [*fields, field])

    def remove_field(self, model: type[Model], field: Field) -> None:
        """Remove a column and its R*Tree."""
        if not isinstance(field, GeometryField):
            super().remove_field(model, field)
            return
        table, key = model._meta.db_table, model._meta.pk.column
        self._run(sql for tree in _trees(table, key, [field]) for sql in tree.drop())
        super().remove_field(model, field)
        self._register(table, [other for other in geometry_fields(model) if other.name != field.name])

    def _alter_field(self, model: type[Model], old_field: Field, new_field: Field, *rest: Any, **options: Any) -> None:
        remakes = self._remakes
        super()._alter_field(model, old_field, new_field, *rest, **options)
        if isinstance(old_field, GeometryField) and self._remakes == remakes:
            change = Remake(model, None, None, [(old_field, new_field)])
            for old, _, _ in change.trees():
                self._run(old.drop_triggers() if old else [])
            self._settle(change)

    def _remake_table(
        self,
        model: type[Model],
        create_field: Field | None = None,
        delete_field: Field | None = None,
        alter_fields: Altered | None = None,
    ) -> None:
        if delete_field is not None and delete_field.many_to_many:
            super()._remake_table(model, delete_field=delete_field)
            return
        self._remakes += 1
        change = Remake(model, create_field, delete_field, alter_fields or [])
        triggers = self._take_triggers(change)
        self._remade = change.table
        try:
            super()._remake_table(model, create_field, delete_field, alter_fields)
        finally:
            self._remade = None
        self._settle(change)
        self._run(triggers)

    # What hangs on a table

    def _settle(self, change: "Remake") -> None:
        """Bring the R*Trees and the layer to their state after a change of the table."""
        for old, new, boxes_stay in change.trees():
            if old and new and boxes_stay:
                self._run(old.rename_to(new) if old.name != new.name else [])
                self._run(new.create_triggers())
                continue
            self._run(old.drop() if old else [])
            self._make_trees([new] if new else [])
        self._register(change.table, [new for _, new in change.geometries() if new is not None])

    def _make_trees(self, trees: list[Tree]) -> None:
        self._run(sql for tree in trees for sql in tree.create())

    def _take_triggers(self, change: "Remake") -> list[str]:
        """Read the triggers that a remake would lose or stumble over, and drop those on other tables."""
        own = tuple(f"{old.name}_" for old, _, _ in change.trees() if old)
        mentions = re.compile(rf"\b{re.escape(change.table)}\b")
        kept = []
        for name, table, sql in self._triggers([] if self.collect_sql else change.renamed_columns()):
            is_mine = table == change.table
            if name.startswith(own) if own else False:
                continue
            if is_mine or mentions.search(sql):
                kept.append(sql)
                self._run([] if is_mine else [f"DROP TRIGGER {quote(name)}"])
        return kept

    def _triggers(self, renamed: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        """Every trigger, worded for the columns' new names: SQLite rewords them in a rename taken back."""
        with self.connection.cursor() as cursor:
            cursor.execute("SAVEPOINT reword_triggers")
            try:
                for table, old, new in renamed:
                    cursor.execute(f"ALTER TABLE {quote(table)} RENAME COLUMN {quote(old)} TO {quote(new)}")
                cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
                return list(cursor.fetchall())
            finally:
                cursor.execute("ROLLBACK TO reword_triggers")
                cursor.execute("RELEASE reword_triggers")

    def _register(self, table: str, fields: list[GeometryField]) -> None:
        """Write the GeoPackage's rows about a table: one layer by its first geometry, or none."""
        for gpkg_table in ("gpkg_extensions", "gpkg_geometry_columns"):
            self.execute(f"DELETE FROM {gpkg_table} WHERE table_name = %s", [table])
        if not fields:
            self.execute("DELETE FROM gpkg_contents WHERE table_name = %s", [table])
            self._changed_layers.discard(table)
            return
        layer = fields[0]
        self._refuse_unknown_srid(layer)
        self.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "VALUES (%s, 'features', %s, %s) ON CONFLICT (table_name) DO UPDATE SET srs_id = excluded.srs_id",
            [table, table, layer.srid],
        )
        self.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (%s, %s, %s, %s, 0, 0)",
            [table, layer.column, layer.geom_type, layer.srid],
        )
        if layer.spatial_index:
            self.execute(
                "INSERT INTO gpkg_extensions VALUES (%s, %s, %s, %s, 'write-only')",
                [table, layer.column, RTREE_EXTENSION, RTREE_DEFINITION],
            )
        self._changed_layers.add(table)

    def _refuse_unknown_srid(self, field: GeometryField) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM gpkg_spatial_ref_sys WHERE srs_id = %s", [field.srid])
            if cursor.fetchone() is None:
                raise NotSupportedError(
                    f"EPSG:{field.srid} of the field {field.name} is not in gpkg_spatial_ref_sys: "
                    "add it with gridward.gpkg.tables.add_spatial_reference in a migration before."
                )

    def _seed_counter(self, model: type[Model]) -> None:
        """Let a new table count from its node's first id, and a remade one from where it stood."""
        key = model._meta.pk
        if not (key.db_type_suffix(self.connection) or "").startswith("AUTOINCREMENT"):
            return
        before = first_id_before(settings.GRIDWARD_NODE) if isinstance(key, NodeAutoField) else 0
        self.execute(
            "INSERT INTO sqlite_sequence (name, seq) "
            "SELECT %s, max(%s, coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))",
            [model._meta.db_table, before, self._remade or model._meta.db_table],
        )

    def _run(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self.execute(statement, params=None)


@dataclass(frozen=True)
class Remake:
    """What a change of a table does to its geometry columns and R*Trees."""

    model: type[Model]
    created: Field | None
    deleted: Field | None
    altered: Altered

    @property
    def table(self) -> str:
        """The table, whose name stays."""
        return str(self.model._meta.db_table)

    def columns(self) -> list[tuple[Field | None, Field | None]]:
        """Every field before and after; None where it was not or will not be."""
        after = {old.name: new for old, new in self.altered}
        if self.deleted is not None:
            after[self.deleted.name] = None
        pairs: list[tuple[Field | None, Field | None]] = [
            (field, after.get(field.name, field)) for field in self.model._meta.local_concrete_fields
        ]
        return [*pairs, (None, self.created)] if self.created is not None else pairs

    def renamed_columns(self) -> list[tuple[str, str, str]]:
        """Table, old name and new name of each renamed column."""
        return [(self.table, old.column, new.column) for old, new in self.altered if old.column != new.column]

    def geometries(self) -> list[tuple[GeometryField | None, GeometryField | None]]:
        """The geometry fields before and after."""
        pairs = [(_geometry(old), _geometry(new)) for old, new in self.columns()]
        return [(old, new) for old, new in pairs if old is not None or new is not None]

    def trees(self) -> list[tuple[Tree | None, Tree | None, bool]]:
        """The R*Trees before and after, and whether the boxes inside are the same."""
        new_keys = [new for old, new in self.columns() if new is not None and new.primary_key and new is not old]
        old_key = self.model._meta.pk.column
        new_key = new_keys[-1].column if new_keys else old_key
        return [
            (
                Tree(self.table, old.column, old_key) if old is not None and old.spatial_index else None,
                Tree(self.table, new.column, new_key) if new is not None and new.spatial_index else None,
                not new_keys and old is not None and new is not None and old.null == new.null,
            )
            for old, new in self.geometries()
        ]


def _geometry(field: Field | None) -> GeometryField | None:
    return field if isinstance(field, GeometryField) else None
