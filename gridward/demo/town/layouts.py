"""How the ground of one cell is laid out: slabs, towers, courtyards, halls, sheds or cottages."""

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import shapely

from gridward.demo.town.model import Style, Use

Outline = np.ndarray


@dataclasses.dataclass(frozen=True)
class Footprint:
    """In the frame of its block: corner points, storeys and dwellings."""

    xy: Outline
    floors: int
    dwellings: int


@dataclasses.dataclass(frozen=True)
class Site:
    """The free ground of one cell, turned so that its block's long side lies level."""

    ring: Outline
    area: float
    seed_of_block: int
    first_of_block: bool
    rng: np.random.Generator

    def span(self, low: float, high: float) -> tuple[float, float] | None:
        """The widest stretch that is free along both edges of a band."""
        a, b = _stretch(self.ring, low), _stretch(self.ring, high)
        if a is None or b is None:
            return None
        left, right = max(a[0], b[0]), min(a[1], b[1])
        return (left, right) if right - left > 8 else None


def _stretch(ring: Outline, y: float) -> tuple[float, float] | None:
    best, crossings = None, []
    for (x0, y0), (x1, y1) in zip(ring.tolist(), [*ring[1:].tolist(), ring[0].tolist()], strict=True):
        if (y0 < y) != (y1 < y):
            crossings.append(x0 + (x1 - x0) * (y - y0) / (y1 - y0))
    crossings.sort()
    for left, right in zip(crossings[::2], crossings[1::2], strict=False):
        if best is None or right - left > best[1] - best[0]:
            best = left, right
    return best


def _box(x: float, y: float, w: float, d: float) -> Outline:
    return np.array([(x, y), (x + w, y), (x + w, y + d), (x, y + d)])


def layout_for(use: Use, style: Style | None) -> Callable[[Site], list[Footprint]] | None:
    if use is Use.RESIDENTIAL or use is Use.VILLAGE:
        return {
            Style.SLABS: _slabs,
            Style.TOWERS: _towers,
            Style.COURTYARDS: _courtyards,
            Style.COTTAGES: _cottages,
        }[style or Style.SLABS]
    return {
        Use.MIXED: _street_houses,
        Use.SHOP: _halls,
        Use.MARKET: _halls,
        Use.OFFICE: _offices,
        Use.PUBLIC: _offices,
        Use.MUSEUM: _halls,
        Use.STATION: _halls,
        Use.HOSPITAL: _wings,
        Use.SCHOOL: _school,
        Use.INDUSTRIAL: _sheds,
        Use.CONSTRUCTION: _halls,
    }.get(use)


def _slabs(site: Site) -> list[Footprint]:
    """Rows of five to seven storeys; two or three slabs in a row, ends stepped now and then."""
    rng, out = site.rng, list[Footprint]()
    depth, pitch = 12.5 + (site.seed_of_block % 5) * 0.4, 25.0 + site.seed_of_block % 6
    floors = 5 + site.seed_of_block % 4
    y, high = float(site.ring[:, 1].min()) + 0.5, float(site.ring[:, 1].max()) - depth
    while y < high:
        row, span = y, site.span(y, y + depth)
        if span is None or span[1] - span[0] < 22:
            y += 3
            continue
        y += pitch
        x, end = span
        pieces = max(1, round((end - x) / 58))
        width = (end - x - 9 * (pieces - 1)) / pieces
        if width < 16:
            continue
        for k in range(pieces):
            if rng.random() < 0.05:
                continue
            w = width - float(rng.uniform(0, 9))
            left = x + k * (width + 9) + float(rng.uniform(0, width - w))
            out.append(Footprint(_slab(left, row, w, depth, rng), floors, max(6, round(w / 8) * floors)))
    return out


def _slab(x: float, y: float, w: float, d: float, rng: np.random.Generator) -> Outline:
    if w < 30 or rng.random() < 0.55:
        return _box(x, y, w, d)
    cut, step = w * float(rng.uniform(0.4, 0.6)), 2.8
    return np.array(
        [
            (x, y),
            (x + cut, y),
            (x + cut, y + step),
            (x + w, y + step),
            (x + w, y + d),
            (x + cut, y + d),
            (x + cut, y + d - step),
            (x, y + d - step),
        ]
    )


def _towers(site: Site) -> list[Footprint]:
    """Point blocks in two staggered rows, with a low row of shops in front here and there."""
    rng, out = site.rng, list[Footprint]()
    floors = (11, 16, 18, 22, 28)[site.seed_of_block % 5]
    pitch, depth = (44.0 if floors < 18 else 56.0), 17.0
    low, high = float(site.ring[:, 1].min()), float(site.ring[:, 1].max())
    y, row = low + float(rng.uniform(2, 8)), 0
    while y + depth < high:
        span = site.span(y, y + depth)
        if span is not None and span[1] - span[0] > 26:
            x, end = span
            w = 27.0 if floors > 12 else 36.0
            count = max(1, int((end - x + 14) / (w + 26)))
            gap = (end - x - count * w) / max(1, count)
            for k in range(count):
                left = x + k * (w + gap) + gap * (0.25 if row % 2 else 0.6)
                storeys = floors + int(rng.integers(-1, 2))
                out.append(Footprint(_point_block(left, y, w, depth), storeys, storeys * 5))
        y, row = y + pitch, row + 1
    return out


