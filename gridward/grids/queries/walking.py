"""Where people of an area walk: along its streets, and out of walled compounds by their gates."""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, eq=False)
class WayOut:
    """``compound`` (n,) each unit stands in, -1: none, and the places of the gates of each that has some."""

    compound: NDArray[np.int64]
    gates: dict[int, NDArray[np.float64]]

    @property
    def count(self) -> int:
        return sum(map(len, self.gates.values()))


def has_streets(district: District) -> bool:
    """Whether walks can be told at all."""
    return GroundFeature.objects.filter(district=district, kind__in=WALKED).exists()


def gates_of(compounds: Sequence[str], lots: Sequence[BaseGeometry], gates: Sequence[BaseGeometry]) -> WayOut:
    """Whose gates they are: ``compounds`` names each unit's, empty for none; ``lots`` are their grounds in metres."""
    number = {name: at for at, name in enumerate(dict.fromkeys(name for name in compounds if name))}
    compound = np.array([number.get(name, -1) for name in compounds], np.int64)
    walled = np.flatnonzero(compound >= 0)
    if not len(walled) or not gates:
        return WayOut(compound, {})
    points = shapely.centroid(np.array(gates, object))
    tree = shapely.STRtree([lots[at] for at in walled.tolist()])
    gate, lot = tree.query_nearest(points, max_distance=WALL_M, all_matches=False)
    own, xy = compound[walled[lot]], shapely.get_coordinates(points[gate])
    return WayOut(compound, {at: xy[own == at] for at in np.unique(own).tolist()})


def ways_of(
    places: NDArray[np.float64], found: Neighbourhood, streets: Sequence[BaseGeometry], way_out: WayOut
) -> Footways | None:
    """Ways between units in metres, or None where no street is known."""
    if not streets:
        return None
    return street_ways(
        places, streets=streets, edges=found.edges[found.kind == SAME_BLOCK], compound=way_out.compound,
        gates=way_out.gates,
    )  # fmt: skip
