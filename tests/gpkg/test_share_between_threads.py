"""Prepared shapes belong to one connection: many threads may ask at once."""

import subprocess
import sys
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from tests.gpkg.shapes import Grid

CHECKOUT = Path(__file__).parents[2]


def disc(x: float, y: float, corners: int = 400) -> MultiPolygon:
    """A shape with enough corners that preparing it takes a while."""
    ring = [(x + 0.49 * cos(2 * pi * n / corners), y + 0.49 * sin(2 * pi * n / corners)) for n in range(corners)]
    return MultiPolygon(Polygon([*ring, ring[0]]), srid=4326)


def ask_from_threads(geopackage: Any, seconds: int) -> None:
    Grid.objects.using("file").bulk_create(Grid(outline=disc(n + 0.5, 0.5)) for n in range(20))
    path = geopackage.settings_dict["NAME"]
    command = [sys.executable, "-m", "tests.gpkg.cold_threads", path, str(seconds)]
    run = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=seconds + 60, check=False)
    assert run.returncode == 0, (run.returncode, run.stdout, run.stderr)


def test_eight_threads_ask_from_cold_caches(geopackage: Any) -> None:
    ask_from_threads(geopackage, 3)


@pytest.mark.full
def test_eight_threads_ask_from_cold_caches_for_long(geopackage: Any) -> None:
    ask_from_threads(geopackage, 20)
