"""Point → grids: the same set as shapely on every point, edges and vertices included."""

import json
import math
import subprocess
import sys
import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.core.errors import RuleBroken
from gridward.core.locate import REASONS, GridIndex, GridKind, responsible
from gridward.core.locate import index as index_module
from gridward.core.locate.exact import INSIDE, ON_BOUNDARY, OUTSIDE, side
from tests.shared_data import DATA, needs_data
from tests.tiers import examples

WEST, SOUTH, WIDTH = 112.95, 28.15, 0.1


def index_of(polygons, kinds=None, codes=None):
    return GridIndex(
        codes or [f"{n:05d}" for n in range(len(polygons))], kinds or ["community"] * len(polygons), polygons
    )


def covering_by_shapely(polygons, points):
    pairs = shapely.STRtree(polygons).query(shapely.points(points), predicate="covered_by").T.tolist()
    found = [[] for _ in points]
    for point, polygon in sorted(pairs):
        found[point].append(polygon)
    return [tuple(positions) for positions in found]


def awkward_points(polygons, rng, count=400):
    """Vertices, midpoints, points of the edges, the nearest doubles around them, and anywhere."""
    vertices = shapely.get_coordinates(polygons)
    share = rng.uniform(size=(len(vertices) - 1, 1))
    on_edges = [
        vertices,
        (vertices[1:] + vertices[:-1]) / 2,
        vertices[1:] * share + vertices[:-1] * (1 - share),
    ]
    exact = np.concatenate(on_edges)
    exact = exact[rng.permutation(len(exact))[:count]]
    mixed = np.stack((rng.permutation(vertices[:, 0]), rng.permutation(vertices[:, 1])), axis=1)[:count]
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    around = rng.uniform(low - 0.1 * (high - low), high + 0.1 * (high - low), size=(count, 2))
    near = [np.nextafter(exact, exact + step) for step in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1))]
    return np.concatenate([exact, *near, mixed, around])


def assert_same_as_shapely(polygons, points):
    index = index_of(polygons)
    expected = covering_by_shapely(polygons, points)
    assert [index.covering(*point) for point in points.tolist()] == expected
    return index, expected


def town(side_count, rng, wiggle=0.3):
    """A partition into wobbly quadrangles that share vertices and densified edges."""
    lattice = np.stack(np.meshgrid(np.arange(side_count + 1.0), np.arange(side_count + 1.0)), axis=-1)
    lattice[1:-1, 1:-1] += rng.uniform(-wiggle, wiggle, lattice[1:-1, 1:-1].shape)
    corners = lattice / side_count * WIDTH + (WEST, SOUTH)
    return [
        shapely.Polygon([corners[i, j], corners[i, j + 1], corners[i + 1, j + 1], corners[i + 1, j]])
        for i in range(side_count)
        for j in range(side_count)
    ]


def town_with_roads_and_premises(rng):
    def somewhere(count):
        return rng.uniform(0, WIDTH, (count, 2)) + (WEST, SOUTH)

    community = [shapely.segmentize(piece, 0.002) for piece in town(9, rng)]
    roads = [shapely.LineString(somewhere(3)).buffer(0.0004, quad_segs=2) for _ in range(5)]
    rings = [shapely.Point(p).buffer(0.004).difference(shapely.Point(p).buffer(0.002)) for p in somewhere(4)]
    twins = [shapely.union(*(shapely.Point(p).buffer(0.001) for p in somewhere(2))) for _ in range(4)]
    kinds = ["community"] * 81 + ["road"] * 5 + ["premises"] * 8
    return [*community, *roads, *rings, *twins], kinds


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.sampled_from([1.0, 1e-3, 1e-9]))
def test_a_partition_answers_as_shapely_does(seed, side_count, scale):
    rng = np.random.default_rng(seed)
    pieces = [shapely.transform(p, lambda c: (c - 112) * scale + 112) for p in town(side_count, rng)]
    pieces = [piece for piece in pieces if piece.is_valid]
    if pieces:
        assert_same_as_shapely(pieces, awkward_points(pieces, rng, count=40))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=examples(15))
def test_overlaps_holes_and_parts_answer_as_shapely_does(seed):
    rng = np.random.default_rng(seed)
    polygons, _ = town_with_roads_and_premises(rng)
    assert_same_as_shapely(polygons, awkward_points(polygons, rng, count=150))


small = st.integers(-3, 3).map(float) | st.sampled_from([0.1, 0.2, 0.3, 1 / 3, 1e-7, 1.0000000000000002])