def _point_block(x: float, y: float, w: float, d: float) -> Outline:
    a, b = w * 0.3, w * 0.7
    return np.array(
        [
            (x, y),
            (x + a, y),
            (x + a, y + 3),
            (x + b, y + 3),
            (x + b, y),
            (x + w, y),
            (x + w, y + d - 4),
            (x + b, y + d - 4),
            (x + b, y + d),
            (x + a, y + d),
            (x + a, y + d - 4),
            (x, y + d - 4),
        ]
    )


def _courtyards(site: Site) -> list[Footprint]:
    """Old lots side by side: L, U and block shapes of two to five storeys, hardly two alike."""
    rng, out = site.rng, list[Footprint]()
    y, high = float(site.ring[:, 1].min()) + 0.5, float(site.ring[:, 1].max())
    while y < high - 12:
        depth = min(float(rng.uniform(24, 36)), high - y - 0.5)
        span = site.span(y, y + depth)
        if span is None:
            span = site.span(y + 1, y + depth * 0.6)
            depth *= 0.55
        if span is not None:
            x, end = span
            while end - x > 11:
                w = min(float(rng.uniform(21, 38)), end - x)
                if end - x - w < 11:
                    w = end - x
                if rng.random() < 0.9 and w < 70:
                    out.append(_lot(x + 0.6, y, w - 1.8, depth - 1.5, rng))
                x += w
        y += depth + float(rng.uniform(2.5, 5))
    return out


def _lot(x: float, y: float, w: float, d: float, rng: np.random.Generator) -> Footprint:
    kind, t = float(rng.random()), 9.5
    floors = int(rng.choice([2, 2, 3, 3, 4, 5]))
    if w < 22 or d < 20 or kind < 0.25:
        xy = _box(x, y, w, d * float(rng.uniform(0.55, 0.95)))
    elif kind < 0.6:
        xy = np.array([(x, y), (x + w, y), (x + w, y + t), (x + t, y + t), (x + t, y + d), (x, y + d)])
        if rng.random() < 0.5:
            xy[:, 0] = 2 * x + w - xy[:, 0]
            xy = xy[::-1]
    else:
        xy = np.array(
            [
                (x, y),
                (x + w, y),
                (x + w, y + d),
                (x + w - t, y + d),
                (x + w - t, y + t),
                (x + t, y + t),
                (x + t, y + d),
                (x, y + d),
            ]
        )
    area = shapely.Polygon(xy).area
    return Footprint(xy, floors, max(2, round(area * floors / 82)))


def _street_houses(site: Site) -> list[Footprint]:
    """Shops below and flats above, closed along both long sides."""
    rng, out = site.rng, list[Footprint]()
    low, high = float(site.ring[:, 1].min()), float(site.ring[:, 1].max())
    floors = 5 + site.seed_of_block % 4
    d = 15.0
    for low_edge in (True, False):
        fits = (site.span(y, y + d) for y in _tries(low, high, d, low_edge))
        y, span = next(
            ((y, s) for y, s in zip(_tries(low, high, d, low_edge), fits, strict=True) if s and s[1] - s[0] > 30),
            (0.0, None),
        )
        if span is None or high - low < 18:
            continue
        x, end = span
        while end - x > 14:
            w = min(float(rng.uniform(26, 48)), end - x)
            out.append(Footprint(_box(x, y, w - 1.2, d), floors, max(4, round(w / 9) * (floors - 1))))
            x += w + (6 if rng.random() < 0.3 else 0)
        if high - low < 46:
            break
    return out


def _tries(low: float, high: float, depth: float, from_below: bool) -> list[float]:
    """Where a band may start, from one edge inwards."""
    steps = np.arange(1, (high - low) * 0.4, 4).tolist()
    return [low + s for s in steps] if from_below else [high - depth - s for s in steps]


def _filled(site: Site, share: float, floors: int, dwellings: int = 0) -> list[Footprint]:
    """One large hall in the middle of the site."""
    low, high = float(site.ring[:, 1].min()), float(site.ring[:, 1].max())
    d = (high - low) * share
    y = (low + high - d) / 2
    span = site.span(y, y + d)
    if span is None or d < 10:
        return []
    w = (span[1] - span[0]) * (share + 0.1)
    x = (span[0] + span[1] - w) / 2
    notch_w, notch_d = w * float(site.rng.uniform(0.2, 0.4)), d * float(site.rng.uniform(0.2, 0.4))
    xy = np.array(
        [
            (x, y),
            (x + w, y),
            (x + w, y + d - notch_d),
            (x + w - notch_w, y + d - notch_d),
            (x + w - notch_w, y + d),
            (x, y + d),
        ]
    )
    return [Footprint(xy, floors, dwellings)]


def _halls(site: Site) -> list[Footprint]:
    return _filled(site, float(site.rng.uniform(0.55, 0.72)), int(site.rng.integers(2, 6)))


