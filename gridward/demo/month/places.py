"""Where things are reported: by people, with a dozen hot corners; and how people name the place."""

import random
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate

import shapely

from gridward.demo.actions.ground import Ground
from gridward.demo.town.model import Building

HOT_CORNERS = 12
HOT_SHARE = 0.14
JITTER_M = 12.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in degrees, with its words, short (for a sentence) and long (for the form)."""

    lon: float
    lat: float
    words: str
    short: str
    subdistrict: int
    community: int


class Places:
    """Draws places; the same ground and rng give the same places."""

    def __init__(self, ground: Ground, rng: random.Random) -> None:
        self.ground, town = ground, ground.town
        self.buildings = town.buildings
        self.weights = list(accumulate(b.residents + 12 for b in self.buildings))
        self.hot = rng.choices(
            range(len(self.buildings)), weights=[b.residents + 12 for b in self.buildings], k=HOT_CORNERS
        )
        named = [road for road in town.roads if road.index in ground.road_names]
        self.roads = named
        self.doors = shapely.get_coordinates([building.door for building in self.buildings]).tolist()
        self.words: dict[int, tuple[str, str]] = {}
        self.scale = town.frame.degrees_per_metre()
        shapely.prepare(town.outline)
        self.tree = shapely.STRtree([road.line for road in named])
        self.numbers: dict[int, int] = {}
        for building in self.buildings:
            if building.compound is not None:
                self.numbers[building.index] = 1 + sum(
                    other.compound == building.compound
                    for other in self.buildings[max(0, building.index - 40) : building.index]
                )

    def draw(self, rng: random.Random) -> Spot:
        """A building by its people, now and then a hot corner; the point lies near its door."""
        if rng.random() < HOT_SHARE:
            return self.at(rng.choice(self.hot), rng)
        return self.at(bisect(self.weights, rng.random() * self.weights[-1]), rng)

    def at(self, index: int, rng: random.Random) -> Spot:
        index = min(index, len(self.buildings) - 1)
        building, (door_x, door_y) = self.buildings[index], self.doors[index]
        x, y = door_x + rng.gauss(0, JITTER_M / 2), door_y + rng.gauss(0, JITTER_M / 2)
        if not shapely.contains_xy(self.ground.town.outline, x, y):
            x, y = door_x, door_y
        frame, (by_x, by_y) = self.ground.town.frame, self.scale
        if index not in self.words:
            self.words[index] = self._words(building)
        subdistrict = self.ground.town.communities[building.community].subdistrict
        return Spot(
            x * by_x + frame.longitude, y * by_y + frame.latitude, *self.words[index], subdistrict, building.community
        )  # fmt: skip

    def _words(self, building: Building) -> tuple[str, str]:
        compound = self.ground.compound_names.get(building.compound) if building.compound is not None else None
        if compound:
            return f"{compound} {self.numbers[building.index]} 栋旁", compound
        road = self.roads[int(self.tree.nearest(building.door))]
        name = self.ground.road_names[road.index]
        number = max(1, round(road.line.project(building.door) / 4))
        return f"{name} {number} 号附近", name
