"""Instances of the design problem from CSV files or maps, and plans into files: docs/howto/design-grids.md."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridward.core.coordinates import Projection
from gridward.core.errors import RuleBroken
from gridward.core.geometry import to_metres
from gridward.core.partition import EDGE_CLASSES, Instance, make_instance
from gridward.core.partition.footways import measured_ways, street_ways
from gridward.core.partition.neighbourhood import neighbourhood
from gridward.grids.reading.files import read_features

UNIT_COLUMNS = ("id", "x", "y", "workload")
MAY_BE_MISSING = ("community", "block", "superblock", "current_grid")


@dataclass(frozen=True, slots=True)
class Layers:
    """Maps beside the units: streets, main roads, railways, rivers, gates of compounds, each perhaps; ``crs`` where
    files state none.
    """

    streets: Path | None = None
    main_roads: Path | None = None
    railways: Path | None = None
    rivers: Path | None = None
    gates: Path | None = None
    crs: str = ""


def read_instance(
    units: Path, edges: Path | None, *, numbers: Path | None = None, target_workload: float | None = None,
    area_m2: float | None = None, layers: Layers | None = None, walks: Path | None = None,
) -> Instance:  # fmt: skip
    """An instance from units.csv and edges.csv, or from a map of units; perhaps with k.csv and walks.csv.

    What is wrong is refused with file, row and column.
    """
    given = _from_table(units, edges) if units.suffix.lower() == ".csv" else _from_map(units, edges, layers or Layers())
    if walks is not None:
        given["footways"] = measured_ways(given["ids"], _walks(walks))
    grids = None if numbers is None else _grids_per_community(numbers)
    return make_instance(**given, area_m2=area_m2, target_workload=target_workload, grids_per_community=grids)


def _from_table(units: Path, edges: Path | None) -> dict[str, Any]:
    if edges is None:
        raise RuleBroken("partition.edges_missing", file=units.name)
    rows = _rows(units, UNIT_COLUMNS)
    x, y = (_numbers(units, rows, name) for name in ("x", "y"))
    return _columns(units, rows) | _edges(edges) | {"xy_m": np.column_stack([x, y])}


def _columns(units: Path, rows: list[dict[str, str]]) -> dict[str, Any]:
    columns: dict[str, Any] = {name: [row.get(name) or "" for row in rows] for name in MAY_BE_MISSING}
    return columns | {"ids": [row["id"] for row in rows], "workload": _numbers(units, rows, "workload")}


def _edges(edges: Path) -> dict[str, Any]:
    rows = _rows(edges, ("a", "b"))
    return {"edges": [(row["a"], row["b"]) for row in rows], "edge_class": [row.get("class") or "" for row in rows]}


def _from_map(units: Path, edges: Path | None, layers: Layers) -> dict[str, Any]:
    """Points or footprints with the same fields; without edges neighbours are told by the layers, and blocks and
    superblocks where the units do not name any.
    """
    features = read_features(units, stated=layers.crs)
    rows = [_texts(feature.properties, at) for at, feature in enumerate(features, start=1)]
    for column in ("workload",) if rows else ():
        if column not in rows[0]:
            raise RuleBroken("partition.column_missing", file=units.name, column=column)
    middle = shapely.union_all([feature.geometry.centroid for feature in features]).centroid
    projection = Projection(3.0 * round(middle.x / 3.0)) if rows else Projection(114.0)
    shapes = [to_metres(feature.geometry, projection) for feature in features]
    given = _columns(units, rows) | {"xy_m": shapely.get_coordinates(shapely.centroid(np.array(shapes, object)))}
    if edges is not None:
        given |= _edges(edges)
    else:
        given |= _told_neighbours(given, shapes, layers, projection)
    return given | _street_ways(given, layers, projection)


def _told_neighbours(
    given: dict[str, Any], shapes: list[BaseGeometry], layers: Layers, projection: Projection
) -> dict[str, Any]:
    roads, rails = (_layer(path, layers.crs, projection) for path in (layers.main_roads, layers.railways))
    streets, rivers = (_layer(path, layers.crs, projection) for path in (layers.streets, layers.rivers))
    found = neighbourhood(shapes, streets=streets, main_roads=[*roads, *rails], rivers=rivers)
    ids = given["ids"]
    parts = {"block": found.block, "superblock": found.superblock}
    told = {name: [str(at) for at in part.tolist()] for name, part in parts.items() if not any(given[name])}
    return told | {
        "edges": [(ids[one], ids[other]) for one, other in found.edges.tolist()],
        "edge_class": [EDGE_CLASSES[kind] for kind in found.kind.tolist()],
    }


def _street_ways(given: dict[str, Any], layers: Layers, projection: Projection) -> dict[str, Any]:
    """Ways along streets and main roads, and through the gates of compounds, where there is a map of streets."""
    if layers.streets is None and layers.gates is None:
        return {}
    streets = [shape for path in (layers.streets, layers.main_roads) for shape in _layer(path, layers.crs, projection)]
    place = {name: at for at, name in enumerate(given["ids"])}
    edges = [
        (place[one], place[other])
        for (one, other), kind in zip(given["edges"], given["edge_class"], strict=True)
        if kind == EDGE_CLASSES[0] and one in place and other in place
    ]
    blocks = {name: at for at, name in enumerate(sorted({*given["block"]} - {""}))}
    return {"footways": street_ways(
        given["xy_m"], streets=streets, edges=np.array(edges, np.int64).reshape(-1, 2),
        gates=_gates(layers.gates, layers.crs, projection, blocks),
        compound=np.array([blocks.get(block, -1) for block in given["block"]], np.int64),
    )}  # fmt: skip


def _gates(path: Path | None, crs: str, projection: Projection, blocks: dict[str, int]) -> dict[int, Any]:
    """Places of the gates of each block that has some, by the column ``block``."""
    found: dict[int, list[Any]] = {}
    for feature in read_features(path, stated=crs) if path else ():
        block = str(feature.properties.get("block") or "")
        if path and block not in blocks:
            raise RuleBroken("partition.gate_of_no_block", file=path.name, block=block)
        found.setdefault(blocks[block], []).append(to_metres(feature.geometry, projection).centroid)
    return {at: shapely.get_coordinates(points) for at, points in found.items()}


def _walks(path: Path) -> list[tuple[str, str, float]]:
    return [
        (row["a"], row["b"], _number(path, at, "metres", row["metres"]))
        for at, row in enumerate(_rows(path, ("a", "b", "metres")), start=2)
    ]


def _texts(properties: dict[str, Any], at: int) -> dict[str, str]:
    """A feature's fields as a row of a table; one without an id is called by its number."""
    texts = {name: "" if value is None else str(value) for name, value in properties.items()}
    return {"id": str(at)} | texts


