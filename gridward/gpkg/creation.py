"""Test databases of the GeoPackage backend."""

from pathlib import Path

from django.db.backends.sqlite3.creation import DatabaseCreation as SQLiteCreation

from gridward.gpkg.backup import backup


class DatabaseCreation(SQLiteCreation):
    """SQLite's test databases, minding that a file in WAL mode is three files."""

    def _clone_test_db(self, suffix: str, verbosity: int, keepdb: bool = False) -> None:
        source = self.connection.settings_dict["NAME"]
        if self.is_in_memory_db(source):
            super()._clone_test_db(suffix, verbosity, keepdb)
            return
        target = Path(self.get_test_db_clone_settings(suffix)["NAME"])
        if keepdb and target.exists():
            return
        _remove(target)
        backup(source, target)

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        if not self.is_in_memory_db(test_database_name):
            _remove(Path(test_database_name))


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
