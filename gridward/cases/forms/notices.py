"""The form of a notice of works or an outage."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gridward.cases.actions.notices import (
    LEAST_M,
    MOST_M,
    MOST_PLACE,
    MOST_PLACE_EN,
    MOST_TEXT,
    MOST_TEXT_EN,
    Announced,
    Ground,
)
from gridward.cases.forms.intake import district_place
from gridward.cases.forms.moves import named
from gridward.cases.models import Category
from gridward.cases.words import notice_kinds
from gridward.districts.models import District
from gridward.grids.models import Grid
from gridward.web.forms import PlainForm

USUAL = timedelta(hours=8)
TIME = {"type": "datetime-local"}
SHAPE = "%Y-%m-%dT%H:%M"


class NoticeForm(PlainForm):
    """What, where, from when to when, in whose reports it answers. The kind is chosen by the link that led here."""

    text_zh = forms.CharField(max_length=MOST_TEXT, min_length=6, widget=forms.Textarea(attrs={"rows": 3}))
    text_en = forms.CharField(required=False, max_length=MOST_TEXT_EN, widget=forms.Textarea(attrs={"rows": 2}))
    place_zh = forms.CharField(max_length=MOST_PLACE)
    place_en = forms.CharField(required=False, max_length=MOST_PLACE_EN)
    from_at = forms.DateTimeField(widget=forms.DateTimeInput(attrs=TIME, format=SHAPE))
    to_at = forms.DateTimeField(widget=forms.DateTimeInput(attrs=TIME, format=SHAPE))
    radius_m = forms.IntegerField(required=False, min_value=LEAST_M, max_value=MOST_M, initial=150)
    grids = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    categories = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, district: District, kind: str, fits: list[Category], grids: QuerySet[Grid], at: datetime,
        theme: str = "light", **kwargs: Any
    ) -> None:  # fmt: skip
        self.kind = kind
        first = {"from_at": at, "to_at": at + USUAL, "categories": [str(row.pk) for row in fits]}
        super().__init__(*args, initial=first, **kwargs)
        self.fields["position"] = district_place(district, with_grids=True, theme=theme, required=False)
        self.rows = list(grids)
        self.fields["grids"].choices = [(str(row.pk), named(row)) for row in self.rows]
        self.fields["categories"].choices = [(str(row.pk), named(row)) for row in fits]
        self._label()
        self.order_fields(["text_zh", "text_en", "place_zh", "place_en", "from_at", "to_at", "position", "radius_m"])

    @property
    def grids_by_place(self) -> list[tuple[str, bool, list[tuple[str, list[tuple[Grid, bool]]]]]]:
        """Subdistrict, whether anything in it is chosen, its communities, their grids and which are chosen."""
        chosen = {str(pk) for pk in self["grids"].value() or ()}
        found = []
        for subdistrict, rows in groupby(self.rows, key=lambda row: row.subdistrict):
            here = [(_place(community), [(row, str(row.pk) in chosen) for row in ones])
                    for community, ones in groupby(rows, key=lambda row: row.community)]  # fmt: skip
            is_chosen = any(on for _name, ones in here for _row, on in ones)
            found.append((_place(subdistrict), is_chosen, here))
        return found

    def _label(self) -> None:
        labels = {
            "text_zh": _("What residents should know, in Chinese"), "text_en": _("The same in English"),
            "place_zh": _("Where, in words"), "place_en": _("The same place in English"), "from_at": _("Begins at"),
            "to_at": _("Until"), "position": _("The middle, on the map"), "radius_m": _("How far around it, in metres"),
            "grids": _("Or whole grids"), "categories": _("Reports of these kinds get it as their answer"),
        }  # fmt: skip
        for code, label in labels.items():
            self.fields[code].label = label
        self.fields["text_zh"].help_text = _("What happens, what to do meanwhile, whom to call.")
        self.fields["categories"].help_text = _("Untick what it does not explain. Nobody is kept from reporting.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("position") and not cleaned.get("grids"):
            self.add_error("position", _("Tap the middle on the map, or choose grids below."))
        if cleaned.get("position") and not cleaned.get("radius_m"):
            self.add_error("radius_m", _("Say how far around the middle it reaches."))
        return cleaned

    def told(self) -> Announced:
        """What the action publishes."""
        given = self.cleaned_data
        return Announced(
            self.kind, given["place_zh"], given["text_zh"], given["from_at"], given["to_at"],
            [int(pk) for pk in given["categories"]], given["place_en"], given["text_en"],
        )  # fmt: skip

    def ground(self) -> Ground:
        """Where the action draws it."""
        given = self.cleaned_data
        radius = given.get("radius_m") or 0
        return Ground([int(pk) for pk in given["grids"]], given.get("position"), radius)


def _place(row: Any) -> str:
    return named(row) if row else _("Roads and others")


def chosen_kind(asked: str) -> str:
    """A kind of notice from an address; works where there is no such kind."""
    return asked if asked in notice_kinds() else "works"
