"""Tapping a place to ask who answers for it."""

from typing import Any

from gridward.web.forms import PlainForm
from gridward.web.grounds import Ground
from gridward.web.maps import Box
from gridward.web.places import PlaceField


class PlaceForm(PlainForm):
    """One point on the map, kept in the address."""

    hides_optional = True

    def __init__(self, data: Any, *, ground: Ground, whole: Box, theme: str) -> None:
        super().__init__(data)
        self.fields["place"] = PlaceField(ground=ground, whole=whole, theme=theme, required=False, label="")
