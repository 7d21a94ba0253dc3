"""What `inspectdb` and `flush` see of a GeoPackage."""

from typing import Any

from django.contrib.gis.gdal import OGRGeomType
from django.db.backends.sqlite3.introspection import (
    DatabaseIntrospection as SQLiteIntrospection,
)
from django.db.backends.sqlite3.introspection import (
    FlexibleFieldLookupDict,
)

from gridward.gpkg.tables import ABOUT, WORDS

GEOMETRY_TYPES = (
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
)


class ColumnTypes(FlexibleFieldLookupDict):
    """SQLite's column types and the geometry types."""

    base_data_types_reverse = {
        **FlexibleFieldLookupDict.base_data_types_reverse,
        "boolean": "BooleanField",
        **dict.fromkeys(GEOMETRY_TYPES, "GeometryField"),
    }


class DatabaseIntrospection(SQLiteIntrospection):
    """SQLite's introspection without the tables that make the file a GeoPackage."""

    data_types_reverse = ColumnTypes()

    def get_table_list(self, cursor: Any) -> list[Any]:
        """List the tables that belong to models."""
        tables = super().get_table_list(cursor)
        own = [table for table in tables if not table.name.startswith(("gpkg_", "rtree_")) and table.name != ABOUT]
        return [table for table in own if not WORDS.search(table.name)]

    def get_geometry_type(self, table_name: str, description: Any) -> tuple[str, dict[str, int]]:
        """Name the field class of a registered geometry column, and its SRID when it is not 4326."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT geometry_type_name, srs_id FROM gpkg_geometry_columns "
                "WHERE table_name = %s AND column_name = %s",
                [table_name, description.name],
            )
            name, srid = cursor.fetchone() or (description.type_code, 4326)
        return OGRGeomType(name).django, {} if srid == 4326 else {"srid": srid}
