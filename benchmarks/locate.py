"""Point → grid, ours beside shapely, geopandas and PostGIS, on the same grids and points in the same run.

``python -m benchmarks.locate`` takes under 60 s on two cores. Without PostGIS binaries that row is left out.
Every competitor's answer is compared with ours first: a fast wrong answer is not printed.
"""

import time
from collections.abc import Callable, Sequence
from statistics import median

import geopandas
import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray

from gridward.core.locate import GridIndex, responsible
from tests.cluster import binaries_folder, running_cluster

SIDE = 23  # 529 community grids, about a district's
PREMISES, ROADS = 40, 15
WEST, SOUTH, WIDTH = 112.95, 28.15, 0.08
POINTS = 2_000_000
SINGLE = 20_000
FEW = 50_000  # points for the slower competitors
ASKED = 1_000  # single queries for PostGIS
ROUNDS = 7

Floats = NDArray[np.float64]


def town(rng: np.random.Generator) -> tuple[list[str], list[str], list[shapely.Geometry]]:
    """Crooked community grids with 12 corners an edge, premises and road grids over them."""
    lattice = np.stack(np.meshgrid(np.arange(SIDE + 1.0), np.arange(SIDE + 1.0)), axis=-1)
    lattice[1:-1, 1:-1] += rng.uniform(-0.3, 0.3, lattice[1:-1, 1:-1].shape)
    corners = lattice / SIDE * WIDTH + (WEST, SOUTH)
    community = [
        shapely.Polygon([corners[i, j], corners[i, j + 1], corners[i + 1, j + 1], corners[i + 1, j]])
        for i in range(SIDE)
        for j in range(SIDE)
    ]
    crooked = [_wobble(shapely.segmentize(grid, WIDTH / SIDE / 12)) for grid in community]
    premises = [shapely.Point(p).buffer(0.0006) for p in _somewhere(rng, PREMISES)]
    roads = [shapely.LineString(_somewhere(rng, 3)).buffer(0.0002) for _ in range(ROADS)]
    kinds = ["community"] * len(crooked) + ["premises"] * PREMISES + ["road"] * ROADS
    polygons = [*crooked, *premises, *roads]
    return [f"{n:05d}" for n in range(len(polygons))], kinds, polygons


def _wobble(grid: shapely.Geometry) -> shapely.Geometry:
    """Move every corner by the same function of its place, so that neighbours keep sharing edges."""

    def moved(points: Floats) -> Floats:
        return points + 1e-4 * np.sin(points[:, ::-1] * 9_000.0)

    return shapely.transform(grid, moved)


def _somewhere(rng: np.random.Generator, count: int) -> Floats:
    return rng.uniform(0.0, WIDTH, (count, 2)) + (WEST, SOUTH)


def spread(
    work: Callable[[], object], rounds: int = ROUNDS, clock: Callable[[], float] = time.thread_time
) -> tuple[float, float, float]:
    """Median, least and most seconds of some rounds, after one that is not counted.

    The clock is the thread's own processor time, so that a busy machine does not change the figures;
    where a server does the work it is the wall.
    """
    work()
    seconds = []
    for _ in range(rounds):
        start = clock()
        work()
        seconds.append(clock() - start)
    return median(seconds), min(seconds), max(seconds)


def line(name: str, count: int, seconds: tuple[float, float, float]) -> None:
    middle, least, most = (second / count * 1e6 for second in seconds)
    print(f"{name:<44} {middle:9.3f} µs/point  ({least:.3f}–{most:.3f})  {1 / middle:9.3f} M points/s")


def single_medians(ask: Callable[[float, float], object], points: Floats) -> tuple[float, float]:
    """Median and 99th percentile of one call in µs, the timer's own cost taken off."""
    clock = time.perf_counter_ns
    timed, empty = [], []
    for x, y in points.tolist():
        start = clock()
        ask(x, y)
        timed.append(clock() - start)
        start = clock()
        empty.append(clock() - start)
    return (median(timed) - median(empty)) / 1e3, (np.percentile(timed, 99) - median(empty)) / 1e3


def single_points(index: GridIndex, polygons: Sequence[shapely.Geometry], points: Floats) -> None:
    print(f"\nOne point a call, {len(points)} calls, median and 99th percentile")
    tree = shapely.STRtree(polygons)
    asks: dict[str, Callable[[float, float], object]] = {
        "gridward covering": index.covering,
        "gridward first": index.first,
        "gridward responsible (with the reason)": lambda x, y: responsible(index, x, y),
        "shapely STRtree covered_by": lambda x, y: tree.query(shapely.Point(x, y), predicate="covered_by"),
    }
    for name, ask in asks.items():
        single_medians(ask, points[:2000])
        middle, slow = single_medians(ask, points)
        print(f"{name:<44} {middle:9.3f} µs         p99 {slow:.3f} µs")


