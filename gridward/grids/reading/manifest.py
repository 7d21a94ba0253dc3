"""A folder that describes a district: ``district.toml``, or file names that say enough.

docs/howto/import-a-district.md is the description for people.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridward.areas.models import GroundFeature
from gridward.core.errors import RuleBroken

MANIFEST = "district.toml"
GROUND_KINDS = frozenset(GroundFeature.Kind.values)
# Which systems a file name states, between underscores or at its end.
NAMED_SYSTEMS = {"wgs84": "wgs84", "gcj02": "gcj02", "bd09": "bd09", "cgcs2000": "cgcs2000", "osm": "wgs84"}


@dataclass(frozen=True, slots=True)
class MapFile:
    """One file with shapes: where it comes from, what its numbers mean, how its columns are called."""

    path: Path
    source: str
    crs: str = ""
    layer: str = ""
    kind: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    bus_lines: str = ""


@dataclass(frozen=True, slots=True)
class ListFile:
    """One edition of an official list of divisions, as CSV."""

    path: Path
    scheme: str
    edition: str
    source: str
    columns: dict[str, str]
    is_in_use: bool = True


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is known of a district before it is imported; names may still come from the boundary file."""

    folder: Path
    code6: str = ""
    name_zh: str = ""
    name_en: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    boundary: MapFile | None = None
    ground: tuple[MapFile, ...] = ()
    blocks: MapFile | None = None
    grids: MapFile | None = None
    lists: tuple[ListFile, ...] = ()
    is_written: bool = False

    @property
    def paths(self) -> list[Path]:
        maps = (self.boundary, *self.ground, self.blocks, self.grids)
        written = [self.folder / MANIFEST] if self.is_written else []
        return list(dict.fromkeys([*written, *(m.path for m in maps if m), *(one.path for one in self.lists)]))


def read_manifest(folder: Path, *, crs: str = "") -> Manifest:
    """The manifest of a folder, written or recognised by file names.

    ``crs`` holds for every file that states no system in itself, its name or the manifest; of several boundary
    files it chooses the one of that system. Raises RuleBroken ``grids.manifest_wrong``,
    ``grids.nothing_recognised``.
    """
    if (folder / MANIFEST).is_file():
        return _written(folder, crs)
    return _recognised(folder, crs)


# --- written ----------------------------------------------------------------------------------------


