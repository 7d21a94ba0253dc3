"""Prepared shapes belong to one connection: many threads may ask at once."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point

from gridward.gpkg.predicates import PREPARED_SHAPES
from tests.gpkg.shapes import Grid

SHAPES = PREPARED_SHAPES + 200
QUARTER_CORNERS = 500
CHECKOUT = Path(__file__).parents[2]


def disc(x: float, y: float) -> MultiPolygon:
    """A shape with so many corners that preparing it takes a while."""
    return MultiPolygon(Point(x, y, srid=4326).buffer(0.49, QUARTER_CORNERS), srid=4326)


@pytest.fixture
def file_of_discs(geopackage: Any) -> str:
    """A file with more shapes than a cache holds, side by side."""
    Grid.objects.using("file").bulk_create(Grid(code=str(n), outline=disc(n + 0.5, 0.5)) for n in range(SHAPES))
    return str(geopackage.settings_dict["NAME"])


def ask_from_threads(path: str, seconds: int) -> None:
    command = [sys.executable, "-m", "tests.gpkg.cold_threads", path, str(seconds)]
    run = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=seconds + 60, check=False)
    assert run.returncode == 0, (run.returncode, run.stdout, run.stderr)


def test_eight_threads_ask_from_cold_caches(file_of_discs: str) -> None:
    ask_from_threads(file_of_discs, 1)


@pytest.mark.full
def test_eight_threads_ask_from_cold_caches_for_long(file_of_discs: str) -> None:
    ask_from_threads(file_of_discs, 20)
