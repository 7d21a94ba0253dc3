"""Instances of the design problem from CSV files, and plans into them: docs/howto/design-grids.md."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gridward.core.errors import RuleBroken
from gridward.core.partition import Instance, make_instance

UNIT_COLUMNS = ("id", "x", "y", "workload")
MAY_BE_MISSING = ("community", "block", "superblock", "current_grid")


def read_instance(
    units: Path, edges: Path, *, numbers: Path | None = None, target_workload: float | None = None,
    area_m2: float | None = None,
) -> Instance:  # fmt: skip
    """An instance from units.csv, edges.csv and perhaps k.csv; what is wrong is refused with file, row and column."""
    rows = _rows(units, UNIT_COLUMNS)
    texts = {name: [row.get(name) or "" for row in rows] for name in ("id", *MAY_BE_MISSING)}
    x, y, workload = (_numbers(units, rows, name) for name in ("x", "y", "workload"))
    joined = _rows(edges, ("a", "b"))
    return make_instance(
        ids=texts["id"], xy_m=np.column_stack([x, y]), workload=workload, community=texts["community"],
        block=texts["block"], superblock=texts["superblock"], current_grid=texts["current_grid"],
        edges=[(row["a"], row["b"]) for row in joined], edge_class=[row.get("class") or "" for row in joined],
        area_m2=area_m2, target_workload=target_workload,
        grids_per_community=None if numbers is None else _grids_per_community(numbers),
    )  # fmt: skip


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
