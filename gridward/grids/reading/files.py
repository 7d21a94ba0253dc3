"""A file from outside as features in WGS 84: judged by content, read in a child process, converted at the edge."""

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridward.core.coordinates import CoordinateSystem, Projection, stated_system, to_storage
from gridward.core.errors import RuleBroken
from gridward.grids.reading.child import run_engine

MOST_BYTES = 400 * 2**20
MOST_MEMBERS = 40
MOST_RATIO = 200
SHAPEFILE_PARTS = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
GEOPACKAGE_MARK = b"SQLite format 3\x00"
System = CoordinateSystem | Projection


@dataclass(frozen=True, slots=True)
class MapFeature:
    """One feature of a file, in WGS 84."""

    geometry: BaseGeometry
    properties: dict[str, Any]


def read_features(path: Path, *, stated: str = "", layer: str = "") -> list[MapFeature]:
    """All features of a GeoJSON, GeoPackage or zipped Shapefile that have a shape.

    ``stated`` is what the sender says of the coordinate system (``wgs84``, ``gcj02``, ``bd09``, ``cgcs2000``,
    ``EPSG:4547`` …). It is needed where the file says nothing: nothing is ever guessed.

    Raises RuleBroken ``coordinates.unstated``, ``coordinates.unknown``, ``grids.coordinates_contradict``,
    ``grids.file_unreadable``, ``grids.file_too_large``, ``grids.archive_unsafe``.
    """
    with tempfile.TemporaryDirectory(prefix="gridward-read-") as folder:
        source, lines = _put_apart(path, Path(folder)), Path(folder) / "lines"
        run_engine("read", source, lines, layer, file=path.name)
        with lines.open(encoding="utf-8") as opened:
            head = json.loads(next(opened))
            system = system_of(head["crs"], stated, path.name)
            return [_feature(json.loads(line), system) for line in opened]


def system_of(in_file: str, stated: str, file: str) -> System:
    """What file and sender say together.

    An offset system may be stated for a file that says WGS 84: tools write that word into everything they save.
    """
    if not in_file:
        return stated_system(stated)
    if not stated:
        return stated_system(in_file)
    ours, theirs = stated_system(stated), stated_system(in_file)
    offset = ours in (CoordinateSystem.GCJ02, CoordinateSystem.BD09) and theirs is CoordinateSystem.WGS84
    equal = {ours, theirs} <= {CoordinateSystem.WGS84, CoordinateSystem.CGCS2000}
    if ours != theirs and not offset and not equal:
        raise RuleBroken("grids.coordinates_contradict", file=file, in_file=in_file[:80], stated=stated)
    return ours


def _feature(row: dict[str, Any], system: System) -> MapFeature:
    geometry = shapely.from_wkb(bytes.fromhex(row["wkb"]))
    return MapFeature(in_wgs84(geometry, system), row["properties"])


def in_wgs84(geometry: BaseGeometry, system: System) -> BaseGeometry:
    """The same shape as it is stored. Raises RuleBroken ``coordinates.not_degrees`` for impossible numbers."""
    moved: BaseGeometry = shapely.transform(geometry, lambda points: to_storage(points, system))
    return moved


def _put_apart(path: Path, folder: Path) -> Path:
    """A copy whose name is ours and tells the kind, judged by its first bytes."""
    if path.stat().st_size > MOST_BYTES:
        raise RuleBroken("grids.file_too_large", file=path.name, most=MOST_BYTES // 2**20)
    with path.open("rb") as opened:
        head = opened.read(4096)
    if head.startswith(b"PK\x03\x04"):
        return _unpack(path, folder)
    if head.startswith(GEOPACKAGE_MARK):
        kind = ".gpkg"
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        kind = ".geojson"
    else:
        raise RuleBroken("grids.file_unreadable", file=path.name, why="not GeoJSON, GeoPackage or zip")
    return Path(shutil.copyfile(path, folder / f"source{kind}"))


def _unpack(path: Path, folder: Path) -> Path:
    """The parts of the one Shapefile in an archive, under names of our own."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = dict(_members(archive, path.name))
            for suffix, member in parts.items():
                with archive.open(member) as packed, (folder / f"source{suffix}").open("wb") as target:
                    _copy(packed, target, path.name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise RuleBroken("grids.file_unreadable", file=path.name, why=str(error)[:120]) from None
    return folder / "source.shp"


def _members(archive: zipfile.ZipFile, file: str) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise RuleBroken("grids.archive_unsafe", file=file, why=f"{len(members)} members")
    for member in members:
        _refuse_unsafe(member, file)
    shapes = [m for m in members if m.filename.lower().endswith(".shp")]
    if len(shapes) != 1:
        raise RuleBroken("grids.archive_unsafe", file=file, why=f"{len(shapes)} .shp")
    stem = shapes[0].filename[: -len(".shp")]
    for member in members:
        suffix = PurePosixPath(member.filename).suffix.lower()
        if suffix in SHAPEFILE_PARTS and member.filename[: -len(suffix)] == stem:
            yield suffix, member


def _refuse_unsafe(member: zipfile.ZipInfo, file: str) -> None:
    """Paths that leave the folder, links, and what grows out of all proportion."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
    if path.is_absolute() or ".." in path.parts or is_link or ":" in member.filename:
        raise RuleBroken("grids.archive_unsafe", file=file, why=member.filename[:80])
    if member.file_size > MOST_BYTES:
        raise RuleBroken("grids.file_too_large", file=file, most=MOST_BYTES // 2**20)
    if member.file_size > 2**20 and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        raise RuleBroken("grids.archive_unsafe", file=file, why=f"{member.file_size} / {member.compress_size}")


def _copy(packed: Any, target: Any, file: str) -> None:
    """Count what really comes out: the archive's own word about sizes is not trusted."""
    left = MOST_BYTES
    while chunk := packed.read(2**18):
        left -= len(chunk)
        if left < 0:
            raise RuleBroken("grids.file_too_large", file=file, most=MOST_BYTES // 2**20)
        target.write(chunk)


def digest_of(paths: list[Path]) -> str:
    """One SHA-256 over several files, in the order of their names."""
    whole = hashlib.sha256()
    for path in sorted(paths, key=lambda one: one.name):
        with path.open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
    return whole.hexdigest()
