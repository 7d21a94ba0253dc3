"""GDAL, and so QGIS, reads the live file; the file is what the specification says."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connections, transaction

from gridward.gpkg.tables import SpatialReference, add_spatial_reference, gauss_kruger, refresh_contents
from tests.gpkg.gdal_reader import ask_gdal
from tests.gpkg.shapes import Place, Sample
from tests.gpkg.test_store_geometries import SAMPLE

COLUMNS = {
    "gpkg_spatial_ref_sys": "srs_name srs_id organization organization_coordsys_id definition description",
    "gpkg_contents": "table_name data_type identifier description last_change min_x min_y max_x max_y srs_id",
    "gpkg_geometry_columns": "table_name column_name geometry_type_name srs_id z m",
    "gpkg_extensions": "table_name column_name extension_name definition scope",
}


@pytest.fixture
def file(geopackage: Any) -> Path:
    Place.objects.using("file").bulk_create(
        Place(name=f"p{n}", spot=Point(112 + n / 100, 28, srid=4326)) for n in range(100)
    )
    Sample.objects.using("file").create(**SAMPLE)
    return Path(geopackage.settings_dict["NAME"])


def query(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        return reader.execute(sql).fetchall()


def test_gdal_reads_rows_by_box_while_a_transaction_writes(file: Path) -> None:
    box = ("112", "27", "112.095", "29")
    with transaction.atomic(using="file"):
        Place.objects.using("file").create(name="new", spot=Point(112.005, 28, srid=4326))
        before = ask_gdal("rows", file, "shapes_place", *box)
    after = ask_gdal("rows", file, "shapes_place", *box)
    assert sorted(row["name"] for row in before) == [f"p{n}" for n in range(10)]
    assert sorted(row["name"] for row in after) == ["new", *[f"p{n}" for n in range(10)]]
    assert {row["srid"] for row in after} == {4326}
    ids = Place.objects.using("file").in_bulk([row["fid"] for row in after])
    assert {ids[row["fid"]].name for row in after} == {row["name"] for row in after}


def test_gdal_reads_every_column(file: Path) -> None:
    (row,) = ask_gdal("rows", file, "shapes_sample")
    for name in ("words", "more_words", "whole", "small", "large", "real", "truth"):
        assert row[name] == SAMPLE[name], name
    assert row["exact"] == 12345.67
    assert row["day"].startswith("2026-02-28")
    assert row["instant"].startswith("2026-02-28 23:59:59")
    assert tuple(row["bounds"]) == SAMPLE["shape"].extent


def test_gdal_lists_layers_and_no_other_table(file: Path) -> None:
    with connections["file"].schema_editor() as editor:
        editor.execute("CREATE TABLE persons (id INTEGER PRIMARY KEY, name TEXT)")
    assert set(ask_gdal("layers", file)) == {
        "shapes_place",
        "shapes_grid",
        "shapes_thing",
        "shapes_sample",
        "gridward_about",
    }


def test_the_file_says_that_it_is_a_geopackage(file: Path) -> None:
    head = file.read_bytes()[:72]
    assert head[:16] == b"SQLite format 3\0"
    assert head[68:72] == b"GPKG"
    assert int.from_bytes(head[60:64], "big") == 10400
    assert query(file, "PRAGMA application_id") == [(0x47504B47,)]


def test_the_tables_are_those_of_the_specification(file: Path) -> None:
    for table, columns in COLUMNS.items():
        assert [row[1] for row in query(file, f"PRAGMA table_info({table})")] == columns.split(), table
    assert query(file, "PRAGMA foreign_key_check") == []
    assert query(file, "PRAGMA integrity_check") == [("ok",)]
    systems = query(file, "SELECT srs_id, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys")
    assert {system[0] for system in systems} == {-1, 0, 4326, 4490, 4547}
    assert {definition for srid, _, definition in systems if srid < 1} == {"undefined"}


def test_every_layer_has_an_integer_key_its_type_and_its_tree(file: Path) -> None:
    layers = query(
        file,
        "SELECT g.table_name, g.column_name, g.geometry_type_name, e.scope FROM gpkg_geometry_columns g "
        "JOIN gpkg_contents c USING (table_name) JOIN gpkg_extensions e USING (table_name, column_name) "
        "WHERE c.data_type = 'features' AND c.srs_id = g.srs_id AND e.extension_name = 'gpkg_rtree_index'",
    )
    assert len(layers) == 4
    for table, column, kind, scope in layers:
        types = {name: (declared, key) for _, name, declared, _, _, key in query(file, f"PRAGMA table_info({table})")}
        assert types[column] == (kind, 0)
        assert [declared for declared, key in types.values() if key] == ["INTEGER"]
        assert scope == "write-only"
        assert query(file, f"SELECT count(*) FROM rtree_{table}_{column}") == query(
            file, f"SELECT count(*) FROM {table} WHERE {column} NOTNULL"
        )


def test_extents_are_refreshed_on_request(file: Path) -> None:
    refresh_contents(connections["file"])
    contents = query(file, "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'shapes_place'")
    assert contents == [(112.0, 28.0, 112.99, 28.0)]
    assert ask_gdal("info", file, "shapes_place")["bounds"] == [112.0, 28.0, 112.99, 28.0]
    Place.objects.using("file").all().delete()
    refresh_contents(connections["file"], ["shapes_place"])
    assert query(file, "SELECT max_x FROM gpkg_contents WHERE table_name = 'shapes_place'") == [(None,)]


@pytest.mark.parametrize(("srid", "meridian"), [(4547, 114), (4546, 111)])
def test_a_local_projection_is_known_to_gdal_by_its_number(geopackage: Any, srid: int, meridian: int) -> None:
    reference: SpatialReference = gauss_kruger(srid, meridian)
    add_spatial_reference(geopackage, reference)
    with geopackage.schema_editor() as editor:
        editor.execute("UPDATE gpkg_contents SET srs_id = %s WHERE table_name = 'shapes_place'", [srid])
        editor.execute("UPDATE gpkg_geometry_columns SET srs_id = %s WHERE table_name = 'shapes_place'", [srid])
    Place.objects.using("file").create(name="a")
    assert ask_gdal("info", geopackage.settings_dict["NAME"], "shapes_place")["crs"] == f"EPSG:{srid}"
