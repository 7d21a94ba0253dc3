"""A file of components as lines with a point each: CSV, XLSX, GeoJSON, GeoPackage or zipped Shapefile."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gridward.accounts.importing.sheets import SheetUnreadable, read_sheet
from gridward.core.coordinates import CoordinateSystem, stated_system, to_storage
from gridward.core.errors import RuleBroken
from gridward.grids.reading.files import GEOPACKAGE_MARK, read_features
from gridward.registers.reading.incoming import MOST_BYTES

MOST_ROWS = 300_000
# Our names, those of the field dictionary of the standard, and what people write above such columns.
COLUMNS = {
    "code": ("code", "部件标识码", "部件编码", "标识码", "编码", "GLBJBSM", "bsm"),
    "name": ("name", "部件名称", "名称", "GLBJMC"),
    "place": ("place", "位置", "位置描述", "地址"),
    "lon": ("lon", "longitude", "经度", "x", "X"),
    "lat": ("lat", "latitude", "纬度", "y", "Y"),
    "owner": ("owner", "权属单位", "QSDWMC"),
    "maintainer": ("maintainer", "养护单位", "管养单位", "YHDWMC"),
    "state": ("state", "状态", "部件状态", "GLBJZT"),
    "since": ("since", "初始日期", "建成日期", "CSRQ"),
    "cell": ("cell", "所在单元网格", "单元网格", "SZDYWGBSM"),
}
NAMES = {word: column for column, words in COLUMNS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number as the reader of the file counts, its texts by our names, its point (WGS 84)."""

    number: int
    texts: Mapping[str, str]
    point: tuple[float, float] | None


def read_lines(path: Path, *, name: str, stated: str = "", layer: str = "") -> list[Line]:
    """All lines of a file. ``stated`` is the coordinate system that the sender names; nothing is guessed.

    Raises RuleBroken ``registers.file_unreadable``, ``registers.column_missing``, ``coordinates.unstated`` and what
    reading a map refuses.
    """
    lines = _of_map(path, stated, layer) if _is_map(path) else _of_sheet(path, name, stated)
    if not lines or len(lines) > MOST_ROWS:
        raise RuleBroken("registers.file_unreadable", file=name, most=MOST_ROWS)
    return lines


def _is_map(path: Path) -> bool:
    """By the first bytes; of archives the one that is no workbook."""
    with path.open("rb") as opened:
        head = opened.read(64)
    if head.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    return head.startswith(GEOPACKAGE_MARK) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _of_map(path: Path, stated: str, layer: str) -> list[Line]:
    features = read_features(path, stated=stated, layer=layer)
    _check_columns(features[0].properties if features else {})
    return [
        Line(number, _texts(feature.properties), _point_of(feature.geometry))
        for number, feature in enumerate(features, start=1)
    ]


def _point_of(geometry: Any) -> tuple[float, float] | None:
    """A point; of anything larger its middle, which lies in it."""
    if geometry.is_empty:
        return None
    point = geometry.representative_point()
    return float(point.x), float(point.y)


def _of_sheet(path: Path, name: str, stated: str) -> list[Line]:
    try:
        table = read_sheet(path.read_bytes(), most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 1)
    except SheetUnreadable:
        raise RuleBroken("registers.file_unreadable", file=name, most=MOST_ROWS) from None
    _check_columns(table[0], "lon", "lat")
    rows = [_texts(row) for row in table]
    points = _stored([_numbers(row) for row in rows], stated)
    return [Line(number, row, point) for number, (row, point) in enumerate(zip(rows, points, strict=True), start=2)]


def _check_columns(given: Mapping[str, Any], *more: str) -> None:
    there = {NAMES.get(str(word).strip()) for word in given}
    missing = [column for column in ("code", *more) if column not in there]
    if missing:
        raise RuleBroken("registers.column_missing", column_zh=COLUMNS[missing[0]][1], column_en=missing[0])


def _texts(given: Mapping[str, Any]) -> dict[str, str]:
    named = {NAMES.get(str(word).strip(), ""): value for word, value in given.items()}
    return {name: str(value).strip() for name, value in named.items() if name and value is not None}


def _numbers(row: Mapping[str, str]) -> tuple[float, float] | None:
    try:
        return float(row.get("lon", "")), float(row.get("lat", ""))
    except ValueError:
        return None


def _stored(points: list[tuple[float, float] | None], stated: str) -> list[tuple[float, float] | None]:
    """All points in WGS 84; what cannot be a place in the stated system is none."""
    system = stated_system(stated)
    is_degrees = isinstance(system, CoordinateSystem)
    good = [n for n, point in enumerate(points) if point and _may_be(point, is_degrees)]
    found: list[tuple[float, float] | None] = [None] * len(points)
    if good:
        moved = to_storage(np.array([points[n] for n in good], dtype=np.float64), system)
        for n, (lon, lat) in zip(good, np.asarray(moved).tolist(), strict=True):
            found[n] = (lon, lat)
    return found


def _may_be(point: tuple[float, float], is_degrees: bool) -> bool:
    return bool(np.isfinite(point).all()) and (not is_degrees or (abs(point[0]) <= 180 and abs(point[1]) <= 90))
