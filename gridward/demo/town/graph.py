"""Dividing a neighbourhood graph into connected parts of given weight whose borders follow strong lines."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from gridward.demo.town.faces import Edge

# What a metre of border costs: along a path between houses much, along a main road or water little.
BORDER_COST = {
    Edge.CELL: 3.0,
    Edge.LANE: 1.3,
    Edge.MINOR: 1.0,
    Edge.SECONDARY: 0.55,
    Edge.ARTERIAL: 0.35,
    Edge.EXPRESSWAY: 0.22,
    Edge.RAIL: 0.25,
    Edge.BANK: 0.5,
    Edge.MIDSTREAM: 0.1,
    Edge.OUTLINE: 0.1,
}


@dataclasses.dataclass
class Graph:
    """Nodes 0…n-1 with places and weights; `near[i]` maps a neighbour to the cost of a border with it."""

    xy: np.ndarray
    weight: np.ndarray
    near: list[dict[int, float]]


def graph_of(xy: np.ndarray, weight: np.ndarray, pairs: np.ndarray, shared: np.ndarray, edges: np.ndarray) -> Graph:
    near: list[dict[int, float]] = [{} for _ in xy]
    for (a, b), length, edge in zip(pairs.tolist(), shared.tolist(), edges.tolist(), strict=True):
        cost = length * BORDER_COST[Edge(edge)]
        near[a][b] = near[a].get(b, 0.0) + cost
        near[b][a] = near[b].get(a, 0.0) + cost
    return Graph(xy, weight, near)


def divide(graph: Graph, shares: Sequence[float], strictness: float, rng: np.random.Generator) -> np.ndarray:
    """Label every node of a connected graph 0…k-1; part weights aim at `shares` (any scale).

    `strictness` is the cost of a part that misses its weight by all of it, in the unit of border costs.
    """
    labels = np.zeros(len(graph.xy), dtype=int)
    _bisect(graph, list(range(len(graph.xy))), list(enumerate(shares)), strictness, labels, rng)
    aim = np.array(shares, dtype=float) / sum(shares) * graph.weight.sum()
    _settle(graph, labels, aim, strictness, rng)
    if len(shares) > 2:
        labels = _recombine(graph, labels, shares, strictness, rng)
        _settle(graph, labels, aim, strictness, rng)
    return labels


ROUNDS_PER_PART = 4
# Parts that miss their weight by no more than this share are left alone.
FAIR_ENOUGH = 0.10


def _recombine(
    graph: Graph, labels: np.ndarray, shares: Sequence[float], strictness: float, rng: np.random.Generator
) -> np.ndarray:
    """Join one of the least fair parts with a neighbour and cut the two anew, while that helps.

    The step of recombination of DeFord, Duchin and Solomon (2021), with a sweep in place of a tree.
    """
    aim = np.array(shares, dtype=float) / sum(shares) * graph.weight.sum()
    cost = border_and_strain(graph, labels, shares, strictness)
    for _ in range(ROUNDS_PER_PART * len(aim)):
        off = np.abs(np.bincount(labels, weights=graph.weight, minlength=len(aim)) / aim - 1)
        worst = np.argsort(-off, kind="stable")[:3]
        if off[worst[0]] <= FAIR_ENOUGH:
            break
        part = int(rng.choice(worst))
        around = sorted({int(labels[m]) for n in np.nonzero(labels == part)[0] for m in graph.near[n]} - {part})
        if not around:
            continue
        other = int(rng.choice(around))
        both = np.nonzero((labels == part) | (labels == other))[0].tolist()
        trial = labels.copy()
        pair = [(part, float(aim[part])), (other, float(aim[other]))]
        _bisect(graph, both, pair if rng.random() < 0.5 else pair[::-1], strictness, trial, rng)
        changed = border_and_strain(graph, trial, shares, strictness)
        if changed < cost:
            labels, cost = trial, changed
    return labels


def border_and_strain(graph: Graph, labels: np.ndarray, shares: Sequence[float], strictness: float) -> float:
    """What a division costs in all: its borders and how far its parts are from their weights."""
    aim = np.array(shares) / sum(shares) * graph.weight.sum()
    off = np.bincount(labels, weights=graph.weight, minlength=len(shares)) / aim - 1
    label = labels.tolist()
    border = sum(c for n, near in enumerate(graph.near) for m, c in near.items() if m > n and label[m] != label[n])
    return border + strictness * sum(_strain(float(o)) for o in off)


def _bisect(
    graph: Graph,
    nodes: list[int],
    parts: list[tuple[int, float]],
    strictness: float,
    labels: np.ndarray,
    rng: np.random.Generator,
) -> None:
    if len(parts) == 1 or len(nodes) <= 1:
        labels[nodes] = parts[0][0]
        return
    half = len(parts) // 2
    share = sum(s for _, s in parts[:half]) / sum(s for _, s in parts)
    first = _best_sweep(graph, nodes, share, (half, len(parts) - half), strictness, rng)
    second = [n for n in nodes if n not in first]
    _bisect(graph, sorted(first), parts[:half], strictness, labels, rng)
    _bisect(graph, second, parts[half:], strictness, labels, rng)


def _best_sweep(
    graph: Graph,
    nodes: list[int],
    share: float,
    needed: tuple[int, int],
    strictness: float,
    rng: np.random.Generator,
) -> set[int]:
    """The cheapest of some straight sweeps; both sides keep at least the nodes `needed` for their parts."""
    total = float(graph.weight[nodes].sum())
    xy = graph.xy[nodes]
    centred = xy - xy.mean(axis=0)
    spread = np.linalg.svd(centred, full_matrices=False)[2][0]
    start = math.atan2(spread[1], spread[0])
    best: tuple[float, set[int]] | None = None
    for turn in (0.0, 0.3, -0.3, 0.7, -0.7, 1.57):
        angle = start + turn + rng.normal(0, 0.06)
        swept = _sweep(graph, nodes, centred @ np.array([math.cos(angle), math.sin(angle)]), share)
        if len(swept) < needed[0] or len(nodes) - len(swept) < needed[1]:
            continue
        cost = sum(c for n in swept for m, c in graph.near[n].items() if m not in swept and _holds(m, nodes))
        held = float(graph.weight[sorted(swept)].sum())
        cost += strictness * (_strain(held / (share * total) - 1) + _strain((total - held) / ((1 - share) * total) - 1))
        if best is None or cost < best[0]:
            best = cost, swept
    return best[1] if best else set(nodes[: needed[0]])


def _holds(node: int, nodes: list[int]) -> bool:
    """Whether a sorted list of nodes holds one."""
    low = int(np.searchsorted(nodes, node))
    return low < len(nodes) and nodes[low] == node


def _sweep(graph: Graph, nodes: list[int], rank: np.ndarray, share: float) -> set[int]:
    """The nodes up to a share of the weight along a direction, made connected on both sides."""
    order = np.argsort(rank, kind="stable")
    weight = graph.weight[nodes][order]
    upto = np.cumsum(weight) - weight / 2 <= share * weight.sum()
    everything = set(nodes)
    front = _largest_piece(graph, {nodes[i] for i in order[upto]})
    back = _largest_piece(graph, everything - front)
    return everything - back


def _largest_piece(graph: Graph, nodes: set[int]) -> set[int]:
    left, best, best_weight = sorted(nodes, reverse=True), set[int](), -1.0
    seen: set[int] = set()
    while left:
        start = left.pop()
        if start in seen:
            continue
        piece, stack = {start}, [start]
        while stack:
            for m in graph.near[stack.pop()]:
                if m in nodes and m not in piece:
                    piece.add(m)
                    stack.append(m)
        seen |= piece
        heavier = float(graph.weight[sorted(piece)].sum())
        if best_weight < heavier:
            best, best_weight = piece, heavier
    return best


def _settle(graph: Graph, labels: np.ndarray, aim: np.ndarray, strictness: float, rng: np.random.Generator) -> None:
    """Move single nodes over borders while that makes borders cheaper or weights fairer."""
    held = np.bincount(labels, weights=graph.weight, minlength=len(aim))
    count = np.bincount(labels, minlength=len(aim))
    label, weight = labels.tolist(), graph.weight.tolist()

    def unfair(part: int, change: float) -> float:
        before, after = held[part] / aim[part] - 1, (held[part] + change) / aim[part] - 1
        return strictness * (_strain(after) - _strain(before))

    for _ in range(10):
        moved = 0
        for n in rng.permutation(len(label)).tolist():
            own = label[n]
            costs: dict[int, float] = {}
            for m, cost in graph.near[n].items():
                costs[label[m]] = costs.get(label[m], 0.0) + cost
            if len(costs) == (own in costs) or count[own] == 1:
                continue
            inside = costs.pop(own, 0.0)
            leaving = inside + unfair(own, -weight[n])
            gain, goal = min((leaving - cost + unfair(p, weight[n]), p) for p, cost in costs.items())
            if gain < -1e-6 and _stays_whole(graph, label, n):
                label[n] = goal
                held[own] -= weight[n]
                held[goal] += weight[n]
                count[own] -= 1
                count[goal] += 1
                moved += 1
        if not moved:
            break
    labels[:] = label


def _strain(off: float) -> float:
    return off * off + 6 * max(0.0, abs(off) - 0.14) ** 2


def _stays_whole(graph: Graph, label: list[int], node: int) -> bool:
    """Whether the node's part stays connected without it."""
    own = label[node]
    wanted = {m for m in graph.near[node] if label[m] == own}
    if len(wanted) <= 1:
        return True
    start = min(wanted)
    wanted.discard(start)
    seen, stack = {node, start}, [start]
    while stack:
        for m in graph.near[stack.pop()]:
            if m not in seen and label[m] == own:
                wanted.discard(m)
                if not wanted:
                    return True
                seen.add(m)
                stack.append(m)
    return False
