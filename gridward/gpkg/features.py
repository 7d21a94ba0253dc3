"""What Django may expect of the GeoPackage backend."""

from django.contrib.gis.db.backends.base.features import BaseSpatialFeatures
from django.db.backends.sqlite3.features import DatabaseFeatures as SQLiteFeatures


class DatabaseFeatures(BaseSpatialFeatures, SQLiteFeatures):
    """SQLite's features and five spatial lookups."""

    has_spatialrefsys_table = False
    supports_add_srs_entry = False
    supports_empty_geometries = True
    supports_transform = False
    supports_distance_geodetic = False
    supports_length_geodetic = False
    supports_area_geodetic = False
    supports_num_points_poly = False
    supports_geometry_field_unique_index = False
