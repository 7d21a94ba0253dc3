"""Blocks grow by cutting land in two, again and again, each cut a street that follows its neighbours."""

import dataclasses
import math

import numpy as np

from gridward.demo.town.model import RoadKind
from gridward.demo.town.zones import Zone, ZonePlan

Ring = np.ndarray

# Land larger than these (hectares) is cut by a street of that class; what is smaller by a path or none.
LADDER: dict[Zone, tuple[tuple[float, RoadKind], ...]] = {
    Zone.OLD: ((26, RoadKind.SECONDARY), (6.5, RoadKind.MINOR), (1.9, RoadKind.LANE)),
    Zone.INNER: ((26, RoadKind.SECONDARY), (8.0, RoadKind.MINOR), (4.6, RoadKind.LANE)),
    Zone.NEW: ((34, RoadKind.SECONDARY), (9.0, RoadKind.MINOR)),
    Zone.INDUSTRIAL: ((38, RoadKind.SECONDARY), (15.0, RoadKind.MINOR)),
    Zone.RURAL: ((70, RoadKind.SECONDARY), (24.0, RoadKind.MINOR), (11.0, RoadKind.LANE)),
}
CELL_M2 = 14_700.0


@dataclasses.dataclass(frozen=True)
class Cut:
    """A street that was cut, or with `kind` None a line that only bounds cells."""

    kind: RoadKind | None
    line: np.ndarray


class Splitter:
    def __init__(self, plan: ZonePlan, rng: np.random.Generator) -> None:
        self.plan, self.rng = plan, rng
        self.cuts: list[Cut] = []
        self._joints = np.zeros((30_000, 2))
        self._joint_count = 0

    def split(self, ring: Ring, streets: bool) -> None:
        """Cut `ring` (open, any orientation) down to cells; `streets` False keeps it one block."""
        stack = [(ring, streets)]
        while stack:
            ring, streets = stack.pop()
            area = abs(signed_area(ring))
            if area < CELL_M2:
                continue
            kind = self._street(ring, area) if streets else None
            pieces = self._cut(ring, kind)
            if pieces:
                stack += [(piece, kind is not None) for piece in pieces]

    def _street(self, ring: Ring, area: float) -> RoadKind | None:
        x, y = ring.mean(axis=0)
        for hectares, kind in LADDER[self.plan.zone(float(x), float(y))]:
            if area > hectares * 10_000 * self.rng.uniform(0.85, 1.15):
                return kind
        return None

    def _cut(self, ring: Ring, kind: RoadKind | None) -> tuple[Ring, Ring] | None:
        base = _axis(ring)
        best: tuple[float, tuple[Ring, Ring, np.ndarray]] | None = None
        for attempt in range(4):
            across = base if attempt < 3 else base + math.pi / 2
            made = self._try(ring, across, kind, attempt)
            if made is None:
                continue
            badness = _badness(made[0]) + _badness(made[1])
            sizes = abs(signed_area(made[0])), abs(signed_area(made[1]))
            badness += 2.2 * abs(math.log(sizes[0] / sizes[1]))
            if best is None or badness < best[0]:
                best = badness, made
        if best is None:
            return None
        left, right, line = best[1]
        self.cuts.append(Cut(kind, line))
        if kind is not None:
            self._remember(line[0], line[-1])
        return left, right

    def _try(self, ring: Ring, across: float, kind: RoadKind | None, attempt: int):  # type: ignore[no-untyped-def]
        rng = self.rng
        d = _refined(ring, across)
        along = np.array([d[1], -d[0]])
        reach = ring @ along
        low, high = float(reach.min()), float(reach.max())
        t = (low + high) / 2 + rng.uniform(-0.13, 0.13) * (high - low)
        start = None
        if kind is not None and attempt < 2:
            start = self._joint_on(ring, along, t, 0.17 * (high - low))
        if start is None:
            start = ring.mean(axis=0)
            start = start + along * (t - float(start @ along))
            if kind is not None:
                turn = rng.normal(0, 0.05)
                d = np.array([d[0] - turn * d[1], d[1] + turn * d[0]])
        bend = 0.0 if kind is None else float(rng.uniform(-0.045, 0.045))
        return cut_ring(ring, start, d, bend)

    def _joint_on(self, ring: Ring, along: np.ndarray, t: float, within: float) -> np.ndarray | None:
        """The end of a street on the other side of the border that this cut can carry on."""
        joints = self._joints[: self._joint_count]
        low, high = ring.min(axis=0) - 1, ring.max(axis=0) + 1
        near = joints[((joints >= low) & (joints <= high)).all(axis=1)]
        near = near[np.abs(near @ along - t) < within]
        if not len(near):
            return None
        a, b = ring, _ahead(ring)
        edge = b - a
        share = np.einsum("jik,ik->ji", near[:, None] - a[None], edge) / np.maximum((edge**2).sum(axis=1), 1e-9)
        foot = a[None] + np.clip(share, 0, 1)[..., None] * edge[None]
        touching = near[np.linalg.norm(near[:, None] - foot, axis=2).min(axis=1) < 0.5]
        if not len(touching):
            return None
        return touching[int(np.argmin(np.abs(touching @ along - t)))]

    def _remember(self, *points: np.ndarray) -> None:
        for point in points:
            self._joints[self._joint_count] = point
            self._joint_count += 1