@given(st.lists(st.tuples(small, small), min_size=3, max_size=9), st.lists(st.tuples(small, small), max_size=9))
@settings(max_examples=examples(300))
def test_random_rings_on_few_coordinates_answer_as_shapely_does(corners, points):
    polygon = shapely.Polygon(corners)
    if polygon.is_valid and polygon.area > 0:
        assert_same_as_shapely([polygon], np.array([*corners, *points]))


@given(st.floats(112.9, 113.1), st.floats(28.1, 28.3), st.integers(0, 2**32 - 1))
def test_triangles_with_any_coordinates_answer_as_shapely_does(lon, lat, seed):
    rng = np.random.default_rng(seed)
    polygon = shapely.Polygon([(lon, lat), *(rng.uniform(-0.1, 0.1, (2, 2)) + (lon, lat))])
    if polygon.is_valid:
        assert_same_as_shapely([polygon], awkward_points([polygon], rng, count=30))


def test_the_bulk_answers_are_the_single_answers(monkeypatch):
    rng = np.random.default_rng(11)
    polygons, kinds = town_with_roads_and_premises(rng)
    index = index_of(polygons, kinds)
    points = awkward_points(polygons, rng, count=3000)
    single = [index.covering(*point) for point in points.tolist()]
    assert single == covering_by_shapely(polygons, points)
    first = [index.first(*point) for point in points.tolist()]
    for threshold in (1, 10**9):  # with the compiled engine where it is installed, and without
        monkeypatch.setattr(index_module, "ENGINE_FROM_POINTS", threshold)
        offsets, positions = index.covering_many(points[:, 0], points[:, 1])
        assert [tuple(positions[a:b].tolist()) for a, b in zip(offsets, offsets[1:], strict=False)] == single
        assert index.first_many(points[:, 0], points[:, 1]).tolist() == first


def test_points_the_engine_cannot_settle_are_settled_exactly(monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setattr(index_module, "ENGINE_FROM_POINTS", 1)
    # Differences to these vertices are no doubles, and the point lies on the line but for rounding.
    slope = shapely.Polygon([(-1e-9, -1e-9), (3.0, 3.0), (3.0, -1e-9)])
    points = np.array([(x, x) for x in (0.1, 0.3, 1 / 3, 0.7, 1e-17)])
    index = index_of([slope, shapely.box(-1, -1, 4, 4)])
    single = [index.covering(*point) for point in points.tolist()]
    assert single == [(0, 1)] * len(points)
    _, _, unsettled = index_module._engine.covering_many(index._tables, *points.T.copy())
    assert len(unsettled) > 0
    offsets, positions = index.covering_many(*points.T)
    assert positions.tolist() == [0, 1] * len(points)
    assert offsets.tolist() == [0, 2, 4, 6, 8, 10]
    assert index.first_many(*points.T).tolist() == [0] * len(points)


@given(*[st.floats(-1e3, 1e3, allow_subnormal=False)] * 6)
def test_the_side_of_a_segment_is_that_of_real_numbers(x1, y1, x2, y2, x, y):
    ax, ay, bx, by, px, py = (Fraction(value) for value in (x1, y1, x2, y2, x, y))
    real = (ax - px) * (by - py) - (ay - py) * (bx - px)
    assert side(x1, y1, x2, y2, x, y) == (real > 0) - (real < 0)
    assert side(x2, y2, x1, y1, x, y) == -side(x1, y1, x2, y2, x, y)


def test_a_point_on_a_shared_edge_belongs_to_the_lower_code():
    west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    index = index_of([west, east], codes=["990101001003C02", "990101001003C01"])
    answer = responsible(index, 1.0, 0.5)
    assert (answer.position, answer.code) == (1, "990101001003C01")
    assert answer.reason.code == "locate.shared_edge_lower_code"
    assert answer.reason.values == {"kept": "990101001003C01", "over": "990101001003C02"}
    assert answer.others == ("990101001003C02",)
    assert index.first(1.0, 0.5) == 1


@pytest.mark.parametrize(
    ("kinds", "code", "reason", "others"),
    [
        (["community"], "0", "locate.only_grid", ()),
        (["community", "road"], "1", "locate.road_before_community", ("0",)),
        (["road", "premises"], "1", "locate.premises_before_road", ("0",)),
        (["community", "premises"], "1", "locate.premises_before_community", ("0",)),
        (["community", "road", "premises"], "2", "locate.premises_before_road", ("1", "0")),
        (["road", "road", "community"], "0", "locate.overlap_lower_code", ("1", "2")),
    ],
)
def test_the_more_particular_grid_goes_first_and_says_why(kinds, code, reason, others):
    index = index_of([shapely.box(0, 0, 1, 1)] * len(kinds), kinds, [str(n) for n in range(len(kinds))])
    answer = responsible(index, 0.5, 0.5)
    assert (answer.code, answer.reason.code, answer.others) == (code, reason, others)
    assert answer.reason.code in REASONS


def test_where_no_grid_lies_nobody_answers():
    answer = responsible(index_of([shapely.box(0, 0, 1, 1)]), 5.0, 5.0)
    assert (answer.position, answer.code, answer.reason.code) == (None, None, "locate.no_grid")
    assert index_of([]).covering(0.0, 0.0) == ()
    assert index_of([]).first_many([0.0], [0.0]).tolist() == [-1]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e308])
