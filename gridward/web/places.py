"""A form field for a point: tap the drawn map, with or without script.

Without script the map is an image button: tapping it posts the pixel, and the form comes back with the pin
drawn and everything kept. With script ``<grid-map>`` takes its place and writes the point into the field.
"""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from gridward.web import map_pictures
from gridward.web.grounds import Ground
from gridward.web.maps import Box, Sheet, Window, read_window, window_around

Point = tuple[float, float]
SIZES = {"small": (300, 270), "wide": (520, 380)}
FIRST_WIDTH_M = 800.0
MOST_DIGITS = 6


def read_point(text: str) -> Point | None:
    """Longitude and latitude from ``lon,lat``."""
    try:
        lon, lat = (float(part) for part in text.split(","))
    except (ValueError, AttributeError):
        return None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 85 else None


class PlaceWidget(forms.Widget):
    """The map with a hidden ``lon,lat``; ``ground`` is drawn below the pin, in the colours of the reader's theme."""

    template_name = "web/forms/place.html"

    def __init__(self, ground: Ground, whole: Box, start: Point | None = None, theme: str = "light") -> None:
        super().__init__()
        self.ground, self.whole, self.start, self.theme = ground, whole, start, theme

    def _window(self, text: str, size: str, point: Point | None) -> Window:
        first = window_around(self.whole, SIZES[size])
        middle = point or self.start
        if middle:
            first = replace(first, lon=middle[0], lat=middle[1], width_m=FIRST_WIDTH_M)
        return read_window(text, first)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        """The window and the point: tapped just now, else the one that was there."""
        view, point = data.get(f"{name}_view") or data.get(f"{name}_seen", ""), data.get(name, "")
        for size in SIZES:
            tapped = data.get(f"{name}_{size}.x"), data.get(f"{name}_{size}.y")
            if all(text and text.isdecimal() and len(text) < MOST_DIGITS for text in tapped):
                x, y = (int(text) for text in tapped)
                lon, lat = self._window(view, size, read_point(point)).from_px(x, y)
                point = f"{lon:.6f},{lat:.6f}"
        return {"point": point, "view": view}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        value = value if isinstance(value, dict) else {"point": _text(value), "view": ""}
        point = read_point(value["point"])
        windows = {size: self._window(value["view"], size, point) for size in SIZES}
        context["place"] = {
            "point": value["point"],
            "seen": windows["small"].text(),
            "pictures": [
                {
                    "size": size,
                    "width": SIZES[size][0],
                    "height": SIZES[size][1],
                    "source": self.ground.picture(seen, theme=self.theme, pin=point, is_whole=True),
                }
                for size, seen in windows.items()
            ],  # fmt: skip
            "steps": map_pictures.steps(windows["small"]),
            "live": self._live(name, windows["wide"]),
        }
        return context

    def _live(self, name: str, window: Window) -> SafeString:
        whole = window_around(self.whole, SIZES["wide"])
        return map_pictures.live_data(Sheet(str(name), (), window, whole, name=name, ground=self.ground))


def _text(value: Any) -> str:
    if not value:
        return ""
    lon, lat = (value.x, value.y) if hasattr(value, "x") else value
    return f"{lon:.6f},{lat:.6f}"


class PlaceField(forms.Field):
    """Gives ``(longitude, latitude)`` or None. ``whole`` is the box of the district."""

    default_error_messages = {
        "required": _("Tap the place on the map, or describe it in words."),
        "outside": _("This point lies outside the area shown. Tap the map again."),
    }

    def __init__(
        self,
        *,
        ground: Ground,
        whole: Box,
        start: Point | None = None,
        theme: str = "light",
        **options: Any,
    ) -> None:
        super().__init__(widget=PlaceWidget(ground, whole, start, theme), **options)
        self.whole = whole

    def clean(self, value: dict[str, str]) -> Point | None:
        point = read_point(value["point"]) if value["point"] else None
        if point is None:
            if self.required or value["point"]:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        west, south, east, north = self.whole
        if not (west - 0.1 <= point[0] <= east + 0.1 and south - 0.1 <= point[1] <= north + 0.1):
            raise ValidationError(self.error_messages["outside"], code="outside")
        return point

    def has_changed(self, initial: Any, data: dict[str, str]) -> bool:
        return _text(initial) != (data or {}).get("point", "")
