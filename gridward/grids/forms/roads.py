"""Cutting a road into road grids."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.grids.queries.roads import WIDTH_M, PlanRoad
from gridward.grids.words import named
from gridward.web.forms import PlainForm

MOST_STRETCHES, LEAST_WIDTH_M, MOST_WIDTH_M = 30, 5, 100


class RoadForm(PlainForm):
    """Which road, into how many stretches, how wide."""

    road = forms.ChoiceField()
    stretches = forms.IntegerField(min_value=1, max_value=MOST_STRETCHES, initial=3)
    sides = forms.ChoiceField(widget=forms.RadioSelect, initial="both")
    width = forms.IntegerField(min_value=LEAST_WIDTH_M, max_value=MOST_WIDTH_M, initial=int(WIDTH_M))

    def __init__(self, data: Any = None, *, roads: list[PlanRoad]) -> None:
        super().__init__(data)
        labels = {"road": _("Road"), "stretches": _("How many stretches"), "sides": _("Sides"),
                  "width": _("Width to each side, m")}  # fmt: skip
        choices = {
            "road": [(road.key, _named(road)) for road in roads],
            "sides": [("both", _("both sides together")), ("each", _("each side by itself"))],
        }
        for name, field in self.fields.items():
            field.label = labels[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices[name]

    def values(self) -> dict[str, Any]:
        """What ``put_road`` takes."""
        given = self.cleaned_data
        return {"road": given["road"], "stretches": given["stretches"], "each_side": given["sides"] == "each",
                "width_m": float(given["width"])}  # fmt: skip


def _named(road: PlanRoad) -> str:
    piece = road.key.removeprefix(road.name_zh)
    said = {"road": f"{named(road)}{piece}", "length": round(road.line.length)}
    return _("%(road)s, %(length)s m") % said
