"""How many households and residents live in each building: four fifths of all west of the river."""

import numpy as np

from gridward.demo.town.building import Built
from gridward.demo.town.land import Land
from gridward.demo.town.model import Style, Use

HOUSEHOLDS = 224_000
RESIDENTS = 602_000
WEST_SHARE = 0.80
# More than this in a hectare would not fit into a grid of 300 to 500 households.
MOST_IN_CELL = 200.0
PERSONS = {Style.COURTYARDS: 2.3, Style.SLABS: 2.6, Style.TOWERS: 2.75, Style.COTTAGES: 3.2}


def settle_people(land: Land, built: Built, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Households and residents of each building, whole numbers."""
    west = land.west[built.cells]
    wish = built.dwellings * rng.uniform(0.88, 1.08, len(built.dwellings))
    households = np.zeros(len(wish))
    size = np.array([PERSONS.get(land.styles[int(land.block_of[c])] or Style.SLABS, 2.4) for c in built.cells])
    residents = np.zeros(len(wish))
    for side, share in ((west, WEST_SHARE), (~west, 1 - WEST_SHARE)):
        households[side] = _shared_out(wish * side, built.cells, HOUSEHOLDS * share)[side]
        persons = households * size * rng.normal(1, 0.05, len(wish))
        residents[side] = persons[side] * RESIDENTS * share / persons[side].sum()
    households = np.round(households).astype(int)
    return households, np.where(households > 0, np.maximum(np.round(residents).astype(int), households), 0)


def _shared_out(wish: np.ndarray, cells: np.ndarray, total: float) -> np.ndarray:
    """Scale to a total with no cell above its limit; what does not fit goes to the other cells."""
    value = wish.astype(float)
    for _ in range(12):
        value *= total / value.sum()
        in_cell = np.bincount(cells, weights=value)
        value *= np.minimum(1, MOST_IN_CELL / np.maximum(in_cell, 1))[cells]
    return value * total / value.sum()


MINUTES = {
    Use.SHOP: 55,
    Use.MARKET: 120,
    Use.OFFICE: 40,
    Use.PUBLIC: 30,
    Use.SCHOOL: 45,
    Use.HOSPITAL: 60,
    Use.MUSEUM: 30,
    Use.STATION: 90,
    Use.INDUSTRIAL: 45,
    Use.CONSTRUCTION: 60,
}


def workloads(land: Land, built: Built, households: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A grid worker's minutes a month: visits by household (old houses take longer), rounds by use."""
    style = [land.styles[int(land.block_of[c])] for c in built.cells]
    per_household = np.array([3.1 if s is Style.COURTYARDS else 2.2 if s is Style.TOWERS else 2.6 for s in style])
    rounds = np.array([MINUTES.get(use, 25 if use is Use.MIXED else 6) for use in built.uses])
    return np.round(households * per_household * rng.uniform(0.85, 1.2, len(households)) + rounds).astype(int)
