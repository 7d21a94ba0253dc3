"""The sheet drawn as SVG: ground, roads, grids, boundaries, cases, labels, frame, in that order.

Only classes, no styles: the style sheet gives both themes. Distances are pixels of the drawing.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import shapely
from django.utils.html import escape
from django.utils.translation import gettext as _

from gridward.web.map_symbols import case_symbol, cluster_symbol, place_symbol
from gridward.web.maps import KINDS, Feature, Layer, Window

TOLERANCE_PX = 0.6
SMALLEST_PX2 = 3.0
# Names of small areas wait until a pixel is at most this wide.
NAMES_FROM_M_PER_PX = {"community": 9.0, "grid_community": 5.0, "grid_road": 5.0, "grid_premises": 5.0, "arterial": 8.0}
CLUSTER_PX = 56
CLUSTERS_FROM = 40

# kind: (class, stroke width, dash) of each stroke, from the bottom up
STROKES: dict[str, tuple[tuple[str, float, str], ...]] = {
    "land": (("m-ground", 0, ""),),
    "block": (("m-block", 0.8, ""),),
    "park": (("m-park", 0, ""),),
    "building": (("m-bld", 0.6, ""),),
    "water": (("m-water", 0.8, ""),),
    "rail": (("m-line m-rail", 2.2, ""), ("m-line m-rail-t", 1.2, "6 6")),
    "express": (("m-line m-exp-c", 6.4, ""), ("m-line m-exp", 4.8, "")),
    "arterial": (("m-line m-art-c", 4.2, ""), ("m-line m-art", 2.8, "")),
    "street": (("m-line m-art-c", 2.4, ""), ("m-line m-art", 1.4, "")),
    **{f"shade_{n}": ((f"m-shade-{n}", 0.8, ""),) for n in range(1, 6)},
    "grid_community": (("m-g-com", 1.8, ""),),
    "grid_road": (("m-g-road", 1.6, "6 3"),),
    "grid_premises": (("m-g-prem", 2.0, "1.5 2.5"),),
    "changed": (("m-move-a", 1.4, ""),),
    "community": (("m-com", 0.9, "3 3"),),
    "subdistrict": (("m-sub", 1.8, ""),),
    "outline": (("m-out", 2.4, "12 4 2 4"),),
}
LABELS = {
    "water": ("t-water", 13),
    "express": ("t-road", 11),
    "arterial": ("t-road", 11),
    "grid_community": ("t-grid", 12),
    "grid_road": ("t-road", 12),
    "grid_premises": ("t-grid", 12),
    "community": ("t-com", 12),
    "subdistrict": ("t-sub", 14),
    "park": ("t-road", 11),
    "area_count": ("t-sub", 14),
}
ABOVE_DISC_PX = 18
DISC_PX = 13


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def ring_text(points: Any, closed: bool) -> str:
    pairs = points[:-1] if closed else points
    text = "L".join(f"{number(x)} {number(y)}" for x, y in pairs.tolist())
    return f"M{text}{'Z' if closed else ''}"


def path_text(shape: shapely.Geometry) -> str:
    """The ``d`` of a path for any line or area in pixels."""
    pieces = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings = [part.exterior, *part.interiors]
            pieces += [ring_text(shapely.get_coordinates(ring), True) for ring in rings if not ring.is_empty]
        elif part.geom_type == "LineString" and not part.is_empty:
            pieces.append(ring_text(shapely.get_coordinates(part), False))
    return "".join(pieces)


def in_pixels(features: Sequence[Feature], window: Window) -> list[tuple[Feature, shapely.Geometry]]:
    """Features that can be seen, clipped a little outside the window, in pixels and thinned to what shows."""
    if not features:
        return []
    west, south, east, north = window.box
    dx, dy = (east - west) * 0.02, (north - south) * 0.02
    shapes = shapely.clip_by_rect([f.geometry for f in features], west - dx, south - dy, east + dx, north + dy)
    shapes = shapely.simplify(shapely.transform(shapes, window.to_px), TOLERANCE_PX)
    return [(f, s) for f, s in zip(features, shapes, strict=True) if not s.is_empty]


def attributes(**given: Any) -> str:
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in given.items()
        if value not in ("", None, 0)
    )


def linked(feature: Feature, drawing: str) -> str:
    """A drawing as a link where the feature has an address; joined to its table row by id."""
    title = f"<title>{escape(feature.name)}</title>" if feature.name else ""
    if feature.url:
        known = attributes(href=feature.url, data_feature=feature.id)
        return f"<a{known}>{title}{drawing}</a>"
    return f"<g{attributes(data_feature=feature.id)}>{title}{drawing}</g>" if feature.id or title else drawing


def draw_surface(layer: Layer, window: Window) -> str:
    """Areas and lines. Nameless ones become a single path; the rest one each."""
    shown = [
        (feature, shape)
        for feature, shape in in_pixels(layer.features, window)  # type: ignore[arg-type]
        if shape.area > SMALLEST_PX2 or shape.length > 4
    ]
    return "".join(draw_strokes(layer.kind, shown, stroke) for stroke in STROKES[layer.kind])


def draw_strokes(kind: str, shown: list[tuple[Feature, shapely.Geometry]], stroke: tuple[str, float, str]) -> str:
    css, width, dash = stroke
    common = attributes(stroke_width=width, stroke_dasharray=dash)
    quiet = "".join(path_text(shape) for feature, shape in shown if not (feature.id or feature.url))
    pieces = [f'<path class="{css}"{common} d="{quiet}"/>'] if quiet else []
    for feature, shape in shown:
        if not (feature.id or feature.url):
            continue
        chosen = " m-g-on" if feature.is_chosen else ""
        wide = attributes(stroke_width=width * 2 if chosen else width, stroke_dasharray=dash)
        fill = ' fill="url(#gw-premises)"' if kind == "grid_premises" and not chosen else ""
        pieces.append(linked(feature, f'<path class="{css}{chosen}"{wide}{fill} d="{path_text(shape)}"/>'))
    if kind == "grid_premises" and quiet:
        pieces[0] = pieces[0].replace("<path ", '<path fill="url(#gw-premises)" ', 1)
    return "".join(pieces)


def visible_points(layer: Layer, window: Window) -> list[tuple[Feature, float, float]]:
    """Where the points of a layer (or a point inside each area) lie in the window."""
    width, height = window.size
    placed = []
    for feature, shape in in_pixels(layer.features, window):  # type: ignore[arg-type]
        point = shape if shape.geom_type == "Point" else shape.representative_point()
        x, y = point.x, point.y
        if 0 <= x <= width and 0 <= y <= height:
            placed.append((feature, x, y))
    return placed


def has_names(kind: str, window: Window) -> bool:
    """Whether the names of this kind are written at this scale."""
    return kind in LABELS and window.metres_per_px <= NAMES_FROM_M_PER_PX.get(kind, math.inf)


def name_points(layer: Layer, window: Window) -> list[tuple[str, float, float]]:
    """Each name of a layer once, with the longitude and latitude where it is written."""
    if not has_names(layer.kind, window):
        return []
    named = replace(layer, features=[feature for feature in layer.features if feature.name])
    points: dict[str, tuple[float, float]] = {}
    for feature, x, y in visible_points(named, window):
        points.setdefault(feature.name, window.from_px(x, y))
    return [(name, round(lon, 6), round(lat, 6)) for name, (lon, lat) in points.items()]


def draw_cases(layer: Layer, window: Window) -> str:
    """Each case by family and status; where many lie together, a disc with their number and the late share."""
    placed = visible_points(layer, window)
    if len(placed) <= CLUSTERS_FROM:
        return "".join(linked(f, case_symbol(f, x, y)) for f, x, y in placed)
    groups: dict[tuple[int, int], list[tuple[Feature, float, float]]] = {}
    for feature, x, y in placed:
        groups.setdefault((int(x // CLUSTER_PX), int(y // CLUSTER_PX)), []).append((feature, x, y))
    return "".join(draw_group(group) for _cell, group in sorted(groups.items()))


def draw_group(group: list[tuple[Feature, float, float]]) -> str:
    if len(group) == 1:
        feature, x, y = group[0]
        return linked(feature, case_symbol(feature, x, y))
    late = sum(1 for feature, _x, _y in group if feature.light == "late")
    x, y = (sum(item[axis] for item in group) / len(group) for axis in (1, 2))
    return cluster_symbol(len(group), late, x, y)


def draw_counts(layer: Layer, window: Window) -> str:
    return "".join(linked(f, cluster_symbol(f.count, f.late, x, y)) for f, x, y in visible_points(layer, window))


def draw_places(layer: Layer, window: Window) -> str:
    return "".join(linked(f, place_symbol(x, y)) for f, x, y in visible_points(layer, window))


def draw_doors(layer: Layer, window: Window) -> str:
    return "".join(
        linked(f, f'<circle class="m-door" cx="{number(x)}" cy="{number(y)}" r="2.5"/>')
        for f, x, y in visible_points(layer, window)
    )


def draw_components(layer: Layer, window: Window) -> str:
    return "".join(
        linked(f, f'<circle class="m-component" cx="{number(x)}" cy="{number(y)}" r="4"/>')
        for f, x, y in visible_points(layer, window)
    )


POINTS = {
    "component": draw_components,
    "case": draw_cases,
    "area_count": draw_counts,
    "place": draw_places,
    "door": draw_doors,
}


def draw_layer(layer: Layer, window: Window) -> str:
    draw = POINTS.get(layer.kind, draw_surface)
    return f'<g class="layer" data-kind="{layer.kind}">{draw(layer, window)}</g>'


def draw_labels(layers: Sequence[Layer], window: Window) -> str:
    """Names with a halo, the more important first; each once, and none that would cover another."""
    discs = [place for layer in layers if layer.kind == "area_count" for place in visible_points(layer, window)]
    taken = [(x - DISC_PX, y - DISC_PX, x + DISC_PX, y + DISC_PX) for _disc, x, y in discs]
    drawn: dict[str, str] = {}
    for layer in reversed(layers):
        if not has_names(layer.kind, window):
            continue
        css, size = LABELS[layer.kind]
        for feature, x, middle in visible_points(layer, window):
            on_disc = layer.kind == "area_count"
            y = middle - ABOVE_DISC_PX if on_disc else middle
            half = size * sum(1 if ord(letter) > 255 else 0.56 for letter in feature.name) / 2
            box = (x - half, y - size, x + half, y + size * 0.3)
            if not feature.name or feature.name in drawn or not fits(box, taken, window.size):
                continue
            taken.append(box)
            at = attributes(x=number(x), y=number(y), font_size=size)
            text = f'<text class="{css}" text-anchor="middle" stroke-width="3"{at}>{escape(feature.name)}</text>'
            drawn[feature.name] = text
    return "".join(drawn.values())


def fits(
    box: tuple[float, float, float, float], taken: list[tuple[float, float, float, float]], size: tuple[int, int]
) -> bool:
    left, top, right, bottom = box
    if left < 16 or top < 16 or right > size[0] - 8 or bottom > size[1] - 24:
        return False
    return all(right < a or left > c or bottom < b or top > d for a, b, c, d in taken)


def margin_marks(size: tuple[int, int]) -> Iterator[str]:
    """Letters along the top and figures down the side, as on a printed sheet."""
    width, height = size
    columns, rows = max(2, min(6, width // 120)), max(2, min(4, height // 120))
    for column in range(columns):
        yield f'<text class="t-m" x="{number((column + 0.5) * width / columns)}" y="13">{"ABCDEF"[column]}</text>'
        if column:
            x = number(column * width / columns)
            yield f'<path class="m-frame" d="M{x} 0v6M{x} {height}v-6"/>'
    for row in range(rows):
        yield f'<text class="t-m" x="9" y="{number((row + 0.5) * height / rows)}">{row + 1}</text>'
        if row:
            y = number(row * height / rows)
            yield f'<path class="m-frame" d="M0 {y}h6M{width} {y}h-6"/>'


def scale_bar(window: Window) -> str:
    """A bar of a round number of metres, about a sixth of the width."""
    wish = window.width_m / 6
    power = 10 ** math.floor(math.log10(wish))
    metres = max(step * power for step in (1, 2, 5) if step * power <= wish)
    text = _("%(n)s km") % {"n": f"{metres / 1000:g}"} if metres >= 1000 else _("%(n)s m") % {"n": f"{metres:g}"}
    length, y = metres / window.metres_per_px, window.size[1] - 14
    path = f'<path class="m-frame" stroke-width="1.5" d="M28 {y - 5}v5h{number(length)}v-5"/>'
    at = attributes(x=number(28 + length / 2), y=y - 5, font_size=11)
    return f'{path}<text text-anchor="middle" stroke-width="3"{at}>{text}</text>'


def north_arrow(window: Window) -> str:
    x = window.size[0] - 24
    arrow = f'<path class="m-frame" stroke-width="1.2" d="M{x} 50V22M{x - 5} 34l5-13 5 13z"/>'
    return f'{arrow}<text x="{x}" y="64" text-anchor="middle" font-size="11" stroke-width="3">{_("N")}</text>'


DEFINITIONS = (
    '<defs><pattern id="gw-premises" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><path class="m-hatch" stroke-width="1.6" d="M0 0v7"/></pattern></defs>'
)


def draw(layers: Sequence[Layer], window: Window, *, names: Sequence[Layer] = (), below: str = "") -> str:
    """Surfaces, names and signs, as they stand inside ``<svg>``.

    ``names`` are further layers of which only the names are written; ``below`` is the address of a picture of
    the ground under all of it.
    """
    width, height = window.size
    ground = f'<image href="{escape(below)}" width="{width}" height="{height}"/>' if below else ""
    surfaces = [layer for layer in layers if layer.kind not in POINTS]
    signs = [layer for layer in layers if layer.kind in POINTS]
    named = sorted([*names, *layers], key=lambda layer: KINDS.index(layer.kind))
    parts = [DEFINITIONS, ground, *(draw_layer(layer, window) for layer in surfaces), draw_labels(named, window)]
    return "".join([*parts, *(draw_layer(layer, window) for layer in signs)])


def draw_frame(window: Window) -> str:
    """What makes it a printed sheet: marks along the margin, scale, north."""
    return "".join([*margin_marks(window.size), scale_bar(window), north_arrow(window)])
