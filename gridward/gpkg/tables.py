"""The tables of the GeoPackage 1.4 specification itself, and the coordinate systems gridward knows."""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10400
WORDS = re.compile("_words(_(data|idx|docsize|config))?$")  # full text beside a table
RTREE_EXTENSION = "gpkg_rtree_index"
RTREE_DEFINITION = "http://www.geopackage.org/spec120/#extension_rtree"

TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE IF NOT EXISTS gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE IF NOT EXISTS gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"""


@dataclass(frozen=True)
class SpatialReference:
    """A row of gpkg_spatial_ref_sys; `definition` is well-known text, version 1."""

    name: str
    srid: int
    organization: str
    organization_srid: int
    definition: str
    description: str = ""


def _geographic(name: str, datum: str, spheroid: str, flattening: str, srid: int) -> str:
    return (
        f'GEOGCS["{name}",DATUM["{datum}",SPHEROID["{spheroid}",6378137,{flattening}]],'
        f'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","{srid}"]]'
    )


CGCS2000 = _geographic("China Geodetic Coordinate System 2000", "China_2000", "CGCS2000", "298.257222101", 4490)


def gauss_kruger(srid: int, central_meridian: int) -> SpatialReference:
    """A zone of CGCS2000 / 3-degree Gauss-Kruger without zone number (EPSG:4534 … 4554)."""
    name = f"CGCS2000 / 3-degree Gauss-Kruger CM {central_meridian}E"
    return SpatialReference(
        name,
        srid,
        "EPSG",
        srid,
        f'PROJCS["{name}",{CGCS2000},PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],'
        f'PARAMETER["central_meridian",{central_meridian}],PARAMETER["scale_factor",1],'
        'PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1],'
        f'AUTHORITY["EPSG","{srid}"]]',
        "metres in a district near the central meridian",
    )


SPATIAL_REFERENCES = (
    SpatialReference("Undefined Cartesian", -1, "NONE", -1, "undefined", "undefined Cartesian coordinates"),
    SpatialReference("Undefined geographic", 0, "NONE", 0, "undefined", "undefined geographic coordinates"),
    SpatialReference("WGS 84", 4326, "EPSG", 4326, _geographic("WGS 84", "WGS_1984", "WGS 84", "298.257223563", 4326)),
    SpatialReference("CGCS2000", 4490, "EPSG", 4490, CGCS2000, "China Geodetic Coordinate System 2000"),
    gauss_kruger(4547, 114),
)

ADD_REFERENCE = "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)"

# GDAL shows every table of a file that registers no "attributes" table, personal ones too. This one is
# registered, so that viewers list the layers and nothing else.
ABOUT = "gridward_about"
ABOUT_ROWS = (
    (1, "made by", "gridward"),
    (
        2,
        "note",
        "A live database: open it read-only, never copy it; share the file of gridward export-layers.",
    ),
)


def make_geopackage(connection: sqlite3.Connection) -> None:
    """Turn an SQLite database into an empty GeoPackage, once, whoever comes first."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [ABOUT]).fetchone():
        return
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {USER_VERSION}")
    for statement in TABLES.split(";\n"):
        connection.execute(statement)
    connection.executemany(ADD_REFERENCE, [astuple(reference) for reference in SPATIAL_REFERENCES])
    connection.execute(f"CREATE TABLE IF NOT EXISTS {ABOUT} (id INTEGER PRIMARY KEY, name TEXT, value TEXT)")
    connection.executemany(f"INSERT OR IGNORE INTO {ABOUT} VALUES (?, ?, ?)", ABOUT_ROWS)
    connection.execute(
        "INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
        "VALUES (?, 'attributes', ?, 0)",
        [ABOUT, ABOUT],
    )
    connection.execute("COMMIT")
    # Readers look for the application id in the file itself, not in the journal beside it.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def add_spatial_reference(connection: Any, reference: SpatialReference) -> None:
    """Make another coordinate system known, through a Django connection, before a field uses it."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_REFERENCE.replace("?", "%s"), astuple(reference))


def refresh_contents(connection: Any, tables: Iterable[str] | None = None) -> None:
    """Write the layers' extents and time of last change into gpkg_contents.

    Extents are information for viewers, so they are not kept at every insert: each schema change and
    bulk load refreshes its tables, and the jobs process or an export may call this at any time.
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM gpkg_geometry_columns")
        for table, column in cursor.fetchall():
            if tables is not None and table not in tables:
                continue
            cursor.execute(f"SELECT ST_Extent({quote(column)}) FROM {quote(table)}")
            extent = connection.ops.convert_extent(cursor.fetchone()[0]) or (None,) * 4
            cursor.execute(
                "UPDATE gpkg_contents SET min_x = %s, min_y = %s, max_x = %s, max_y = %s, "
                "last_change = strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ','now') WHERE table_name = %s",
                [*extent, table],
            )


def sqlite_names(connection: Any) -> set[str]:
    """Every table of the file, those too that belong to no model."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in cursor.fetchall()}
