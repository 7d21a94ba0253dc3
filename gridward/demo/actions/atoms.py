"""Counted buildings for the designer: households, children, elders, shops and schools of the grown town."""

from collections.abc import Iterator

import numpy as np

from gridward.core.actor import SYSTEM
from gridward.core.codes.numbers import cell_code
from gridward.core.partition.workload import Feature
from gridward.demo.actions.ground import Ground
from gridward.demo.town.model import Building, Style, Use
from gridward.grids.actions import AtomRow, load_atoms
from gridward.work import clock

ELDERS = {Style.COURTYARDS: 0.27, Style.SLABS: 0.21, Style.TOWERS: 0.11, Style.COTTAGES: 0.15}
CHILDREN = {Style.COURTYARDS: 0.08, Style.SLABS: 0.12, Style.TOWERS: 0.18, Style.COTTAGES: 0.15}
MOVES = {Style.COURTYARDS: 0.10, Style.SLABS: 0.12, Style.TOWERS: 0.16, Style.COTTAGES: 0.45}  # a household and year
OF_USE: dict[Use, dict[str, float]] = {
    Use.SHOP: {Feature.SHOPS: 5}, Use.MIXED: {Feature.SHOPS: 2}, Use.MARKET: {Feature.SHOPS: 12},
    Use.OFFICE: {Feature.SHOPS: 3}, Use.INDUSTRIAL: {Feature.SHOPS: 2}, Use.STATION: {Feature.SHOPS: 6},
    Use.PUBLIC: {Feature.WINDOWS: 1}, Use.HOSPITAL: {Feature.WINDOWS: 2}, Use.MUSEUM: {Feature.CULTURE: 1},
    Use.SCHOOL: {Feature.SCHOOLS: 1}, Use.CONSTRUCTION: {Feature.BUILDING_SITES: 1},
}  # fmt: skip


def put_atoms(ground: Ground) -> None:
    """Each building once, in its community, cell and compound."""
    load_atoms(district=ground.district, rows=_rows(ground), by=SYSTEM, at=clock.now())


def _rows(ground: Ground) -> Iterator[AtomRow]:
    town, rng = ground.town, np.random.default_rng(ground.town.seed)
    styles = {compound.index: compound.style for compound in town.compounds}
    for building in town.buildings:
        community = ground.communities[building.community].code
        is_compound = building.compound is not None
        style = styles.get(building.compound if building.compound is not None else -1, Style.SLABS)
        yield AtomRow(
            code=f"B{building.index + 1:05d}", shape=town.frame.to_lonlat(building.shape), use=building.use.value,
            community=community, cell=str(cell_code(community, int(town.cells[building.cell].code))),
            block=f"C{building.compound}" if is_compound else f"K{building.block}", is_compound=is_compound,
            counts=_counts(building, style, rng),
        )  # fmt: skip


def _counts(building: Building, style: Style, rng: np.random.Generator) -> dict[str, float]:
    """Whole numbers, scattered as in life around what is usual for the kind of houses."""
    homes, people = building.households, building.residents
    small = int(rng.binomial(homes, min(0.9, max(0.1, 1.25 - 0.28 * people / homes)))) if homes else 0
    elders = int(rng.binomial(people, ELDERS[style]))
    return {
        "households": homes, Feature.SMALL_HOUSEHOLDS: small, Feature.LARGE_HOUSEHOLDS: homes - small,
        Feature.CHILDREN: int(rng.binomial(people, CHILDREN[style])), Feature.ELDERS: elders,
        Feature.OLDEST: int(rng.binomial(elders, 0.17)), Feature.MOVES: int(rng.poisson(homes * MOVES[style])),
        **OF_USE.get(building.use, {}),
    }  # fmt: skip
