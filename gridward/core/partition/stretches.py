"""Road grids: a road cut into stretches between its crossings, the best of all ways, under the measures of any plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gridward.core.errors import RuleBroken
from gridward.core.partition.objective import BALANCE_UNIT, Terms, Weights

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Side(StrEnum):
    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Crossing:
    """A crossing at ``position_m`` along the road; a stretch should not run across a main one."""

    position_m: float
    name: str
    is_main: bool = False
    is_cut_allowed: bool = True


@dataclass(frozen=True, slots=True)
class Front:
    """A shop front or door: where, on which side, its minutes a month, today's stretch ("" for none)."""

    position_m: float
    side: Side
    minutes: float
    today: str = ""


@dataclass(frozen=True, slots=True)
class Road:
    """A road from 0 to ``length_m``, with the names of its two ends; ``communities`` are (from where on, name)."""

    length_m: float
    begins: str
    ends: str
    crossings: tuple[Crossing, ...]
    fronts: tuple[Front, ...]
    communities: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A road grid: from mark to mark, one side or both, with its load; ``continues`` is the one of today it goes on."""

    from_mark: str
    to_mark: str
    side: Side
    from_m: float
    to_m: float
    fronts: int
    minutes: float
    main_crossings: int
    communities: tuple[str, ...]
    continues: str


@dataclass(frozen=True, slots=True)
class RoadPlan:
    stretches: tuple[Stretch, ...]
    terms: Terms


@dataclass(frozen=True, slots=True, eq=False)
class _Spans:
    """Of every span from one mark to a later one, (m, m): what is there, and what its terms come to."""

    fronts: Floats
    minutes: Floats
    mains: Floats
    communities: list[list[tuple[str, ...]]]
    terms: Floats  # (4, m, m) balance, compactness, crossings, integrity
    shared: Floats  # (t, m, m) minutes that are today's in each stretch of today
    moving: Floats  # (m, m) minutes that are in any stretch today


def cut_road(road: Road, stretches: int, *, side: Side = Side.BOTH, weights: Weights | None = None) -> RoadPlan:
    """The best way to cut a road into k stretches at crossings where a cut is allowed (dynamic programming, exact).

    ``side`` takes both sides together, or one by itself. J is the sum of its weighted terms, in the manner of
    ``Terms``: balance with target = Σ minutes / k; compactness = (1/n) Σ (p - mean of its stretch)² ÷ (L² / 12k²),
    1 for even fronts in even stretches; crossings = main crossings inside stretches / k; integrity = Σ (communities
    along a stretch - 1) / k; moved share = minutes whose stretch is another than today, where stretches continue
    those of today in their order along the road, each at most one. A front at a cut belongs to the stretch after it.

    Raises
    ------
    RuleBroken
        ``partition.too_few_crossings``; ``partition.off_the_road``.
    """
    weights = weights or Weights()
    marks = _marks(road, stretches)
    fronts = sorted((front for front in road.fronts if side in (Side.BOTH, front.side)), key=lambda at: at.position_m)
    todays = list(dict.fromkeys(front.today for front in fronts if front.today))
    spans = _spans(road, stretches, np.array([at for at, _ in marks]), fronts, todays)
    whole = max(spans.minutes[0, -1], 1e-300)
    by = (weights.balance, weights.compactness, weights.crossings, weights.integrity)
    cost = np.tensordot(by, spans.terms, axes=1)
    tie = weights.stability / whole
    cut = [(a, b) for a, b, _ in _best(cost + tie * spans.moving, tie * spans.shared, stretches)]
    is_cut = np.full_like(cost, np.inf)
    is_cut[tuple(zip(*cut, strict=True))] = 0.0
    chosen = _best(is_cut, spans.shared, stretches)  # what they continue, also where that has no weight
    found = [
        Stretch(marks[a][1], marks[b][1], side, marks[a][0], marks[b][0], int(spans.fronts[a, b]),
                float(spans.minutes[a, b]), int(spans.mains[a, b]), spans.communities[a][b],
                todays[of] if of >= 0 else "")
        for a, b, of in chosen
    ]  # fmt: skip
    moved = sum(spans.moving[a, b] - (spans.shared[of, a, b] if of >= 0 else 0.0) for a, b, of in chosen) / whole
    balance, compactness, crossings, integrity = (float(sum(term[a, b] for a, b in cut)) for term in spans.terms)
    terms = balance, compactness, crossings, integrity, float(moved)
    return RoadPlan(tuple(found), Terms(*terms, total=float(np.dot((*by, weights.stability), terms))))


def _marks(road: Road, stretches: int) -> list[tuple[float, str]]:
    """Where a cut may be, with its name: the ends and the crossings, of several at one place the first."""
    for position in [*(at.position_m for at in road.crossings), *(at.position_m for at in road.fronts)]:
        if not 0 <= position <= road.length_m:
            raise RuleBroken("partition.off_the_road", position=position, length=road.length_m)
    marks = {0.0: road.begins, road.length_m: road.ends}
    for crossing in sorted(road.crossings, key=lambda at: at.position_m):
        if crossing.is_cut_allowed:
            marks.setdefault(crossing.position_m, crossing.name)
    if not 1 <= stretches < len(marks):
        raise RuleBroken("partition.too_few_crossings", stretches=stretches, gaps=len(marks) - 1)
    return sorted(marks.items())


def _spans(road: Road, stretches: int, at: Floats, fronts: Sequence[Front], todays: Sequence[str]) -> _Spans:
    """Differences of running sums, taken at each mark over what lies before it."""
    place, minutes = np.array([[front.position_m, front.minutes] for front in fronts]).reshape(-1, 2).T
    before = np.searchsorted(place, at)
    before[-1] = len(place)  # a front at the very end is in the last stretch
    is_of = np.array([[front.today == name for front in fronts] for name in todays]).reshape(len(todays), len(fronts))
    sums = np.stack([np.ones(len(place)), minutes, place, place**2, minutes * is_of.any(axis=0), *(minutes * is_of)])
    run = np.concatenate([np.zeros((len(sums), 1)), np.cumsum(sums, axis=1)], axis=1)[:, before]
    count, load, along, squares, moving, *shared = run[:, None, :] - run[:, :, None]
    spread = np.maximum(squares - along**2 / np.maximum(count, 1), 0.0)
    mains = np.sort([crossing.position_m for crossing in road.crossings if crossing.is_main])
    inside = np.searchsorted(mains, at)[None, :] - np.searchsorted(mains, at, side="right")[:, None]
    communities = [[_communities(road, a, b) for b in at] for a in at]
    target = load[0, -1] / stretches
    even = np.maximum(len(fronts), 1) * road.length_m**2 / (12 * stretches**2)
    terms = np.stack([
        (load / target - 1.0) ** 2 / stretches / BALANCE_UNIT if target > 0 else np.zeros_like(load),
        spread / even,
        np.maximum(inside, 0) / stretches,
        np.array([[max(0, len(names) - 1) for names in row] for row in communities]) / stretches,
    ])  # fmt: skip
    return _Spans(count, load, np.maximum(inside, 0), communities, terms, np.array(shared).reshape(-1, *load.shape),
                  moving)  # fmt: skip


def _communities(road: Road, begin_m: float, end_m: float) -> tuple[str, ...]:
    """The communities along a span, each once, in their order."""
    ordered = [*sorted(road.communities), (road.length_m, "")]
    return tuple(
        dict.fromkeys(name for (start, name), (end, _) in pairwise(ordered) if start < end_m and begin_m < end)
    )


def _best(cost: Floats, stays: Floats, stretches: int) -> list[tuple[int, int, int]]:
    """Spans (from, to, the stretch of today it continues or -1) from the first mark to the last, at the least cost.

    ``least[j, b]`` is the least cost of so many stretches up to mark b that continue some of the first j of today.
    """
    todays, marks = len(stays), len(cost)
    cost = np.where(np.triu(np.ones((marks, marks), bool), 1), cost, np.inf)
    least = np.full((todays + 1, marks), np.inf)
    least[:, 0] = 0.0
    ways: list[Integers] = []
    for _ in range(stretches):
        after, way = np.empty_like(least), np.empty((todays + 1, marks, 3), np.int64)
        for j in range(todays + 1):
            new = least[j][:, None] + cost
            options = [(new, j, -1)]
            if j:
                options.append((least[j - 1][:, None] + cost - stays[j - 1], j - 1, j - 1))
            values = np.stack([option.min(axis=0) for option, _, _ in options])
            pick = values.argmin(axis=0)
            after[j] = values.min(axis=0)
            for b in range(marks):
                option, before, of = options[pick[b]]
                way[j, b] = option[:, b].argmin(), before, of
            if j:
                is_less = after[j - 1] < after[j]
                after[j] = np.where(is_less, after[j - 1], after[j])
                way[j, is_less] = way[j - 1, is_less]
        least = after
        ways.append(way)
    found, j, b = [], todays, marks - 1
    for way in reversed(ways):
        a, j, of = way[j, b].tolist()
        found.append((a, b, of))
        b = a
    return found[::-1]
