"""Geometry in longitude and latitude, measured in metres through the district's local projection.

Every function takes shapely geometries in WGS 84 degrees and, where metres matter, the ``Projection``.
Shapely (GEOS) geometries may be read by many threads; prepared ones may not, so none is kept here.
"""

import math

import shapely
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from gridward.core.coordinates import Projection
from gridward.core.errors import RuleBroken

PUBLIC_STEP_M = 50.0
TILE_M, TILE_BITS = 100.0, 21


def to_metres(geometry: BaseGeometry, projection: Projection) -> BaseGeometry:
    """The same shape in easting and northing."""
    moved: BaseGeometry = shapely.transform(geometry, projection.to_metres)
    return moved


def to_lonlat(geometry: BaseGeometry, projection: Projection) -> BaseGeometry:
    """The same shape back in longitude and latitude."""
    moved: BaseGeometry = shapely.transform(geometry, projection.to_lonlat)
    return moved


def area_m2(geometry: BaseGeometry, projection: Projection) -> float:
    return float(to_metres(geometry, projection).area)


def length_m(geometry: BaseGeometry, projection: Projection) -> float:
    """Length of a line, or of all rings of an area."""
    return float(to_metres(geometry, projection).length)


def distance_m(one: BaseGeometry, other: BaseGeometry, projection: Projection) -> float:
    """Shortest distance between two shapes on the ground."""
    return float(to_metres(one, projection).distance(to_metres(other, projection)))


def point_distance_m(one: tuple[float, float], other: tuple[float, float], projection: Projection) -> float:
    """Distance between two (longitude, latitude) pairs."""
    (x1, y1), (x2, y2) = projection.to_metres((one, other))
    return math.hypot(x2 - x1, y2 - y1)


def buffer_m(geometry: BaseGeometry, radius_m: float, projection: Projection) -> BaseGeometry:
    """Everything within ``radius_m`` of the shape (a negative radius shrinks an area)."""
    return to_lonlat(to_metres(geometry, projection).buffer(radius_m), projection)


def box_around(lon: float, lat: float, radius_m: float, projection: Projection) -> tuple[float, float, float, float]:
    """West, south, east, north of a box that holds every point within ``radius_m``: a prefilter."""
    x, y = projection.to_metres((lon, lat))
    circle = shapely.box(x - radius_m, y - radius_m, x + radius_m, y + radius_m)
    west, south, east, north = shapely.transform(circle, projection.to_lonlat).bounds
    return float(west), float(south), float(east), float(north)


def public_point(lon: float, lat: float, projection: Projection, step_m: float = PUBLIC_STEP_M) -> tuple[float, float]:
    """The centre of the ``step_m`` square that holds the point: what the public may see of a place."""
    x, y = projection.to_metres((lon, lat))
    square = (math.floor(x / step_m) + 0.5) * step_m, (math.floor(y / step_m) + 0.5) * step_m
    snapped = projection.to_lonlat(square)
    return float(snapped[0]), float(snapped[1])


def tile_of(lon: float, lat: float, projection: Projection) -> int:
    """The number of the square of 100 m that holds a place: what an ordinary index finds near places by."""
    x, y = projection.point_to_metres(lon, lat)
    return _tile(math.floor(x / TILE_M), math.floor(y / TILE_M))


def tiles_around(lon: float, lat: float, radius_m: float, projection: Projection) -> list[int]:
    """The squares that hold every place within ``radius_m``; a prefilter."""
    x, y = projection.to_metres((lon, lat))
    columns = range(math.floor((x - radius_m) / TILE_M), math.floor((x + radius_m) / TILE_M) + 1)
    rows = range(math.floor((y - radius_m) / TILE_M), math.floor((y + radius_m) / TILE_M) + 1)
    return [_tile(column, row) for row in rows for column in columns]


def _tile(column: int, row: int) -> int:
    """Positive, below 2⁴², for any place on Earth."""
    half = 1 << TILE_BITS - 1
    return (row + half) << TILE_BITS | (column + half)


def label_point(geometry: BaseGeometry, projection: Projection) -> Point:
    """Centre of the largest inscribed circle: always inside, in the widest place, good for a name."""
    flat = to_metres(geometry, projection)
    largest = max(polygon_parts(flat), key=lambda part: float(part.area), default=None)
    if largest is None:
        raise RuleBroken("geometry.not_an_area")
    tolerance = max(math.sqrt(largest.area) / 100.0, 1e-3)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=tolerance)
    centre = Point(circle.coords[0]) if not circle.is_empty else largest.representative_point()
    return Point(to_lonlat(centre, projection))


def polygon_parts(geometry: BaseGeometry) -> list[Polygon]:
    """Every non-empty polygon inside, however deeply collected; lines and points are left out."""
    if geometry.is_empty:
        return []
    if geometry.geom_type == "Polygon":
        return [geometry]
    if not hasattr(geometry, "geoms"):
        return []
    return [polygon for part in geometry.geoms for polygon in polygon_parts(part)]


def to_multipolygon(geometry: BaseGeometry) -> MultiPolygon:
    """The areas of a shape as one MultiPolygon.

    Raises
    ------
    RuleBroken
        ``geometry.not_an_area`` when there is none.
    """
    parts = polygon_parts(geometry)
    if not parts:
        raise RuleBroken("geometry.not_an_area")
    return MultiPolygon(parts)


def clean_area(geometry: BaseGeometry) -> MultiPolygon:
    """A valid area: Z dropped, crossing and doubled rings repaired, stray lines and points left out.

    Raises
    ------
    RuleBroken
        ``geometry.not_finite`` for NaN or infinite numbers, ``geometry.not_an_area`` when nothing is left.
    """
    flat = shapely.force_2d(geometry)
    if not all(math.isfinite(value) for value in flat.bounds) and not flat.is_empty:
        raise RuleBroken("geometry.not_finite")
    if flat.is_valid:
        return to_multipolygon(flat)
    return to_multipolygon(shapely.union_all(polygon_parts(shapely.make_valid(flat))))
