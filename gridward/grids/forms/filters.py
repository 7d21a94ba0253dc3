"""The filter bar of the list of grids."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.districts.models import District
from gridward.grids.queries.listing import subdistricts
from gridward.grids.words import kind_words, named
from gridward.web.forms import PlainForm


class GridFilterForm(PlainForm):
    """What the address may hold; read again by GridFilter."""

    hides_optional = True
    q = forms.CharField(required=False, max_length=40)
    kind = forms.ChoiceField(required=False)
    subdistrict = forms.ChoiceField(required=False)
    team = forms.ChoiceField(required=False)
    day = forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    known = forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("All"))
        choices = {
            "kind": [every, *kind_words().items()],
            "subdistrict": [every, *((row.code, named(row)) for row in subdistricts(district))],
            "team": [every, ("none", _("Nobody serves it"))],
        }
        labels = {"q": _("Name or code"), "kind": _("Kind"), "subdistrict": _("Subdistrict"), "team": _("Team"),
                  "day": _("On the day"), "known": _("As recorded by the end of")}  # fmt: skip
        for name, field in self.fields.items():
            field.label = labels[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices[name]
