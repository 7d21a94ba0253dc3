"""Tapping a place to ask who answers for it."""

from collections.abc import Callable, Sequence
from typing import Any

from gridward.web.forms import PlainForm
from gridward.web.maps import Box, Layer, Window
from gridward.web.places import PlaceField


class PlaceForm(PlainForm):
    """One point on the map, kept in the address."""

    hides_optional = True

    def __init__(self, data: Any, *, layers: Callable[[Window], Sequence[Layer]], whole: Box) -> None:
        super().__init__(data)
        self.fields["place"] = PlaceField(layers=layers, whole=whole, required=False, label="")
