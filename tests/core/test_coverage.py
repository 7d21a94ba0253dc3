"""Partition checks: every fault is found, named and, where no decision is needed, put right."""

import json
import time

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridward.core.coordinates import Projection
from gridward.core.coverage import FIXES, FindingKind, Tolerances, apply_fix, check_partition, fix_partition
from gridward.core.errors import RuleBroken
from gridward.core.geometry import area_m2, to_lonlat
from tests.shared_data import DATA, needs_data
from tests.tiers import examples

ZONE = Projection(114.0)
EAST, NORTH = (float(value) for value in ZONE.to_metres((113.0, 28.2)))
TOLERANCES = Tolerances(least_area_m2=0.01, least_width_m=0.01, sliver_width_m=2.0, touch_m=0.05)


def box(west, south, east, north):
    """A box in metres from the town's corner, in degrees."""
    return to_lonlat(shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north), ZONE)


def place(x, y):
    return tuple(ZONE.to_lonlat((EAST + x, NORTH + y)).tolist())


OUTLINE = box(0, 0, 200, 100)
WEST, MIDDLE, RIGHT = box(0, 0, 100, 100), box(100, 0, 160, 100), box(160, 0, 200, 100)


def check(pieces, outline=OUTLINE, doors=()):
    return check_partition(outline, pieces, ZONE, TOLERANCES, doors)


def only(findings):
    assert len(findings) == 1, findings
    assert findings[0].fix.code in FIXES
    return findings[0]


def test_a_partition_has_no_finding():
    assert check({"A": WEST, "B": MIDDLE, "C": RIGHT}) == []


def test_a_gap_goes_to_the_neighbour_with_the_longest_border():
    low, high = box(100, 0, 160, 30), box(100, 30, 160, 100)
    finding = only(check({"A": low, "B": high, "C": RIGHT}, box(90, 0, 200, 100)))
    assert (finding.kind, finding.code) == (FindingKind.GAP, "coverage.gap")
    assert finding.area_m2 == pytest.approx(1000.0, abs=0.1)
    assert (finding.fix.code, finding.fix.values) == ("coverage.give_gap", {"to": "B"})
    assert finding.fix.is_automatic


def test_of_equal_borders_the_lower_code_gets_the_gap():
    finding = only(check({"B": WEST, "A": RIGHT}))
    assert finding.fix.values == {"to": "A"}


def test_a_gap_that_touches_nobody_needs_a_new_piece():
    finding = only(check({"A": box(0, 0, 50, 100)}, shapely.union(box(0, 0, 50, 100), box(80, 0, 90, 100))))
    assert (finding.kind, finding.fix.code, finding.codes) == (FindingKind.GAP, "coverage.draw_piece", ())
    assert not finding.fix.is_automatic


def test_a_hole_in_the_outline_is_no_gap():
    lake = box(20, 20, 60, 60)
    with_lake = {"A": WEST.difference(lake), "B": MIDDLE, "C": RIGHT}
    assert check(with_lake, OUTLINE.difference(lake)) == []
    assert only(check(with_lake)).fix.values == {"to": "A"}


def test_the_higher_code_yields_where_two_overlap():
    finding = only(check({"A": WEST, "B": box(90, 0, 160, 100), "C": RIGHT}))
    assert (finding.kind, finding.codes) == (FindingKind.OVERLAP, ("A", "B"))
    assert finding.area_m2 == pytest.approx(1000.0, abs=0.1)
    assert finding.fix.values == {"keep": "A", "cut": "B"}


def test_a_piece_drawn_twice_needs_a_decision():
    finding = only(check({"A": WEST, "A2": WEST, "B": MIDDLE, "C": RIGHT}))
    assert (finding.fix.code, finding.fix.is_automatic) == ("coverage.choose_one", False)


@pytest.mark.parametrize("shift", [1.0, -1.0])
def test_a_narrow_gap_or_overlap_is_a_sliver(shift):
    finding = only(check({"A": WEST, "B": box(100 + shift, 0, 160, 100), "C": RIGHT}))
    assert finding.kind is FindingKind.SLIVER
    assert finding.area_m2 == pytest.approx(100.0, abs=0.1)
    assert finding.fix.code == ("coverage.give_gap" if shift > 0 else "coverage.cut_overlap")


def test_rounding_is_no_finding():
    assert check({"A": WEST, "B": box(100.00005, 0, 160, 100), "C": RIGHT}) == []


def test_a_piece_is_cut_at_the_outline():
    finding = only(check({"A": WEST, "B": MIDDLE, "C": box(160, 0, 220, 100)}))
    assert (finding.kind, finding.codes) == (FindingKind.OUTSIDE, ("C",))
    assert finding.area_m2 == pytest.approx(2000.0, abs=0.1)
    assert finding.fix.code == "coverage.cut_to_outline"


def test_a_piece_wholly_outside_is_not_cut_but_asked_about():
    finding = only(check({"A": WEST, "B": MIDDLE, "C": RIGHT, "D": box(500, 0, 520, 20)}))
    assert (finding.fix.code, finding.codes) == ("coverage.remove_piece", ("D",))


def test_an_exclave_is_a_decision_and_a_scrap_is_not():
    exclave, scrap = box(0, 20, 30, 50), box(0, 80, 40, 81)
    west = WEST.difference(exclave).difference(scrap)
    parts = check({"A": west, "B": shapely.MultiPolygon([MIDDLE, exclave, scrap]), "C": RIGHT})
    assert [(f.kind, f.fix.code) for f in parts] == [
        (FindingKind.PARTS, "coverage.decide_part"),
        (FindingKind.SLIVER, "coverage.give_part"),
    ]
    assert [f.fix.values for f in parts] == [{"of": "B", "to": "A"}] * 2


