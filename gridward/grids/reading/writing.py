"""Rows of layers into a GeoPackage file, written by the engine in a child process."""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import shapely

from gridward.core.errors import RuleBroken
from gridward.grids.queries.exporting import ExportedRow
from gridward.grids.reading.child import run_engine


def write_layers(rows: Iterable[ExportedRow], target: Path) -> Counter[str]:
    """Write the rows; answer how many each layer has. The file appears whole, and never over another.

    Raises RuleBroken ``grids.output_exists``, ``grids.file_unreadable``.
    """
    if target.exists():
        raise RuleBroken("grids.output_exists", file=target.name)
    with tempfile.TemporaryDirectory(prefix=".gridward-export-", dir=target.parent) as folder:
        lines, made = Path(folder) / "lines", Path(folder) / "made.gpkg"
        counts = _write_lines(rows, lines)
        if counts:
            run_engine("write", lines, made, file=target.name)
            _put_in_place(made, target)
    return counts


def _write_lines(rows: Iterable[ExportedRow], lines: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    with lines.open("w", encoding="utf-8") as out:
        for row in rows:
            counts[row.layer] += 1
            told = {"layer": row.layer, "type": row.geometry.geom_type, "properties": row.properties}
            out.write(json.dumps({**told, "wkb": shapely.to_wkb(row.geometry, hex=True)}, ensure_ascii=False) + "\n")
    return counts


def _put_in_place(made: Path, target: Path) -> None:
    """A link is refused where somebody was faster."""
    try:
        os.link(made, target)
    except FileExistsError:
        raise RuleBroken("grids.output_exists", file=target.name) from None
