"""How GeoDjango's fields, lookups and aggregates are said to the GeoPackage."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.backends.base.operations import BaseSpatialOperations
from django.contrib.gis.geos.geometry import GEOSGeometryBase
from django.contrib.gis.geos.prototypes.io import wkb_r
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError, NotSupportedError
from django.db.backends.sqlite3.operations import DatabaseOperations as SQLiteOperations
from django.db.models.expressions import Col

from gridward.gpkg.blob import Adapter, srid_of, wkb_of
from gridward.gpkg.ids import first_id_before
from gridward.gpkg.operators import LOOKUPS, BoxIndex, Predicate, refuse_other_srid, unsupported
from gridward.gpkg.tables import WORDS, sqlite_names

GEOMETRY_TYPES = {
    "GeometryField",
    "PointField",
    "LineStringField",
    "PolygonField",
    "MultiPointField",
    "MultiLineStringField",
    "MultiPolygonField",
    "GeometryCollectionField",
}


class OnlyTheseLookups(dict[str, Predicate]):
    """The lookups on offer; asking for another one says what to use."""

    def __missing__(self, name: str) -> Predicate:
        raise unsupported(name)


class DatabaseOperations(BaseSpatialOperations, SQLiteOperations):
    """SQLite's operations and the spatial ones of gridward."""

    name = "gpkg"
    Adapter = Adapter
    box_index = BoxIndex()
    gis_operators = OnlyTheseLookups({name: Predicate(name) for name in LOOKUPS})
    disallowed_aggregates = (models.Collect, models.Extent3D, models.MakeLine, models.Union)

    def geo_db_type(self, f: models.GeometryField) -> str:
        """Name a column by its geometry type, as GDAL and QGIS read it."""
        if f.dim != 2 or f.geography:
            raise NotSupportedError(f"{f.name}: a GeoPackage column of gridward is flat, with dim=2.")
        return str(f.geom_type)

    def get_geom_placeholder(self, f: models.GeometryField, value: Any, compiler: Any) -> str:
        """Let a geometry through as it is, once its coordinate system and type are the field's own."""
        refuse_other_srid(f, value)
        if isinstance(value, Adapter):
            _refuse_other_type(f, value)
        return "%s"

    def get_geom_placeholder_sql(self, f: models.GeometryField, value: Any, compiler: Any) -> tuple[str, Any]:
        """The same under its name since Django 6.1."""
        placeholder = self.get_geom_placeholder(f, value, compiler)
        return compiler.compile(value) if hasattr(value, "as_sql") else (placeholder, (value,))

    def get_geometry_converter(self, expression: Any) -> Callable[[Any, Any, Any], GEOSGeometryBase | None]:
        """Read a blob into the field's geometry class."""
        geometry_class = expression.output_field.geom_class
        read = wkb_r().read

        def convert(value: Any, expression: Any, connection: Any) -> GEOSGeometryBase | None:
            if value is None:
                return None
            geometry = GEOSGeometryBase(read(memoryview(wkb_of(value))), geometry_class)
            geometry.srid = srid_of(value)
            return geometry

        return convert

    def conditional_expression_supported_in_where_clause(self, expression: Any) -> bool:
        """Say ``is_open = 1``, never a bare ``is_open``: SQLite looks up only what is compared in its indexes."""
        supported = super().conditional_expression_supported_in_where_clause(expression)
        return bool(supported) and not isinstance(expression, Col)

    def lookup_cast(self, lookup_type: str, internal_type: str | None = None) -> str:
        """Refuse to compare blobs byte by byte."""
        if internal_type in GEOMETRY_TYPES and lookup_type != "isnull":
            raise unsupported(lookup_type)
        return str(super().lookup_cast(lookup_type, internal_type))

    def check_expression_support(self, expression: Any) -> None:
        """Refuse every aggregate but Extent."""
        if isinstance(expression, self.disallowed_aggregates):
            raise unsupported(expression.name)
        super().check_expression_support(expression)

    def sql_flush(self, style: Any, tables: Any, **options: Any) -> list[str]:
        """Emptying a table empties the full text beside it."""
        beside = {name for name in sqlite_names(self.connection) if WORDS.search(name)}
        words = [f"{table}_words" for table in tables if f"{table}_words" in beside]
        return [
            *super().sql_flush(style, tables, **options),
            *(f'INSERT INTO "{name}" ("{name}") VALUES (\'delete-all\')' for name in words),
        ]

    def spatial_aggregate_name(self, agg_name: str) -> str:
        """The SQL function of an aggregate."""
        return f"ST_{agg_name}"

    def spatial_function_name(self, func_name: str) -> str:
        """No spatial function runs in SQL."""
        raise unsupported(func_name)

    def distance_expr_for_lookup(self, *arguments: Any, **options: Any) -> Any:
        """No distance is compared in SQL."""
        raise unsupported("distance_lte")

    def get_distance(self, *arguments: Any) -> Any:
        """No distance is compared in SQL."""
        raise unsupported("dwithin")

    def spatial_ref_sys(self) -> Any:
        """GeoDjango asks for this only to work out units for a distance or an area."""
        raise unsupported("Distance")

    def convert_extent(self, box: str | None) -> tuple[float, ...] | None:
        """Read what ST_Extent wrote."""
        return tuple(float(number) for number in box.split(",")) if box else None

    def sequence_reset_by_name_sql(self, style: Any, sequences: Any) -> list[str]:
        """Begin again at the node's first id where the counter belongs to a node, else at 1."""
        names = ", ".join(f"'{sequence['table']}'" for sequence in sequences)
        before = _first_id_before_or_zero()
        counter = f"CASE WHEN seq >= {before} THEN {before} ELSE 0 END" if before else "0"
        return [f"UPDATE sqlite_sequence SET seq = {counter} WHERE name IN ({names});"] if names else []


def _first_id_before_or_zero() -> int:
    """A project without NodeAutoField need not number its nodes."""
    try:
        return first_id_before(settings.GRIDWARD_NODE)
    except (AttributeError, ImproperlyConfigured):
        return 0


def _refuse_other_type(field: models.GeometryField, value: Adapter) -> None:
    kind = value.geometry.geom_type.upper()
    if field.geom_type not in ("GEOMETRY", kind):
        raise DataError(f"The field {field.name} holds {field.geom_type}, not {kind}.")