def test_doors_lie_in_a_piece_or_are_named():
    doors = [place(50, 50), place(100, 50), place(0, 50), place(200.02, 50), place(230, 50), place(-5, 5)]
    findings = check({"A": WEST, "B": MIDDLE, "C": RIGHT}, doors=doors)
    assert [f.kind for f in findings] == [FindingKind.DOOR_OUTSIDE] * 2
    assert [f.fix.values for f in findings] == [{"to": "C", "distance_m": "30"}, {"to": "A", "distance_m": "5"}]
    assert (findings[0].geometry.x, findings[0].geometry.y) == doors[4]


def test_broken_rings_are_found_and_repaired():
    bow = shapely.Polygon([place(0, 0), place(100, 100), place(100, 0), place(0, 100)])
    findings = check({"A": bow, "B": MIDDLE, "C": RIGHT})
    assert findings[0].kind is FindingKind.BROKEN_RINGS
    repaired = apply_fix({"A": bow}, findings[0])["A"]
    assert repaired.is_valid
    assert area_m2(repaired, ZONE) == pytest.approx(5000.0, abs=0.1)


def test_what_needs_a_decision_is_not_done_unasked():
    pieces = {"A": WEST, "A2": WEST, "B": MIDDLE, "C": RIGHT}
    with pytest.raises(RuleBroken) as refusal:
        apply_fix(pieces, only(check(pieces)))
    assert refusal.value.code == "coverage.needs_decision"
    assert "coverage.overlap" in refusal.value.sentence("zh")


def test_a_fix_leaves_what_it_was_given():
    pieces = {"A": WEST, "B": box(90, 0, 160, 100), "C": RIGHT}
    after = apply_fix(pieces, only(check(pieces)))
    assert area_m2(pieces["B"], ZONE) == pytest.approx(7000.0, abs=0.1)
    assert area_m2(after["B"], ZONE) == pytest.approx(6000.0, abs=0.1)
    assert check(after) == []


def test_cuts_that_together_leave_nothing_are_left_to_a_person():
    pieces = {"A": box(0, 0, 130, 100), "B": box(130, 0, 200, 100), "C": box(100, 0, 160, 100)}
    after, _, left = fix_partition(OUTLINE, pieces, ZONE, TOLERANCES)
    assert area_m2(after["C"], ZONE) > 0
    assert [(f.kind, f.fix.code) for f in left] == [(FindingKind.OVERLAP, "coverage.choose_one")]


def wobbly_town(side_count, rng, wobble_m=0.0):
    """Cells of 100 m with shared corners, each then moved a little on its own."""
    corners = np.stack(np.meshgrid(np.arange(side_count + 1.0), np.arange(side_count + 1.0)), axis=-1) * 100.0
    corners[1:-1, 1:-1] += rng.uniform(-25, 25, corners[1:-1, 1:-1].shape)
    town = {}
    for i in range(side_count):
        for j in range(side_count):
            ring = np.array([corners[i, j], corners[i, j + 1], corners[i + 1, j + 1], corners[i + 1, j]])
            moved = ring + rng.uniform(-wobble_m, wobble_m, (4, 2)) + (EAST, NORTH)
            town[f"{i:02d}{j:02d}"] = to_lonlat(shapely.Polygon(moved), ZONE)
    return town


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.5, 3.0, 12.0]))
@example(9545, 3.0)  # a hair between a sliver and its neighbour: each round handed it back
@settings(max_examples=examples(15))
def test_a_badly_drawn_town_is_put_right(seed, wobble_m):
    rng = np.random.default_rng(seed)
    outline, pieces = box(0, 0, 400, 400), wobbly_town(4, rng, wobble_m)
    after, done, left = fix_partition(outline, pieces, ZONE, TOLERANCES)
    assert done
    assert [finding for finding in left if finding.fix.is_automatic] == []
    assert set(after) == set(pieces)
    total = sum(area_m2(piece, ZONE) for piece in after.values())
    assert total == pytest.approx(160_000.0, abs=30.0)  # strips below 1 cm on 3 km of borders
    assert area_m2(shapely.union_all(list(after.values())), ZONE) == pytest.approx(160_000.0, abs=30.0)


def test_four_thousand_cells_are_checked_in_seconds():
    pieces = wobbly_town(64, np.random.default_rng(1))
    outline = shapely.union_all(list(pieces.values()))
    del pieces["3030"]
    doors = [place(x, y) for x, y in np.random.default_rng(2).uniform(0, 6400, (6000, 2))]
    start = time.perf_counter()
    findings = check_partition(outline, pieces, ZONE, TOLERANCES, doors)
    assert time.perf_counter() - start < 20.0  # about 2 s on an idle core
    assert {finding.kind for finding in findings} <= {FindingKind.GAP, FindingKind.DOOR_OUTSIDE}
    assert findings[0].kind is FindingKind.GAP


@needs_data
def test_the_blocks_of_furong_cover_their_outline():
    def shapes(name):
        rows = json.loads((DATA / "furong" / name).read_text("utf-8"))["features"]
        return [shapely.from_geojson(json.dumps(row["geometry"])) for row in rows]

    (outline,) = shapes("furong_boundary_wgs84.geojson")
    blocks = {f"{n:04d}": block for n, block in enumerate(shapes("furong_blocks_derived.geojson"))}
    before = check_partition(outline, blocks, ZONE, TOLERANCES)
    _, done, left = fix_partition(outline, blocks, ZONE, TOLERANCES)
    assert len(done) >= len([finding for finding in before if finding.fix.is_automatic]) > 0
    assert [finding for finding in left if finding.fix.is_automatic] == []
