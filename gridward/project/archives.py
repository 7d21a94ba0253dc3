"""A backup is one archive: the database as of one moment, files by hash, seals, purges, a manifest. Never keys."""

import hashlib
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from gridward import __version__
from gridward.audit.queries import one_moment
from gridward.core.errors import RuleBroken
from gridward.files.storing import folder_lock
from gridward.gpkg.backup import backup as copy_geopackage

FORMAT = 1
FOLDERS = ("files", "seals", "purges")
DATABASE = {"gpkg": "database.gpkg", "postgis": "database.sql"}
MEMBERS = {*FOLDERS, *DATABASE.values(), "manifest.json", "keys.id"}
COUNTED = ("cases.Case", "cases.CaseStep", "audit.Entry", "audit.Read", "audit.Seal", "accounts.User", "grids.Grid")


def is_geopackage() -> bool:
    return str(connection.settings_dict["ENGINE"]) == "gridward.gpkg"


def counts() -> dict[str, int]:
    """Rows of the tables that a restore is compared by."""
    return {label: apps.get_model(label)._default_manager.count() for label in COUNTED}


def _counts_in(copied: Path) -> dict[str, int]:
    """The same of a copied GeoPackage: writers have gone on meanwhile."""
    tables = {label: apps.get_model(label)._meta.db_table for label in COUNTED}
    with closing(sqlite3.connect(f"{copied.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        return {label: copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for label, table in tables.items()}


def _postgres_arguments() -> list[str]:
    facts = connection.settings_dict
    pairs = (("-h", facts["HOST"]), ("-p", facts["PORT"]), ("-U", facts["USER"]))
    return [part for flag, value in pairs if value for part in (flag, str(value))]


def _run(command: list[str]) -> None:
    """One of PostgreSQL's programs; the password goes by the environment, never by the command line."""
    password = str(connection.settings_dict.get("PASSWORD") or "")
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    try:
        done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    except FileNotFoundError:
        raise RuleBroken("project.program_missing", program=command[0]) from None
    if done.returncode:
        raise RuleBroken("project.program_failed", program=command[0], said=done.stderr.strip()[-400:])


def _dump(target: Path) -> dict[str, int]:
    """The database as of one moment, and the counts of that moment."""
    if is_geopackage():
        copy_geopackage(connection.settings_dict["NAME"], target)
        return _counts_in(target)
    name = str(connection.settings_dict["NAME"])
    command = ["pg_dump", "--no-owner", "--no-privileges", "-f", str(target), *_postgres_arguments()]
    with one_moment(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        _run([*command, f"--snapshot={cursor.fetchone()[0]}", name])
        return counts()


def _members(home: Path, folders: tuple[str, ...]) -> Iterator[Path]:
    """What lies in these folders of the home; not what is still coming in."""
    for folder in folders:
        for path in sorted((home / folder).rglob("*")):
            inside = path.relative_to(home).parts
            if path.is_file() and "incoming" not in inside and not path.name.startswith("."):
                yield path


def _digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_backup(target: Path) -> dict[str, Any]:
    """Write the archive; it appears under its name only when complete. Refuses to overwrite.

    Seals are read before the database, so that none is told of that the copy does not hold; purges and files
    after it, so that no row of the copy misses its file: the sweep waits as long as the folder is held.
    """
    if target.exists():
        raise RuleBroken("project.backup_exists", file=str(target))
    home, kind = Path(settings.GRIDWARD_HOME), "gpkg" if is_geopackage() else "postgis"
    unfinished = target.with_name(target.name + ".part")
    try:
        with folder_lock(), tempfile.TemporaryDirectory(dir=target.parent or None) as scratch:
            with tarfile.open(unfinished, "w:gz", compresslevel=3) as archive:
                manifest = _fill(archive, home, kind, Path(scratch))
            unfinished.chmod(0o600)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _fill(archive: tarfile.TarFile, home: Path, kind: str, scratch: Path) -> dict[str, Any]:
    _add(archive, home, _members(home, ("seals",)))
    dumped, listed = scratch / DATABASE[kind], scratch / "manifest.json"
    counted = _dump(dumped)
    manifest = {
        "format": FORMAT, "gridward": __version__, "django": django.get_version(), "database": kind,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "counts": counted, "sha256": _digest(dumped),
    }  # fmt: skip
    listed.write_text(json.dumps(manifest, indent=1), "utf-8")
    archive.add(listed, "manifest.json")
    archive.add(dumped, DATABASE[kind])
    marker = home / "keys.id"  # says which key file the sealed texts need, and nothing of the keys
    _add(archive, home, [*_members(home, ("files", "purges")), *([marker] if marker.exists() else [])])
    return manifest


def _add(archive: tarfile.TarFile, home: Path, paths: Iterable[Path]) -> None:
    for path in paths:
        archive.add(path, str(path.relative_to(home)), recursive=False)


def _check_empty(home: Path) -> None:
    """A restore writes into an empty home and an empty database only."""
    if any((home / folder).exists() and any((home / folder).iterdir()) for folder in FOLDERS):
        raise RuleBroken("project.home_not_empty", folder=str(home))
    if is_geopackage():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'django_migrations'")
            is_used = bool(cursor.fetchone()[0])
    else:
        is_used = "django_migrations" in connection.introspection.table_names()
    if is_used:
        raise RuleBroken("project.database_not_empty")


def _load(dumped: Path) -> None:
    if is_geopackage():
        connection.close()
        name = Path(str(connection.settings_dict["NAME"]))
        for old in (name, name.with_name(name.name + "-wal"), name.with_name(name.name + "-shm")):
            old.unlink(missing_ok=True)
        copy_geopackage(dumped, name)
        return
    name = str(connection.settings_dict["NAME"])
    connection.close()
    quiet = ["psql", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null"]
    _run([*quiet, "-f", str(dumped), *_postgres_arguments(), name])


def read_backup(source: Path) -> dict[str, Any]:
    """Restore an archive into an empty home and database; answer its manifest.

    Raises RuleBroken ``project.home_not_empty``, ``database_not_empty``, ``backup_of_other_database`` or
    ``backup_damaged``; nothing was changed then.
    """
    home = Path(settings.GRIDWARD_HOME)
    _check_empty(home)
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        unpacked = Path(scratch)
        manifest = unpack(source, unpacked)
        _load(unpacked / DATABASE[manifest["database"]])
        for name in (*FOLDERS, "keys.id"):
            if (unpacked / name).exists():
                (unpacked / name).rename(home / name)
    call_command("migrate", verbosity=0)
    return manifest


def unpack(source: Path, target: Path) -> dict[str, Any]:
    """Only what a backup holds, only below the target, and only when the database is whole."""
    kind = "gpkg" if is_geopackage() else "postgis"
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                if not (member.isfile() or member.isdir()) or member.name.split("/")[0] not in MEMBERS:
                    raise RuleBroken("project.backup_damaged")
                archive.extract(member, target, filter="data")
        manifest: dict[str, Any] = json.loads((target / "manifest.json").read_text("utf-8"))
        if manifest["database"] != kind:
            raise RuleBroken("project.backup_of_other_database", kind=manifest["database"])
        is_whole = _digest(target / DATABASE[kind]) == manifest["sha256"]
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, KeyError) as error:
        raise RuleBroken("project.backup_damaged") from error
    if not is_whole:
        raise RuleBroken("project.backup_damaged")
    return manifest
