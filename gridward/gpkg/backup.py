"""A consistent copy of a GeoPackage that others are writing to."""

import sqlite3
from contextlib import closing
from pathlib import Path


def backup(source_path: str | Path, target_path: str | Path) -> None:
    """Copy a live file with SQLite's online backup; writers go on, the copy is one moment of the whole.

    The target must not exist. It appears under its name only when it is complete and sound.

    Raises FileExistsError, FileNotFoundError, or sqlite3.DatabaseError when the copy is not sound.
    """
    source, target = Path(source_path), Path(target_path)
    if target.exists():
        raise FileExistsError(f"{target} exists already; a backup never overwrites.")
    if not source.is_file():
        raise FileNotFoundError(f"{source} is not there.")
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    try:
        _copy(source, unfinished)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    reading = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    with closing(reading) as reader, closing(sqlite3.connect(target)) as copy:
        # All pages in one step: in WAL mode that stops no writer, and no writer's commit begins it anew.
        reader.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        answer = copy.execute("PRAGMA quick_check").fetchone()[0]
        if answer != "ok":
            raise sqlite3.DatabaseError(f"The copy of {source} is not sound: {answer}")
