"""Saying what a premises grid is, and where."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridward.accounts.models import Body
from gridward.grids.actions.premises import Premises
from gridward.grids.models import TEMPORARY_USES, GridShape
from gridward.grids.queries.premises import GROUNDS
from gridward.grids.words import ground_words, named, use_words
from gridward.web.forms import PlainForm
from gridward.web.grounds import Ground
from gridward.web.maps import Box
from gridward.web.places import PlaceField

LEAST_RADIUS_M, MOST_RADIUS_M, FIRST_RADIUS_M = 10, 500, 60
PHONE = RegexValidator(r"^[0-9+() -]{3,30}\Z", gettext_lazy("A number like 0731-88888888."))
NO_NUMBER = RegexValidator(
    r"[0-9]{11}", gettext_lazy("Leave out telephone and identity numbers here."), inverse_match=True
)


class PremisesForm(PlainForm):
    """What a premises grid is and where. For one that the draft has already, its ground may stay."""

    use = forms.ChoiceField()
    name = forms.CharField(max_length=40)
    ground = forms.ChoiceField(widget=forms.RadioSelect, initial="building")
    radius = forms.IntegerField(min_value=LEAST_RADIUS_M, max_value=MOST_RADIUS_M, initial=FIRST_RADIUS_M)
    body = forms.ChoiceField()
    host = forms.CharField(max_length=40, validators=[NO_NUMBER])
    host_phone = forms.CharField(max_length=30, required=False, validators=[PHONE])
    gate = forms.CharField(
        max_length=200, required=False, validators=[NO_NUMBER], widget=forms.Textarea(attrs={"rows": 2})
    )
    last_day = forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(
        self, data: Any = None, *, bodies: list[Body], ground: Ground, whole: Box, theme: str, today: date,
        held: GridShape | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=_said(held))
        self.bodies, self.today = {body.code: body for body in bodies}, today
        self.fields["place"] = PlaceField(
            ground=ground, whole=whole, theme=theme, required=held is None, label=_("Place on the map"),
            start=tuple(held.shape.centroid.coords) if held else None,
        )  # fmt: skip
        self.order_fields(["use", "name", "place"])
        if held:
            del self.fields["name"], self.fields["body"]
            self.fields["place"].help_text = _("Leave it out to keep the ground that the grid has.")
        self._speak()

    def _speak(self) -> None:
        labels = {
            "use": _("Kind of place"), "name": _("Name of the place"), "ground": _("Which ground"),
            "radius": _("Radius of the circle, m"), "body": _("Body in charge"), "host": _("Who is called there"),
            "host_phone": _("Their duty phone"), "gate": _("Rule for the gate"), "last_day": _("Last day"),
        }  # fmt: skip
        hints = {
            "host": _("An office or a job (the gatehouse, the site manager on duty), not a person's name."),
            "gate": _("How one gets in: when, with what, whom to ring."),
            "last_day": _("Needed for sites, festivals, floods and works: the grid ends by itself after it."),
        }
        choices = {"use": use_words(), "ground": {name: ground_words()[name] for name in GROUNDS},
                   "body": {body.code: named(body) for body in self.bodies.values()}}  # fmt: skip
        for name in self.fields.keys() & labels.keys():
            field = self.fields[name]
            field.label, field.help_text = labels[name], hints.get(name, "")
            if isinstance(field, forms.ChoiceField):
                field.choices = list(choices[name].items())

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        last = given.get("last_day")
        if given.get("use") in TEMPORARY_USES and not last and "last_day" not in self.errors:
            self.add_error("last_day", _("Say the last day: this kind ends by itself."))
        if last and last < self.today:
            self.add_error("last_day", _("That day is over."))
        return given

    def values(self) -> dict[str, Any]:
        """What ``put_premises`` or ``state_premises`` takes."""
        given = self.cleaned_data
        said = Premises(given["use"], given["host"], given["host_phone"], given["gate"], given["last_day"])
        values = {"premises": said, "place": given["place"], "ground": given["ground"], "radius_m": given["radius"]}
        if "name" in given:
            values |= {"name_zh": given["name"], "body": self.bodies[given["body"]]}
        return values


def _said(held: GridShape | None) -> dict[str, Any]:
    """What the draft says of the grid already."""
    if held is None:
        return {}
    last = held.valid_to - timedelta(days=1) if held.valid_to else None
    return {name: held.scope.get(name, "") for name in ("use", "host", "host_phone", "gate")} | {"last_day": last}
