"""Files of strangers: three kinds are read, apart; what is unsafe or says too little is refused with the reason."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely

from gridward.core.coordinates import Projection
from gridward.core.errors import RuleBroken
from gridward.core.geometry import to_metres
from gridward.grids.reading.files import read_features

SQUARE = shapely.box(114.0, 28.19, 114.01, 28.2)
LOCAL = Projection(114.0)


def write(path: Path, shape: shapely.Geometry = SQUARE, crs: str | None = "EPSG:4326", **options: Any) -> Path:
    """One feature by the usual library."""
    pyogrio.raw.write(
        path, np.array([shapely.to_wkb(shape)], dtype=object), [np.array([7]), np.array(["七"], dtype=object)],
        np.array(["nr", "name"], dtype=object), geometry_type=shape.geom_type, crs=crs, **options,
    )  # fmt: skip
    return path


def geojson(path: Path, **members: Any) -> Path:
    feature = {"type": "Feature", "properties": {"nr": 7}, "geometry": json.loads(shapely.to_geojson(SQUARE))}
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": [feature]}), "utf-8")
    return path


def zipped(folder: Path, *, without: str = "", **options: Any) -> Path:
    """A Shapefile in an archive, perhaps without one of its companions."""
    write(folder / "land.shp", encoding="UTF-8", **options)
    with zipfile.ZipFile(folder / "land.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob("land.*")):
            if part.suffix not in (".zip", without):
                archive.write(part, part.name)
    return folder / "land.zip"


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(RuleBroken) as told:
        read_features(path, **options)
    assert told.value.sentence("zh") and told.value.sentence("en")
    return told.value.code


def far_m(found: shapely.Geometry) -> float:
    return float(to_metres(found, LOCAL).hausdorff_distance(to_metres(SQUARE, LOCAL)))


def test_a_geopackage_says_itself_what_its_numbers_mean(tmp_path: Path) -> None:
    [feature] = read_features(write(tmp_path / "land.gpkg"))
    assert feature.geometry.equals(SQUARE) and feature.properties == {"nr": 7, "name": "七"}


def test_a_zipped_shapefile_in_metres_comes_back_in_degrees(tmp_path: Path) -> None:
    [feature] = read_features(zipped(tmp_path, shape=to_metres(SQUARE, LOCAL), crs="EPSG:4547"))
    assert far_m(feature.geometry) < 0.001 and feature.properties["name"] == "七"


def test_the_last_word_of_a_name_is_not_asked_but_its_first_bytes(tmp_path: Path) -> None:
    [feature] = read_features(write(tmp_path / "land.gpkg").rename(tmp_path / "land.geojson"))
    assert feature.geometry.equals(SQUARE)


def test_a_geojson_without_a_word_is_refused_and_with_one_it_is_read(tmp_path: Path) -> None:
    path = geojson(tmp_path / "land.geojson")
    assert refusal(path) == "coordinates.unstated"
    assert len(read_features(path, stated="wgs84")) == 1
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert len(read_features(geojson(tmp_path / "said.geojson", crs=named))) == 1


def test_a_shapefile_without_its_prj_is_refused(tmp_path: Path) -> None:
    assert refusal(zipped(tmp_path, without=".prj")) == "coordinates.unstated"


def test_a_system_nobody_here_knows_is_refused(tmp_path: Path) -> None:
    shape = shapely.box(500_000, 3_000_000, 500_100, 3_000_100)
    assert refusal(write(tmp_path / "land.gpkg", shape, crs="EPSG:32649")) == "coordinates.unknown"


def test_file_and_sender_must_not_contradict_each_other(tmp_path: Path) -> None:
    path = write(tmp_path / "land.gpkg")
    assert refusal(path, stated="EPSG:4547") == "grids.coordinates_contradict"
    assert read_features(path, stated="cgcs2000")[0].geometry.equals(SQUARE)
    assert 400 < far_m(read_features(path, stated="gcj02")[0].geometry) < 900, "tools write WGS 84 into everything"


def test_of_several_layers_one_must_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "land.gpkg", layer="one")
    write(path, layer="two", append=True)
    assert refusal(path) == "grids.file_unreadable"
    assert refusal(path, layer="three") == "grids.file_unreadable"
    assert len(read_features(path, layer="two")) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", b"%PDF-1.7", b"{",
        b'{"type": "FeatureCollection"}', b'{"a": 1}', b"SQLite format 3\x00" + b"\xff" * 4000,
        b"PK\x03\x04" + b"\x00" * 100,
    ],
)  # fmt: skip
def test_what_is_no_map_is_refused_with_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "land.geojson").write_bytes(content)
    assert refusal(tmp_path / "land.geojson", stated="wgs84") in ("grids.file_unreadable", "grids.archive_unsafe")


@pytest.mark.parametrize("name", ["../land.shp", "/land.shp", "a/../../land.shp", "C:\\land.shp", "..\\land.shp"])
def test_paths_that_leave_the_archive_are_refused(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "land.zip", "w") as archive:
        archive.writestr(name, b"x")
    assert refusal(tmp_path / "land.zip") == "grids.archive_unsafe"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["land.zip"]


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("land.shp")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "land.zip", "w") as archive:
        archive.writestr(link, b"/etc/passwd")
    assert refusal(tmp_path / "land.zip") == "grids.archive_unsafe"


def test_an_archive_that_grows_out_of_proportion_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "land.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("land.shp", b"\0" * 30_000_000)
    assert refusal(tmp_path / "land.zip") == "grids.archive_unsafe"


def test_numbers_that_are_no_degrees_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "land.geojson"
    far = json.loads(shapely.to_geojson(shapely.box(500_000, 3_000_000, 500_100, 3_000_100)))
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": far}]}), "utf-8")  # fmt: skip
    for stated in ("wgs84", "cgcs2000", "gcj02"):
        assert refusal(path, stated=stated) == "coordinates.not_degrees"