def _ahead(values: np.ndarray) -> np.ndarray:
    """Every element's follower (numpy's roll does the same at ten times the cost)."""
    return np.concatenate((values[1:], values[:1]))


def signed_area(ring: Ring) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return 0.5 * float(x @ _ahead(y) - y @ _ahead(x))


def cut_ring(ring: Ring, start: np.ndarray, d: np.ndarray, bend: float):  # type: ignore[no-untyped-def]
    """Two rings and the line between them; None where the line only grazes the ring."""
    side = (ring - start) @ np.array([-d[1], d[0]])
    following = _ahead(side)
    edges = np.nonzero((side < 0) != (following < 0))[0]
    if len(edges) < 2:
        return None
    share = side[edges] / (side[edges] - following[edges])
    nexts = _ahead(ring)[edges]
    points = ring[edges] + share[:, None] * (nexts - ring[edges])
    t = (points - start) @ d
    order = np.argsort(t, kind="stable")
    chords = [(order[k], order[k + 1]) for k in range(0, len(order) - 1, 2)]
    i, j = max(
        chords,
        key=lambda c: min(t[c[1]], 1.0) - max(t[c[0]], -1.0) if t[c[0]] <= 1 and t[c[1]] >= -1 else -1e9 - abs(t[c[0]]),
    )
    a, b = _settled(ring, edges[i], points[i]), _settled(ring, edges[j], points[j])
    if np.linalg.norm(b - a) < 20:
        return None
    length = float(np.linalg.norm(b - a))
    middle = np.zeros((0, 2))
    if abs(bend) > 0.008 and length > 120:
        normal = np.array([-(b - a)[1], (b - a)[0]])
        middle = np.array([a + (b - a) * s + normal * bend * 4 * s * (1 - s) for s in (0.3, 0.65)])
    line = np.vstack([a, middle, b])
    first, second = int(edges[i]), int(edges[j])
    one = np.vstack([line, _walk(ring, second, first)])
    two = np.vstack([line[::-1], _walk(ring, first, second)])
    one, two = _distinct(one), _distinct(two)
    if len(one) < 3 or len(two) < 3 or min(abs(signed_area(one)), abs(signed_area(two))) < 1_800:
        return None
    return one, two, line


def _settled(ring: Ring, edge: int, point: np.ndarray) -> np.ndarray:
    """Move the end of a cut onto a corner that is only a few steps away."""
    corners = ring[[edge, (edge + 1) % len(ring)]]
    gap = np.linalg.norm(corners - point, axis=1)
    return corners[int(np.argmin(gap))] if gap.min() < 9 else point


def _walk(ring: Ring, first: int, last: int) -> Ring:
    count = (last - first) % len(ring)
    return ring[(first + 1 + np.arange(count)) % len(ring)]


def _distinct(ring: Ring) -> Ring:
    return ring[np.linalg.norm(_ahead(ring) - ring, axis=1) > 0.05]


def _axis(ring: Ring) -> float:
    """The angle across the longer extent, in the frame most of the border runs along."""
    edge = _ahead(ring) - ring
    length = np.hypot(edge[:, 0], edge[:, 1])
    angle = np.arctan2(edge[:, 1], edge[:, 0])
    base = float(np.angle((length * np.exp(4j * angle)).sum())) / 4
    c, s = math.cos(base), math.sin(base)
    u, v = ring @ np.array([c, s]), ring @ np.array([-s, c])
    return base + math.pi / 2 if np.ptp(u) >= np.ptp(v) else base


def _refined(ring: Ring, across: float) -> np.ndarray:
    """Between the directions of the two borders that the cut runs beside."""
    edge = _ahead(ring) - ring
    length = np.hypot(edge[:, 0], edge[:, 1])
    angle = np.arctan2(edge[:, 1], edge[:, 0]) - across
    near = np.abs(np.sin(angle)) < 0.5
    turn = float(np.angle((length[near] * np.exp(2j * angle[near])).sum())) / 2
    return np.array([math.cos(across + turn), math.sin(across + turn)])


def _badness(ring: Ring) -> float:
    """0 for a round piece, growing for thin ones."""
    edge = _ahead(ring) - ring
    perimeter = float(np.hypot(edge[:, 0], edge[:, 1]).sum())
    return perimeter**2 / (16 * abs(signed_area(ring)) + 1) - 1