def many_points(index: GridIndex, polygons: Sequence[shapely.Geometry], points: Floats) -> None:
    lon, lat = (np.ascontiguousarray(column) for column in points.T)
    print(f"\nMany points, processor time of one thread, median of {ROUNDS} rounds (least–most)")
    line("gridward first_many", len(points), spread(lambda: index.first_many(lon, lat)))
    line("gridward covering_many", len(points), spread(lambda: index.covering_many(lon, lat)))
    few = points[:FEW]
    tree, shapes = shapely.STRtree(polygons), shapely.points(few)
    line("shapely STRtree covered_by", FEW, spread(lambda: tree.query(shapes, predicate="covered_by"), 3))
    frame = geopandas.GeoDataFrame(geometry=shapes, crs=4326)
    grids = geopandas.GeoDataFrame(geometry=list(polygons), crs=4326)
    if len(frame.sjoin(grids, predicate="covered_by")) != index.covering_many(lon[:FEW], lat[:FEW])[0][-1]:
        raise SystemExit("gridward and geopandas disagree")
    line("geopandas sjoin covered_by", FEW, spread(lambda: frame.sjoin(grids, predicate="covered_by"), 3))


def agreement(index: GridIndex, polygons: Sequence[shapely.Geometry], points: Floats) -> None:
    """Stop when shapely answers differently for any point, vertices of the grids included."""
    asked = np.concatenate([points[:FEW], shapely.get_coordinates(list(polygons))])
    pairs = shapely.STRtree(polygons).query(shapely.points(asked), predicate="covered_by")
    order = np.lexsort((pairs[1], pairs[0]))
    offsets, positions = index.covering_many(asked[:, 0], asked[:, 1])
    same = np.array_equal(positions, pairs[1][order])
    if not (same and np.array_equal(np.diff(offsets), np.bincount(pairs[0], minlength=len(asked)))):
        raise SystemExit("gridward and shapely disagree")
    print(f"the same grids as shapely for {len(asked)} points")


def postgis(index: GridIndex, polygons: Sequence[shapely.Geometry], points: Floats) -> None:
    if binaries_folder() is None:
        print("\nPostGIS: no server binaries here, left out")
        return
    with running_cluster() as url, psycopg.connect(url.replace("postgis://", "postgresql://")) as connection:
        connection.execute("CREATE TABLE grid (n int, shape geometry(Geometry, 4326))")
        connection.execute("CREATE TABLE place (n int, shape geometry(Point, 4326))")
        with connection.cursor().copy("COPY grid FROM STDIN") as copy:
            for n, polygon in enumerate(polygons):
                copy.write_row((n, shapely.to_wkb(shapely.set_srid(polygon, 4326), hex=True, include_srid=True)))
        few = shapely.to_wkb(shapely.set_srid(shapely.points(points[:FEW]), 4326), hex=True, include_srid=True)
        with connection.cursor().copy("COPY place FROM STDIN") as copy:
            for n, place in enumerate(few):
                copy.write_row((n, place))
        connection.execute("CREATE INDEX ON grid USING gist (shape)")
        connection.execute("ANALYZE")
        connection.execute("SET max_parallel_workers_per_gather = 0")
        _postgis_rows(connection, index, points)


def _postgis_rows(connection: psycopg.Connection, index: GridIndex, points: Floats) -> None:
    print("\nPostGIS on loopback by the wall, GiST index, one process")
    one = "SELECT n FROM grid WHERE ST_Covers(shape, ST_SetSRID(ST_MakePoint(%s, %s), 4326)) ORDER BY n"

    def ask(x: float, y: float) -> tuple[int, ...]:
        return tuple(n for (n,) in connection.execute(one, (x, y), prepare=True))

    for x, y in points[:500].tolist():
        if ask(x, y) != index.covering(x, y):
            raise SystemExit("gridward and PostGIS disagree")
    middle, slow = single_medians(ask, points[:ASKED])
    print(f"{'one point a query':<44} {middle:9.3f} µs         p99 {slow:.3f} µs")
    join = "SELECT count(*) FROM place JOIN grid ON ST_Covers(grid.shape, place.shape)"
    line("join of many points", FEW, spread(lambda: connection.execute(join).fetchone(), 3, time.perf_counter))


def main() -> None:
    rng = np.random.default_rng(2026)
    codes, kinds, polygons = town(rng)
    points = _somewhere(rng, POINTS)
    seconds = spread(lambda: GridIndex(codes, kinds, polygons), 3)
    index = GridIndex(codes, kinds, polygons)
    corners = len(shapely.get_coordinates(polygons))
    print(f"{len(polygons)} grids, {corners} corners; built in {seconds[0]:.2f} s", end="; ")
    agreement(index, polygons, points)
    single_points(index, polygons, points[:SINGLE])
    many_points(index, polygons, points)
    postgis(index, polygons, points)


if __name__ == "__main__":
    main()
