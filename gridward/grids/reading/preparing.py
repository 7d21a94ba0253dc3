"""From a manifest to rows that wait for their district: everything slow happens before the transaction."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridward.areas.actions import DivisionRow, GroundRow
from gridward.areas.models import GroundFeature
from gridward.core.coordinates import Projection
from gridward.core.coverage.merge import merge_narrow
from gridward.core.errors import RuleBroken
from gridward.core.geometry import area_m2, clean_area, polygon_parts
from gridward.grids.actions.importing import ShapeRow
from gridward.grids.reading.files import MapFeature, digest_of, read_features
from gridward.grids.reading.manifest import ListFile, Manifest, MapFile
from gridward.grids.shapes import to_stored

# A strip narrower than this on average is ground between two carriageways, not a cell of its own.
LEAST_CELL_WIDTH_M = 10.0
# Bus lines on a road stand for its rank where nothing else is known: from so many on it is a main road. They
# cannot tell an expressway, so none is claimed.
MAIN_ROAD_FROM_LINES = 3
# Where a road starts to be drawn: by the bus lines on it.
RANKS = ((10, 0), (MAIN_ROAD_FROM_LINES, 1), (1, 2), (0, 3))
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class PreparedCell:
    """A merged block, and of how many blocks it is made."""

    shape: BaseGeometry
    blocks: int


@dataclass(frozen=True, slots=True)
class PreparedList:
    """One edition of an official list."""

    scheme: str
    edition: str
    rows: tuple[DivisionRow, ...]
    is_in_use: bool


@dataclass(frozen=True, slots=True)
class PreparedDistrict:
    """Everything of a folder, in WGS 84, measured and checked."""

    code6: str
    name_zh: str
    name_en: str
    outline: BaseGeometry
    projection: Projection
    options: dict[str, Any]
    lists: tuple[PreparedList, ...]
    ground: tuple[GroundRow, ...]
    cells: tuple[PreparedCell, ...]
    grids: tuple[ShapeRow, ...]
    sha256: str
    report: dict[str, Any] = field(default_factory=dict)


def prepare_district(manifest: Manifest, *, code6: str = "", say: Say = lambda line: None) -> PreparedDistrict:
    """Read, convert, clean and merge all files of a folder; nothing is written.

    Raises what ``read_features`` raises, and ``grids.manifest_wrong`` where code or name of the district are
    nowhere to be found.
    """
    if manifest.boundary is None:
        raise RuleBroken("grids.nothing_recognised", folder=manifest.folder.name)
    say(f"reading {manifest.boundary.path.name}")
    found = read_file(manifest.boundary)
    outline = clean_area(shapely.union_all([clean_area(feature.geometry) for feature in found]))
    facts = found[0].properties
    code6 = code6 or manifest.code6 or str(facts.get("adcode") or facts.get("gb") or "")[-6:]
    name_zh = manifest.name_zh or str(facts.get("name") or "")
    if not (len(code6) == 6 and code6.isdigit() and name_zh):
        raise RuleBroken("grids.manifest_wrong", why="code6 or name_zh of the district is nowhere stated")
    projection = _projection(manifest, outline)
    ground = [row for file in manifest.ground for row in _ground_rows(file, outline, say)]
    cells, blocks = _cells(manifest.blocks, projection, say)
    return PreparedDistrict(
        code6=code6, name_zh=name_zh, name_en=manifest.name_en or name_zh, outline=outline, projection=projection,
        options=manifest.options, lists=tuple(_prepared_list(one) for one in manifest.lists),
        ground=tuple(ground), cells=tuple(cells),
        grids=tuple(_shape_rows(manifest.grids, say)) if manifest.grids else (),
        sha256=digest_of(manifest.paths),
        report=_report(outline, cells, blocks, ground, projection, manifest),
    )  # fmt: skip


def read_file(file: MapFile) -> list[MapFeature]:
    features = read_features(file.path, stated=file.crs, layer=file.layer)
    if not features:
        raise RuleBroken("grids.file_unreadable", file=file.path.name, why="it holds no shape")
    return features


def _projection(manifest: Manifest, outline: BaseGeometry) -> Projection:
    stated = manifest.options.get("central_meridian")
    return Projection(float(stated)) if stated else Projection.for_longitude(float(outline.centroid.x))


def _report(
    outline: BaseGeometry, cells: list[PreparedCell], blocks: int, ground: list[GroundRow],
    projection: Projection, manifest: Manifest,
) -> dict[str, Any]:  # fmt: skip
    return {
        "outline_m2": round(area_m2(outline, projection)),
        "blocks": blocks,
        "cells": len(cells),
        "cells_m2": round(sum(area_m2(cell.shape, projection) for cell in cells)),
        "ground": len(ground),
        "sources": sorted({m.source for m in (manifest.boundary, manifest.blocks, *manifest.ground) if m}),
    }


# --- ground -----------------------------------------------------------------------------------------


def _ground_rows(file: MapFile, outline: BaseGeometry, say: Say) -> Iterator[GroundRow]:
    """What of a file lies in the district; roads by the rule of their bus lines, else by the stated kind."""
    say(f"reading {file.path.name}")
    features = read_file(file)
    shapely.prepare(outline)
    inside = shapely.intersects(outline, np.array([f.geometry for f in features], dtype=object))
    for feature in (one for one, is_inside in zip(features, inside, strict=True) if is_inside):
        kind, rank = kind_and_rank(file, feature.properties)
        names = {f"name_{tongue}": str(feature.properties.get(file.columns.get(f"name_{tongue}", "")) or "")
                 for tongue in ("zh", "en")}  # fmt: skip
        yield GroundRow(kind=kind, shape=to_stored(feature.geometry), source=file.source, rank=rank, **names)


def kind_and_rank(file: MapFile, properties: dict[str, Any]) -> tuple[str, int]:
    """The kind of a thing of the map, and how early it is drawn."""
    if file.bus_lines:
        lines = int(properties.get(file.bus_lines) or 0)
        is_main = lines >= MAIN_ROAD_FROM_LINES
        kind = GroundFeature.Kind.ARTERIAL if is_main else GroundFeature.Kind.STREET
        return kind.value, next(rank for least, rank in RANKS if lines >= least)
    kind_text = str(properties.get(file.columns.get("kind", "")) or file.kind)
    if kind_text not in GroundFeature.Kind.values:
        raise RuleBroken("grids.manifest_wrong", why=f"{file.path.name}: kind {kind_text!r}")
    return kind_text, int(properties.get(file.columns.get("rank", "")) or 0)


# --- cells ------------------------------------------------------------------------------------------


def _cells(file: MapFile | None, projection: Projection, say: Say) -> tuple[list[PreparedCell], int]:
    """Blocks with the strips between carriageways joined to them; large blocks stay as they are."""
    if file is None:
        return [], 0
    say(f"reading {file.path.name}")
    blocks = [part for feature in read_file(file) for part in polygon_parts(clean_area(feature.geometry))]
    merged = merge_narrow(blocks, projection, LEAST_CELL_WIDTH_M)
    say(f"{len(blocks)} blocks become {len(merged)} cells")
    return [PreparedCell(one.shape, len(one.members)) for one in merged], len(blocks)


# --- lists ------------------------------------------------------------------------------------------


def _prepared_list(file: ListFile) -> PreparedList:
    with file.path.open(encoding="utf-8-sig", newline="") as opened:
        table = csv.DictReader(opened)
        for column in (file.columns["code"], file.columns["name_zh"]):
            if column not in (table.fieldnames or ()):
                raise RuleBroken("grids.manifest_wrong", why=f"{file.path.name} has no column {column!r}")
        rows = tuple(_division_row(row, file) for row in table if _cell(row, file, "code"))
    return PreparedList(file.scheme, file.edition, rows, file.is_in_use)


def _cell(row: dict[str, Any], file: ListFile, column: str) -> str:
    return str(row.get(file.columns.get(column, "")) or "").strip()


def _division_row(row: dict[str, Any], file: ListFile) -> DivisionRow:
    if not _cell(row, file, "name_zh"):
        raise RuleBroken("grids.manifest_wrong", why=f"{file.path.name}: {_cell(row, file, 'code')} has no name")
    return DivisionRow(_cell(row, file, "code"), _cell(row, file, "name_zh"), _cell(row, file, "name_en"))


# --- grids ------------------------------------------------------------------------------------------


def _shape_rows(file: MapFile, say: Say) -> Iterator[ShapeRow]:
    say(f"reading {file.path.name}")
    for feature in read_file(file):
        yield shape_row(feature, file.columns, file.path)


def shape_row(feature: MapFeature, columns: dict[str, str], path: Path) -> ShapeRow:
    """One grid of a file; ``columns`` says how the file calls code, name_zh, name_en, kind, division, households."""
    values = {name: feature.properties.get(columns.get(name, name)) for name in
              ("code", "name_zh", "name_en", "kind", "division", "households")}  # fmt: skip
    if not values["code"]:
        raise RuleBroken("grids.manifest_wrong", why=f"{path.name}: a grid without a code")
    return ShapeRow(
        code=str(values["code"]), shape=feature.geometry, name_zh=str(values["name_zh"] or ""),
        name_en=str(values["name_en"] or ""), kind=str(values["kind"] or "community"),
        division_code=str(values["division"] or ""),
        households=int(values["households"]) if values["households"] is not None else None,
    )  # fmt: skip
