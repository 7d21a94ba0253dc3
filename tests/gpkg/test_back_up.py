"""A backup taken while four processes write is one moment of the whole."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gridward.gpkg.backup import backup
from tests.gpkg.connections import connection_to
from tests.gpkg.shapes import Place

WRITERS = 4
# Each transaction writes two rows: a copy with an odd number holds half of one.
WRITE_PAIRS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
connection.execute("PRAGMA synchronous=OFF")
print("ready", flush=True)
while True:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO pairs (text) VALUES (hex(randomblob(500)))")
    connection.execute("INSERT INTO pairs (text) VALUES (hex(randomblob(500)))")
    connection.execute("COMMIT")
"""


@pytest.fixture
def busy_file(geopackage: Any) -> Any:
    """A file that four processes write to as fast as they can."""
    path = Path(geopackage.settings_dict["NAME"])
    Place.objects.using("file").bulk_create([Place(name=str(n)) for n in range(2000)])
    with geopackage.cursor() as cursor:
        cursor.execute("CREATE TABLE pairs (id INTEGER PRIMARY KEY, text TEXT)")
    command = [sys.executable, "-c", WRITE_PAIRS, str(path)]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(WRITERS)]
    for writer in writers:
        assert writer.stdout and writer.stdout.readline() == b"ready\n"
    yield path
    for writer in writers:
        writer.kill()
        writer.communicate()


def count_pairs(path: Path) -> int:
    with closing(sqlite3.connect(path)) as reader:
        return int(reader.execute("SELECT count(*) FROM pairs").fetchone()[0])


def wait_for_more_than(path: Path, count: int) -> None:
    """Let the writers get on."""
    until = time.monotonic() + 60
    while count_pairs(path) <= count and time.monotonic() < until:
        time.sleep(0.01)


def test_a_backup_under_writers_is_whole(busy_file: Path, tmp_path: Path) -> None:
    counts = [0]
    for number in range(3):
        wait_for_more_than(busy_file, counts[-1])
        backup(busy_file, tmp_path / f"copy{number}.gpkg")
        counts.append(count_pairs(tmp_path / f"copy{number}.gpkg"))
    assert all(count % 2 == 0 for count in counts)
    assert counts == sorted(set(counts))
    wait_for_more_than(busy_file, counts[-1])
    assert count_pairs(busy_file) > counts[-1]


def test_a_backup_opens_as_the_same_database(geopackage: Any, tmp_path: Path) -> None:
    Place.objects.using("file").create(name="kept")
    backup(geopackage.settings_dict["NAME"], tmp_path / "copy.gpkg")
    assert not list(tmp_path.glob("copy.gpkg?*"))
    with connection_to("copy", f"gpkg://{tmp_path}/copy.gpkg"):
        assert [place.name for place in Place.objects.using("copy")] == ["kept"]


def test_a_backup_never_overwrites_and_needs_a_source(geopackage: Any, tmp_path: Path) -> None:
    target = tmp_path / "there.gpkg"
    target.write_text("precious")
    with pytest.raises(FileExistsError):
        backup(geopackage.settings_dict["NAME"], target)
    assert target.read_text() == "precious"
    with pytest.raises(FileNotFoundError):
        backup(tmp_path / "nowhere.gpkg", tmp_path / "copy.gpkg")