def _layer(path: Path | None, crs: str, projection: Projection) -> list[BaseGeometry]:
    return (
        [] if path is None else [to_metres(feature.geometry, projection) for feature in read_features(path, stated=crs)]
    )


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """All rows of a file with a head; spaces around values do not count."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            for column in columns:
                if column not in (rows.fieldnames or ()):
                    raise RuleBroken("partition.column_missing", file=path.name, column=column)
            return [{name: (value or "").strip() for name, value in row.items() if name} for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise RuleBroken("partition.file_unreadable", file=path.name) from None


def _numbers(path: Path, rows: list[dict[str, str]], column: str) -> Any:
    return np.array([_number(path, at, column, row[column]) for at, row in enumerate(rows, start=2)], np.float64)


def _number(path: Path, row: int, column: str, text: str) -> float:
    """A number; nothing is not a number (the unit that lacks it is named later)."""
    try:
        return float(text) if text else float("nan")
    except ValueError:
        raise RuleBroken("partition.not_a_number", file=path.name, row=row, column=column, value=text) from None


def _grids_per_community(path: Path) -> dict[str, int]:
    given: dict[str, int] = {}
    for at, row in enumerate(_rows(path, ("community", "grids")), start=2):
        number = _number(path, at, "grids", row["grids"])
        if number != int(number if number == number else 0):
            raise RuleBroken("partition.not_a_number", file=path.name, row=at, column="grids", value=row["grids"])
        given[row["community"]] = int(number)
    return given


def write_assignment(path: Path, pairs: Iterator[tuple[str, str]]) -> None:
    """id,grid, one row a unit in the order of the units."""
    with path.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened, lineterminator="\n")
        rows.writerow(("id", "grid"))
        rows.writerows(pairs)