def _offices(site: Site) -> list[Footprint]:
    """A long wing along one edge and, where there is room, a tower behind it; all of a block lined up."""
    rng = site.rng
    low, high = float(site.ring[:, 1].min()), float(site.ring[:, 1].max())
    to_left, out = site.seed_of_block % 2 == 0, list[Footprint]()
    for low_edge, d, most in ((True, 17.0, 72.0), (False, 27.0, 38.0)):
        if out and high - low < 66:
            break
        span = next((s for s in (site.span(y, y + d) for y in _tries(low, high, d, low_edge)) if s), None)
        if span is None:
            continue
        y = next(y for y in _tries(low, high, d, low_edge) if site.span(y, y + d))
        x, end = span
        w = min(end - x, most * float(rng.uniform(0.8, 1)))
        floors = int(rng.integers(4, 9)) if low_edge else 9 + site.seed_of_block % 17
        out.append(Footprint(_box(x if to_left else end - w, y, w, d), floors, 0))
    return out


def _wings(site: Site) -> list[Footprint]:
    """Hospital wings: parallel bars joined by a corridor."""
    low, high = float(site.ring[:, 1].min()), float(site.ring[:, 1].max())
    d = min(high - low - 6, 62)
    y = (low + high - d) / 2
    span = site.span(y, y + d)
    if span is None or d < 40 or span[1] - span[0] < 45:
        return _filled(site, 0.6, 8)
    w = min(span[1] - span[0], 80.0)
    x = (span[0] + span[1] - w) / 2
    m = x + w / 2
    xy = np.array(
        [
            (x, y),
            (x + w, y),
            (x + w, y + 17),
            (m + 7, y + 17),
            (m + 7, y + d - 17),
            (x + w, y + d - 17),
            (x + w, y + d),
            (x, y + d),
            (x, y + d - 17),
            (m - 7, y + d - 17),
            (m - 7, y + 17),
            (x, y + 17),
        ]
    )
    return [Footprint(xy, int(site.rng.integers(7, 16)), 0)]


def _school(site: Site) -> list[Footprint]:
    """Teaching wings in a U on the first cell, halls on others; the playing field stays open."""
    rng = site.rng
    low, high = float(site.ring[:, 1].min()), float(site.ring[:, 1].max())
    d = min(high - low - 4, 54.0)
    y = high - d - 2
    span = site.span(y, y + d)
    if span is None or d < 30 or span[1] - span[0] < 44:
        return _filled(site, 0.5, 4) if site.first_of_block else []
    w, t = min(span[1] - span[0], 74.0), 11.0
    if not site.first_of_block:
        return [Footprint(_box(span[0], y + d - 20, w * 0.5, 18), 3, 0)] if rng.random() < 0.6 else []
    x = span[0] + (span[1] - span[0] - w) * float(rng.random())
    xy = np.array(
        [
            (x, y),
            (x + t, y),
            (x + t, y + d - t),
            (x + w - t, y + d - t),
            (x + w - t, y + d * 0.25),
            (x + w, y + d * 0.25),
            (x + w, y + d),
            (x, y + d),
        ]
    )
    return [Footprint(xy, 4, 0)]


def _sheds(site: Site) -> list[Footprint]:
    """Factory halls in rows with yards between them."""
    rng, out = site.rng, list[Footprint]()
    depth = (30.0, 36.0, 42.0)[site.seed_of_block % 3]
    y, high = float(site.ring[:, 1].min()) + 2, float(site.ring[:, 1].max()) - depth
    while y < high:
        row, span = y, site.span(y, y + depth)
        if span is None or span[1] - span[0] < 34:
            y += 4
            continue
        y += depth + 14
        x, end = span
        w = (end - x) * float(rng.uniform(0.72, 1))
        left = x if site.seed_of_block % 2 else end - w
        if rng.random() < 0.9:
            out.append(Footprint(_box(left, row, w, depth), 1 + site.seed_of_block % 4, 0))
    return out


def _cottages(site: Site) -> list[Footprint]:
    """Farmhouses in loose clusters, most cells of a village left to gardens."""
    rng, out = site.rng, list[Footprint]()
    if rng.random() < 0.45:
        return out
    middle = site.ring.mean(axis=0) + rng.normal(0, 12, 2)
    y, high = float(site.ring[:, 1].min()) + 3, float(site.ring[:, 1].max())
    while y < high - 14:
        span = site.span(y, y + 13)
        x = span[0] + float(rng.uniform(0, 9)) if span else math.inf
        while span and x < span[1] - 15:
            w, d = float(rng.uniform(10, 15)), float(rng.uniform(9, 12))
            gap = math.hypot(x - float(middle[0]), y - float(middle[1]))
            if gap < 42 and rng.random() < 0.72:
                out.append(Footprint(_box(x, y + float(rng.uniform(0, 3)), w, d), int(rng.integers(2, 4)), 1))
            x += w + float(rng.uniform(7, 16))
        y += 13 + float(rng.uniform(8, 13))
    return out
