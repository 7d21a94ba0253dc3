"""The GeoPackage backend beside PostGIS, the same work through Django in the same run.

``python -m benchmarks.gpkg`` takes under 90 s. Both databases are durable (every commit is on disk);
without PostGIS binaries only the GeoPackage is measured.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median, quantiles
from typing import Any

import django
from django.conf import settings

from gridward.gpkg.libraries import gdal_library_path, geos_library_path
from gridward.gpkg.url import parse_database_url

if __name__ == "__main__":  # the backend alone, without the applications
    settings.configure(
        DATABASES={"default": parse_database_url(os.environ.get("DATABASE_URL", "gpkg://:memory:"))},
        GDAL_LIBRARY_PATH=gdal_library_path(),
        GEOS_LIBRARY_PATH=geos_library_path(),
        GRIDWARD_NODE=1,
        USE_TZ=True,
    )
    django.setup()

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import transaction

from gridward.gpkg.bulk import bulk_load
from tests.cluster import binaries_folder, running_cluster
from tests.gpkg.connections import connection_to, make_tables
from tests.gpkg.shapes import Grid, Place

SIDE = 24  # 576 grids, about a district's
CORNERS_PER_EDGE = 12
CELL = 0.01
WEST, SOUTH = 112.9, 28.1
PLACES = 20_000
LOOKUPS = 300
ROUNDS = 7
WRITERS = 4
WRITE_SECONDS = 4.0


def grid_outlines(rng: random.Random) -> Iterator[MultiPolygon]:
    """Squares with crooked edges that neighbours share, as surveyed grids have."""
    edges: dict[tuple[int, int, bool], list[tuple[float, float]]] = {}

    def edge(column: int, row: int, upward: bool) -> list[tuple[float, float]]:
        if (column, row, upward) not in edges:
            x, y = WEST + column * CELL, SOUTH + row * CELL
            points = []
            for step in range(CORNERS_PER_EDGE):
                along = step * CELL / CORNERS_PER_EDGE
                aside = rng.uniform(-0.1, 0.1) * CELL if step else 0.0
                points.append((x + aside, y + along) if upward else (x + along, y + aside))
            edges[column, row, upward] = [*points, (x, y + CELL) if upward else (x + CELL, y)]
        return edges[column, row, upward]

    for column in range(SIDE):
        for row in range(SIDE):
            bottom, right = edge(column, row, False), edge(column + 1, row, True)
            top, left = edge(column, row + 1, False)[::-1], edge(column, row, True)[::-1]
            yield MultiPolygon(Polygon([*bottom, *right[1:], *top[1:], *left[1:]]), srid=4326)


def random_spot(rng: random.Random) -> Point:
    """A point of the district."""
    return Point(WEST + rng.random() * SIDE * CELL, SOUTH + rng.random() * SIDE * CELL, srid=4326)


def timed(work: Callable[[], Any]) -> float:
    """Seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def time_single_lookups(alias: str) -> list[float]:
    """Milliseconds of each: which grid covers this point?"""
    rng, grids = random.Random(2), Grid.objects.using(alias)
    spots = [random_spot(rng) for _ in range(LOOKUPS)]
    return [1000 * timed(lambda spot=spot: list(grids.filter(outline__covers=spot).values("id"))) for spot in spots]


def time_box_counts(alias: str) -> list[float]:
    """Milliseconds of each: how many places lie in this map window (about 1/36 of the district)?"""
    rng, places, times = random.Random(3), Place.objects.using(alias), []
    for _ in range(40):
        x, y = random_spot(rng).coords
        window = Polygon.from_bbox((x, y, x + 4 * CELL, y + 4 * CELL))
        window.srid = 4326
        times.append(1000 * timed(places.filter(spot__intersects=window).count))
    return times


def time_bulk_inserts(connection: Any) -> list[float]:
    """Milliseconds to insert all places in one transaction, the tree kept row by row; the last round stays."""
    return _time_inserts(connection, lambda: transaction.atomic(using=connection.alias))


def time_bulk_loads(connection: Any) -> list[float]:
    """The same through bulk_load, the tree built once."""
    return _time_inserts(connection, lambda: bulk_load(connection, Place))


