"""From metres around an anchor to longitude and latitude and back."""

import dataclasses
import math
from typing import Any

import numpy as np
import shapely

SEMI_MAJOR_M = 6_378_137.0
ECCENTRICITY_SQUARED = 0.006_694_380_023

# Hill country some hundred kilometres east of the city whose district the town resembles in size.
ANCHOR = (114.00, 28.20)


@dataclasses.dataclass(frozen=True)
class Frame:
    """A plane touching the ellipsoid at (longitude, latitude): at 5 km its scale is off by 0.05 %."""

    longitude: float = ANCHOR[0]
    latitude: float = ANCHOR[1]

    def degrees_per_metre(self) -> tuple[float, float]:
        """Degrees of longitude and latitude for one metre, from the radii of curvature M and N."""
        phi = math.radians(self.latitude)
        w = 1 - ECCENTRICITY_SQUARED * math.sin(phi) ** 2
        prime_vertical = SEMI_MAJOR_M / math.sqrt(w)
        meridian = SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / w**1.5
        return math.degrees(1 / (prime_vertical * math.cos(phi))), math.degrees(1 / meridian)

    def to_lonlat(self, shapes: Any) -> Any:
        """One geometry, or an array of them, in degrees; equal metres stay equal degrees to the bit."""
        scale = np.array(self.degrees_per_metre())
        return shapely.transform(shapes, lambda xy: xy * scale + (self.longitude, self.latitude))

    def to_metres(self, shapes: Any) -> Any:
        scale = np.array(self.degrees_per_metre())
        return shapely.transform(shapes, lambda xy: (xy - (self.longitude, self.latitude)) / scale)