def test_a_place_that_is_nowhere_has_no_grid(value, monkeypatch):
    index = index_of([shapely.box(0, 0, 1, 1)])
    assert index.covering(value, 0.5) == ()
    assert index.covering(0.5, value) == ()
    monkeypatch.setattr(index_module, "ENGINE_FROM_POINTS", 1)
    assert index.first_many([value, 0.5], [0.5, value]).tolist() == [-1, -1]


def test_the_place_in_one_grid_is_told_apart():
    index = index_of([shapely.box(0, 0, 1, 1), shapely.box(0, 5, 1, 6)])
    assert index.place(0, 0.5, 0.5) == INSIDE
    assert index.place(0, 1.0, 0.5) == ON_BOUNDARY
    assert index.place(0, 0.5, 5.5) == OUTSIDE
    assert index.place(1, 0.5, 5.5) == INSIDE


def test_broken_outlines_and_unknown_kinds_are_refused():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(RuleBroken) as refusal:
        index_of([bow])
    assert refusal.value.code == "geometry.broken_rings"
    assert "00000" in refusal.value.sentence("zh")
    with pytest.raises(RuleBroken):
        index_of([shapely.Point(0, 0)])
    with pytest.raises(ValueError, match="river"):
        index_of([shapely.box(0, 0, 1, 1)], kinds=["river"])


def test_columns_of_different_length_are_a_bug():
    with pytest.raises(ValueError, match="length"):
        index_of([shapely.box(0, 0, 1, 1)]).first_many([1.0, 2.0], [1.0])


def test_eight_threads_agree_from_a_cold_start():
    rng = np.random.default_rng(3)
    polygons, kinds = town_with_roads_and_premises(rng)
    points = awkward_points(polygons, rng, count=300).tolist()
    alone = index_of(polygons, kinds)
    expected = [alone.covering(*point) for point in points]
    index, answers, start = index_of(polygons, kinds), {}, threading.Barrier(8)

    def ask(name):
        start.wait()
        answers[name] = [index.covering(*point) for point in points]

    threads = [threading.Thread(target=ask, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answers[name] for name in range(8)] == [expected] * 8


def test_asking_for_single_points_loads_no_compiler():
    program = (
        "import sys, shapely; from gridward.core.locate import GridIndex;"
        "index = GridIndex(['1'], ['community'], [shapely.box(0, 0, 1, 1)]);"
        "assert index.covering(0.5, 1.0) == (0,) and index.first_many([0.5], [0.5])[0] == 0;"
        "print('numba' in sys.modules, 'scipy' in sys.modules)"
    )
    command, root = [sys.executable, "-c", program], Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_grid_kinds_are_the_three_of_the_founding_paper():
    assert [kind.value for kind in GridKind] == ["community", "road", "premises"]


@needs_data
def test_the_blocks_of_furong_answer_as_shapely_does():
    text = (DATA / "furong" / "furong_blocks_derived.geojson").read_text("utf-8")
    shapes = [shapely.from_geojson(json.dumps(row["geometry"])) for row in json.loads(text)["features"]]
    blocks = [shape for shape in shapes if shape.is_valid]
    assert len(blocks) > 1000
    assert_same_as_shapely(blocks, awkward_points(blocks, np.random.default_rng(2), count=4000))


@needs_data
def test_the_buildings_of_bubenec_answer_as_shapely_does():
    geopandas = pytest.importorskip("geopandas")
    shapes = geopandas.read_file(DATA / "osm" / "bubenec.gpkg", layer="buildings").to_crs(4326).geometry
    buildings = [shape for shape in shapes if shape.is_valid]
    assert_same_as_shapely(buildings, awkward_points(buildings, np.random.default_rng(2), count=4000))
