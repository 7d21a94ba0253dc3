"""Where past cases were: what the designer of grids weighs places by."""

from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from gridward.areas.models import Division
from gridward.cases.models import Case
from gridward.districts.queries import zone_of

DAYS_A_MONTH = 30.4375


def places_of_past_cases(*, division: Division, until: date, months: int) -> tuple[NDArray[np.float64], float]:
    """Longitude and latitude (n, 2) of the cases of an area in the months before a day, and over how many months
    there is a record: from the first case of the district on.
    """
    end = datetime.combine(until, time(), zone_of(division.district))
    begin = end - timedelta(days=round(months * DAYS_A_MONTH))
    rows = Case.objects.filter(
        district_id=division.district_id, reported_at__gte=begin, reported_at__lt=end, position__isnull=False
    )
    first = rows.order_by("reported_at").values_list("reported_at", flat=True).first()
    if first is None:
        return np.empty((0, 2)), 0.0
    if division.level == Division.Level.SUBDISTRICT:
        rows = rows.filter(subdistrict=division)
    elif division.level == Division.Level.COMMUNITY:
        rows = rows.filter(community=division)
    places = [(place.x, place.y) for place in rows.values_list("position", flat=True).iterator(chunk_size=2000)]
    return np.array(places, np.float64).reshape(-1, 2), (end - first) / timedelta(days=DAYS_A_MONTH)
