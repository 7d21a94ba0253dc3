"""Signs on the map: cases by family and status, clusters, the chosen place."""

import math

from gridward.web.maps import Feature

SHAPES = {
    "city_management": '<rect class="pin {p}" x="-6.5" y="-6.5" width="13" height="13"/>',
    "help": '<circle class="pin {p}" r="7.2"/>',
    "dispute": '<path class="pin {p}" d="M0-9L9 0 0 9-9 0z"/>',
    "voice": '<path class="pin {p}" d="M0-9L9 7.5H-9z"/>',
}
MARKS = {
    "late": '<text class="t-pin" y="4" font-size="11">!</text>',
    "due_soon": '<circle class="pin-mark" r="2.2"/>',
    "suspended": '<path class="pin-mark" d="M-3-3.5h2v7h-2zM1-3.5h2v7h-2z"/>',
}
LIGHTS = ("on_time", "due_soon", "late", "suspended", "closed")


def placed(x: float, y: float, drawing: str) -> str:
    return f'<g transform="translate({x:.1f} {y:.1f})"><g class="sign">{drawing}</g></g>'


def case_symbol(feature: Feature, x: float, y: float) -> str:
    """Shape is the family, colour and mark the status, a ring the choice."""
    light = feature.light if feature.light in LIGHTS else "on_time"
    shape = SHAPES.get(feature.family, SHAPES["city_management"]).format(p=f"p-{light}")
    ring = '<circle class="p-ring" r="14" stroke-width="2"/>' if feature.is_chosen else ""
    return placed(x, y, ring + shape + MARKS.get(light, ""))


def late_arc(share: float, radius: float) -> str:
    """An arc from the top, clockwise, as long as the share."""
    if share <= 0:
        return ""
    angle = 2 * math.pi * min(share, 0.999)
    x, y = radius * math.sin(angle), -radius * math.cos(angle)
    large = 1 if share > 0.5 else 0
    return (
        f'<path class="c-late" stroke-width="3" d="M0-{radius:.1f}A{radius:.1f} {radius:.1f} 0 {large} 1 '
        f'{x:.1f} {y:.1f}"/>'
    )


def cluster_symbol(count: int, late: int, x: float, y: float) -> str:
    """An ink disc with the count; the red arc outside is the late share."""
    radius = 10 + min(4, len(str(count)) * 1.3)
    disc = f'<circle class="c-disc" r="{radius:.1f}" stroke-width="1.5"/>'
    text = f'<text class="t-cl" y="3.8" font-size="11">{count}</text>'
    return placed(x, y, disc + late_arc(late / count if count else 0, radius + 2.5) + text)


def place_symbol(x: float, y: float) -> str:
    """The pin that says: here."""
    drop = '<path class="p-here" stroke-width="1.5" d="M0 0s15-14 15-25a15 15 0 1 0-30 0C-15-14 0 0 0 0z"/>'
    return placed(x, y, drop + '<circle class="p-eye" cy="-25" r="5.5"/>')
