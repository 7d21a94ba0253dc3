"""The map as a picture of its own, with the colours inside: for image buttons, slips and mail."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from gridward.web import map_drawing, map_sheets
from gridward.web.maps import Layer, Sheet, Window

STYLE_SHEET = Path(__file__).parent / "static" / "web" / "gridward.css"


@cache
def picture_style(theme: str) -> str:
    """The map's part of the style sheet, with the tokens of a theme."""
    css = re.sub(r"/\*.*?\*/", "", STYLE_SHEET.read_text("utf-8"), flags=re.S)
    tokens = css[css.index(":root") : css.index("}") + 1]
    if theme == "dark":
        dark = css[css.index('[data-bs-theme="dark"] {') :]
        tokens += ":root" + dark[dark.index("{") : dark.index("}") + 1]
    rules = re.findall(r"(?:(?<!svg)\.map text|\.(?:m|c|p|t)-|\.pin)[^{}]*\{[^{}]*\}", css)
    return re.sub(r"\s+", " ", tokens + "".join(rules))


def picture(layers: Sequence[Layer], window: Window, *, theme: str, is_whole: bool) -> str:
    """An SVG file of the window in the colours of a theme; ``is_whole`` writes names and scale into it."""
    width, height = window.size
    if is_whole:
        drawn = map_drawing.draw(layers, window) + map_drawing.scale_bar(window)
    else:
        drawn = map_drawing.DEFINITIONS + "".join(map_drawing.draw_layer(layer, window) for layer in layers)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><style>{escape(picture_style(theme)).replace("&quot;", chr(34))}</style>'
        f'<path class="m-beyond" d="M0 0h{width}v{height}H0z"/>{drawn}</svg>'
    )


def steps(window: Window) -> list[dict[str, str]]:
    """Buttons that move and zoom the picture inside a form."""
    return [tool for tool in map_sheets.tools(Sheet("", (), window, window)) if tool["icon"]]


def live_data(sheet: Sheet) -> SafeString:
    """What grid-map.js needs to take the picture's place."""
    return mark_safe(map_sheets.data(sheet))
