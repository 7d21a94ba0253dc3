"""The forms of the list of responsibilities."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gridward.accounts.models import Body
from gridward.areas.models import Division
from gridward.cases.actions.responsibilities import MOST_BASIS, Answer
from gridward.cases.forms.moves import NamedChoice, named
from gridward.cases.forms.routing import category_choices
from gridward.cases.queries.choices import HANDLING_KINDS
from gridward.cases.words import bodies_of_place, place_kinds
from gridward.districts.models import District
from gridward.web.forms import PlainForm

MOST_DIGITS = 18


class Bodies(forms.ModelMultipleChoiceField):
    """Several bodies; an id that no database can hold is none of them."""

    def _check_values(self, value: Any) -> Any:
        if any(not str(one).isdecimal() or len(str(one)) > MOST_DIGITS for one in value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": ""})
        return super()._check_values(value)  # type: ignore[misc]


class LineForm(PlainForm):
    """One line: the matter and its place, who answers and who assists, on what basis, since when."""

    hides_optional = True
    matter = forms.ChoiceField()
    subdistrict = NamedChoice(Division.objects.none(), required=False)
    place = forms.ChoiceField(required=False)
    body = NamedChoice(Body.objects.none(), required=False, empty_label="—")
    body_kind = forms.ChoiceField(required=False)
    assistants = Bodies(Body.objects.none(), required=False, widget=forms.SelectMultiple(attrs={"size": 6}))
    basis = forms.CharField(max_length=MOST_BASIS, required=False)
    valid_from = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    valid_to = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = (
            _("Matter"), _("Only in this subdistrict"), _("Only in this kind of place"), _("Responsible body"),
            _("or the place's own"), _("Assisting bodies"), _("Basis in law"), _("Holds from"),
            _("until, where it ends"),
        )  # fmt: skip
        for field, label in zip(self.fields.values(), labels, strict=True):
            field.label = label
        bodies = Body.objects.filter(district=district, kind__in=HANDLING_KINDS, valid_to__isnull=True)
        areas = Division.objects.filter(district=district, level=Division.Level.SUBDISTRICT, is_in_use=True)
        given: Any = self.fields
        given["matter"].choices = [("", "—"), *category_choices(district.pk)]
        given["subdistrict"].queryset = areas.order_by("sort_key")
        given["subdistrict"].empty_label = _("The whole district")
        given["place"].choices = [("", _("any")), *place_kinds().items()]
        given["body"].queryset = given["assistants"].queryset = bodies.order_by("sort_key")
        given["assistants"].label_from_instance = named
        given["body_kind"].choices = [("", "—"), *bodies_of_place().items()]

    def answer(self) -> Answer:
        """Who answers, as the action takes it."""
        given = self.cleaned_data
        return Answer(given["body"], given["body_kind"], tuple(given["assistants"]), given["basis"].strip())