def _time_inserts(connection: Any, block: Callable[[], Any]) -> list[float]:
    rng, times = random.Random(4), []
    spots = [random_spot(rng) for _ in range(PLACES)]

    def insert() -> None:
        with block():
            Place.objects.using(connection.alias).bulk_create([Place(spot=spot) for spot in spots], batch_size=500)

    for _ in range(3):
        Place.objects.using(connection.alias).all().delete()
        times.append(1000 * timed(insert))
    return times


def write_for(seconds: float) -> None:
    """One writer: small transactions of a read under the lock and two rows; prints each one's milliseconds."""
    rng, times = random.Random(os.getpid()), []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        start = time.perf_counter()
        with transaction.atomic():
            spot = random_spot(rng)
            grid = Grid.objects.filter(outline__covers=spot).order_by("code").first()
            Place.objects.create(name=grid.code if grid else "", spot=spot)
            Place.objects.create(name="step", spot=None)
        times.append(1000 * (time.perf_counter() - start))
    sys.stdout.write(json.dumps(times))


def time_writers(url: str) -> tuple[float, list[float]]:
    """Transactions per second of four processes together, and the milliseconds of each."""
    command = [sys.executable, "-m", "benchmarks.gpkg", "--write", str(WRITE_SECONDS)]
    environment = {**os.environ, "DATABASE_URL": url}
    writers = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(WRITERS)]
    times = [time for writer in writers for time in json.loads(writer.communicate()[0])]
    return len(times) / WRITE_SECONDS, times


def measure(connection: Any, url: str) -> dict[str, list[float]]:
    """Every measurement on one database."""
    make_tables(connection)
    rng = random.Random(1)
    outlines = list(grid_outlines(rng))
    Grid.objects.using(connection.alias).bulk_create(Grid(code=str(n), outline=o) for n, o in enumerate(outlines))
    loads, inserts = time_bulk_loads(connection), time_bulk_inserts(connection)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    singles = [median(time_single_lookups(connection.alias)) for _ in range(ROUNDS)]
    counts = [median(time_box_counts(connection.alias)) for _ in range(ROUNDS)]
    rates, commits = [], []
    for _ in range(2):
        rate, times = time_writers(url)
        rates.append(1 / rate * 1000)
        commits += times
    return {
        "point → grid, one query (ms)": singles,
        "count places in a map window (ms)": counts,
        f"insert {PLACES:,} places, tree kept (ms)": inserts,
        f"insert {PLACES:,} places by bulk_load (ms)": loads,
        f"{WRITERS} writers, per transaction overall (ms)": rates,
        f"{WRITERS} writers, 95 of 100 commits within (ms)": [quantiles(commits, n=20)[18]],
    }


def show(name: str, results: dict[str, dict[str, list[float]]]) -> None:
    """One line per measurement: median, spread and the ratio to PostGIS."""
    cells = []
    for database, measured in results.items():
        values = measured[name]
        cells.append(f"{database} {median(values):9.2f} ({min(values):.2f}–{max(values):.2f})")
    medians = [median(measured[name]) for measured in results.values()]
    ratio = f"   gpkg / postgis {medians[0] / medians[-1]:.2f}" if len(medians) > 1 else ""
    print(f"{name:46} " + "   ".join(cells) + ratio)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A GeoPackage in a temporary folder and, where its binaries are, a durable PostGIS."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="gridward-bench-"))
        urls = {"gpkg": f"gpkg://{folder}/bench.gpkg"}
        if binaries_folder() is not None:
            urls["postgis"] = stack.enter_context(running_cluster(durable=True))
        yield urls


def main() -> None:
    """Measure and print."""
    results = {}
    start = time.monotonic()
    with databases() as urls:
        for name, url in urls.items():
            with connection_to(name, url) as connection:
                results[name] = measure(connection, url)
    print(f"{SIDE * SIDE} grids of {4 * CORNERS_PER_EDGE} corners, {PLACES:,} places; median (least–most)")
    for name in results["gpkg"]:
        show(name, results)
    print(f"{time.monotonic() - start:.0f} s in all")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_for(float(sys.argv[2]))
    else:
        main()
