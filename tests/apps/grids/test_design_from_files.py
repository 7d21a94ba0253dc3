"""``gridward design``: other people's units and edges in, a plan and its report out; bad files are named."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command

from tests.core.partition.towns import lattice, parts


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def town(folder: Path) -> list[str]:
    """Two communities of 4 × 4 units, today in two grids each."""
    units = (
        f"u{row}{column},{column * 40},{row * 40},{10 + row},c{column // 4},b{row // 2}{column // 2},s,"
        f"g{row // 2}{column // 4}"
        for row in range(4)
        for column in range(8)
    )
    write(folder / "units.csv", "id,x,y,workload,community,block,superblock,current_grid", *units)
    write(folder / "edges.csv", "a,b,class",
          *(f"u{row}{column},u{row}{column + 1},minor_street" for row in range(4) for column in range(7)),
          *(f"u{row}{column},u{row + 1}{column},same_block" for row in range(3) for column in range(8)))  # fmt: skip
    return ["--units", str(folder / "units.csv"), "--edges", str(folder / "edges.csv"), "--steps", "1",
            "--out", str(folder / "assignment.csv"), "--report", str(folder / "report.json")]  # fmt: skip


def design(*arguments: str) -> str:
    told = StringIO()
    call_command("design", *arguments, stdout=told, stderr=StringIO())
    return told.getvalue()


def plan(folder: Path) -> list[str]:
    with (folder / "assignment.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["id"] for row in rows] == [f"u{row}{column}" for row in range(4) for column in range(8)]
    return [row["grid"] for row in rows]


def test_a_plan_and_its_report_are_written(tmp_path: Path) -> None:
    told = design(*town(tmp_path), "--weights", "B=1,T=0.5")
    grids, report = plan(tmp_path), json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert set(grids) == {"g00", "g01", "g10", "g11"}
    assert parts(lattice(4, 8), [sorted(set(grids)).index(grid) for grid in grids]) == 4
    assert report["J"] == pytest.approx(sum(report[term] for term in "BCXIT")) and f"J {report['J']:.4f}" in told
    assert report["cuts"] == {"blocks": 8, "cut": 0, "why": {}} and "0 of 8 blocks and compounds are cut" in told
    assert (report["connected"], report["k"], report["seed"], report["notes"]) == (True, 4, 0, [])
    assert {row["grid"] for row in report["grids"]} == set(grids) and report["seconds"] > 0
    first = plan(tmp_path)
    design(*town(tmp_path), "--weights", "B=1,T=0.5")
    assert plan(tmp_path) == first


def test_a_named_plan_sets_the_weights(tmp_path: Path) -> None:
    design(*town(tmp_path), "--plan", "stable", "--weights", "T=100")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["moved_share"] == 0 and report["T"] == 0


def test_numbers_are_given_by_community(tmp_path: Path) -> None:
    numbers = write(tmp_path / "k.csv", "community,grids", "c0,1", "c1,3")
    design(*town(tmp_path), "--grids-per-community", str(numbers))
    assert (len(set(plan(tmp_path)[0:4])), len(set(plan(tmp_path)))) == (1, 4)


def test_a_line_says_how_many_blocks_are_cut_and_why(tmp_path: Path) -> None:
    arguments = town(tmp_path)
    units = (f"u{row}{column},{column * 40},{row * 40},10,c,{'west' if column < 6 else 'east'},,"
             for row in range(4) for column in range(8))  # fmt: skip
    write(tmp_path / "units.csv", "id,x,y,workload,community,block,superblock,current_grid", *units)
    told = design(*arguments, "--target-workload", "160")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["cuts"] == {"blocks": 2, "cut": 1, "why": {"heavier_than_a_grid": 1}}
    assert "1 of 2 blocks and compounds are cut: 1 because they are heavier than a grid may be" in told


def test_walks_take_the_place_of_straight_distances(tmp_path: Path) -> None:
    """Every step down the town is ten times a step across: grids become wide instead of square."""
    cells = [(row, column) for row in range(4) for column in range(8)]
    across = [f"u{row}{column},u{row}{column + 1},40" for row, column in cells if column < 7]
    down = [f"u{row}{column},u{row + 1}{column},400" for row, column in cells if row < 3]
    walks = write(tmp_path / "w.csv", "a,b,metres", *across, *down)
    on_foot = [*town(tmp_path), "--weights", "B=1,X=0,I=0", "--walks", str(walks)]
    design(*on_foot)
    straight = json.loads((tmp_path / "report.json").read_text("utf-8"))
    told = design(*on_foot, "--convenience", "walking")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert (straight["convenience"], report["convenience"], report["connected"]) == ("straight", "walking", True)
    assert report["walk_min_mean"] < 0.8 * straight["walk_min_mean"] and f"C {report['C']:.4f}" in told
    assert report["bound"] <= report["J"]
    with pytest.raises(CommandError, match="nothing is known of streets or ways"):
        design(*town(tmp_path), "--convenience", "walking")
    for row, said in (("u00,u01,-1", "in row 1 of the walks"), ("u00,u01,far", "has “far” in column metres"),
                      ("u00,u01,40", "no way on foot from “u00” to “u02”")):  # fmt: skip
        write(tmp_path / "w.csv", "a,b,metres", row)
        with pytest.raises(CommandError, match=said):
            design(*on_foot, "--convenience", "walking")


@pytest.mark.parametrize(
    ("file", "rows", "said"),
    [
        ("units.csv", ("id,x,y", "a,0,0"), "no column workload"),
        ("units.csv", ("id,x,y,workload", "a,0,north,1"), "Row 2 of units.csv has “north” in column y"),
        ("units.csv", ("id,x,y,workload", "a,0,0,"), "“a” has no workload"),
        ("edges.csv", ("a,b", "u00,u99"), "Edge 1 names the unit “u99”"),
        ("edges.csv", ("a,b,class", "u00,u01,motorway"), "“motorway”"),
        ("k.csv", ("community,grids", "c0,two", "c1,1"), "“two”"),
        ("k.csv", ("community,grids", "c0,1.5", "c1,1"), "“1.5”"),
        ("k.csv", ("community,grids", "c0,17", "c1,1"), "16 units only"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_written(
    file: str, rows: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    arguments = town(tmp_path)
    write(tmp_path / file, *rows)
    if file == "k.csv":
        arguments += ["--grids-per-community", str(tmp_path / file)]
    with pytest.raises(CommandError, match=said):
        design(*arguments)
    assert not (tmp_path / "assignment.csv").exists()


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    arguments = town(tmp_path)
    (tmp_path / "units.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(CommandError, match="units.csv"):
        design(*arguments)
    with pytest.raises(CommandError, match=r"nothing\.csv"):
        design(*arguments[2:], "--units", str(tmp_path / "nothing.csv"))


@pytest.mark.parametrize("weights", ["Q=1", "B=heavy", "B=-1", "X=nan"])
def test_a_wrong_weight_is_named(weights: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="weight"):
        design(*town(tmp_path), "--weights", weights)


def on_a_map(folder: Path, **properties: list[str]) -> Path:
    """Six houses east of a street and six west of it, as footprints in WGS 84."""
    corners = [(114 + column * 3e-4, 28 + row * 3e-4) for row in range(3) for column in range(4)]
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shapely.box(lon, lat, lon + 1e-4, lat + 1e-4))),
            "properties": {name: values[at] for name, values in properties.items()},
        }
        for at, (lon, lat) in enumerate(corners)
    ]
    (folder / "houses.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    street = json.loads(shapely.to_geojson(shapely.LineString([(114.0005, 27.999), (114.0005, 28.002)])))
    (folder / "streets.geojson").write_text(json.dumps(street), "utf-8")
    return folder / "houses.geojson"


def test_houses_on_a_map_find_their_neighbours(tmp_path: Path) -> None:
    units = on_a_map(tmp_path, id=[f"h{at}" for at in range(12)], workload=["10"] * 12)
    out = ["--out", str(tmp_path / "assignment.csv"), "--report", str(tmp_path / "report.json"), "--steps", "1"]
    told = design("--units", str(units), "--crs", "wgs84", "--streets", str(tmp_path / "streets.geojson"),
                  "--target-workload", "60", *out)  # fmt: skip
    with (tmp_path / "assignment.csv").open(encoding="utf-8", newline="") as opened:
        grid = {row["id"]: row["grid"] for row in csv.DictReader(opened)}
    assert {grid[f"h{at}"] for at in (0, 1, 4, 5, 8, 9)}.isdisjoint(grid[f"h{at}"] for at in (2, 3, 6, 7, 10, 11))
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["I"] == 0 and report["proven_pieces"] == 1 and "1 of 1 pieces proven best" in told


@pytest.mark.full
def test_on_a_map_one_walks_along_streets_and_through_gates(tmp_path: Path) -> None:
    """The houses east of the street are a compound whose gate lies far in the north."""
    block = ["west" if at % 4 < 2 else "east" for at in range(12)]
    units = on_a_map(tmp_path, id=[f"h{at}" for at in range(12)], workload=["10"] * 12, block=block)
    files = {name: str(tmp_path / f"{name}.geojson") for name in ("streets", "gates")}
    arguments = ["--units", str(units), "--crs", "wgs84", "--streets", files["streets"], "--gates", files["gates"],
                 "--target-workload", "120", "--convenience", "walking", "--steps", "1",
                 "--out", str(tmp_path / "assignment.csv"), "--report", str(tmp_path / "report.json")]  # fmt: skip
    minutes = []
    for lat, block_of_gate in ((28.0004, "east"), (28.002, "east"), (28.002, "north")):
        gate = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [114.0005, lat]},
                "properties": {"block": block_of_gate}}  # fmt: skip
        write(tmp_path / "gates.geojson", json.dumps(gate))
        if block_of_gate == "north":
            with pytest.raises(CommandError, match="no unit belongs to “north”"):
                design(*arguments)
        else:
            design(*arguments)
            minutes.append(json.loads((tmp_path / "report.json").read_text("utf-8"))["walk_min_mean"])
    assert minutes[1] > minutes[0] + 1


def test_a_map_without_workloads_or_system_is_named(tmp_path: Path) -> None:
    arguments = ["--units", str(on_a_map(tmp_path, id=[f"h{at}" for at in range(12)])), "--target-workload", "60",
                 "--out", str(tmp_path / "assignment.csv")]  # fmt: skip
    with pytest.raises(CommandError, match="no column workload"):
        design(*arguments, "--crs", "wgs84")
    with pytest.raises(CommandError, match="coordinate system"):
        design(*arguments)


def test_a_table_needs_its_edges(tmp_path: Path) -> None:
    arguments = town(tmp_path)
    del arguments[2:4]
    with pytest.raises(CommandError, match="neighbour"):
        design(*arguments)
