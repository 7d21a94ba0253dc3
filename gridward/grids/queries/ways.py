"""How far it is on foot from one place of a district to others."""

from collections.abc import Sequence

from django.contrib.gis.geos import Polygon
from shapely.geometry import Point

from gridward.areas.models import GroundFeature
from gridward.core.dispatch.walking import street_walks_m
from gridward.core.geometry import point_distance_m, to_metres
from gridward.districts.models import District
from gridward.grids.queries.walking import WALKED
from gridward.grids.shapes import projection_of, to_shapely

LonLat = tuple[float, float]
MARGIN_DEGREES = 0.004
MOST_M, MOST_STREETS = 4000.0, 3000  # farther, or in a denser web, the straight line says enough


def walks_between(district: District, start: LonLat, ends: Sequence[LonLat]) -> list[tuple[float, bool]]:
    """Metres to each end, and whether they were told along streets, else in a straight line. One statement."""
    projection = projection_of(district)
    straight = [point_distance_m(start, end, projection) for end in ends]
    near = [end for end, metres in zip(ends, straight, strict=True) if metres <= MOST_M]
    streets = _streets(district, [start, *near]) if near else []
    lines = [to_metres(to_shapely(shape), projection) for shape in streets]
    first, *others = (to_metres(Point(place), projection) for place in (start, *near))
    walked = dict(zip(near, street_walks_m(first, others, lines), strict=True)) if lines else {}
    return [(metres, False) if walked.get(end) is None else (walked[end], True)  # type: ignore[misc]
            for end, metres in zip(ends, straight, strict=True)]  # fmt: skip


def _streets(district: District, places: Sequence[LonLat]) -> list[object]:
    lons, lats = zip(*places, strict=True)
    box = (min(lons) - MARGIN_DEGREES, min(lats) - MARGIN_DEGREES,
           max(lons) + MARGIN_DEGREES, max(lats) + MARGIN_DEGREES)  # fmt: skip
    rows = GroundFeature.objects.filter(
        district=district, kind__in=WALKED, shape__intersects=Polygon.from_bbox(box)
    ).values_list("shape", flat=True)  # fmt: skip
    found = list(rows[: MOST_STREETS + 1])
    return found if len(found) <= MOST_STREETS else []
