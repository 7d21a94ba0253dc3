"""A sheet put into the page: frame, buttons without script, key, source, and the data that script takes over."""

import json
from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gridward.web import map_drawing
from gridward.web.map_keys import key_entries
from gridward.web.maps import KINDS, LEVELS, Sheet, Window, feature_collection, tile_pattern

MOST_SENT_ALONG = 3000
FINEST_PX = 0.05  # of the first window: fine enough to come close


def address(sheet: Sheet, window: Window) -> str:
    """This page with the map at another window."""
    query = sheet.query.copy() if sheet.query is not None else None
    if query is None:
        return f"?{sheet.name}={window.text()}"
    query[sheet.name] = window.text()
    return f"?{query.urlencode()}#{sheet.name}"


def tools(sheet: Sheet) -> Iterator[dict[str, str]]:
    """Links that move and zoom without script."""
    window = sheet.window
    steps = (
        ("plus", _("Closer"), window.moved(zoom=2)),
        ("minus", _("Farther"), window.moved(zoom=0.5)),
        ("left", _("West"), window.moved(right=-0.4)),
        ("up", _("North"), window.moved(up=0.4)),
        ("down", _("South"), window.moved(up=-0.4)),
        ("right", _("East"), window.moved(right=0.4)),
    )
    for name, label, target in steps:
        yield {"icon": name, "label": label, "url": address(sheet, target), "window": target.text()}
    yield {"icon": "", "label": _("Whole map"), "url": address(sheet, sheet.whole), "window": sheet.whole.text()}


def words() -> dict[str, str]:
    """What the element says; the dotted names are MapLibre's."""
    return {
        "Map.Title": _("Map"),
        "CooperativeGesturesHandler.WindowsHelpText": _("Hold Ctrl and turn the wheel to zoom the map"),
        "CooperativeGesturesHandler.MacHelpText": _("Hold ⌘ and scroll to zoom the map"),
        "CooperativeGesturesHandler.MobileHelpText": _("Move the map with two fingers"),
        "ScaleControl.Meters": _("m"),
        "ScaleControl.Kilometers": _("km"),
        "place": _("Map: tap the place"),
        "placed": _("Placed. Tap again to move the mark."),
        "nowhere": _("Your device did not say where it is. Tap the map instead."),
    }


def data(sheet: Sheet) -> str:
    """The layers for grid-map.js; those with an address are fetched, the others sent along."""
    if sheet.is_still:
        return "{}"  # stays the picture that it is
    finest = sheet.window.degrees_per_px[1] * FINEST_PX
    layers = [
        {"kind": layer.kind, "url": layer.url}
        if layer.url
        else {"kind": layer.kind, "data": feature_collection(layer, thinned=finest)}
        for layer in sheet.layers
        if layer.url or len(tuple(layer.features)) <= MOST_SENT_ALONG
    ]
    content: dict[str, Any] = {"layers": layers, "tiles": tile_pattern(), "words": words()}
    if sheet.ground:
        below = [{"kind": kind, "ground": True} for kind in sheet.ground.kinds]
        content["layers"] = sorted([*below, *layers], key=lambda layer: KINDS.index(str(layer["kind"])))
        content["ground"] = {"url": sheet.ground.data(), "levels": LEVELS}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def render(sheet: Sheet) -> SafeString:
    """``<grid-map>`` with the drawing inside."""
    names = sheet.ground.names(sheet.window) if sheet.ground else []
    below = sheet.ground.picture(sheet.window, theme=sheet.theme) if sheet.ground else ""
    drawing = map_drawing.draw(sheet.layers, sheet.window, names=names, below=below)
    drawing += map_drawing.scale_bar(sheet.window) if sheet.is_still else map_drawing.draw_frame(sheet.window)
    return render_to_string(
        "web/parts/map.html",
        {
            "sheet": sheet,
            "width": sheet.window.size[0],
            "height": sheet.window.size[1],
            "drawing": mark_safe(drawing),
            "tools": [] if sheet.is_still else list(tools(sheet)),
            "keys": [] if sheet.is_still else key_entries(sheet),
            "data": mark_safe(data(sheet)),
        },
    )
