"""The components along the roads, for reports that are about the one they stand beside."""

import numpy as np

from gridward.core.coordinates import Projection
from gridward.districts.models import District
from gridward.gpkg.many import read_points
from gridward.registers.queries import in_use

BESIDE_M = 60.0


class Standing:
    """The nearest component of a class; nothing is drawn by chance."""

    def __init__(self, district: District) -> None:
        self.projection = Projection(district.central_meridian)
        found, points = read_points(in_use(district).order_by("code"), "position", "pk", "class_code")
        self.metres = self.projection.to_metres(points).reshape(-1, 2)
        self.ids = np.array([pk for pk, _ in found], dtype=np.int64)
        self.classes = np.array([code for _, code in found], dtype=object)

    def beside(self, class_code: str, lon: float, lat: float) -> int | None:
        """Its id, within 60 m."""
        kind = np.flatnonzero(self.classes == class_code)
        if not len(kind):
            return None
        away = np.hypot(*(self.metres[kind] - self.projection.to_metres((lon, lat))).T)
        nearest = int(away.argmin())
        return int(self.ids[kind[nearest]]) if away[nearest] <= BESIDE_M else None
