"""A town of an earlier version is upgraded to today, is whole, and its work goes on; on both databases."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.cluster import database_of_its_own
from tests.upgrade.towns import FOLDER

TOWNS = sorted({path.name.partition(".")[0] for path in FOLDER.glob("*.sql")})
CHECKOUT = Path(__file__).parents[2]
pytestmark = pytest.mark.full


@pytest.fixture
def url(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the kind that is tested."""
    if connection.vendor == "sqlite":
        yield f"gpkg://{tmp_path}/home/old.gpkg"
        return
    with database_of_its_own(request.getfixturevalue("postgis_url"), "upgrade") as url:
        yield url


def run(url: str, folder: Path, *words: str) -> str:
    environment = os.environ | {
        "DATABASE_URL": url, "GRIDWARD_HOME": f"{folder}/home", "GRIDWARD_KEYS": f"{folder}/keys/ring.json",
        "DJANGO_SETTINGS_MODULE": "gridward.project.settings", "LANG": "C.UTF-8",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-m", *words], env=environment, cwd=CHECKOUT, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("town", TOWNS)
def test_a_town_of_an_earlier_version_is_whole_and_goes_on(town: str, url: str, tmp_path: Path) -> None:
    run(url, tmp_path, "tests.upgrade", "load", town)
    run(url, tmp_path, "django", "migrate", "--verbosity=0")
    for words in (("django", "check_data"), ("django", "verify_audit"), ("tests.upgrade", "play"),
                  ("django", "check_data"), ("django", "verify_audit")):  # fmt: skip
        run(url, tmp_path, *words)


def test_there_is_a_town_of_each_capability() -> None:
    assert "2026-11-seven-stages" in TOWNS
    for town in TOWNS:
        assert (FOLDER / f"{town}.gpkg.sql").exists() and (FOLDER / f"{town}.postgis.sql").exists()
