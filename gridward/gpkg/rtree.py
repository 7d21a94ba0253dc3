"""The R*Tree of a geometry column: the extension gpkg_rtree_index of GeoPackage 1.4.

Every function returns SQL; the schema editor and the bulk load run it. The triggers are the
specification's set (insert, update2, update4 … update7, delete; 1.4 withdrew update1 and update3),
so any GeoPackage writer, QGIS included, keeps the tree right.
"""

from dataclasses import dataclass

TRIGGERS = ("insert", "update2", "update4", "update5", "update6", "update7", "delete")


def quote(name: str) -> str:
    """Quote a name for SQLite."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Tree:
    """The tree of one geometry column; `key` is the table's integer primary key."""

    table: str
    column: str
    key: str

    @property
    def name(self) -> str:
        """The tree's own table."""
        return f"rtree_{self.table}_{self.column}"

    def create(self) -> list[str]:
        """Make the tree, fill it and keep it."""
        return [
            f"CREATE VIRTUAL TABLE {quote(self.name)} USING rtree(id, minx, maxx, miny, maxy)",
            *self.fill(),
            *self.create_triggers(),
        ]

    def fill(self) -> list[str]:
        """Put every box of the table into an empty tree."""
        column = quote(self.column)
        return [
            f"INSERT INTO {quote(self.name)} SELECT {quote(self.key)}, {_box(column)} "
            f"FROM {quote(self.table)} WHERE {column} NOTNULL AND NOT ST_IsEmpty({column})"
        ]

    def clear(self) -> list[str]:
        """Take every box out."""
        return [f"DELETE FROM {quote(self.name)}"]

    def drop(self) -> list[str]:
        """Remove the tree and its triggers."""
        return [*self.drop_triggers(), f"DROP TABLE IF EXISTS {quote(self.name)}"]

    def rename_to(self, new: "Tree") -> list[str]:
        """Move the tree to another name with its boxes; its triggers must be dropped and made anew."""
        return [f"ALTER TABLE {quote(self.name)} RENAME TO {quote(new.name)}"]

    def trigger_names(self) -> list[str]:
        """The names the specification gives."""
        return [f"{self.name}_{event}" for event in TRIGGERS]

    def drop_triggers(self) -> list[str]:
        """Stop keeping the tree."""
        return [f"DROP TRIGGER IF EXISTS {quote(name)}" for name in self.trigger_names()]

    def create_triggers(self) -> list[str]:
        """Keep the tree from now on."""
        tree, table, column, key = (quote(name) for name in (self.name, self.table, self.column, self.key))
        new, old = f"NEW.{column}", f"OLD.{column}"
        new_key, old_key = f"NEW.{key}", f"OLD.{key}"
        is_shape = f"({new} NOTNULL AND NOT ST_IsEmpty({new}))"
        is_no_shape = f"({new} ISNULL OR ST_IsEmpty({new}))"
        was_shape = f"({old} NOTNULL AND NOT ST_IsEmpty({old}))"
        was_no_shape = f"({old} ISNULL OR ST_IsEmpty({old}))"
        put = f"INSERT OR REPLACE INTO {tree} VALUES ({new_key}, {_box(new)});"
        forget = f"DELETE FROM {tree} WHERE id = {old_key};"
        move = (
            f"UPDATE {tree} SET minx = ST_MinX({new}), maxx = ST_MaxX({new}), "
            f"miny = ST_MinY({new}), maxy = ST_MaxY({new}) WHERE id = {new_key};"
        )
        same, other = f"{old_key} = {new_key}", f"{old_key} <> {new_key}"
        rules = {
            "insert": ("INSERT", is_shape, put),
            "update2": (f"UPDATE OF {column}", f"{same} AND {is_no_shape}", forget),
            "update4": (
                "UPDATE",
                f"{other} AND {is_no_shape}",
                f"DELETE FROM {tree} WHERE id IN ({old_key}, {new_key});",
            ),
            "update5": ("UPDATE", f"{other} AND {is_shape}", f"{forget} {put}"),
            "update6": (f"UPDATE OF {column}", f"{same} AND {is_shape} AND {was_shape}", move),
            "update7": (f"UPDATE OF {column}", f"{same} AND {is_shape} AND {was_no_shape}", put),
            "delete": ("DELETE", f"{old} NOTNULL", forget),
        }
        return [
            f"CREATE TRIGGER {quote(f'{self.name}_{event}')} AFTER {on} ON {table} WHEN {when} BEGIN {act} END"
            for event, (on, when, act) in rules.items()
        ]


def _box(geometry: str) -> str:
    return f"ST_MinX({geometry}), ST_MaxX({geometry}), ST_MinY({geometry}), ST_MaxY({geometry})"