def _written(folder: Path, crs: str) -> Manifest:
    try:
        told = tomllib.loads((folder / MANIFEST).read_text("utf-8"))
        district = dict(told["district"])
        return Manifest(
            folder=folder, code6=str(district.pop("code6")), name_zh=str(district.pop("name_zh")),
            name_en=str(district.pop("name_en")), options=_options(district),
            boundary=_map_file(folder, told["boundary"], crs),
            ground=tuple(_ground_file(folder, row, crs) for row in told.get("ground", ())),
            blocks=_map_file(folder, told["blocks"], crs) if "blocks" in told else None,
            grids=_map_file(folder, told["grids"], crs) if "grids" in told else None,
            lists=tuple(_list_file(folder, row) for row in told.get("divisions", ())),
            is_written=True,
        )  # fmt: skip
    except KeyError as missing:
        raise RuleBroken("grids.manifest_wrong", why=f"{missing} is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError, AttributeError) as error:
        raise RuleBroken("grids.manifest_wrong", why=str(error)[:200]) from None


def _options(district: dict[str, Any]) -> dict[str, Any]:
    known = {"time_zone", "central_meridian", "hotline", "id"}
    if unknown := sorted(district.keys() - known):
        raise ValueError(f"[district] {', '.join(unknown)} is not known")
    return district


def _inside(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise ValueError(f"no file {name!r} in the folder")
    return path


def _map_file(folder: Path, row: dict[str, Any], crs: str) -> MapFile:
    path = _inside(folder, row["file"])
    return MapFile(
        path=path, source=str(row["source"])[:80], crs=str(row.get("crs") or named_system(path.name) or crs),
        layer=str(row.get("layer", "")), kind=str(row.get("kind", "")), columns=dict(row.get("columns", {})),
        bus_lines=str(row.get("bus_lines", "")),
    )  # fmt: skip


def _ground_file(folder: Path, row: dict[str, Any], crs: str) -> MapFile:
    made = _map_file(folder, row, crs)
    if made.kind not in GROUND_KINDS and not made.bus_lines and "kind" not in made.columns:
        raise ValueError(f"[[ground]] {made.path.name}: kind is one of {', '.join(sorted(GROUND_KINDS))}")
    return made


def _list_file(folder: Path, row: dict[str, Any]) -> ListFile:
    return ListFile(
        path=_inside(folder, row["file"]), scheme=str(row["scheme"]), edition=str(row["edition"]),
        source=str(row["source"])[:80], columns={"code": "code", "name_zh": "name", **row.get("columns", {})},
        is_in_use=bool(row.get("in_use", True)),
    )  # fmt: skip


# --- recognised -------------------------------------------------------------------------------------


def named_system(name: str) -> str:
    """The coordinate system that a file name states (``…_gcj02.geojson``, ``…_osm2019.geojson``)."""
    words = re.split(r"[_.\-]", name.lower())
    return next((NAMED_SYSTEMS[key] for key in (re.sub(r"\d{4}$", "", word) if word.startswith("osm") else word
                                                for word in words) if key in NAMED_SYSTEMS), "")  # fmt: skip


def _recognised(folder: Path, crs: str) -> Manifest:
    boundary = _choose_boundary(folder, crs)
    roads = _first(folder, "*_roads_*.geojson")
    blocks = _first(folder, "*_blocks*.geojson")
    # Blocks are cut from the roads and have their system; a road file from OpenStreetMap is WGS 84 by its licence page.
    roads_crs = (named_system(roads.name) if roads else "") or crs
    return Manifest(
        folder=folder,
        boundary=MapFile(boundary, _source_of(boundary), named_system(boundary.name) or crs),
        ground=(MapFile(roads, _source_of(roads), roads_crs, bus_lines="n_bus"),) if roads else (),
        blocks=MapFile(blocks, _source_of(blocks), named_system(blocks.name) or roads_crs) if blocks else None,
        lists=_recognised_lists(folder),
    )  # fmt: skip


def _choose_boundary(folder: Path, crs: str) -> Path:
    found = sorted(folder.glob("*_boundary*.geojson"))
    if not found:
        raise RuleBroken("grids.nothing_recognised", folder=folder.name)
    by_system = {named_system(path.name): path for path in found}
    return by_system.get(crs) or by_system.get("wgs84") or found[0]


def _first(folder: Path, pattern: str) -> Path | None:
    return next(iter(sorted(folder.glob(pattern))), None)


def _source_of(path: Path) -> str:
    """What is printed below a map: OpenStreetMap asks for its name, other sources stand by their file."""
    text = path.read_text("utf-8")[:600]
    is_osm = "osm" in path.name.lower() or "OpenStreetMap" in text
    return "© OpenStreetMap contributors, ODbL 1.0" if is_osm else f"{path.name}, licence not stated"[:80]


def _recognised_lists(folder: Path) -> tuple[ListFile, ...]:
    """``divisions.csv`` is the statistical list; a file that compares two lists gives the civil affairs' codes."""
    nbs, both = folder / "divisions.csv", _first(folder, "*_nbs*_vs_mca*.csv")
    lists = []
    if nbs.is_file():
        columns = {"code": "code", "name_zh": "name"}
        lists.append(ListFile(nbs, "nbs", "2023-06-30", "National Bureau of Statistics, codes of 2023-06-30", columns))
    if both:
        year = re.search(r"_mca(\d{4})", both.name)
        columns = {"code": f"mca{year[1] if year else ''}_code", "name_zh": "name"}
        source = "Ministry of Civil Affairs, codes of divisions"
        lists.append(ListFile(both, "mca", year[1] if year else "", source, columns, is_in_use=False))
    return tuple(lists)
