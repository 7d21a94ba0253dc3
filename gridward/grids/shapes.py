"""Between stored geometries (GeoDjango) and those that are computed with (shapely); measured in the district."""

from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely.geometry.base import BaseGeometry

from gridward.core.coordinates import Projection
from gridward.core.geometry import area_m2, clean_area
from gridward.districts.models import District

SRID = 4326


def to_shapely(geometry: Any) -> BaseGeometry:
    """A stored geometry for computing; shapely passes through."""
    return geometry if isinstance(geometry, BaseGeometry) else shapely.from_wkb(bytes(geometry.wkb))


def to_stored(geometry: BaseGeometry) -> GEOSGeometry:
    """A computed geometry for storing, in WGS 84."""
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry, output_dimension=2)), srid=SRID)


def stored_area(geometry: Any) -> GEOSGeometry:
    """A valid MultiPolygon for storing. Raises RuleBroken ``geometry.not_an_area``, ``geometry.not_finite``."""
    return to_stored(clean_area(to_shapely(geometry)))


def projection_of(district: District) -> Projection:
    """The district's local projection, for metres."""
    return Projection(float(district.central_meridian))


def whole_m2(geometry: Any, district: District) -> int:
    return round(area_m2(to_shapely(geometry), projection_of(district)))
