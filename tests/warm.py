"""Compiles the slow loops once, so that nobody waits later; part of ``make setup``: ``python -m tests.warm``."""

import numpy as np
from shapely.geometry import box

from gridward.core.locate import GridIndex
from gridward.core.locate.index import ENGINE_FROM_POINTS


def main() -> None:
    index = GridIndex(["1", "2"], ["community", "community"], [box(112, 28, 113, 29), box(113, 28, 114, 29)])
    lon, lat = np.full(ENGINE_FROM_POINTS, 112.5), np.full(ENGINE_FROM_POINTS, 28.5)
    index.first_many(lon, lat)
    index.covering_many(lon, lat)


if __name__ == "__main__":
    main()
