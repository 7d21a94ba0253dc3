"""The command as an operator types it: a new database is made, an older one is left alone, trouble is a sentence."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="commands on files of their own")


def gridward(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {"GRIDWARD_HOME": str(home), "DATABASE_URL": f"gpkg://{home}/own.gpkg"}
    command = [sys.executable, "-c", "from gridward.project.command import main; main()", *words]
    return subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)


def test_a_new_database_is_made_and_an_older_one_is_left_alone(tmp_path: Path) -> None:
    first = gridward(tmp_path, "check-data")
    assert first.returncode == 0 and "建库" in first.stderr
    with closing(sqlite3.connect(tmp_path / "own.gpkg")) as older, older:
        older.execute("DELETE FROM django_migrations WHERE app = 'portal'")
    later = gridward(tmp_path, "check-data")
    assert later.returncode == 1 and "gridward migrate" in later.stderr and "Traceback" not in later.stderr


def test_a_database_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "own.gpkg").mkdir()
    done = gridward(tmp_path, "check-data")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "is a folder" in done.stderr and len(done.stderr.strip().splitlines()) == 1
