"""The edges of a Voronoi diagram that part owners, not points."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Voronoi

FAR = 10.0  # times as far out as anybody looks stand four corners, so that every edge there is finite


def ridges(points: NDArray[np.float64], owner: NDArray[np.int64], reach_m: float) -> NDArray[np.float64]:
    """Segments (m, 2, 2) that are as far from a point of one owner as from the nearest of another; right within
    ``reach_m`` of the points.
    """
    middle, reach = points.mean(axis=0), FAR * (np.ptp(points, axis=0).max() + reach_m)
    corners = middle + reach * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
    diagram = Voronoi(np.concatenate([points, corners]) - middle)
    whose = np.concatenate([owner, np.full(4, -1)])[diagram.ridge_points]
    ends = np.array(diagram.ridge_vertices)
    parts = (whose[:, 0] != whose[:, 1]) & (whose >= 0).all(axis=1) & (ends >= 0).all(axis=1)
    found: NDArray[np.float64] = diagram.vertices[ends[parts]] + middle
    return found
