"""J, what a plan costs; lower is better. Each term is a plain sum, so anybody can check a plan of anybody."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gridward.core.errors import RuleBroken
from gridward.core.partition.footways import Footways, mean_walk_of_a_circle_m, total_walk_m
from gridward.core.partition.instance import NONE, Instance

Integers = NDArray[np.int64]
BALANCE_UNIT = 0.01  # a mean deviation of 10 % costs 1


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each term counts: balance, compactness, crossings of main roads, integrity of blocks, stability.

    With ``walks`` convenience is not compactness but walking: C is told by the ways on foot.
    """

    balance: float = 1.0
    compactness: float = 1.0
    crossings: float = 1.0
    integrity: float = 1.0
    stability: float = 0.0
    walks: bool = False

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not (np.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise RuleBroken("partition.weight_wrong", name=name, value=getattr(self, name))


# Three answers to the same question, for people to choose among.
NAMED_PLANS = MappingProxyType(
    {
        "balanced": Weights(balance=4.0),
        "walkable": Weights(compactness=3.0, crossings=2.0),
        "stable": Weights(stability=2.0),
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The unweighted terms of a plan, and J, their weighted sum.

    ``balance`` B = mean((W_g / target - 1)²) / 0.01 with target = Σ workload / k;
    ``compactness`` C = (1/n) Σ ‖p - mean of its grid‖² ÷ (area / 2πk), 1 for circles of equal size; where walks are
    weighed C = (1/n) Σ walk from the base of its grid ÷ (2/3) √(area / πk), 1 for such circles without detours;
    ``crossings`` X = (distinct pairs of grid and superblock - k) / k;
    ``integrity`` I = (distinct pairs of grid and block - blocks) / blocks;
    ``moved_share`` T = share of the workload whose grid is not today's.
    A term without its column is 0.
    """

    balance: float
    compactness: float
    crossings: float
    integrity: float
    moved_share: float
    total: float


def score(instance: Instance, grid: Integers, names: tuple[str, ...] = (), weights: Weights | None = None) -> Terms:
    """The terms of a plan: ``grid`` (n,) holds each atom's grid, any integers; ``names`` are those of the grids
    0, 1, …, of which one that is called like a grid of today continues it.
    """
    weights = weights or Weights()
    _, label = np.unique(grid, return_inverse=True)
    grids = int(label.max()) + 1
    terms = (
        _balance(instance, label, grids),
        (_walking if weights.walks else _compactness)(instance, label, grids),
        _crossings(instance, label, grids),
        _integrity(instance, label), moved_share(instance, grid, names),
    )  # fmt: skip
    counted = (weights.balance, weights.compactness, weights.crossings, weights.integrity, weights.stability)
    return Terms(*terms, total=float(sum(weight * term for weight, term in zip(counted, terms, strict=True))))


def _balance(instance: Instance, label: Integers, grids: int) -> float:
    load, whole = np.bincount(label, instance.workload, grids), instance.workload.sum()
    return float(np.mean((load * grids / whole - 1.0) ** 2) / BALANCE_UNIT) if whole > 0 else 0.0


def _compactness(instance: Instance, label: Integers, grids: int) -> float:
    if instance.area_m2 <= 0:
        return 0.0
    atoms = np.bincount(label, minlength=grids)
    offsets = instance.xy_m - instance.xy_m.mean(axis=0)
    means = np.stack([np.bincount(label, column, grids) / atoms for column in offsets.T], axis=1)
    spread = float(np.mean(((offsets - means[label]) ** 2).sum(axis=1)))
    return spread / (instance.area_m2 / (2 * np.pi * grids))


def footways(instance: Instance) -> Footways:
    """Raises RuleBroken ``partition.no_footways``."""
    if instance.footways is None:
        raise RuleBroken("partition.no_footways")
    return instance.footways


def _walking(instance: Instance, label: Integers, grids: int) -> float:
    ways = footways(instance)
    if instance.area_m2 <= 0:
        return 0.0
    return total_walk_m(ways, label, grids) / len(label) / mean_walk_of_a_circle_m(instance.area_m2, grids)


def pairs(label: Integers, column: Integers) -> int:
    """How many pairs of grid and column's value occur; atoms without a value do not count."""
    has = column != NONE
    return len(np.unique(label[has] * (column.max(initial=0) + 1) + column[has]))


def _crossings(instance: Instance, label: Integers, grids: int) -> float:
    if not (instance.superblock != NONE).any():
        return 0.0
    return (pairs(label, instance.superblock) - grids) / grids


def _integrity(instance: Instance, label: Integers) -> float:
    blocks = len(np.unique(instance.block[instance.block != NONE]))
    return (pairs(label, instance.block) - blocks) / blocks if blocks else 0.0


def moved_share(instance: Instance, grid: Integers, names: tuple[str, ...]) -> float:
    """Share of the workload in atoms that leave today's grid; an atom that has none today does not move."""
    whole, has = instance.workload.sum(), instance.today != NONE
    if whole <= 0 or not has.any():
        return 0.0
    index = {name: at for at, name in enumerate(instance.todays_grids)}
    continues = np.array([index.get(name, NONE) for name in names] or [NONE], np.int64)
    now = continues[grid] if len(names) else np.full(len(instance), NONE)
    return float(instance.workload[has & (now != instance.today)].sum() / whole)
