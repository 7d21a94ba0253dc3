"""Where people of an area walk: along its streets, and out of walled compounds by their gates."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridward.areas.models import GroundFeature
from gridward.core.partition.footways import Footways, street_ways
from gridward.core.partition.neighbourhood import SAME_BLOCK, Neighbourhood
from gridward.districts.models import District

KIND = GroundFeature.Kind
WALKED = (KIND.STREET.value, KIND.ARTERIAL.value)
WALL_M = 30.0  # a gate belongs to the compound whose ground is this near


def has_streets(district: District) -> bool:
    """Whether walks can be told at all."""
    return GroundFeature.objects.filter(district=district, kind__in=WALKED).exists()


def ways_of(
    places: NDArray[np.float64], found: Neighbourhood, blocks: Sequence[str], is_walled: Sequence[bool],
    lots: Sequence[BaseGeometry], streets: Sequence[BaseGeometry], gates: Sequence[BaseGeometry],
) -> Footways | None:  # fmt: skip
    """Ways between units in metres, or None where no street is known; of units in ``blocks`` some are compounds."""
    if not streets:
        return None
    number = {name: at for at, name in enumerate(dict.fromkeys(blocks))}
    compound = np.array([number[name] if walled else -1 for name, walled in zip(blocks, is_walled, strict=True)])
    return street_ways(
        places, streets=streets, edges=found.edges[found.kind == SAME_BLOCK], compound=compound,
        gates=_of_compounds(compound, lots, gates),
    )  # fmt: skip


def _of_compounds(
    compound: NDArray[np.int64], lots: Sequence[BaseGeometry], gates: Sequence[BaseGeometry]
) -> dict[int, NDArray[np.float64]]:
    """The places of the gates of each compound that has some near its ground."""
    walled = np.flatnonzero(compound >= 0)
    if not len(walled) or not gates:
        return {}
    points = shapely.centroid(np.array(gates, object))
    tree = shapely.STRtree([lots[at] for at in walled.tolist()])
    gate, lot = tree.query_nearest(points, max_distance=WALL_M, all_matches=False)
    own, xy = compound[walled[lot]], shapely.get_coordinates(points[gate])
    return {at: xy[own == at] for at in np.unique(own).tolist()}
