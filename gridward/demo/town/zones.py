"""How the town is lived in: an old core, inner quarters, new quarters, an industrial park, villages."""

import dataclasses
import enum
import math

import numpy as np

from gridward.demo.town.terrain import Terrain


class Zone(enum.StrEnum):
    OLD = "old"
    INNER = "inner"
    NEW = "new"
    INDUSTRIAL = "industrial"
    RURAL = "rural"


@dataclasses.dataclass(frozen=True)
class ZonePlan:
    terrain: Terrain
    old_centres: tuple[tuple[float, float, float], ...]
    new_centres: tuple[tuple[float, float, float], ...]
    industrial: tuple[float, float]

    def zone(self, x: float, y: float) -> Zone:
        bank = x - self.terrain.river_x(y)
        if bank < 0:
            return Zone.OLD if _inside(x, y, self.old_centres) else Zone.INNER
        if x > self.industrial[0] and y > self.industrial[1]:
            return Zone.INDUSTRIAL
        if bank < 800 + 170 * math.sin(y / 640) or _inside(x, y, self.new_centres):
            return Zone.NEW
        return Zone.RURAL


def plan_zones(terrain: Terrain, rng: np.random.Generator) -> ZonePlan:
    bank = terrain.river_x
    old_y = float(rng.uniform(-500, 0))
    old = (
        (bank(old_y) - 620, old_y, 780.0),
        (bank(old_y + 1_350) - 480, old_y + 1_350, 430.0),
        (bank(old_y - 1_500) - 520, old_y - 1_500, 400.0),
    )
    new = (
        (float(rng.uniform(1_300, 1_700)), float(rng.uniform(900, 1_300)), 520.0),
        (float(rng.uniform(2_500, 2_900)), float(rng.uniform(-2_000, -1_700)), 480.0),
        (float(rng.uniform(3_000, 3_300)), float(rng.uniform(-100, 200)), 380.0),
    )
    return ZonePlan(terrain, old, new, (float(rng.uniform(2_150, 2_300)), float(rng.uniform(1_000, 1_150))))


def _inside(x: float, y: float, circles: tuple[tuple[float, float, float], ...]) -> bool:
    return any(
        math.hypot(x - cx, y - cy) < r * (1 + 0.22 * math.sin(3 * math.atan2(y - cy, x - cx))) for cx, cy, r in circles
    )
